import FoundlingCore
import Testing

/// Paths are bytes, patterns match whole components, and nothing printed can lie.
@Suite struct PathTests {
    @Test(arguments: ["a", "a/b", "é", "a b", "..a", "...", "a/..b"])
    func acceptsRelativePathsInNormalForm(_ text: String) { #expect(StorePath(text) != nil) }

    @Test(arguments: ["/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\u{0}b", "../\u{301}a"])
    func refusesWhatCouldLeaveTheStore(_ text: String) { #expect(StorePath(text) == nil) }

    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}[2J", "\\x1B[2J"), ("a\nb", "a\\nb"), ("a\\b", "a\\\\b"), ("é", "é"),
        ("a\u{202E}b", "a\\u{202E}b"), ("\u{7F}", "\\x7F"), ("日本", "日本"),
    ])
    func escapesWhatATerminalWouldObey(_ raw: String, _ shown: String) { #expect(Printable.escape(raw) == shown) }

    @Test func escapesBytesThatAreNotUTF8() {
        #expect(Printable.escape([0x66, 0xFF, 0x6F]) == "f\\xFFo")
        #expect(Printable.escape([0xE9]) == "\\xE9")
        #expect(Printable.escape([0xC3, 0xA9, 0xC3]) == "é\\xC3")
    }

    @Test(arguments: [
        ("*", "abc", true), ("*", "", true), ("a*", "abc", true), ("a*", "bc", false), ("*c", "abc", true),
        ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
        ("[!a-c]x", "dx", true), ("[]]", "]", true), ("[", "[", true), ("a*b*c", "aXbYc", true),
        ("a*b*c", "aXbY", false), ("*.jpg", "x.jpg", true), ("*.jpg", "x.jpeg", false), ("[a]", "b", false),
    ])
    func globComponentsMatchWithinOneName(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(GlobComponent(Array(pattern.utf8)).matches(Array(name.utf8)) == matches)
    }

    @Test(arguments: [
        ("trainings/*", "trainings/a", true), ("trainings/*", "trainings/a/b", false),
        ("trainings/*", "trainings", false),
        ("photos/**", "photos/a/b/c.jpg", true), ("photos/**", "photos", false), ("photos/*/**", "photos/a", false),
        ("photos/*/**", "photos/a/b", true), ("*", "a", true), ("a/b", "a/b", true),
    ])
    func globsNeverCrossASlashUnlessTheyEndInTwoStars(_ glob: String, _ path: String, _ matches: Bool) throws {
        #expect(try #require(Glob(glob)).matches(#require(StorePath(path))) == matches)
    }

    @Test(arguments: ["/a/*", "../*", "a/**/b", "", "**/a", "a//b"])
    func refusesGlobsThatAreNoPathsOfTheStore(_ glob: String) { #expect(Glob(glob) == nil) }

    @Test(arguments: [
        ("^train_(?<key>[0-9a-f]{8})$", "train_00d10dde", "00d10dde"), ("^m_", "m_x", "m_x"),
        ("^(?<key>a)?b", "b", ""),
    ])
    func shapesFindTheKey(_ pattern: String, _ name: String, _ key: String) throws {
        let range = try #require(try Shape(pattern).match(Array(name.utf8)))
        #expect(String(decoding: Array(name.utf8)[range], as: UTF8.self) == key)
    }

    @Test func aShapeThatRunsAwayIsNoMatch() throws {
        let shape = try Shape("^(a+)+$")
        #expect(shape.match(Array(repeating: UInt8(ascii: "a"), count: 40) + [UInt8(ascii: "!")]) == nil)
    }

    @Test func aBrokenShapeSaysWhere() {
        #expect { try Shape("^[a") } throws: { ($0 as? Shape.Invalid)?.offset == 3 }
        // PCRE2 itself says one byte behind the end.
        #expect { try Shape("(*LIMIT_MATCH=9") } throws: { ($0 as? Shape.Invalid)?.offset == 15 }
    }

    @Test(arguments: [
        ("ABC", "abc"), ("a%20b", "a b"), ("x ", "x"), ("é", "e\u{301}"), ("STRASSE", "straße"), ("É", "é"),
        ("%41", "a"), ("name\t", "NAME"),
    ])
    func foldingMakesSpellingsAlike(_ one: String, _ other: String) { #expect(hash(one) == hash(other)) }

    @Test(arguments: [("a", "b"), ("train_1", "train_10"), ("e", "é"), ("a.b", "a_b"), ("ab", "a b"), ("%zz", "zz")])
    func foldingKeepsDifferentNamesApart(_ one: String, _ other: String) { #expect(hash(one) != hash(other)) }

    @Test func aBackslashFoldsToASlash() {
        let hasher = FoldedHash(seed: 7)
        var pieces: [UInt64] = []
        Array("a\\B".utf8).withUnsafeBytes { _ = hasher.step(hasher.start, $0) { pieces.append($0) } }
        let a = Array("a".utf8).withUnsafeBytes { hasher.step(hasher.start, $0) }
        let b = Array("b".utf8).withUnsafeBytes { hasher.step(a, $0) }
        #expect(pieces == [a, b])
    }

    private func hash(_ name: String) -> UInt64 {
        let hasher = FoldedHash(seed: 42)
        return Array(name.utf8).withUnsafeBytes { hasher.step(hasher.start, $0) }
    }
}
