internal import FoundlingCore

/// A PostgreSQL database, opened for writing.
struct PostgresWriter: WriterEngine {
    private let connection: PostgresConnection

    init(_ database: Manifest.Database) throws(FoundlingError) {
        connection = PostgresConnection(try PostgresSettings(database))
        try connection.open()
    }

    func begin(_ doing: String) throws(FoundlingError) {
        let begin = """
            BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL standard_conforming_strings = on;
            SET LOCAL client_min_messages = error;
            SET LOCAL lock_timeout = '\(ServerURL.lockTimeout)s'; SET LOCAL datestyle = 'ISO, YMD';
            SET LOCAL bytea_output = hex; SET LOCAL statement_timeout = '\(connection.settings.statementTimeout)s'
            """
        guard connection.isOpen, (try? connection.run(begin, doing)) != nil else {
            try connection.open()
            return try connection.run(begin, doing)
        }
    }

    func commit(_ doing: String) throws(FoundlingError) { try connection.run("COMMIT", doing) }

    func rollback(_ doing: String) {
        guard connection.isOpen else { return }
        do throws(FoundlingError) { try connection.run("ROLLBACK", doing) } catch { connection.close() }
    }

    func run(_ sql: String, _ doing: String) throws(FoundlingError) -> Int { try connection.change(sql, doing) }

    func rows(_ sql: String, _ doing: String) throws(FoundlingError) -> [[String?]] {
        try connection.rows(sql, [], doing)
    }

    var isInTransaction: Bool { connection.isInTransaction }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        try PostgresSession(connection: connection).table(schema, name)
    }
}
