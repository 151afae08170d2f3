internal import FoundlingCatalog
internal import FoundlingCore

/// Triggers as MariaDB and MySQL want them.
///
/// InnoDB deletes the rows of a cascade below the level at which triggers fire. So every table that cascades to a
/// mapped one has a trigger of its own, which notes what the descendants claim before they go.
struct MySQLTriggers: TriggerBuilder {
    let tables: OutboxTables

    /// That a row of `information_schema` is about the source's table.
    static func isTable(_ source: ClaimSQL) -> String {
        "CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`', REPLACE(TABLE_NAME, '`', '``'), '`') = "
            + source.dialect.base.literal(source.table.from)
    }

    /// Whether the source is a table, rather than a view, and whether a deletion in it can be taken back.
    static func declaration(
        of source: ClaimSQL, _ session: WriterSession
    ) throws(FoundlingError) -> (isTable: Bool, isTransactional: Bool) {
        let row = try session.rows(
            """
            SELECT TABLE_TYPE,
                   COALESCE((SELECT TRANSACTIONS FROM information_schema.ENGINES e WHERE e.ENGINE = t.ENGINE), '')
            FROM information_schema.TABLES t WHERE \(isTable(source))
            """
        ).first
        return (row?[0] == "BASE TABLE", row?[1] == "YES")
    }

    func objects(for source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) -> (
        [TriggerObject], [BlindSpot]
    ) {
        let declaration = try Self.declaration(of: source, session)
        let table = source.source.name
        guard declaration.isTable else {
            return (
                [],
                [BlindSpot(table: table, reason: "a view has no deletions of its own: map the tables it is made of")]
            )
        }
        var spots = [
            BlindSpot(table: table, reason: "TRUNCATE fires no trigger here: after one, run `foundling scan`"),
            BlindSpot(
                table: table,
                reason:
                    "triggers run with the rights of who installed them: if that account goes, or may not write to the "
                    + "outbox any more, the application's statements fail. Install as an account that stays"),
        ]
        if source.columns.contains(where: { $0.type.lowercased().hasPrefix("timestamp") }) {
            spots.append(
                BlindSpot(
                    table: table,
                    reason:
                        "its claims hold a TIMESTAMP, which looks otherwise in a session of another time zone: then only "
                        + "scans see what it gave up"))
        }
        if !declaration.isTransactional {
            spots.append(
                BlindSpot(
                    table: table, reason: "its engine has no transactions: a deletion rolled back is noted all the same"
                ))
        }
        let from = source.table.from
        let deleted = object(.deleted, source, "AFTER DELETE ON \(from)", source.deletionOfRow)
        let changed = object(
            .changed, source, "AFTER UPDATE ON \(from)", "IF \(source.concerns) THEN \(source.changeOfRow); END IF")
        return ([deleted, changed], spots)
    }

    private func object(
        _ event: TriggerObject.Event, _ source: ClaimSQL, _ when: String, _ statement: String
    ) -> TriggerObject {
        object(
            event, table: source.source.name, from: source.table.from, resource: source.resource, when, [statement])
    }

    private func object(
        _ event: TriggerObject.Event, table: String, from: String, resource: String?, _ when: String,
        _ statements: [String]
    ) -> TriggerObject {
        TriggerObject(event, table: table, from: from, prefix: tables.name, resource: resource) { name in
            let trigger = local(Self.schema(of: from) + tables.dialect.base.quoted(name), from)
            let when = local(when, from)
            let body = local(statements.map { "\($0);" }.joined(separator: "\n"), from)
            return (
                [
                    """
                    CREATE TRIGGER \(trigger) \(when) FOR EACH ROW BEGIN
                    DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
                    \(body)
                    END
                    """
                ], ["DROP TRIGGER IF EXISTS \(trigger)"]
            )
        }
    }

    /// Without the name of the database, for tables of the outbox's own: a dump of it must go into another one, too.
    private func local(_ text: String, _ from: String) -> String {
        guard let database = tables.database.map({ tables.dialect.base.quoted($0) + "." }), from.hasPrefix(database)
        else {
            return text
        }
        return text.split(separator: database, omittingEmptySubsequences: false).joined()
    }

    /// With its dot; a trigger lies in the database of its table.
    private static func schema(of from: String) -> String {
        guard let name = ClaimSQL.quotedSchema(from) else { return "" }
        return name + "."
    }

    func cascades(_ sources: [ClaimSQL], _ keys: ForeignKeys) -> ([TriggerObject], [BlindSpot]) {
        var spots: [BlindSpot] = []
        let ancestors = Set(sources.flatMap { keys.ancestors(of: $0.table.from) }).sorted()
        let objects = (ancestors + sources.map(\.table.from)).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }.compactMap { ancestor -> TriggerObject? in
            var statements: [String] = []
            for source in sources {
                let cascades = keys.cascades(from: ancestor, to: source.table.from)
                if cascades.isCircular {
                    spots.append(
                        BlindSpot(
                            table: source.source.name,
                            reason:
                                "cascades lead to it in a circle: of rows deleted with a row of \(ancestor) only those "
                                + "are seen that no such circle leads to"))
                }
                for chain in cascades.chains {
                    let (from, condition) = ForeignKey.joined(
                        chain, tables.dialect.base, columns: source.columns, parent: "OLD")
                    let rows = "(\(from) WHERE \(condition)) AS \(tables.dialect.base.quoted(source.name))"
                    statements.append(source.deletion(of: rows))
                }
            }
            guard !statements.isEmpty else { return nil }
            return object(
                .cascades, table: ancestor.filter { $0 != "`" }, from: ancestor, resource: nil,
                "BEFORE DELETE ON \(ancestor)", statements)
        }
        for source in sources {
            for key in keys.all where key.child.lowercased() == source.table.from.lowercased() {
                let columns = Set(key.pairs.map { $0[0] })
                guard source.columns.contains(where: { columns.contains($0.name) }),
                    key.rule == .clear || key.followsUpdates
                else { continue }
                spots.append(
                    BlindSpot(
                        table: source.source.name,
                        reason:
                            "a foreign key may change \(columns.sorted().joined(separator: ", ")), of which its claims "
                            + "are made, without firing a trigger"))
            }
        }
        return (objects, spots)
    }

    func enqueue(_ sources: [ClaimSQL]) -> Routine {
        let own = tables.database.map { tables.dialect.base.quoted($0) + "." } ?? ""
        let name = tables.table("enqueue")
        var body = ""
        for (index, resource) in Routine.resources(sources).enumerated() {
            body += "\(index == 0 ? "IF" : "ELSEIF") p_resource = \(tables.dialect.base.literal(resource)) THEN\n"
            let inserts = sources.filter { $0.resource == resource }.compactMap { source in
                source.keyCondition("p_key").map {
                    source.deletion(of: source.table.from, where: $0, event: "requested") + ";\n"
                }
            }
            let none =
                "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'foundling: the manifest names no key for this resource';\n"
            body += inserts.isEmpty ? none : inserts.joined()
        }
        body +=
            "ELSE SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'foundling: the manifest has no such resource';\nEND IF;"
        let create = tables.isMariaDB ? "CREATE OR REPLACE" : "CREATE"
        return Routine(
            creation: (tables.isMariaDB ? [] : ["DROP PROCEDURE IF EXISTS \(name)"]) + [
                "\(create) PROCEDURE \(name) (IN p_resource VARCHAR(190), IN p_key VARCHAR(1000)) MODIFIES SQL DATA BEGIN\n\(local(body, own))\nEND"
            ], removal: ["DROP PROCEDURE IF EXISTS \(name)"])
    }

    /// Only those that write into this outbox: other databases of the server may have an outbox of the same name.
    func present(_ session: WriterSession) throws(FoundlingError) -> [PresentTrigger] {
        let prefix = session.dialect.literal(tables.name + "_")
        return try session.rows(
            """
            SELECT TRIGGER_NAME, TRIGGER_SCHEMA, DEFINER = CURRENT_USER() FROM information_schema.TRIGGERS
            WHERE LEFT(TRIGGER_NAME, CHAR_LENGTH(\(prefix))) = \(prefix)
              AND (TRIGGER_SCHEMA = DATABASE()
                   OR LOCATE(\(session.dialect.literal(tables.outbox)), ACTION_STATEMENT) > 0)
            """
        ).map { row in
            let name = "\(session.dialect.quoted(row[1] ?? "")).\(session.dialect.quoted(row[0] ?? ""))"
            return PresentTrigger(
                name: row[0] ?? "", isEnabled: true, isForeign: row[2] == "0",
                removal: ["DROP TRIGGER IF EXISTS \(name)"])
        }
    }
}
