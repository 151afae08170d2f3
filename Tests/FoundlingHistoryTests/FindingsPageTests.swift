import FoundlingCore
import FoundlingHistory
import Testing

/// Pages, held against a plain sort of everything.
@Suite struct FindingsPageTests {
    /// What a query asks for, the slow way: by number, as the rows were written.
    private func expected(_ rows: [FindingRow], _ query: FindingsQuery) -> [String] {
        func contains(_ path: [UInt8], _ part: [UInt8]) -> Bool {
            part.isEmpty || path.indices.contains { path[$0...].starts(with: part) }
        }
        let chosen = rows.enumerated().filter { _, row in
            let parts = query.below?.components ?? []
            return (query.kinds.isEmpty || query.kinds.contains(row.kind))
                && (query.resource == nil || query.resource == row.resource)
                && (query.cause == nil || query.cause == row.cause)
                && (query.minBytes ?? 0 == 0 || (row.bytes?.allocated).map { $0 >= query.minBytes ?? 0 } ?? false)
                && row.path.components.prefix(parts.count).elementsEqual(parts) { $0.elementsEqual($1) }
                && contains(row.path.bytes, query.contains ?? [])
        }
        func number(_ row: FindingRow) -> Int64 {
            switch query.sort {
            case .size: row.bytes.map { Int64($0.allocated) } ?? -1
            case .freed: row.freed.map { Int64($0) } ?? -1
            case .newest: row.newest ?? .min
            case .path, .firstSeen: 0
            }
        }
        let sorted = chosen.sorted { a, b in
            let (x, y) = (number(a.element), number(b.element))
            if x != y { return x < y }
            if query.sort == .path, a.element.path != b.element.path {
                return a.element.path.bytes.lexicographicallyPrecedes(b.element.path.bytes)
            }
            return a.offset < b.offset
        }
        return (query.order == .ascending ? sorted : sorted.reversed()).map(\.element.json)
    }

    private static let filters: [FindingsQuery] = [
        FindingsQuery(),
        FindingsQuery(kinds: [.orphan]),
        FindingsQuery(kinds: [.orphan, .dangling], cause: .deleted),
        FindingsQuery(resource: "sets"),
        FindingsQuery(resource: "sets", cause: .unknown, minBytes: 8192),
        FindingsQuery(minBytes: 4096),
        FindingsQuery(below: StorePath("a")),
        FindingsQuery(kinds: [.orphan], below: StorePath("a/b"), contains: Array("/x1".utf8)),
        FindingsQuery(contains: Array("é/".utf8)),
        FindingsQuery(resource: "nobody"),
        FindingsQuery(kinds: [.pinned]),
    ]

    @Test(arguments: FindingsQuery.Sort.allCases) func pagesAreAPlainSortCutInPieces(_ sort: FindingsQuery.Sort) throws
    {
        let state = try StateWorld()
        let rows = try drawn(400, seed: 7)
        let file = try state.write("one", rows)
        for order in FindingsQuery.Order.allCases {
            for var query in Self.filters {
                (query.sort, query.order) = (sort, order)
                let expected = expected(rows, query)
                for limit in [1, 7, 1000] where limit > 1 || expected.count < 60 {
                    query.limit = limit
                    #expect(try file.all(query).map(\.json) == expected, "\(query)")
                }
                let page = try file.page(query)
                #expect(page.total == expected.count && !page.isTotalAtLeast, "\(query)")
            }
        }
    }

    @Test func aPageHoldsBetweenOneAndAThousand() throws {
        let state = try StateWorld()
        let file = try state.write("one", try (0..<1001).map { try row("a/\($0)") })
        #expect(try file.page(FindingsQuery(limit: 0)).items.count == 1)
        #expect(try file.page(FindingsQuery(limit: .max)).items.count == 1000)
    }

    @Test func manyAreCountedAsAtLeastSoMany() throws {
        let state = try StateWorld()
        let count = FindingsFile.countLimit + 1
        let file = try state.write("one", try (0..<count).map { try row("a/\($0)") })
        let all = try file.page(FindingsQuery(limit: 1))
        #expect(all.total == count && !all.isTotalAtLeast)
        let searched = try file.page(FindingsQuery(minBytes: 1, limit: 1))
        #expect(searched.total == FindingsFile.countLimit && searched.isTotalAtLeast)
    }

    @Test func aFindingIsFoundByItsPathAndKind() throws {
        let state = try StateWorld()
        let file = try state.write(
            "one", [try row("a/x", size: 1), try row("a/x", kind: .dangling, size: nil), try row("a/y")])
        let path = try #require(StorePath("a/x"))
        #expect(try file.finding(path: path)?.kind == .orphan)
        let dangling = try #require(try file.finding(path: path, kind: .dangling))
        #expect(dangling.kind == .dangling && dangling.bytes == nil && dangling.path == path)
        #expect(try file.finding(path: path, kind: .young) == nil)
        #expect(try file.finding(path: #require(StorePath("a"))) == nil)
    }

    @Test func pathsAreBytesWhateverIsInThem() throws {
        let state = try StateWorld()
        let names: [[UInt8]] = [
            [0xFF, 0xFE], Array("'; DROP TABLE findings; --".utf8), Array("e\u{301}".utf8), [0x0A],
        ]
        let file = try state.write(
            "one",
            names.map {
                FindingRow(
                    kind: .orphan, resource: "it's", path: StorePath.root.appending($0), cause: .unknown, bytes: nil,
                    freed: nil, newest: nil, json: "{}")
            })
        for name in names {
            let path = StorePath.root.appending(name)
            #expect(try file.finding(path: path)?.path == path)
            #expect(try file.page(FindingsQuery(resource: "it's", contains: name)).items.map(\.path) == [path])
        }
        #expect(try file.page(FindingsQuery(contains: Array("é".utf8))).items.isEmpty, "one é is not the other")
    }

    @Test func sizesBeyondEveryDiskAreHeldToWhatFits() throws {
        let state = try StateWorld()
        let file = try state.write("one", [try row("a", size: .max), try row("b", size: .max), try row("c", size: 5)])
        #expect(try file.page(FindingsQuery(minBytes: .max)).items.map(\.json) == ["b", "a"])
        #expect(file.groups(by: .resource).first?.bytes == UInt64(Int64.max))
        #expect(try file.tree()?.bytes == UInt64(Int64.max))
    }
}
