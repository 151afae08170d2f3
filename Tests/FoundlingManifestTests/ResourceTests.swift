import FoundlingCore
import FoundlingManifest
import Testing

/// What one resource may say of its entries.
@Suite struct ResourceTests {
    @Test(arguments: ["a", "trainings", "a-b", "a_b", "a1"])
    func namesBecomeOptions(name: String) throws {
        let text = ManifestText.resources("  \(name): { entries: a/*, records: [{ query: q }] }")
        #expect(try parse(text).manifest.index(of: name) == 0)
    }

    @Test(arguments: ["A", "1a", "_a", "-a", "a.b", "a b", "é", "\"\""])
    func otherNamesAreRefused(name: String) {
        let found = mistakes(ManifestText.resources("  \(name): { entries: a/*, records: [{ query: q }] }"))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("4:3: '\(name == "\"\"" ? "" : name)' is no name for a resource") == true)
    }

    @Test(arguments: ["a", "a/*", "a/**", "**", "a/b/", "a/[0-9]?"])
    func globsAreReadFromTheRoot(glob: String) throws {
        let text = ManifestText.resources("  a: { entries: '\(glob)', records: [{ query: q }] }")
        #expect(try parse(text).manifest.resources[0].entries.map(\.text) == [glob])
    }

    @Test(arguments: [
        ("/a/*", "it is absolute; globs are read from the root of the store"),
        ("../a", "'..' leaves the store"),
        ("a/../b", "'..' leaves the store"),
        ("./a", "leave out the '.'"),
        ("a//b", "a part between two slashes is empty"),
        ("a/**/b", "'**' may only be the last part"),
        ("**/b", "'**' may only be the last part"),
        ("/", "it names nothing below the root"),
    ])
    func aRefusedGlobIsExplained(glob: String, reason: String) {
        #expect(
            mistakes(ManifestText.resources("  a: { entries: [x/*, '\(glob)'], records: [{ query: q }] }"))
                == ["4:23: glob '\(glob)': \(reason)"])
        #expect(mistakes(ManifestText.resource("except: '\(glob)'")) == ["6:13: glob '\(glob)': \(reason)"])
    }

    @Test func aBrokenShapeIsShownAtItsByte() {
        #expect(
            mistakes(ManifestText.resource("shape: '^a(b'"))
                == ["6:17: 'shape' is no regular expression: missing closing parenthesis"])
        #expect(
            mistakes(ManifestText.resource("shape: ^a[b"))[0].hasPrefix(
                "6:16: 'shape' is no regular expression: missing term"))
    }

    @Test func anExceptionThatMeetsNothingIsWarnedOf() throws {
        let (_, warnings) = try parse(ManifestText.resource("except: [things/a, a, things, things/*/x, other/a]"))
        let none = "meets none of the entries: it is read from the root of the store"
        #expect(
            warnings.map { "\($0.line):\($0.column): \($0.message)" } == [
                "6:24: except 'a' \(none)",
                "6:35: except 'things/*/x' \(none)",
                "6:47: except 'other/a' \(none)",
            ])
    }

    @Test func thereIsALimitOnGlobs() {
        func text(_ count: Int) -> String {
            let globs = (0..<count).map { "\(String($0, radix: 36))/*" }.joined(separator: ",")
            return ManifestText.resources("  a: { entries: [\(globs)], records: [{ query: q }] }")
        }
        #expect(mistakes(text(65_000)).isEmpty)
        #expect(mistakes(text(65_001)) == ["4:3: 65001 globs in 'entries': at most 65000 are supported"])
    }
}
