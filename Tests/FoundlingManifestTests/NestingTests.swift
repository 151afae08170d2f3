import FoundlingCore
import FoundlingManifest
import Testing

/// Resources inside resources, and resources in each other's way.
@Suite struct NestingTests {
    /// Resources in flow style, one a line from line 4 on: `name | entries | further words`.
    static func text(_ resources: String) -> String {
        ManifestText.resources(
            resources.split(separator: "\n").map { line in
                let parts = line.split(separator: "|", omittingEmptySubsequences: false).map {
                    String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                }
                let more = parts.count > 2 ? "\(parts[2]), " : ""
                return "  \(parts[0]): { \(more)records: [{ query: q }], entries: \(parts[1]) }\n"
            }.joined())
    }

    @Test(arguments: [
        "a | a/*\nb | a/*/b | within: a",
        "a | a/*\nb | a/*/** | within: a",
        "b | a/*/b/c_* | within: a\na | a/*",
        "a | [a/*, x/*]\nb | [a/*/b, x/*/b] | within: a",
        "a | a/*\nb | a/*/b/* | within: a\nc | a/*/b/*/c | within: b",
        "a | datasets/*\nb | datasets/local/*",
        "a | a/* | kind: file\nb | a/*/b",
        "a | a/x*\nb | a/y*/b",
        "a | 'a/*[0-4]'\nb | 'a/*[5-9]/b'",
        "a | a/* | except: 'a/x*'\nb | 'a/x*/b'",
        "a | a/* | kind: file\nb | a/* | kind: directory",
        "a | a/* | shape: ^x\nb | a/*",
        "a | a/*\nb | a/?",
        "a | a/b\nb | a/b/c",
    ])
    func soundManifestsAreAccepted(resources: String) throws {
        #expect(mistakes(Self.text(resources)).isEmpty)
        #expect(try parse(Self.text(resources)).warnings.isEmpty)
    }

    @Test(
        arguments: [
            (
                "a | a/*\nthings | x/*\nb | a/*/b | within: thing",
                [
                    "6:16: 'within' names no resource: 'thing'; did you mean 'things'?",
                    "6:57: 'a/*/b' lies inside the entries of 'a' (line 4): write 'within: a'",
                ]
            ),
            ("a | a/*\nb | x/* | within: zebra", ["5:16: 'within' names no resource: 'zebra'; known here: a"]),
            ("a | a/* | within: a", ["4:16: a resource can't lie within itself: 'a' within 'a'"]),
            (
                "a | a/* | within: c\nb | a/*/b | within: a\nc | a/*/b/c | within: b",
                ["4:16: a resource can't lie within itself: 'a' within 'c' within 'b' within 'a'"]
            ),
            (
                "a | a/* | kind: [file, symlink]\nb | a/*/b | within: a",
                ["5:16: 'a' takes no directories, so nothing lies within it"]
            ),
            (
                "a | a/*\nb | x/*/b | within: a",
                ["5:53: 'x/*/b' must begin with 'a/*', the entries of 'a', and go deeper"]
            ),
            (
                "a | [a/*, c]\nb | [a/*/b, a/x/b, a/*] | within: a",
                [
                    "5:61: 'a/x/b' must begin with 'a/*' or 'c', the entries of 'a', and go deeper",
                    "5:68: 'a/*' must begin with 'a/*' or 'c', the entries of 'a', and go deeper",
                ]
            ),
            (
                "a | a/**\nb | a/b/c | within: a",
                ["5:53: 'a/b/c' must begin with 'a/**', the entries of 'a', and go deeper"]
            ),
            // Globs that could not be read are no reason to doubt others.
            (
                "a | /a/*\nb | x/*/b | within: a",
                ["4:42: glob '/a/*': it is absolute; globs are read from the root of the store"]
            ),
        ] as [(String, [String])])
    func withinIsChecked(resources: String, found: [String]) {
        #expect(mistakes(Self.text(resources)) == found)
    }

    @Test(
        arguments: [
            (
                "a | a/*\nb | a/*",
                [
                    "5:42: two resources for one place: 'a/*' belongs to 'a' in line 4; "
                        + "tell them apart by 'shape' or 'kind', or make them one"
                ]
            ),
            (
                "a | [x/*, a/**]\nb | 'a/**/'",
                [
                    "5:42: two resources for one place: 'a/**/' belongs to 'a' in line 4; "
                        + "tell them apart by 'shape' or 'kind', or make them one"
                ]
            ),
            (
                "a | a/* | kind: [file, directory]\nb | a/* | kind: [file]",
                [
                    "5:56: two resources for one place: 'a/*' belongs to 'a' in line 4; "
                        + "tell them apart by 'shape' or 'kind', or make them one"
                ]
            ),
            ("a | a/*\nb | a/*/b", ["5:42: 'a/*/b' lies inside the entries of 'a' (line 4): write 'within: a'"]),
            ("b | a/*/b\na | a/*", ["4:42: 'a/*/b' lies inside the entries of 'a' (line 5): write 'within: a'"]),
            ("a | a/*\nb | a/*/**", ["5:42: 'a/*/**' lies inside the entries of 'a' (line 4): write 'within: a'"]),
            ("a | 'a/x*'\nb | 'a/*y/b'", ["5:42: 'a/*y/b' lies inside the entries of 'a' (line 4): write 'within: a'"]),
            (
                "a | 'a/*/c*'\nb | 'a/b/*/d'",
                ["5:42: 'a/b/*/d' lies inside the entries of 'a' (line 4): write 'within: a'"]
            ),
        ] as [(String, [String])])
    func placesThatGetInEachOthersWayAreRefused(resources: String, found: [String]) {
        #expect(mistakes(Self.text(resources)) == found)
    }

    @Test(arguments: [
        (
            "a | a/**\nb | a/b/*",
            "5:42: every file below 'a/b/*' is an entry of 'a' (line 4) too; 'except' there keeps them apart"
        ),
        ("a | [a/*, a/*/b/*]", "4:43: no directory of 'a/*' will be an entry: 'a/*/b/*' leads through it"),
    ])
    func whatWillSurpriseIsWarnedOf(resources: String, warning: String) throws {
        #expect(try parse(Self.text(resources)).warnings.map(\.description) == ["foundling.yaml:" + warning])
    }

    @Test func manyGlobsAreComparedQuickly() {
        let globs = { (tail: String) in "[" + (0..<5_000).map { "d/\($0)/*\(tail)" }.joined(separator: ",") + "]" }
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            #expect(mistakes(Self.text("a | \(globs(""))\nb | \(globs("/c"))")).count == 5_000)
        }
        #expect(elapsed < .seconds(20))
    }
}
