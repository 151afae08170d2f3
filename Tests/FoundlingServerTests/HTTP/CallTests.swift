import FoundlingCore
import HTTPTypes
import Testing

@testable import FoundlingServer

/// What is wrong with a request is said before anything is done, all of it at once.
@Suite struct CallTests {
    private static let endpoint = Endpoint(
        method: .post, path: "/things/{id}", operation: "test", group: "test", summary: "", access: .operate,
        parameters: [
            .init(name: "id", schema: .text(.init(length: 1...3)), about: ""),
            .init(name: "limit", schema: .integer(1...1_000), about: ""),
            .init(name: "flag", schema: .boolean, about: ""),
            .init(name: "word", schema: .text(.init(length: 1...5)), about: ""),
            .init(name: "must", schema: .text(.init(length: 1...5)), about: "", isRequired: true),
        ], body: .object([.init("a", .integer(0...9), required: false)]), isBodyRequired: false, answers: []
    ) { _ in .nothing }

    private static func call(
        _ query: String?, id: String = "x", body: String = "", _ endpoint: Endpoint = endpoint
    ) throws(FoundlingError) -> Call {
        try Call(
            endpoint, id: "r", caller: .anonymous, from: "local", headers: HTTPFields(), path: ["id": id], query: query,
            body: Array(body.utf8))
    }

    private static func mistakes(_ query: String?, id: String = "x", body: String = "") -> [String] {
        do throws(FoundlingError) {
            _ = try call(query, id: id, body: body)
            return []
        } catch {
            #expect(error.code == .requestInvalid)
            return error.details
        }
    }

    @Test func whatIsSentIsThere() throws {
        let call = try Self.call("must=a%20b&flag=true&limit=7&word=c+d", id: "é", body: #"{"a":3}"#)
        #expect(call.path("id") == "é")
        #expect(call.text("must") == "a b")
        #expect(call.text("word") == "c d")
        #expect(call.integer("limit") == 7)
        #expect(call.limit == 7)
        #expect(call.body["a"]?.integer == 3)
        #expect(try Self.call("must=a").limit == 100)
        #expect(try Self.call("must=a").text("word") == nil)
        #expect(try Self.call("&must=a&&").text("must") == "a")
    }

    @Test(
        arguments: [
            (nil, ["'must' is missing"]), ("", ["'must' is missing"]), ("must=", ["'must' is empty"]),
            ("must", ["'must' is empty"]), ("must=a&must=a", ["'must' is there twice"]),
            ("must=abcdef", ["'must' is longer than 5 characters"]), ("must=%00", ["'must' holds a NUL"]),
            ("must=a&limit=0", ["'limit' is a whole number from 1 to 1000"]),
            ("must=a&limit=1.0", ["'limit' is a whole number"]),
            ("must=a&limit=+1", ["'limit' is a whole number"]), ("must=a&limit=01", ["'limit' is a whole number"]),
            ("must=a&limit=", ["'limit' is a whole number"]),
            ("must=a&limit=99999999999999999999", ["'limit' is a whole number"]),
            ("must=a&flag=1", ["'flag' is true or false"]), ("must=a&flag=TRUE", ["'flag' is true or false"]),
            ("must=a&wrod=b", ["unknown parameter 'wrod': did you mean 'word'?"]),
            ("must=a&=b", ["unknown parameter ''"]),
            ("must=a&%ff=b", ["the query is not written as it should be: a broken escape"]),
            ("must=%", ["the query is not written as it should be: a broken escape", "'must' is missing"]),
            (
                "limit=x&flag=y&z",
                ["'limit' is a whole number", "'flag' is true or false", "unknown parameter 'z'", "'must' is missing"]
            ),
        ] as [(String?, [String])])
    func everyMistakeOfAQueryIsNamed(_ query: String?, _ mistakes: [String]) {
        #expect(Self.mistakes(query) == mistakes)
    }

    @Test(arguments: [
        ("{", ["the body is no JSON"]), ("[]", ["the body is a list, not an object"]),
        ("null", ["the body is null, not an object"]), (#""x""#, ["the body is a text, not an object"]),
        (#"{"a":10}"#, ["'a' is a whole number from 0 to 9"]), (#"{"b":1}"#, ["unknown field 'b': did you mean 'a'?"]),
    ])
    func everyMistakeOfABodyIsNamed(_ body: String, _ mistakes: [String]) {
        #expect(
            Self.mistakes("must=a", body: body).map { $0.replacing(": did you mean 'a'?", with: "") }
                == mistakes.map { $0.replacing(": did you mean 'a'?", with: "") })
    }

    @Test func aBodyMayBeLeftOutOnlyWhereItMay() throws {
        #expect(try Self.call("must=a").body == .object([:]))
        var strict = Self.endpoint
        strict.isBodyRequired = true
        #expect(throws: FoundlingError.self) { try Self.call("must=a", strict) }
        var without = Self.endpoint
        without.body = nil
        #expect(try Self.call("must=a", without).body == .null)
        #expect(throws: FoundlingError.self) { try Self.call("must=a", body: "{}", without) }
    }

    @Test func whatTheReasonSaysOfTheCallerCannotBreakTheLedgersLine() throws {
        let call = try Call(
            Self.endpoint, id: "r", caller: .token(id: "1f", name: "a\u{1B}[2J", role: .operator), from: "10.0.0.1",
            headers: HTTPFields(), path: ["id": "x"], query: "must=a", body: [])
        #expect(!call.reason("tidy").contains("\u{1B}"))
        #expect(call.reason("tidy").hasSuffix("(1f) from 10.0.0.1: tidy"))
        #expect(call.reason(nil).hasSuffix("from 10.0.0.1"))
    }
}
