internal import FoundlingCore
internal import GRDB
internal import GRDBSQLite

/// An SQLite file, opened for writing beside the application.
struct SQLiteWriter: WriterEngine {
    private let path: String
    private let queue: DatabaseQueue

    init(path: String) throws(FoundlingError) {
        self.path = path
        try SQLiteFile.check(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(Double(ServerURL.lockTimeout))
        configuration.label = "foundling-writer"
        configuration.allowsUnsafeTransactions = true
        // As the application's own deletions would do it: cascades are its wish.
        configuration.foreignKeysEnabled = true
        configuration.acceptsDoubleQuotedStringLiterals = true
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch { throw SQLiteFault.explain(error, path: path, doing: "opening it") }
    }

    private func explaining<T>(_ doing: String, _ body: (Database) throws -> T) throws(FoundlingError) -> T {
        do { return try queue.unsafeReentrantWrite(body) } catch let error as FoundlingError { throw error } catch {
            throw SQLiteFault.explain(error, path: path, doing: doing)
        }
    }

    /// IMMEDIATE: whoever reads first and writes later may find that somebody else wrote in between.
    func begin(_ doing: String) throws(FoundlingError) {
        try explaining(doing) { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func commit(_ doing: String) throws(FoundlingError) { try explaining(doing) { try $0.execute(sql: "COMMIT") } }

    func rollback(_ doing: String) {
        _ = try? explaining(doing) { if $0.isInsideTransaction { try $0.execute(sql: "ROLLBACK") } }
    }

    func run(_ sql: String, _ doing: String) throws(FoundlingError) -> Int {
        try explaining(doing) { database in
            try database.execute(sql: sql)
            return database.changesCount
        }
    }

    func rows(_ sql: String, _ doing: String) throws(FoundlingError) -> [[String?]] {
        try explaining(doing) { database in
            try Row.fetchAll(database, sql: sql).map { row in
                (0..<row.count).map { index in
                    let value: DatabaseValue = row[index]
                    switch value.storage {
                    case .null: return nil
                    case .int64(let number): return String(number)
                    case .double(let number): return String(number)
                    case .string(let text): return text
                    case .blob(let data): return String(decoding: data, as: UTF8.self)
                    }
                }
            }
        }
    }

    var isInTransaction: Bool { queue.unsafeReentrantWrite { $0.isInsideTransaction } }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        try explaining("looking at table '\(name)'") { database in
            try SQLiteSession(database: database, path: path).table(schema, name)
        }
    }
}
