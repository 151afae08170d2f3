internal import FoundlingCore

/// A MariaDB or MySQL database, opened for writing.
struct MySQLWriter: WriterEngine {
    private let connection: MySQLConnection

    init(_ database: Manifest.Database) throws(FoundlingError) {
        connection = MySQLConnection(try MySQLSettings(database))
        try connection.open()
    }

    func begin(_ doing: String) throws(FoundlingError) {
        if !connection.isOpen || (try? prepare(doing)) == nil {
            try connection.open()
            try prepare(doing)
        }
        try connection.run("START TRANSACTION", doing)
    }

    /// READ COMMITTED: whoever takes tasks must not lock the gaps that the application's triggers insert into.
    private func prepare(_ doing: String) throws(FoundlingError) {
        try connection.prepareSession(doing)
        try connection.run(
            "SET SESSION innodb_lock_wait_timeout = \(ServerURL.lockTimeout), sql_mode = 'STRICT_ALL_TABLES'", doing)
        try connection.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", doing)
    }

    func commit(_ doing: String) throws(FoundlingError) { try connection.run("COMMIT", doing) }

    func rollback(_ doing: String) {
        guard connection.isOpen else { return }
        do throws(FoundlingError) { try connection.run("ROLLBACK", doing) } catch { connection.close() }
    }

    func run(_ sql: String, _ doing: String) throws(FoundlingError) -> Int { try connection.change(sql, doing) }

    func rows(_ sql: String, _ doing: String) throws(FoundlingError) -> [[String?]] {
        try connection.rows(sql, doing)
    }

    var isInTransaction: Bool {
        // MySQL does not know the variable: there a row that only this transaction could have made would have to tell.
        guard connection.isOpen else { return false }
        guard let row = try? connection.rows("SELECT @@in_transaction", "looking at its transaction").first else {
            return true
        }
        return row[0] == "1"
    }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        try MySQLSession(connection: connection).table(schema, name)
    }

    /// Statements that changed the schema have ended the transaction, and its savepoints with it.
    func savepoint(_ sql: String, _ doing: String) throws(FoundlingError) {
        guard sql.hasPrefix("SAVEPOINT") else { return _ = try? connection.run(sql, doing) }
        try connection.run(sql, doing)
    }
}
