internal import FoundlingCatalog
internal import FoundlingCore

/// Triggers as PostgreSQL wants them.
///
/// Claims are evaluated with the rights of whoever deletes, so that no expression and no cast of theirs ever runs with
/// ours; one function of ours, which only takes texts and writes them down, runs with its owner's. Whatever goes wrong
/// becomes a warning: a deletion never fails for us.
struct PostgresTriggers: TriggerBuilder {
    let tables: OutboxTables
    /// That of the session which installs: scans have the same, unless a role is set otherwise.
    let timeZone: String

    /// What every trigger calls: it takes texts, and can do nothing but write them down.
    var notes: [String] {
        let name = "\(tables.table("note"))(resource text, keys text[], paths text[], event text)"
        let body = """
            INSERT INTO \(tables.outbox) (resource, record_key, paths, event, at, actor, program)
            SELECT $1, u.k, u.p, $4, \(tables.dialect.now), \(tables.dialect.actor), \(tables.dialect.program)
            FROM unnest($2, $3) AS u (k, p)
            """
        return [
            """
            CREATE OR REPLACE FUNCTION \(name) RETURNS void LANGUAGE sql SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp SET lock_timeout = '\(Self.patience)ms' AS $foundling$
            \(body)
            $foundling$
            """, "GRANT USAGE ON SCHEMA \(tables.dialect.base.quoted(tables.name)) TO PUBLIC",
            "GRANT EXECUTE ON FUNCTION \(tables.table("note"))(text, text[], text[], text) TO PUBLIC",
        ]
    }

    var notesRemoval: [String] { ["DROP FUNCTION IF EXISTS \(tables.table("note"))(text, text[], text[], text)"] }

    func objects(for source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) -> (
        [TriggerObject], [BlindSpot]
    ) {
        let facts = try facts(of: source.table.from, session)
        guard facts.kind == "r" || facts.kind == "p" else {
            return (
                [],
                [
                    BlindSpot(
                        table: source.source.name,
                        reason: facts.kind == "v"
                            ? "a view has no deletions of its own: map the tables it is made of"
                            : "a foreign table: its server tells nobody here")
                ]
            )
        }
        var spots: [BlindSpot] = []
        if facts.kind == "r", facts.hasChildren {
            spots.append(
                BlindSpot(
                    table: source.source.name,
                    reason: "tables inherit from it: changes of their rows are seen where they are mapped themselves"))
        }
        // Rows of a partition may go by way of its parent, whose statement triggers are not the partition's.
        let isByRow = facts.kind == "p" || facts.isChild
        return ([deleted(source, isByRow), changed(source), truncated(source)], spots)
    }

    func cascades(_ sources: [ClaimSQL], _ keys: ForeignKeys) -> ([TriggerObject], [BlindSpot]) { ([], []) }

    private func facts(
        of from: String, _ session: WriterSession
    ) throws(FoundlingError) -> (kind: String, hasChildren: Bool, isChild: Bool) {
        let oid = "\(session.dialect.literal(from))::regclass"
        let row = try session.rows(
            """
            SELECT relkind, EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhparent = c.oid),
                   EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid)
            FROM pg_catalog.pg_class c WHERE oid = \(oid)
            """
        ).first
        return (row?[0] ?? "", row?[1] == "t", row?[2] == "t")
    }

    // MARK: Each trigger

    private func deleted(_ source: ClaimSQL, _ isByRow: Bool) -> TriggerObject {
        let gone = "\"gone\" AS \(tables.dialect.base.quoted(source.name))"
        return object(
            .deleted, source, isByRow ? source.deletion(of: source.row("OLD")) : source.deletion(of: gone),
            isByRow
                ? "AFTER DELETE ON \(source.table.from) FOR EACH ROW"
                : "AFTER DELETE ON \(source.table.from) REFERENCING OLD TABLE AS \"gone\" FOR EACH STATEMENT")
    }

    private func changed(_ source: ClaimSQL) -> TriggerObject {
        object(
            .changed, source, source.change,
            "AFTER UPDATE ON \(source.table.from) FOR EACH ROW WHEN (OLD.* *<> NEW.*)")
    }

    private func truncated(_ source: ClaimSQL) -> TriggerObject {
        object(
            .truncated, source, source.truncation, "BEFORE TRUNCATE ON \(source.table.from) FOR EACH STATEMENT")
    }

    private func object(
        _ event: TriggerObject.Event, _ source: ClaimSQL, _ statement: String, _ when: String
    ) -> TriggerObject {
        let from = source.table.from
        return TriggerObject(
            event, table: source.source.name, from: from, prefix: tables.name, resource: source.resource
        ) { name in
            let quoted = tables.dialect.base.quoted(name)
            let function = tables.table(name)
            let body = """
                #variable_conflict use_column
                BEGIN
                    IF current_setting('foundling.gave_up', true) = 'yes' THEN
                        RETURN NULL;
                    END IF;
                    BEGIN
                        \(statement);
                    EXCEPTION WHEN OTHERS THEN
                        IF SQLSTATE = '55P03' THEN
                            -- Nobody waits for the same lock with every further row of this transaction.
                            PERFORM set_config('foundling.gave_up', 'yes', true);
                        END IF;
                        RAISE WARNING 'foundling could not note what left %: % (%)', TG_TABLE_NAME, SQLERRM, SQLSTATE;
                    END;
                    RETURN NULL;
                END
                """
            return (
                [
                    function_(function, "trigger", body), "REVOKE ALL ON FUNCTION \(function)() FROM PUBLIC",
                    "CREATE TRIGGER \(quoted) \(when) EXECUTE FUNCTION \(function)()",
                    // Also for whoever replicates or restores: an event too many is looked at, one too few is not.
                    "ALTER TABLE \(from) ENABLE ALWAYS TRIGGER \(quoted)",
                ],
                ["DROP TRIGGER IF EXISTS \(quoted) ON \(from)", "DROP FUNCTION IF EXISTS \(function)()"]
            )
        }
    }

    /// Milliseconds that the application may wait for a locked outbox, for each statement or row: an event lost is
    /// found by the next scan.
    private static let patience = 200

    private func function_(_ declaration: String, _ result: String, _ body: String) -> String {
        var quote = "$foundling$"
        while body.contains(quote) { quote = "$f" + quote.dropFirst() }
        let call = declaration.hasSuffix(")") ? declaration : declaration + "()"
        // What a value looks like as text depends on the session; here it looks as it does in a scan.
        return """
            CREATE OR REPLACE FUNCTION \(call) RETURNS \(result) LANGUAGE plpgsql
            SET search_path = pg_catalog, pg_temp SET lock_timeout = '\(Self.patience)ms' SET datestyle = 'ISO, YMD'
            SET bytea_output = hex SET timezone = \(tables.dialect.base.literal(timeZone)) SET intervalstyle = postgres
            SET extra_float_digits = 1 AS \(quote)
            \(body)
            \(quote)
            """
    }

    // MARK: Enqueue

    func enqueue(_ sources: [ClaimSQL]) -> Routine {
        let name = "\(tables.table("enqueue"))(resource text, key text)"
        var body = "#variable_conflict use_column\nDECLARE\n    noted integer := 0;\n    counted integer;\nBEGIN\n"
        for (index, resource) in Routine.resources(sources).enumerated() {
            body += "    \(index == 0 ? "IF" : "ELSIF") $1 = \(tables.dialect.base.literal(resource)) THEN\n"
            if !sources.contains(where: { $0.resource == resource && $0.source.key != nil }) {
                body += "        RAISE EXCEPTION 'foundling: the manifest names no key for %', $1;\n"
            }
            for source in sources where source.resource == resource {
                guard let condition = source.keyCondition("$2"), let type = source.keyType else { continue }
                // A text that is no value of the key's type is no row's key.
                body += "        BEGIN PERFORM ($2)::\(type); EXCEPTION WHEN data_exception THEN RETURN noted; END;\n"
                body += "        counted := (\(source.counted(of: source.table.from, where: condition)));\n"
                body += "        \(source.deletion(of: source.table.from, where: condition, event: "requested"));\n"
                body += "        noted := noted + counted;\n"
            }
        }
        body += "    ELSE\n        RAISE EXCEPTION 'foundling: the manifest has no resource %', $1;\n    END IF;\n"
        body += "    RETURN noted;\n"
        body += "END"
        return Routine(
            creation: [
                function_(name, "integer", body),
                "REVOKE ALL ON FUNCTION \(tables.table("enqueue"))(text, text) FROM PUBLIC",
            ], removal: ["DROP FUNCTION IF EXISTS \(tables.table("enqueue"))(text, text)"])
    }

    // MARK: What is there

    /// Functions whose triggers went with their table.
    func leftovers(_ session: WriterSession) throws(FoundlingError) -> [String] {
        try session.rows(
            """
            SELECT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = \(tables.dialect.base.literal(tables.name)) AND p.pronargs = 0
            """
        ).compactMap { $0[0] }.filter { TriggerObject.isOurs($0, prefix: tables.name) }
            .map { "DROP FUNCTION IF EXISTS \(tables.table($0))()" }
    }

    func present(_ session: WriterSession) throws(FoundlingError) -> [PresentTrigger] {
        try session.rows(
            """
            SELECT t.tgname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), t.tgenabled
            FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT t.tgisinternal AND t.tgparentid = 0
              AND starts_with(t.tgname, \(tables.dialect.base.literal(tables.name + "_")))
            """
        ).map { row in
            let quoted = tables.dialect.base.quoted(row[0] ?? "")
            return PresentTrigger(
                name: row[0] ?? "", isEnabled: row[2] == "O" || row[2] == "A",
                removal: [
                    "DROP TRIGGER IF EXISTS \(quoted) ON \(row[1] ?? "")",
                    "DROP FUNCTION IF EXISTS \(tables.table(row[0] ?? ""))()",
                ])
        }
    }

    /// Under the search path that triggers run with: what compiles here compiles there.
    func prove(_ source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) {
        let path = try session.rows("SELECT current_setting('search_path')").first?[0] ?? "public"
        defer { _ = try? session.run("SELECT set_config('search_path', \(session.dialect.literal(path)), true)") }
        try session.attempt { () throws(FoundlingError) in
            try session.run("SET LOCAL search_path = pg_catalog, pg_temp")
            let row = "(SELECT * FROM \(source.table.from) LIMIT 0) AS \(session.dialect.quoted(source.name))"
            _ = try session.rows(source.evaluated(row))
        }
    }
}
