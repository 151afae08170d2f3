package import FoundlingCore
internal import CLinux
internal import GRDB

/// What the daemon remembers over restarts: scans, jobs, how full the disk was.
///
/// Nothing rests on it that decides what may be removed: that is the ledger's. Everything in it is bounded, so that a
/// daemon may run for years.
package final class History: Sendable {
    /// What a person should know of how it was opened.
    package let notes: [String]
    private let file: String
    private let queue: DatabaseQueue
    private static let name = "history.db"
    private static let keptDamaged = 3

    /// What this Foundling can read.
    static let version = 1
    private static let schema = """
        CREATE TABLE IF NOT EXISTS scans (
            n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, started INTEGER NOT NULL, finished INTEGER,
            trigger TEXT NOT NULL, outcome TEXT NOT NULL, error_code TEXT, error_summary TEXT,
            is_recorded INTEGER NOT NULL, orphan_bytes INTEGER, freed INTEGER, total_bytes INTEGER, names INTEGER,
            disk_total INTEGER, disk_free INTEGER, disk_available INTEGER, inodes INTEGER, inodes_free INTEGER);
        CREATE TABLE IF NOT EXISTS counts (
            scan INTEGER NOT NULL REFERENCES scans(n) ON DELETE CASCADE, kind TEXT NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (scan, kind)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS samples (
            time INTEGER PRIMARY KEY, total INTEGER NOT NULL, available INTEGER NOT NULL, used INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS jobs (
            n INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER NOT NULL,
            finished INTEGER, outcome TEXT NOT NULL, note TEXT NOT NULL, UNIQUE (job, due, started));
        """

    /// Opens it, or begins one; a damaged one is set aside and kept.
    ///
    /// - Parameters:
    ///   - directory: made where it is missing.
    ///   - now: nanoseconds since 1970: part of the name of what is set aside.
    package init(in directory: String, now: Int64) throws(FoundlingError) {
        let state = try StateDirectory(making: directory)
        file = state.file(Self.name)
        if try !state.has(Self.name) {
            // SQLite would make it as the umask says.
            _ = cl_close(try state.create(Self.name))
        }
        var notes: [String] = []
        var opened: DatabaseQueue
        do { opened = try Self.open(file) } catch {
            guard StateFault.isDamage(error) else { throw StateFault.explain(error, file) }
            notes.append(try Self.setAside(in: state, now: now))
            _ = cl_close(try state.create(Self.name))
            do { opened = try Self.open(file) } catch { throw StateFault.explain(error, file) }
        }
        (queue, self.notes) = (opened, notes)
    }

    private static func open(_ file: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "history"
        configuration.prepareDatabase { database in
            // No WAL: its index is memory mapped from a file, which a full disk turns into a fatal signal.
            try database.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA temp_store = MEMORY")
        }
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        do {
            let found = try queue.read { database in
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard found <= version else { throw newer(found, file) }
                // A few MB at the most: it is looked through whole.
                guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT)
                }
                return found
            }
            // One that is there is opened without a write: on a full disk, too, it can be read.
            guard found == 0 else { return queue }
            try queue.write { database in
                try database.execute(sql: schema)
                try database.execute(sql: "PRAGMA user_version = \(version)")
            }
        } catch {
            try? queue.close()
            throw error
        }
        return queue
    }

    private static func newer(_ found: Int, _ file: String) -> FoundlingError {
        FoundlingError(
            .historyNewer,
            "'\(Printable.escape(file))' is of version \(found), and this Foundling knows \(version)",
            hint:
                "use the Foundling that wrote it, or move the file away: a new one is begun, and what was remembered is lost"
        )
    }

    /// The journal goes first: left behind it would be played back into the new file.
    private static func setAside(in state: StateDirectory, now: Int64) throws(FoundlingError) -> String {
        let kept = "history-damaged-\(now / 1_000_000_000).db"
        if try state.has(name + "-journal") { try state.rename(name + "-journal", to: kept + "-journal") }
        try state.rename(name, to: kept)
        let older = try state.names().filter { $0.hasPrefix("history-damaged-") && $0.hasSuffix(".db") }.sorted()
        for name in older.dropLast(keptDamaged) where name != kept {
            state.remove(name)
            state.remove(name + "-journal")
        }
        return "'\(Printable.escape(state.file(name)))' was damaged, and is kept as '\(kept)': a new history begins"
    }

    func read<T>(_ body: (Database) throws -> T) throws(FoundlingError) -> T {
        do { return try queue.read(body) } catch { throw StateFault.explain(error, file) }
    }

    func write<T>(_ body: (Database) throws -> T) throws(FoundlingError) -> T {
        do { return try queue.write(body) } catch { throw StateFault.explain(error, file) }
    }
}

extension UInt64 {
    /// As SQLite holds it: no size reaches the half of it.
    var stored: Int64 { Int64(clamping: self) }

    /// nil for what is not there, and for what nobody can have written.
    init?(stored: Int64?) {
        guard let stored else { return nil }
        self.init(exactly: stored)
    }
}
