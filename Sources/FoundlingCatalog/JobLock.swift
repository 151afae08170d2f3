package import FoundlingCore
internal import Synchronization

/// The right to run one job of one store, among all machines that use its database; held for as long as this lives.
///
/// The server holds it for a connection of our own, so that it falls with the holder: no time has to pass, and nobody
/// has to clean up. Reading is all that the role must be allowed. A lock of the server guards no file: what keeps the
/// store safe are the locks of the quarantine, and this one only keeps machines from doing the same twice.
///
/// SQLite knows no such lock, and its database is on this machine: there it holds nothing, and ``FileLock`` is what
/// keeps two daemons apart.
package final class JobLock: Sendable {
    private enum Holding {
        case nothing
        case postgres(PostgresConnection, AdvisoryKeys)
        case mysql(MySQLConnection, name: String)
        case lost
    }

    private let holding: Mutex<Holding>

    private init(_ holding: consuming sending Holding) { self.holding = Mutex(holding) }

    /// Seconds that an answer about the lock may take.
    private static let patience = 10

    /// Takes it without waiting; nil where somebody else has it.
    ///
    /// - Parameter name: of the job. Other stores have locks of their own, even on the same server.
    package static func take(_ name: String, manifest: Manifest) throws(FoundlingError) -> JobLock? {
        var store = StableHash()
        store.add(manifest.store.root)
        store.add(manifest.database.outbox)
        switch manifest.database.url.engine {
        case .sqlite: return JobLock(.nothing)
        case .postgres: return try postgres(manifest.database, AdvisoryKeys(store, name)).map { JobLock($0) }
        case .mysql: return try mysql(manifest.database, store, name).map { JobLock($0) }
        }
    }

    /// Whether it is still ours: false from the moment on at which the connection or the server was lost.
    package var isHeld: Bool {
        holding.withLock { holding in
            let isOurs: Bool? =
                switch holding {
                case .nothing: true
                case .lost: false
                case .postgres(let connection, let keys):
                    (try? connection.rows(keys.question, [], Self.asking))?.first?.first == "t"
                case .mysql(let connection, let name):
                    (try? connection.rows(Self.question(name), Self.asking))?.first?.first == "1"
                }
            if isOurs != true { holding = .lost }
            return isOurs == true
        }
    }

    /// Gives it back before its time.
    package func release() { holding.withLock { $0 = .lost } }

    private static let asking = "asking for the lock of a job"

    // MARK: PostgreSQL

    /// The two numbers of an advisory lock; the database is a part of its name.
    private struct AdvisoryKeys {
        let store: Int32
        let job: Int32

        init(_ store: StableHash, _ name: String) {
            var job = StableHash()
            job.add(name)
            self.store = Int32(truncatingIfNeeded: store.value)
            self.job = Int32(truncatingIfNeeded: job.value)
        }

        /// Asks the session that answers, so that a pooler which gave ours away cannot say yes for it.
        var question: String {
            """
            SELECT count(*) > 0 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted
            AND pid = pg_catalog.pg_backend_pid() AND objsubid = 2
            AND classid = \(UInt32(bitPattern: store)) AND objid = \(UInt32(bitPattern: job))
            """
        }
    }

    private static func postgres(
        _ database: Manifest.Database, _ keys: AdvisoryKeys
    ) throws(FoundlingError) -> sending Holding? {
        let connection = PostgresConnection(try PostgresSettings(database))
        try connection.open()
        // It may idle for a whole scan, and the server must notice when its machine is gone. A setting that this server
        // does not know yet is passed over.
        let wishes = [
            "statement_timeout": "\(patience)s", "idle_session_timeout": "0", "tcp_keepalives_idle": "30",
            "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
        ]
        let values = wishes.sorted { $0.key < $1.key }.map { "('\($0.key)', '\($0.value)')" }
        _ = try connection.rows(
            """
            SELECT set_config(wish.name, wish.value, false)
            FROM (VALUES \(values.joined(separator: ", "))) wish(name, value)
            JOIN pg_catalog.pg_settings USING (name)
            """, [], asking)
        let taken = try connection.rows("SELECT pg_try_advisory_lock(\(keys.store), \(keys.job))", [], asking)
        return taken.first?.first == "t" ? .postgres(connection, keys) : nil
    }

    // MARK: MariaDB and MySQL

    private static func question(_ name: String) -> String {
        "SELECT IS_USED_LOCK(\(Dialect.mysql.literal(name))) = CONNECTION_ID()"
    }

    private static func mysql(
        _ database: Manifest.Database, _ store: StableHash, _ job: String
    ) throws(FoundlingError) -> sending Holding? {
        var settings = try MySQLSettings(database)
        settings.statementTimeout = patience
        let connection = MySQLConnection(settings)
        try connection.open()
        // It may idle for a whole scan; a year is the most that can be asked for.
        try connection.run("SET SESSION wait_timeout = 31536000", asking)
        // Such locks are the whole server's, where an advisory lock is one database's.
        var place = store
        place.add(try connection.rows("SELECT DATABASE()", asking).first?.first.flatMap(\.self) ?? "")
        let name = "foundling.\(String(place.value, radix: 36)).\(job.prefix(24))"
        let taken = try connection.rows("SELECT GET_LOCK(\(Dialect.mysql.literal(name)), 0)", asking)
        return taken.first?.first == "1" ? .mysql(connection, name: name) : nil
    }
}
