import FoundlingCore
import FoundlingReport
import FoundlingTesting
import Foundation
import Testing

@testable import FoundlingServer

/// A shape checks what it says: what the document shows and what a request is held against are one.
@Suite struct SchemaTests {
    private static let shape = Schema.object([
        .init("name", .text(.init(length: 1...5, pattern: "[a-z]+"))),
        .init("kind", .choice(["one", "two"]), required: false), .init("count", .integer(1...10), required: false),
        .init("flag", .boolean, required: false), .init("list", .array(.number, atLeast: 1, upTo: 2), required: false),
        .init("maybe", .nullable(.integer()), required: false), .init("map", .map(.boolean), required: false),
        .init("when", .text(.init(length: 10...40, format: "date-time")), required: false),
    ])

    private static func mistakes(_ text: String, _ schema: Schema = shape) throws -> [String] {
        schema.mistakes(in: try #require(JSONValue(parsing: Array(text.utf8)), "\(text)"), "")
    }

    @Test(arguments: [
        #"{"name":"a"}"#, #"{"name":"abcde","kind":"two","count":10,"flag":false,"list":[1,2.5],"maybe":null}"#,
        #"{"name":"a","maybe":7,"map":{"x":true},"when":"2027-01-31T00:00:00Z"}"#,
        // JSON Schema counts 1.0 as a whole number.
        #"{"name":"a","count":1.0}"#, #"{"name":"a","count":1e0}"#,
    ])
    func whatTheShapeAllowsHasNoMistakes(_ text: String) throws {
        #expect(try Self.mistakes(text) == [])
    }

    @Test(arguments: [
        ("{}", "'name' is missing"), (#"{"name":null}"#, "'name' is a text, not null"),
        (#"{"name":5}"#, "'name' is a text, not a number"), (#"{"name":""}"#, "'name' is empty"),
        (#"{"name":"abcdef"}"#, "'name' is longer than 5 characters"),
        (#"{"name":"A"}"#, "'name' does not look as it should: [a-z]+"),
        (#"{"name":"a\n"}"#, "'name' does not look as it should: [a-z]+"),
        (#"{"name":"a\u0000"}"#, "'name' holds a NUL"),
        (#"{"name":"a","kind":"three"}"#, "'kind' is one of one, two"),
        (#"{"name":"a","count":0}"#, "'count' is a whole number from 1 to 10"),
        (#"{"name":"a","count":1.5}"#, "'count' is a whole number"),
        (#"{"name":"a","count":"1"}"#, "'count' is a whole number, not a text"),
        (#"{"name":"a","flag":1}"#, "'flag' is true or false, not a number"),
        (#"{"name":"a","list":{}}"#, "'list' is a list, not an object"),
        (#"{"name":"a","list":[]}"#, "'list' is an empty list"),
        (#"{"name":"a","list":[1,2,3]}"#, "'list' has at most 2 items"),
        (#"{"name":"a","list":[1,"x"]}"#, "'list[1]' is a number, not a text"),
        (#"{"name":"a","maybe":"x"}"#, "'maybe' is a whole number, not a text"),
        (#"{"name":"a","map":{"x":1}}"#, "'map.x' is true or false, not a number"),
        (#"{"name":"a","nmae":"b"}"#, "unknown field 'nmae': did you mean 'name'?"),
        (#"{"name":"a","when":"tomorrow at noon"}"#, "'when' is no time: write it like 2027-01-31T00:00:00Z"),
    ])
    func aMistakeIsNamedInASentence(_ text: String, _ mistake: String) throws {
        #expect(try Self.mistakes(text) == [mistake])
    }

    @Test func allMistakesAreNamedAndUnknownFieldsAreEscaped() throws {
        let mistakes = try Self.mistakes(#"{"a\u001b[2J":1,"count":99,"kind":"x"}"#)
        #expect(mistakes.count == 4)
        #expect(!mistakes.joined().contains("\u{1B}"))
        // Whoever sends a thousand strange fields is not told of each.
        let many = (0..<1_000).map { "\"x\($0)\":1" }.joined(separator: ",")
        #expect(try Self.mistakes("{\"name\":\"a\",\(many)}").count == 5)
    }

    private static let acts = Schema.oneOf(
        by: "act",
        [
            [.init("act", .choice(["buy"])), .init("what", .text())],
            [.init("act", .choice(["sell"])), .init("all", .boolean, required: false)],
            [.init("act", .choice(["sell"])), .init("what", .text()), .init("part", .boolean, required: false)],
        ])

    @Test(
        arguments: [
            (#"{"act":"buy","what":"a"}"#, []), (#"{"act":"sell"}"#, []), (#"{"act":"sell","all":true}"#, []),
            (#"{"act":"sell","what":"a","part":true}"#, []), (#"{"act":"buy"}"#, ["'what' is missing"]),
            (#"{"act":"sell","part":true}"#, ["'what' is missing"]),
            (#"{"act":"buy","what":"a","everything":true}"#, ["unknown field 'everything'"]),
            (#"{"act":"steal"}"#, ["'act' is one of buy, sell"]), ("{}", ["'act' is one of buy, sell"]),
            (#"{"act":null}"#, ["'act' is one of buy, sell"]),
        ] as [(String, [String])])
    func ofSeveralShapesTheNearestSaysWhatIsWrong(_ text: String, _ mistakes: [String]) throws {
        #expect(try Self.mistakes(text, Self.acts) == mistakes)
    }

    @Test func aRequestsShapeIsClosedAndAnAnswersIsNot() throws {
        let closed = try Self.parsed(Self.shape.json(isClosed: true).json)
        let open = try Self.parsed(Self.shape.json(isClosed: false).json)
        #expect(closed["additionalProperties"] as? Bool == false)
        #expect(open["additionalProperties"] == nil)
        #expect(closed["required"] as? [String] == ["name"])
        let name = try #require((closed["properties"] as? [String: [String: Any]])?["name"])
        #expect(name["pattern"] as? String == "^[a-z]+$")
        #expect(name["minLength"] as? Int == 1)
        #expect(name["maxLength"] as? Int == 5)
        // An answer may quote what was sent and say more than it.
        let answered = try #require((open["properties"] as? [String: [String: Any]])?["name"])
        #expect(answered["maxLength"] == nil)
        let acts = try Self.parsed(Self.acts.json(isClosed: true).json)
        #expect((acts["oneOf"] as? [[String: Any]])?.count == 3)
    }

    private static func parsed(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func thePatternOfAPathSaysWhatAPathIs() throws {
        guard case .text(let rules) = Shapes.path, let pattern = rules.pattern else {
            Issue.record("a path has a pattern")
            return
        }
        // As others read it: by a regular expression that knows no more than the document says.
        let regex = try Regex("^(?:\(pattern))$").matchingSemantics(.unicodeScalar)
        let parts = [
            "", ".", "..", "...", "a", ".a", "..a", "a.", "a..", "é", "e\u{301}", "\u{301}", " ", "\n", "a\\b", "%2e",
        ]
        for first in parts {
            for second in [nil] + parts.map(Optional.some) {
                let text = first + (second.map { "/" + $0 } ?? "")
                let isPath = StorePath(Array(text.utf8)) != nil
                #expect((rules.mistake(in: text) == nil) == isPath, "\(text.debugDescription)")
                #expect((try regex.wholeMatch(in: text) != nil) == isPath, "\(text.debugDescription)")
            }
        }
        #expect(rules.mistake(in: String(repeating: "a", count: 4_096)) == nil)
        #expect(rules.mistake(in: String(repeating: "a", count: 4_097)) != nil)
        #expect(rules.mistake(in: String(repeating: "é", count: 2_049)) == "is longer than 4096 bytes")
    }
}
