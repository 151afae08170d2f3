package import FoundlingCore
internal import Foundation
internal import GRDB

/// Pages by keys: each begins behind the last row of the one before, however deep that is.
extension FindingsFile {
    /// The findings that a query asks for.
    package func page(_ query: FindingsQuery) throws(FoundlingError) -> FindingsPage {
        let limit = query.heldLimit
        let (digest, order) = (query.filterDigest, query.orderCode)
        let behind = try query.cursor.map { text throws(FoundlingError) in
            try Cursor.row(of: text, scope: .findings, scan: id, order: order, filter: digest)
        }
        let (items, isMore, total) = try read { database in
            let search = FindingsSearch(query, self.names, database)
            let position = try behind.map { row in
                guard let key = try search.key(of: row) else {
                    throw Cursor.invalid("the cursor is of a row that is not there")
                }
                return key
            }
            let found = try search.keys(behind: position, limit: limit + 1)
            let items = try self.items(found.prefix(limit).map(\.id), database)
            let total = try self.total(query.filterBytes) { try self.known(query) ?? search.count() }
            return (items, found.count > limit, total)
        }
        let next = items.last.flatMap { last in
            isMore ? Cursor(scope: .findings, scan: id, order: order, filter: digest, row: last.row).text : nil
        }
        return FindingsPage(items: items, next: next, total: total.count, isTotalAtLeast: total.isAtLeast)
    }

    /// A count that the sums give away.
    private func known(_ query: FindingsQuery) -> Total? {
        guard !query.looksAtPaths, query.heldMinBytes == nil, query.resource == nil || query.cause == nil else {
            return nil
        }
        let name = query.resource ?? query.cause?.rawValue
        let grouping = query.cause == nil ? FindingGrouping.resource : .cause
        let kinds = Set(query.wantedKinds)
        let count = sums.reduce(0) { sum, each in
            let isMeant = each.grouping == grouping && kinds.contains(each.kind) && (name ?? each.name) == each.name
            return sum + (isMeant ? each.count : 0)
        }
        return Total(count: count, isAtLeast: false)
    }

    /// The finding at a path, of one kind or of the first there is; where several rows miss it, one of them.
    package func finding(path: StorePath, kind: Finding.Kind? = nil) throws(FoundlingError) -> FindingItem? {
        try read { database in
            for kind in Finding.Kind.allCases.filter({ kind == nil || kind == $0 }) {
                guard let number = self.names.kinds[kind] else { continue }
                let row = try Int64.fetchOne(
                    database,
                    sql: "SELECT id FROM findings INDEXED BY by_path WHERE kind = ? AND path = ? ORDER BY id LIMIT 1",
                    arguments: [number, Data(path.bytes)])
                if let row { return try self.items([row], database).first }
            }
            return nil
        }
    }

    /// The largest orphans.
    package func largest(_ limit: Int, resource: String? = nil) throws(FoundlingError) -> [FindingItem] {
        let query = FindingsQuery(kinds: [.orphan], resource: resource, limit: limit)
        return try read { database in
            let search = FindingsSearch(query, self.names, database)
            return try self.items(search.keys(behind: nil, limit: query.heldLimit).map(\.id), database)
        }
    }

    private func items(_ rows: [Int64], _ database: Database) throws -> [FindingItem] {
        let statement = try database.cachedStatement(
            sql: "SELECT kind, path, size, first_seen, json FROM findings WHERE id = ?")
        return try rows.compactMap { id in
            guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
            // A damaged page may hold anything: what is of another type is an error, and no trap.
            let (number, path, size, first, json): (Int, Data, Int64, Int64, String) = try (
                row.decode(atIndex: 0), row.decode(atIndex: 1), row.decode(atIndex: 2), row.decode(atIndex: 3),
                row.decode(atIndex: 4)
            )
            guard let kind = names.kindsByNumber[number] else { return nil }
            return FindingItem(
                row: id, kind: kind, path: StorePath(trusted: Array(path)), bytes: UInt64(exactly: size), json: json,
                firstSeen: first, lastSeen: time)
        }
    }
}
