package import FoundlingCore
internal import FoundlingSeam

/// The application's database, opened to change it: only triggers, the outbox and `delete` have any business here.
///
/// One connection, used by one thread at a time.
package final class CatalogWriter {
    package let dialect: Dialect
    private let engine: any WriterEngine

    /// Opens `database.writer`, or `database.url` where the manifest names no writer.
    package init(_ database: Manifest.Database) throws(FoundlingError) {
        var writing = database
        writing.url = database.writer ?? database.url
        do throws(FoundlingError) {
            switch writing.url.engine {
            case .sqlite: (engine, dialect) = (try SQLiteWriter(path: writing.url.location), .sqlite)
            case .postgres: (engine, dialect) = (try PostgresWriter(writing), .postgres)
            case .mysql: (engine, dialect) = (try MySQLWriter(writing), .mysql)
            }
        } catch { throw Self.reworded(error, "opening it") }
    }

    /// Everything in `body` together or nothing of it; a connection that was lost before is opened anew.
    ///
    /// MariaDB and MySQL commit by themselves before and after each statement that changes the schema.
    package func transaction<T>(
        _ doing: String, _ body: (WriterSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        do throws(FoundlingError) {
            try passing(.catalogBegin, doing) { () throws(FoundlingError) in try engine.begin(doing) }
            let result = try body(WriterSession(engine: engine, dialect: dialect, doing: doing))
            try passing(.catalogCommit, doing) { () throws(FoundlingError) in try engine.commit(doing) }
            return result
        } catch {
            engine.rollback(doing)
            throw Self.reworded(error, doing)
        }
    }

    /// Runs `body` and takes back whatever it did.
    package func rehearsal<T>(
        _ doing: String, _ body: (WriterSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        do throws(FoundlingError) {
            try engine.begin(doing)
            let result = try body(WriterSession(engine: engine, dialect: dialect, doing: doing))
            engine.rollback(doing)
            return result
        } catch {
            engine.rollback(doing)
            throw Self.reworded(error, doing)
        }
    }

    /// Reading's hints speak of sources; whoever writes needs other ones.
    private static func reworded(_ error: FoundlingError, _ doing: String) -> FoundlingError {
        switch error.code {
        case .sourceFailed:
            FoundlingError(
                .databaseRefused, error.summary, hint: "see what the database says; when that is mended, run it again",
                details: error.details)
        case .catalogDenied:
            FoundlingError(
                error.code, error.summary,
                hint: "name a role that may do this in `database.writer`: docs/guides/prevention.md has the GRANTs",
                details: error.details)
        default: error
        }
    }
}

/// One transaction that may write.
package struct WriterSession {
    let engine: any WriterEngine
    package let dialect: Dialect
    package let doing: String

    /// - Returns: how many rows it changed.
    @discardableResult
    package func run(_ sql: String) throws(FoundlingError) -> Int {
        try passing(.catalogRun, doing) { () throws(FoundlingError) in try engine.run(sql, doing) }
    }

    /// A few rows as text.
    package func rows(_ sql: String) throws(FoundlingError) -> [[String?]] { try engine.rows(sql, doing) }

    /// A table by name; nil where there is none.
    package func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        try engine.table(schema, name)
    }

    /// Whether the transaction is still the one that was begun: an application's own trigger may have ended it, or a
    /// deadlock.
    package var isInTransaction: Bool { engine.isInTransaction }

    /// Runs something that may fail without ending the transaction.
    ///
    /// - Throws: `catalog-interrupted` where that ended the transaction all the same: then nothing more may be done in
    ///   it.
    package func attempt<T>(_ body: () throws(FoundlingError) -> T) throws(FoundlingError) -> T {
        try engine.savepoint("SAVEPOINT foundling_attempt", doing)
        do throws(FoundlingError) {
            let result = try body()
            try engine.savepoint("RELEASE SAVEPOINT foundling_attempt", doing)
            return result
        } catch {
            try? engine.savepoint("ROLLBACK TO SAVEPOINT foundling_attempt", doing)
            guard engine.isInTransaction else {
                throw FoundlingError(
                    .catalogInterrupted, "the database ended the transaction while \(doing): \(error.summary)",
                    hint: "nothing of it was kept; run it again")
            }
            throw error
        }
    }
}

/// Makes one call to a database under the name of its step.
private func passing<T>(
    _ step: Step, _ doing: String, _ call: () throws(FoundlingError) -> T
) throws(FoundlingError) -> T {
    var outcome: Result<T, FoundlingError>?
    let passed = Seam.ofProcess(step) {
        do throws(FoundlingError) {
            outcome = .success(try call())
            return 0
        } catch {
            outcome = .failure(error)
            return -1
        }
    }
    guard let outcome else {
        throw FoundlingError(
            .sourceFailed, "the database failed while \(doing): error \(-passed) at '\(step.rawValue)'",
            hint: "see what the database says")
    }
    return try outcome.get()
}

/// A database of some engine, opened for writing.
protocol WriterEngine {
    func begin(_ doing: String) throws(FoundlingError)
    func commit(_ doing: String) throws(FoundlingError)
    /// Whatever is left of a transaction is taken back, or goes with the connection.
    func rollback(_ doing: String)
    func run(_ sql: String, _ doing: String) throws(FoundlingError) -> Int
    func rows(_ sql: String, _ doing: String) throws(FoundlingError) -> [[String?]]
    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table?
    func savepoint(_ sql: String, _ doing: String) throws(FoundlingError)
    var isInTransaction: Bool { get }
}

extension WriterEngine {
    func savepoint(_ sql: String, _ doing: String) throws(FoundlingError) { _ = try run(sql, doing) }
}
