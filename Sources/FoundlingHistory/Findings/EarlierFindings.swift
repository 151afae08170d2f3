internal import FoundlingCore
internal import Foundation
internal import GRDB

/// What the scan before knew. Where its file cannot be read, it knew nothing: that must not keep a new one from being
/// written.
final class EarlierFindings {
    let time: Int64
    private let database: Database
    private let names: FindingNames
    private let search: Statement
    private var isReadable = true

    /// Calls `body` with what a file knew; with nil where there is none.
    static func with(_ file: FindingsFile?, _ body: (EarlierFindings?) throws -> Void) throws {
        guard let file else { return try body(nil) }
        var isBegun = false
        do {
            try file.follower.read { database in
                isBegun = true
                try body(try? EarlierFindings(file, database))
            }
        } catch {
            guard !isBegun else { throw error }
            try body(nil)
        }
    }

    private init(_ file: FindingsFile, _ database: Database) throws {
        (self.database, names, time) = (database, file.names, file.time)
        search = try database.makeStatement(
            sql: "SELECT min(first_seen) FROM findings INDEXED BY by_path WHERE kind = ? AND path = ?")
    }

    func firstSeen(_ kind: Finding.Kind, _ path: Data) -> Int64? {
        guard isReadable, let kind = names.kinds[kind] else { return nil }
        do { return try Int64.fetchOne(search, arguments: [kind, path]) } catch {
            isReadable = false
            return nil
        }
    }

    /// Orphans by path, in the order of bytes.
    func orphans() -> RowCursor? {
        guard isReadable, let kind = names.kinds[.orphan] else { return nil }
        return try? Row.fetchCursor(
            database,
            sql: """
                SELECT path, first_seen, size FROM findings INDEXED BY by_path WHERE kind = ? ORDER BY path, id
                """, arguments: [kind])
    }

    /// Those that were gone already, the last to go first.
    func gone(since time: Int64) -> RowCursor? {
        guard isReadable else { return nil }
        return try? Row.fetchCursor(
            database, sql: "SELECT path, first, last, bytes FROM gone WHERE last >= ? ORDER BY id", arguments: [time])
    }
}
