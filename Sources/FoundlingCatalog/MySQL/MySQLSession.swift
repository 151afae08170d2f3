internal import FoundlingCore

/// One `REPEATABLE READ, READ ONLY` transaction on a MariaDB or MySQL server.
struct MySQLSession: CatalogSession {
    let connection: MySQLConnection

    var dialect: Dialect { .mysql }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        let doing = "looking at table '\(name)'"
        let space = schema.map { dialect.literal($0) } ?? "DATABASE()"
        let found = try connection.rows(
            """
            SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, e.TRANSACTIONS, t.CREATE_TIME,
                   t.AUTO_INCREMENT,
                   (SELECT c.COLUMN_NAME FROM information_schema.COLUMNS c
                    WHERE c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
                      AND c.EXTRA LIKE '%auto_increment%' LIMIT 1)
            FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
            WHERE t.TABLE_SCHEMA = \(space) AND t.TABLE_NAME = \(dialect.literal(name))
            """, doing)
        guard let row = found.first(where: { $0[1] == name }) ?? found.first, let database = row[0], let table = row[1]
        else { return nil }
        let isView = row[2]?.hasSuffix("VIEW") ?? false
        guard isView || row[4] == "YES" else {
            throw FoundlingError(
                .sourceFailed,
                "table '\(name)' is kept by \(row[3] ?? "no engine"), which has no snapshots",
                hint:
                    "ALTER TABLE \(dialect.quoted(table)) ENGINE=InnoDB: what is read of it now and what is read of other "
                    + "tables would not belong to the same moment")
        }
        let columns = try connection.rows(
            """
            SELECT COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA = \(dialect.literal(database)) AND TABLE_NAME = \(dialect.literal(table))
            ORDER BY ORDINAL_POSITION
            """, doing
        ).map { Column(name: $0[0] ?? "", type: $0[1] ?? "", collation: $0[2]) }
        var known = Table(
            from: "\(dialect.quoted(database)).\(dialect.quoted(table))", columns: columns,
            identity: isView ? nil : row[5].map { "created \($0)" },
            sequence: row[6].flatMap { Int64($0) }.map { $0 - 1 })
        known.counted = Set(row[7].map { [$0.lowercased()] } ?? [])
        // The counter runs ahead of what was given out, and comes back from a restart without that: only what a row
        // has is sure never to be counted again.
        if known.sequence != nil, let column = row[7] {
            let sql = "SELECT max(\(dialect.quoted(column))) FROM \(known.from)"
            known.issued = (try? connection.rows(sql, doing).first?[0]).flatMap { $0 }.flatMap { Int64($0) } ?? 0
        }
        return known
    }

    func tableNames() throws(FoundlingError) -> [String] {
        try connection.rows(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
            "listing its tables"
        ).compactMap { $0[0] }
    }

    func prepare(_ sql: String, _ doing: String) throws(FoundlingError) -> [String] {
        try connection.describe(sql, doing)
    }

    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError) { try connection.stream(sql, doing, visit) }

    func references(to table: Table, column: String) throws(FoundlingError) -> [(
        table: String, from: String, column: String
    )] {
        try connection.rows(
            """
            SELECT TABLE_NAME, TABLE_SCHEMA, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
            WHERE CONCAT('`', REPLACE(REFERENCED_TABLE_SCHEMA, '`', '``'), '`.`',
                         REPLACE(REFERENCED_TABLE_NAME, '`', '``'), '`') = \(dialect.literal(table.from))
              AND REFERENCED_COLUMN_NAME = \(dialect.literal(column))
            """, "looking at its foreign keys"
        ).map { row in
            let from = "\(dialect.quoted(row[1] ?? "")).\(dialect.quoted(row[0] ?? ""))"
            return (row[0] ?? "", from, dialect.quoted(row[2] ?? ""))
        }
    }

    /// Seconds that evidence is worth.
    private static let brief = 5

    func briefly(_ body: () throws(FoundlingError) -> Void) throws(FoundlingError) {
        let doing = "gathering evidence"
        try connection.limit(seconds: Self.brief, doing)
        do throws(FoundlingError) { try body() } catch {
            guard [.sourceFailed, .catalogDenied, .catalogInterrupted].contains(error.code), connection.isOpen else {
                throw error
            }
        }
        try connection.limit(seconds: connection.settings.statementTimeout, doing)
    }

    func moment() throws(FoundlingError) -> CatalogMoment {
        let doing = "reading its identity"
        let before = Clock.now()
        let row = try connection.rows(
            "SELECT VERSION(), DATABASE(), @@hostname, @@port, @@read_only, CURRENT_USER(), UNIX_TIMESTAMP(NOW(6))",
            doing
        )[0]
        let host = (before + Clock.now()) / 2
        var moment = CatalogMoment(engine: "mysql", location: connection.location(of: row[1]))
        moment.identity["version"] = row[0]
        moment.identity["database"] = row[1]
        moment.identity["host"] = row[2]
        moment.identity["role"] = row[5]
        moment.skew = row[6].flatMap { Double($0) }.map { Int64($0 * 1_000_000) * 1000 - host }
        // Each says which server this is, in its own word; a copy of its data directory has another.
        for name in ["server_uid", "server_uuid"] {
            if let known = try connection.rows("SHOW GLOBAL VARIABLES LIKE '\(name)'", doing).first?[1] {
                moment.identity["server"] = known
            }
        }
        moment.isReplica = row[4] != "0" || followsAnother(doing)
        // MariaDB's global transaction ids: domain-server-number, and numbers only grow.
        let position = try connection.rows("SHOW GLOBAL VARIABLES LIKE 'gtid_current_pos'", doing).first?[1] ?? ""
        for id in position.split(separator: ",") {
            let parts = id.split(separator: "-")
            if parts.count == 3, let number = Int64(parts[2]) {
                moment.sequences["(binary log, domain \(parts[0]))"] = number
            }
        }
        return moment
    }

    /// Whether it is told what to do by another server; a role that may not ask goes by `read_only` alone.
    private func followsAnother(_ doing: String) -> Bool {
        for sql in ["SHOW ALL SLAVES STATUS", "SHOW REPLICA STATUS"] {
            if let rows = try? connection.rows(sql, doing) { return !rows.isEmpty }
        }
        return false
    }
}
