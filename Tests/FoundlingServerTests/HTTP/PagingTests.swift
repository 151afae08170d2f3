import FoundlingCore
import FoundlingTesting
import Foundation
import HTTPTypes
import Testing

@testable import FoundlingServer

/// Pages, and the cursors that lead from one to the next.
@Suite struct PagingTests {
    private static let endpoint = Endpoint(
        method: .get, path: "/list", operation: "list", group: "test", summary: "", access: .read,
        parameters: Page.parameters, answers: []
    ) { _ in .nothing }

    private static func page(_ count: Int, _ query: String, list: String = "things") throws(FoundlingError) -> Page {
        try Call(
            endpoint, id: "r", caller: .anonymous, from: "local", headers: HTTPFields(), path: [:], query: query,
            body: []
        ).page(Array(0..<count), list: list) { String($0) }
    }

    private static func cursor(_ text: String, _ list: String) -> ListCursor? {
        do throws(FoundlingError) { return try ListCursor(text, list: list) } catch {
            #expect(error.code == .cursorInvalid)
            return nil
        }
    }

    @Test(arguments: [0, 1, 9, 10, 11, 100, 101])
    func pagesMissNoneAndRepeatNone(_ count: Int) throws {
        for limit in [1, 3, 10, 1_000] {
            var (seen, next): ([String], String?) = ([], nil)
            repeat {
                let page = try Self.page(count, "limit=\(limit)" + (next.map { "&cursor=\($0)" } ?? ""))
                #expect(page.items.count <= limit)
                #expect(page.next == nil || page.items.count == limit)
                seen += page.items
                next = page.next
            } while next != nil
            #expect(seen == (0..<count).map { String($0) })
        }
    }

    @Test func aListThatGotShorterEndsAndDoesNotFall() throws {
        let next = try #require(try Self.page(20, "limit=10").next)
        #expect(try Self.page(10, "cursor=\(next)").items.isEmpty)
        #expect(throws: FoundlingError.self) { try Self.page(9, "cursor=\(next)") }
    }

    @Test func aCursorLeadsOnInItsOwnListOnly() throws {
        let next = try #require(try Self.page(20, "limit=10").next)
        #expect(throws: FoundlingError.self) { try Self.page(20, "cursor=\(next)", list: "others") }
        for last in ["-1", "21", "x", "", "9223372036854775808", "1 ", "+1x", "٣"] {
            let made = ListCursor(list: "things", last: last).text
            #expect(throws: FoundlingError.self, "\(last)") { try Self.page(20, "cursor=\(made)") }
        }
    }

    @Test func whateverACursorHoldsComesBack() throws {
        var random = WorldGenerator.Seeded(7)
        guard case .text(let rules) = Page.parameters[1].schema else { return }
        for _ in 0..<1_000 {
            let scalars = (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x3000, using: &random))
            }
            let last = String(String.UnicodeScalarView(scalars))
            let text = ListCursor(list: "things", last: last).text
            #expect(rules.mistake(in: text) == nil, "what is given out must be taken: \(text)")
            let read = try #require(Self.cursor(text, "things"))
            #expect(Array(read.last.utf8) == Array(last.utf8))
            #expect(Self.cursor(text, "thing") == nil)
        }
    }

    @Test func hostileTextsAreNoCursors() throws {
        var random = WorldGenerator.Seeded(8)
        let letters = Array("ABab01-_+/= \n%.\u{0}é\u{301}🗑")
        for _ in 0..<5_000 {
            let text = String(
                (0..<Int.random(in: 0...60, using: &random)).map { _ in letters.randomElement(using: &random)! })
            // Nobody guesses one: those that are read begin as ours do.
            if let read = Self.cursor(text, "things") { #expect(read.text == text) }
        }
        // One letter of a real one, changed, lost or added: it is another place of the same list, or none.
        let real = Array(ListCursor(list: "things", last: "1795681357390568087/42").text)
        for index in real.indices {
            for letter in letters {
                var changed = real
                changed[index] = letter
                _ = Self.cursor(String(changed), "things")
                changed.remove(at: index)
                _ = Self.cursor(String(changed), "things")
            }
        }
        for text in ["", "=", "====", "MQ", "MQo", "MQoK", String(repeating: "A", count: 100_000), "../../etc/passwd"] {
            #expect(Self.cursor(text, "things") == nil, "\(text.prefix(20))")
        }
    }

    @Test func aPageSaysWhereTheNextBeginsOrThatItIsTheLast() {
        #expect(Page(items: ["1", "2"], next: "abc").json() == #"{"items":[1,2],"next":"abc"}"#)
        #expect(Page(items: [], next: nil).json([("queue", "null")]) == #"{"items":[],"next":null,"queue":null}"#)
    }
}
