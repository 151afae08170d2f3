internal import CPostgres
internal import FoundlingCore

/// A PostgreSQL server's database, through libpq.
struct PostgresCatalog: CatalogEngine {
    private let connection: PostgresConnection
    private let tables: [TableName]

    init(_ database: Manifest.Database, _ tables: [TableName]) throws(FoundlingError) {
        self.tables = tables
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
            try connection.run("COMMIT", doing)
            return result
        } catch {
            // Nothing was changed: whatever is left of the transaction goes with the connection.
            connection.close()
            throw error
        }
    }

    /// The mapped tables that this role may lock: a grant on columns alone is not enough for that.
    private func lockable(_ doing: String) throws(FoundlingError) -> [(name: String, isView: Bool)] {
        guard !tables.isEmpty else { return [] }
        let dialect = Dialect.postgres
        let wanted = tables.map {
            "(\($0.schema.map(dialect.literal) ?? "NULL")::text, \(dialect.literal($0.name))::text)"
        }
        let sql = """
            SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind
            FROM (VALUES \(wanted.joined(separator: ", "))) AS w (space, name)
            JOIN pg_catalog.pg_class c ON c.relname IN (w.name, lower(w.name)) AND c.relkind IN ('r', 'p', 'v')
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE CASE WHEN w.space IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
                       ELSE n.nspname IN (w.space, lower(w.space)) END
              AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            """
        return try connection.rows(sql, [], doing).map { (name: $0[0] ?? "", isView: $0[1] == "v") }
    }

    private func begin(_ doing: String) throws(FoundlingError) {
        let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        // A pooler or a restart may have ended the connection since it was last used; nothing has been read yet.
        let known = connection.isOpen ? try? lockable(doing) : nil
        if known == nil { try connection.open() }
        let locks = if let known { known } else { try lockable(doing) }
        try connection.run(begin, doing)
        // LOCAL, so that a pooler that hands the server's session on does not hand these on.
        let timeout = connection.settings.statementTimeout
        try connection.run(
            """
            SET LOCAL row_security = off; SET LOCAL bytea_output = hex; SET LOCAL datestyle = 'ISO, YMD';
            SET LOCAL statement_timeout = '\(timeout)s';
            SET LOCAL lock_timeout = '\(ServerURL.lockTimeout)s'; SET LOCAL standard_conforming_strings = on
            """, doing)
        // Before the snapshot: from here on nobody renames, rewrites or detaches what it shows.
        let tables = locks.filter { !$0.isView }.map(\.name)
        if !tables.isEmpty {
            try connection.run("LOCK TABLE \(tables.joined(separator: ", ")) IN ACCESS SHARE MODE", doing)
        }
        // A view locks what it is made of, which may need more rights than reading it does.
        for view in locks where view.isView {
            try connection.run("SAVEPOINT foundling", doing)
            do throws(FoundlingError) {
                try connection.run("LOCK TABLE \(view.name) IN ACCESS SHARE MODE", doing)
            } catch {
                guard error.code == .catalogDenied || error.code == .sourceFailed else { throw error }
                try connection.run("ROLLBACK TO SAVEPOINT foundling", doing)
            }
        }
        // The first statement that reads takes the snapshot.
        _ = try connection.rows("SELECT 1", [], doing)
    }
}
