import FoundlingCore
import Testing

@testable import FoundlingManifest

/// What YAML allows and a manifest does not, each with its place.
@Suite struct YAMLTests {
    @Test(arguments: [
        (yaml: "", mistake: "1:1: the file is empty; it needs database, store and resources"),
        (yaml: "# nothing\n", mistake: "1:1: the file is empty; it needs database, store and resources"),
        (yaml: "- a", mistake: "1:1: the manifest must be a mapping of words to values, not a list"),
        (yaml: "just words", mistake: "1:1: the manifest must be a mapping of words to values, not a text"),
        (
            yaml: "database: [1",
            mistake: "1:13: not YAML: did not find expected ',' or ']', while parsing a flow sequence"
        ),
        (yaml: "a:\n\tb: 1", mistake: "2:1: a tab: YAML is indented with spaces"),
        (
            yaml: "a: @b",
            mistake: "1:4: not YAML: found character that cannot start any token, "
                + "while scanning for the next token; put a text with special characters in quotes"
        ),
        (yaml: "a: 1\u{7}", mistake: "1:5: a control character (U+7), which YAML forbids"),
        (
            yaml: "entries: *.ckpt",
            mistake: "1:10: '*' begins an alias in YAML: put a text that begins with it in quotes"
        ),
        (
            yaml: "entries: *ckpt",
            mistake: "1:10: '*' begins an alias in YAML: put a text that begins with it in quotes"
        ),
    ])
    func aTextThatIsNoTreeIsOneMistake(yaml: String, mistake: String) {
        #expect(mistakes(yaml) == [mistake])
    }

    @Test func aSecondDocumentIsRefused() {
        let text = ManifestText.resource("kind: file") + "---\nstore: {}\n"
        #expect(mistakes(text) == ["8:1: a second document: one file is one manifest"])
    }

    @Test func anUnquotedTemplateGetsAdvice() {
        let found = mistakes(ManifestText.records("{ table: t, claims: [things/{id}] }"))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("5:"))
        #expect(found[0].hasSuffix("put a text that holds '{' in quotes"))
        #expect(
            mistakes(ManifestText.records("{ table: t, claims: [{id}] }"))
                == ["5:22: put \"{id}\" in quotes: without them YAML reads a mapping"])
    }

    @Test(arguments: [
        (line: "kind: &k file", mistake: "6:11: no anchors and aliases ('&name', '*name') here: write the value out"),
        (line: "<<: { kind: file }", mistake: "6:5: no merge keys ('<<') here: write the values out"),
        (line: "kind: !odd file", mistake: "6:11: no tags ('!name') here: they mean nothing in a manifest"),
        (line: "? [kind]\n    : file", mistake: "6:7: a key must be a word"),
    ])
    func whatHidesAValueIsRefused(line: String, mistake: String) {
        #expect(mistakes(ManifestText.resource(line)) == [mistake])
    }

    @Test func anAnchorIsToldOnceHoweverOftenItIsUsed() {
        let text = ManifestText.resources(
            """
              a: { entries: a/*, safety: &careful { min_age: 24 }, records: [{ table: t, claims: ["{p}"] }] }
              b: { entries: b/*, safety: *careful, records: [{ table: t, claims: ["{p}"] }] }
            """)
        #expect(mistakes(text) == ["4:30: no anchors and aliases ('&name', '*name') here: write the value out"])
    }

    @Test func duplicateKeysAreMistakesAmongOthers() {
        let text = """
            database: { url: "sqlite:app.db", "url": "sqlite:b.db" }
            store: { root: data, rot: x }
            store: { root: data }
            resources:
              a: { entries: a/*, records: [{ table: t, table: u, table: v, claims: ["{p}"] }] }
              a: { entries: b/* }
            """
        #expect(
            mistakes(text) == [
                "1:35: 'url' is here twice: line 1 has it already",
                "2:22: unknown word 'rot' in 'store'; did you mean 'root'?",
                "3:1: 'store' is here twice: line 2 has it already",
                "5:44: 'table' is here twice: line 5 has it already",
                "5:54: 'table' is here twice: line 5 has it already",
                "6:3: 'a' is here twice: line 5 has it already",
            ])
    }

    @Test func duplicateKeysThatCannotBeDisguisedAreStillRefused() {
        #expect(mistakes("\"\": 1\n\"\": 2\n") == ["1:1: '' twice in one mapping"])
        #expect(mistakes("a: \u{E000}\na: 2\n") == ["1:1: 'a' twice in one mapping"])
    }

    @Test func scalarsAreTextWhateverYAMLWouldMakeOfThem() throws {
        let text = ManifestText.records("{ table: no, key: 0640, claims: ['{p}'], making: on, requires: ['{p}'] }")
        let source = try parse(text).manifest.resources[0].sources[0]
        #expect(source.rows == .table(schema: nil, name: "no"))
        #expect(source.key == "0640")
        #expect(source.making == "on")
    }

    @Test(arguments: ["kind:", "kind: ~", "kind: null"])
    func aWordWithoutValueIsAMistake(line: String) {
        #expect(mistakes(ManifestText.resource(line)) == ["6:5: 'kind' has no value: give it one or leave it out"])
    }

    @Test func columnsCountScalarsAndLinesAnyLineEnd() {
        let text = "database: { url: \"sqlite:é𝄞\", x: 1 }\r\nstore: { root: data, y: 1 }\r\n"
        #expect(
            Array(mistakes(text).map { $0.prefix { $0 != " " } })
                == ["1:1:", "1:31:", "2:22:"])
    }

    @Test func aTextThatEndsTooEarlyIsLocatedInItsLastLine() {
        #expect(Array(mistakes("a: 1\nb: { c: d, ").map { $0.prefix { $0 != " " } }) == ["2:12:"])
        #expect(mistakes("--- ") == ["1:5: the manifest must be a mapping of words to values, not a text"])
    }

    @Test func bytesThatAreNoTextAreLocated() {
        func details(_ bytes: [UInt8]) -> [String] {
            do { _ = try ManifestText.reader().parse(bytes) } catch { return error.details }
            return []
        }
        #expect(
            details(Array("a: é\nb: ".utf8) + [0xFF]) == [
                "foundling.yaml:2:4: not UTF-8: save the file in that encoding"
            ])
        // Lines end as they do for every other mistake.
        #expect(
            details(Array("a: é\rb: ".utf8) + [0xFF]) == [
                "foundling.yaml:2:4: not UTF-8: save the file in that encoding"
            ])
        #expect(details([0xFF]) == ["foundling.yaml:1:1: not UTF-8: save the file in that encoding"])
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: ManifestReader.sizeLimit + 1)
        #expect(details(large) == ["foundling.yaml:1:1: larger than 1 MiB: is this a manifest?"])
        #expect(
            details(Array("\u{FEFF}x: 1".utf8)).contains(
                "foundling.yaml:1:1: unknown word 'x' in the manifest; "
                    + "known here: database, store, safety, resources, serve"))
    }

    @Test func deepNestingIsRefusedAndDoesNotCrash() {
        #expect(mistakes(String(repeating: "[", count: 100_000)).count == 1)
        #expect(mistakes(String(repeating: "- ", count: 100_000)).count == 1)
    }
}
