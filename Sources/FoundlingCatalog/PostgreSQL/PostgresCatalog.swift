internal import CPostgres
internal import FoundlingCore

/// A PostgreSQL server's database, through libpq.
struct PostgresCatalog: CatalogEngine {
    private let connection: PostgresConnection

    init(_ database: Manifest.Database) throws(FoundlingError) {
        connection = PostgresConnection(try PostgresSettings(database))
        try connection.open()
    }

    var files: [String] { [] }

    /// One `REPEATABLE READ, READ ONLY` transaction, whose snapshot is taken here and not with its first table.
    func snapshot<T>(
        _ doing: String, _ body: (any CatalogSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        try begin(doing)
        do throws(FoundlingError) {
            let session = PostgresSession(connection: connection)
            let result = try body(session)
            try session.proveWhole(doing)
            try connection.run("COMMIT", doing)
            return result
        } catch {
            // Nothing was changed: whatever is left of the transaction goes with the connection.
            connection.close()
            throw error
        }
    }

    private func begin(_ doing: String) throws(FoundlingError) {
        let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        // A pooler or a restart may have ended the connection since it was last used; nothing has been read yet.
        let isBegun = connection.isOpen && (try? connection.run(begin, doing)) != nil
        if !isBegun {
            try connection.open()
            try connection.run(begin, doing)
        }
        // LOCAL, so that a pooler that hands the server's session on does not hand these on.
        let timeout = connection.settings.statementTimeout
        try connection.run(
            """
            SET LOCAL row_security = off; SET LOCAL bytea_output = hex; SET LOCAL statement_timeout = '\(timeout)s';
            SET LOCAL lock_timeout = '\(ServerURL.lockTimeout)s'; SET LOCAL standard_conforming_strings = on
            """, doing)
        // The first statement that reads takes the snapshot.
        _ = try connection.rows("SELECT 1", [], doing)
    }
}
