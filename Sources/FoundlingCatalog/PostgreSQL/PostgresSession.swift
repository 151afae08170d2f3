internal import FoundlingCore
internal import FoundlingSeam

/// One `REPEATABLE READ, READ ONLY` transaction on a PostgreSQL server.
struct PostgresSession: CatalogSession {
    let connection: PostgresConnection

    var dialect: Dialect { .postgres }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        let doing = "looking at table '\(name)'"
        let sql = """
            SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.row_security_active(c.oid),
                   pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
                   (SELECT max(s.last_value) FROM pg_catalog.pg_depend d
                    JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S'
                    JOIN pg_catalog.pg_namespace m ON m.oid = q.relnamespace
                    JOIN pg_catalog.pg_sequences s ON s.schemaname = m.nspname AND s.sequencename = q.relname
                    WHERE d.refobjid = c.oid AND d.deptype IN ('a', 'i'))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname IN ($1::text, lower($1::text))
              AND CASE WHEN $2::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
                       ELSE n.nspname IN ($2::text, lower($2::text)) END
            ORDER BY c.relname = $1::text DESC, n.nspname = $2::text DESC
            """
        guard let row = try connection.rows(sql, [name, schema], doing).first, let oid = row[0],
            let space = row[1], let relation = row[2]
        else {
            if schema == nil, let space = try hiddenSchema(of: name, doing) { throw denied(space) }
            return nil
        }
        guard row[5] == "t" else { throw denied(space) }
        if row[3] == "m" {
            throw FoundlingError(
                .sourceFailed, "'\(name)' is a materialized view: it shows what was there when it was last refreshed",
                hint: "name the tables it is made of: a claim that it does not show yet would be missed")
        }
        guard row[4] == "f" || !Safeguard.hiddenRows.isOn else {
            throw FoundlingError(
                .rowSecurity, "row-level security hides rows of '\(name)' from this role",
                hint:
                    "read as a role that sees every row (ALTER ROLE … BYPASSRLS, or the table's owner): a hidden row's "
                    + "files would look like orphans")
        }
        let columns = try connection.rows(
            """
            SELECT attname, pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
            WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """, [oid], doing
        ).map { Column(name: $0[0] ?? "", type: $0[1] ?? "") }
        let counted = try connection.rows(
            """
            SELECT lower(a.attname) FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S'
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.refobjid = $1::oid AND d.deptype IN ('a', 'i')
            """, [oid], doing
        ).compactMap { $0[0] }
        return Table(
            from: "\(dialect.quoted(space)).\(dialect.quoted(relation))", columns: columns, identity: "oid \(oid)",
            sequence: row[6].flatMap { Int64($0) }, counted: Set(counted))
    }

    /// A schema that holds a table of that name, and that this role may not even look into.
    private func hiddenSchema(of name: String, _ doing: String) throws(FoundlingError) -> String? {
        let sql = """
            SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relname IN ($1::text, lower($1::text))
              AND n.nspname = ANY (string_to_array(replace(current_setting('search_path'), ' ', ''), ','))
              AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') LIMIT 1
            """
        return try connection.rows(sql, [name], doing).first?[0]
    }

    private func denied(_ space: String) -> FoundlingError {
        FoundlingError(
            .catalogDenied, "this role may not use the schema '\(Printable.escape(space))'",
            hint: "GRANT USAGE ON SCHEMA \(dialect.quoted(space)) TO this role")
    }

    /// Refuses where a table was rewritten or made anew between the snapshot and its first reading: then it showed no
    /// row of the snapshot, without a word.
    ///
    /// What the transaction has read it has locked. Its snapshot still shows the old file of a table, and the function
    /// shows the one that was read; of a table made anew the snapshot knows nothing. Ids below 16384 are the server's
    /// own.
    func proveWhole(_ tables: [Table], _ doing: String) throws(FoundlingError) {
        let sql = """
            SELECT l.relation::regclass::text FROM pg_catalog.pg_locks l
            LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
            WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
              AND CASE WHEN c.oid IS NULL THEN pg_catalog.pg_get_indexdef(l.relation) IS NULL
                       ELSE c.relkind IN ('r', 'm') AND c.relfilenode <> 0
                            AND c.relfilenode IS DISTINCT FROM pg_catalog.pg_relation_filenode(l.relation) END
            """
        var changed = try connection.rows(sql, [], doing).first?[0]
        let ids = tables.compactMap { $0.identity.map { $0.dropFirst("oid ".count) } }
        if changed == nil, !ids.isEmpty {
            // What the snapshot knows by these names, partitions included, and nobody has read.
            changed = try connection.rows(
                "WITH RECURSIVE tree AS (SELECT unnest('{\(ids.joined(separator: ","))}'::oid[]) AS id UNION "
                    + "SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.id) "
                    + "SELECT id::regclass::text FROM tree WHERE id NOT IN (SELECT relation FROM pg_catalog.pg_locks "
                    + "WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation')", [], doing
            ).first?[0]
        }
        guard let changed else { return }
        throw FoundlingError(
            .catalogInterrupted,
            "the table '\(Printable.escape(changed))' was rewritten or made anew while it was read: its rows were not seen",
            hint: "a migration or a TRUNCATE is at work: nothing was judged; run it again when that has finished")
    }

    func tableNames() throws(FoundlingError) -> [String] {
        try connection.rows(
            """
            SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname
                        ELSE n.nspname || '.' || c.relname END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'f') AND NOT c.relispartition AND n.nspname !~ '^pg_'
              AND n.nspname <> 'information_schema'
            ORDER BY 1
            """, [], "listing its tables"
        ).compactMap { $0[0] }
    }

    func prepare(_ sql: String, _ doing: String) throws(FoundlingError) -> [String] {
        var names: [String] = []
        try surviving(doing) { () throws(FoundlingError) in
            names = try connection.describe(sql, doing)
            // Rights are looked at when a plan is made ready to run, and not before.
            if !names.isEmpty { _ = try connection.rows("EXPLAIN \(sql)", [], doing) }
        }
        return names
    }

    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        try surviving(doing) { () throws(FoundlingError) in try connection.stream(sql, doing, visit) }
    }

    /// An error in `body` leaves the transaction as it was.
    private func surviving(_ doing: String, _ body: () throws(FoundlingError) -> Void) throws(FoundlingError) {
        try connection.run("SAVEPOINT foundling", doing)
        do throws(FoundlingError) { try body() } catch {
            try? connection.run("ROLLBACK TO SAVEPOINT foundling", doing)
            throw error
        }
        try connection.run("RELEASE SAVEPOINT foundling", doing)
    }

    func references(to table: Table, column: String) throws(FoundlingError) -> [(
        table: String, from: String, column: String
    )] {
        let oid = table.identity.map { String($0.dropFirst("oid ".count)) }
        return try connection.rows(
            """
            SELECT r.relname, n.nspname, a.attname
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.conrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            JOIN pg_catalog.pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND k.confrelid = $1::oid AND k.conparentid = 0
              AND cardinality(k.conkey) = 1 AND lower(t.attname) = lower($2::text)
            """, [oid, column], "looking at its foreign keys"
        ).map { row in
            let from = "\(dialect.quoted(row[1] ?? "")).\(dialect.quoted(row[0] ?? ""))"
            return (row[0] ?? "", from, dialect.quoted(row[2] ?? ""))
        }
    }

    /// Seconds that evidence is worth.
    private static let brief = 5

    func briefly(_ body: () throws(FoundlingError) -> Void) throws(FoundlingError) {
        let doing = "gathering evidence"
        try connection.run("SET LOCAL statement_timeout = '\(Self.brief)s'", doing)
        do throws(FoundlingError) { try body() } catch {
            guard [.sourceFailed, .catalogDenied, .catalogInterrupted].contains(error.code), connection.isOpen else {
                throw error
            }
        }
        try connection.run("SET LOCAL statement_timeout = '\(connection.settings.statementTimeout)s'", doing)
    }

    func moment() throws(FoundlingError) -> CatalogMoment {
        let doing = "reading its identity"
        let sql = """
            SELECT current_setting('server_version'), current_database(),
                   (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()),
                   pg_catalog.pg_is_in_recovery(), current_user,
                   (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                   CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                        ELSE pg_catalog.pg_current_wal_flush_lsn() END - '0/0'::pg_lsn
            """
        let before = Clock.now()
        let row = try connection.rows(sql, [], doing)[0]
        let host = (before + Clock.now()) / 2
        var moment = CatalogMoment(engine: "postgres", location: connection.location)
        moment.identity["version"] = row[0]
        moment.identity["database"] = row[1]
        moment.identity["database_oid"] = row[2]
        moment.identity["role"] = row[4]
        moment.isReplica = row[3] == "t"
        moment.skew = row[5].flatMap { Int64($0) }.map { $0 * 1000 - host }
        if let position = row[6].flatMap({ Int64($0) }) { moment.sequences["(write-ahead log)"] = position }
        // Some hosted servers keep these from ordinary roles; what is known all the same must do there.
        var control: [String?] = []
        try? surviving(doing) { () throws(FoundlingError) in
            control = try connection.rows(
                """
                SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()),
                       (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())
                """, [], doing)[0]
        }
        if control.count == 2 {
            moment.identity["system_identifier"] = control[0]
            if let timeline = control[1].flatMap({ Int64($0) }) { moment.sequences["(timeline)"] = timeline }
        }
        return moment
    }
}
