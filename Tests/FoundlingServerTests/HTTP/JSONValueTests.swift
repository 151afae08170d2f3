import Testing

@testable import FoundlingServer

/// JSON that somebody sent.
@Suite struct JSONValueTests {
    @Test(arguments: [
        ("null", JSONValue.null), ("true", .bool(true)), ("0", .integer(0)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9.223372036854775808e18)), ("1.5", .number(1.5)), (#""\u00e9""#, .text("é")),
        ("[1,[]]", .array([.integer(1), .array([])])), (#"{"a":{"b":null}}"#, .object(["a": .object(["b": .null])])),
    ])
    func jsonIsReadAsItIsWritten(_ text: String, _ value: JSONValue) {
        #expect(JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1 2]", "{'a':1}", "nul", "1 2", "{\"a\":1}}", "\"\\ud800\"", "NaN", "1e999", "\u{FEFF}x",
    ])
    func whatIsNoJSONIsNothing(_ text: String) {
        #expect(JSONValue(parsing: Array(text.utf8)) == nil)
    }

    @Test func bytesThatAreNoTextAreNothing() {
        #expect(JSONValue(parsing: [0x22, 0xFF, 0x22]) == nil)
        #expect(JSONValue(parsing: [0]) == nil)
    }

    @Test func whatIsNestedWithoutEndIsRefusedAndNobodyFalls() {
        for opening in ["[", "{\"a\":"] {
            #expect(JSONValue(parsing: Array(String(repeating: opening, count: 100_000).utf8)) == nil)
        }
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(JSONValue(parsing: Array(deep.utf8)) == nil)
    }

    @Test func aFieldThatIsNullIsOneThatIsNotThere() throws {
        let value = try #require(JSONValue(parsing: Array(#"{"a":null,"b":1}"#.utf8)))
        #expect(value["a"] == nil)
        #expect(value["b"]?.integer == 1)
        #expect(value["c"] == nil)
        #expect(JSONValue.null["a"] == nil)
    }
}
