import FoundlingCore
import FoundlingHistory
import Testing

/// A cursor leads on in the very query that gave it out, and nowhere else.
@Suite struct CursorTests {
    private func code(_ file: FindingsFile, _ query: FindingsQuery) -> FoundlingError.Code? {
        do throws(FoundlingError) {
            _ = try file.page(query)
            return nil
        } catch { return error.code }
    }

    @Test func aCursorOfAnotherQueryIsRefused() throws {
        let state = try StateWorld()
        let file = try state.write("one", try drawn(50, seed: 1))
        let query = FindingsQuery(kinds: [.orphan], sort: .size, limit: 3)
        let next = try #require(try file.page(query).next)
        let others: [FindingsQuery] = [
            FindingsQuery(kinds: [.orphan, .young], sort: .size, limit: 3, cursor: next),
            FindingsQuery(kinds: [.orphan], resource: "items", sort: .size, cursor: next),
            FindingsQuery(kinds: [.orphan], cause: .unknown, sort: .size, cursor: next),
            FindingsQuery(kinds: [.orphan], minBytes: 1, sort: .size, cursor: next),
            FindingsQuery(kinds: [.orphan], below: StorePath("a"), sort: .size, cursor: next),
            FindingsQuery(kinds: [.orphan], contains: [0x61], sort: .size, cursor: next),
            FindingsQuery(kinds: [.orphan], sort: .freed, cursor: next),
            FindingsQuery(kinds: [.orphan], sort: .size, order: .ascending, cursor: next),
        ]
        for other in others { #expect(code(file, other) == .cursorInvalid, "\(other)") }
        #expect(code(file, FindingsQuery(kinds: [.orphan], sort: .size, limit: 9, cursor: next)) == nil)
    }

    @Test func aCursorOfAnEarlierScanIsStaleAndItsFileReadsOn() throws {
        let state = try StateWorld()
        let rows = try drawn(300, seed: 2)
        let first = try state.write("one", rows)
        let query = FindingsQuery(limit: 10)
        let next = try #require(try first.page(query).next)
        let second = try state.write("two", day: 7, rows, after: first)
        #expect(state.names == ["findings-two.db"])
        #expect(code(second, FindingsQuery(limit: 10, cursor: next)) == .cursorStale)
        // Whoever still holds the first one sees it as it was, on every connection.
        #expect(try first.all(query).count == 300)
        #expect(try first.document("summary") == "{\"id\":\"one\"}")
    }

    @Test(arguments: [
        "", "A", "AQ", "AQ==", "not a cursor", "AQEB\u{0}", String(repeating: "A", count: 5000), "é",
        "../../etc/passwd",
    ]) func whatIsNoCursorIsRefused(_ text: String) throws {
        let state = try StateWorld()
        let file = try state.write("one", try drawn(5, seed: 3))
        #expect(code(file, FindingsQuery(cursor: text)) == .cursorInvalid)
    }

    @Test func everyLetterOfACursorCounts() throws {
        let text = Cursor(scope: .findings, scan: "20261126-0730", order: 3, filter: .max, row: 12).text
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            let read = try? Cursor(text: changed)
            #expect(read == nil || read?.text == changed)
            #expect(read != (try Cursor(text: text)))
        }
        #expect(throws: FoundlingError.self) { try Cursor(text: text + "A") }
        #expect(throws: FoundlingError.self) { try Cursor(text: String(text.dropLast())) }
    }

    @Test func aCursorThatSomebodyMadeUpIsRefused() throws {
        let state = try StateWorld()
        let file = try state.write("one", try drawn(20, seed: 4))
        let query = FindingsQuery(limit: 2)
        var cursor = try Cursor(text: #require(try file.page(query).next))
        cursor.row = 4_000
        #expect(code(file, FindingsQuery(limit: 2, cursor: cursor.text)) == .cursorInvalid)
        cursor.scope = .gone
        #expect(code(file, FindingsQuery(limit: 2, cursor: cursor.text)) == .cursorInvalid)
    }
}
