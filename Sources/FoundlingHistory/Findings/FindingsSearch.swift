internal import FoundlingCore
internal import Foundation
internal import GRDB

/// One query against one file: which index it goes along, and where.
///
/// Each kind is gone through by itself, for kinds come first in each index, and the few rows of each are merged.
struct FindingsSearch {
    /// Where a row stands in an order.
    struct Key {
        /// 0 where rows are sorted by path.
        var number: Int64 = 0
        /// Empty where they are not.
        var path = Data()
        let id: Int64

        func precedes(_ other: Key) -> Bool {
            if number != other.number { return number < other.number }
            if path != other.path { return path.lexicographicallyPrecedes(other.path) }
            return id < other.id
        }
    }

    /// Where a look along an index begins.
    private enum Start {
        case first, equalKey, nextKey
    }

    private let query: FindingsQuery
    private let names: FindingNames
    private let database: Database

    init(_ query: FindingsQuery, _ names: FindingNames, _ database: Database) {
        (self.query, self.names, self.database) = (query, names, database)
    }

    private var isByPath: Bool { query.sort == .path }
    private var column: String { query.sort.rawValue }
    /// `<` or `>`: what lies behind a row.
    private var beyond: String { query.order == .ascending ? ">" : "<" }

    /// Where a row stands; nil if it is not there.
    func key(of id: Int64) throws -> Key? {
        try Row.fetchOne(database, sql: "SELECT \(column), id FROM findings WHERE id = ?", arguments: [id]).map(key)
    }

    /// The first rows behind a place, in order.
    func keys(behind place: Key?, limit: Int) throws -> [Key] {
        var keys: [Key] = []
        let kinds = query.wantedKinds.compactMap { names.kinds[$0] }
        for kind in kinds { keys += try self.keys(kind, behind: place, limit: limit) }
        if kinds.count > 1 { keys.sort { query.order == .ascending ? $0.precedes($1) : $1.precedes($0) } }
        return Array(keys.prefix(limit))
    }

    private func keys(_ kind: Int, behind place: Key?, limit: Int) throws -> [Key] {
        // Along its own index an order needs no sorting, unless rows are chosen by path: only one index holds paths,
        // and going through it costs the same whether much is found or nothing.
        let isSorted = isByPath || !query.looksAtPaths
        guard let place else { return try fetch(kind, [], limit) }
        let value: any DatabaseValueConvertible = isByPath ? place.path : place.number
        guard isSorted else {
            return try fetch(kind, [Condition("(\(column), id) \(beyond) (?, ?)", value, place.id)], limit)
        }
        // In two steps: SQLite would go through all rows of an equal key to find those behind one.
        let equal = try fetch(
            kind, [Condition("\(column) = ?", value), Condition("id \(beyond) ?", place.id)], limit, from: .equalKey)
        guard equal.count < limit else { return equal }
        return equal
            + (try fetch(kind, [Condition("\(column) \(beyond) ?", value)], limit - equal.count, from: .nextKey))
    }

    private func fetch(_ kind: Int, _ more: [Condition], _ limit: Int, from start: Start = .first) throws -> [Key] {
        guard let filter = filter(kind, from: start) else { return [] }
        let direction = query.order == .ascending ? "ASC" : "DESC"
        let index = isByPath || query.looksAtPaths ? "by_path" : "by_\(column)"
        let conditions = filter + more
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(column), id FROM findings INDEXED BY \(index)
                WHERE \(conditions.map(\.sql).joined(separator: " AND "))
                ORDER BY \(column) \(direction), id \(direction) LIMIT ?
                """)
        let arguments = StatementArguments(conditions.flatMap(\.arguments) + [limit])
        var keys: [Key] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { try keys.append(key(row)) }
        return keys
    }

    private func key(_ row: Row) throws -> Key {
        let id: Int64 = try row.decode(atIndex: 1)
        return try isByPath ? Key(path: row.decode(atIndex: 0), id: id) : Key(number: row.decode(atIndex: 0), id: id)
    }

    /// Rows under the filter, as far as they are counted.
    func count() throws -> FindingsFile.Total {
        var count = 0
        for kind in query.wantedKinds.compactMap({ names.kinds[$0] }) {
            guard let filter = filter(kind) else { continue }
            let index = query.looksAtPaths ? "by_path" : "by_size"
            let statement = try database.cachedStatement(
                sql: """
                    SELECT count(*) FROM (SELECT 1 FROM findings INDEXED BY \(index)
                    WHERE \(filter.map(\.sql).joined(separator: " AND ")) LIMIT ?)
                    """)
            let limit = FindingsFile.countLimit + 1 - count
            count +=
                try Int.fetchOne(
                    statement, arguments: StatementArguments(filter.flatMap(\.arguments) + [limit])) ?? 0
            if count > FindingsFile.countLimit {
                return FindingsFile.Total(count: FindingsFile.countLimit, isAtLeast: true)
            }
        }
        return FindingsFile.Total(count: count, isAtLeast: false)
    }

    /// A piece of a WHERE, with what its question marks stand for.
    private struct Condition {
        let sql: String
        let arguments: [any DatabaseValueConvertible]

        init(_ sql: String, _ arguments: any DatabaseValueConvertible...) {
            self.sql = sql
            self.arguments = arguments
        }
    }

    /// nil where nothing can be found: the scan knew no such resource.
    private func filter(_ kind: Int, from start: Start = .first) -> [Condition]? {
        var conditions = [Condition("kind = ?", kind)]
        if let resource = query.resource {
            guard let number = names.resources[resource] else { return nil }
            conditions.append(Condition("resource = ?", number))
        }
        if let cause = query.cause {
            guard let number = names.causes[cause] else { return nil }
            conditions.append(Condition("cause = ?", number))
        }
        if let least = query.heldMinBytes { conditions.append(Condition("size >= ?", least)) }
        if let below = query.heldBelow {
            // From the path itself to the last that begins with it and a slash; in between lie names that only begin
            // alike. A plus keeps SQLite from beginning there, and not where the page before ended.
            let isKept = isByPath ? start : .first
            let from = isKept == .equalKey || isKept == .nextKey && query.order == .ascending ? "+path" : "path"
            let to = isKept == .equalKey || isKept == .nextKey && query.order == .descending ? "+path" : "path"
            conditions.append(
                Condition("\(from) >= ? AND \(to) < ?", Data(below), Data(below + [UInt8.slash + 1])))
            conditions.append(Condition("(+path = ? OR +path >= ?)", Data(below), Data(below + [UInt8.slash])))
        }
        if let bytes = query.heldContains { conditions.append(Condition("instr(path, ?) > 0", Data(bytes))) }
        return conditions
    }
}
