internal import FoundlingCore
internal import GRDB

/// An SQLite file.
struct SQLiteCatalog: CatalogEngine {
    let path: String
    private let queue: DatabaseQueue
    /// Seconds to wait for a writer in rollback mode. Longer than a usual transaction, short enough to be told of a
    /// lock.
    private static let busyTimeout = 5.0

    init(path: String) throws(FoundlingError) {
        self.path = path
        try SQLiteFile.check(path)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Self.busyTimeout)
        configuration.label = "foundling"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: "opening it")
        }
    }

    var files: [String] { [path, path + "-wal", path + "-shm", path + "-journal"] }

    func snapshot<T>(
        _ doing: String, _ body: (any CatalogSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        do {
            return try queue.read { try body(SQLiteSession(database: $0, path: path)) }
        } catch let error as FoundlingError {
            throw error
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: doing)
        }
    }
}
