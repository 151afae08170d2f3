internal import FoundlingCatalog
internal import FoundlingCore

/// Triggers as SQLite wants them; they run in the application's own connection, of whatever version that is.
struct SQLiteTriggers: TriggerBuilder {
    let tables: OutboxTables

    func objects(for source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) -> (
        [TriggerObject], [BlindSpot]
    ) {
        let table = source.source.name
        let type = try session.rows(
            "SELECT type FROM sqlite_master WHERE lower(name) = lower(\(session.dialect.literal(source.name)))"
        ).first?[0]
        guard type == "table" else {
            return (
                [],
                [BlindSpot(table: table, reason: "a view has no deletions of its own: map the tables it is made of")]
            )
        }
        guard try session.rows("PRAGMA encoding").first?[0] == "UTF-8" else {
            return (
                [],
                [
                    BlindSpot(
                        table: table, reason: "this database holds its texts in UTF-16, which a trigger would misspell")
                ]
            )
        }
        let replaced = BlindSpot(
            table: table,
            reason: "REPLACE deletes without firing a trigger, unless the application sets PRAGMA recursive_triggers")
        // SQLite has no way to catch an error within a trigger.
        let isFragile =
            source.source.released != nil
            || source.source.claims.contains { if case .expression = $0 { true } else { false } }
        let fragile = BlindSpot(
            table: table,
            reason:
                "an expression of the manifest (`sql:`, `released:`) is evaluated by its triggers: a row on which it fails "
                + "cannot be changed or deleted any more")
        let from = source.table.from
        return (
            [
                object(.deleted, source, "AFTER DELETE ON \(from)", source.deletion(of: source.row("OLD"))),
                object(.changed, source, "AFTER UPDATE ON \(from) WHEN \(source.concerns)", source.change),
            ], isFragile ? [replaced, fragile] : [replaced]
        )
    }

    private func object(
        _ event: TriggerObject.Event, _ source: ClaimSQL, _ when: String, _ statement: String
    ) -> TriggerObject {
        TriggerObject(
            event, table: source.source.name, from: source.table.from, prefix: tables.name, resource: source.resource
        ) { name in
            let quoted = tables.dialect.base.quoted(name)
            return (
                ["CREATE TRIGGER \(quoted) \(when) BEGIN\n\(statement);\nEND"], ["DROP TRIGGER IF EXISTS \(quoted)"]
            )
        }
    }

    func cascades(_ sources: [ClaimSQL], _ keys: ForeignKeys) -> ([TriggerObject], [BlindSpot]) { ([], []) }

    /// SQLite has no procedures: a view that takes an INSERT is as near as it comes.
    func enqueue(_ sources: [ClaimSQL]) -> Routine {
        let base = tables.dialect.base
        let (view, trigger) = (tables.table("enqueue"), base.quoted("\(tables.name)_enqueue_insert"))
        let inserts = sources.compactMap { source -> String? in
            guard let condition = source.keyCondition("NEW.record_key") else { return nil }
            return source.deletion(
                of: source.table.from,
                where: "NEW.resource = \(base.literal(source.resource)) AND \(condition)", event: "requested") + ";"
        }
        let names = Routine.resources(sources.filter { $0.source.key != nil }).map(base.literal).joined(separator: ", ")
        let check =
            "SELECT RAISE(ABORT, 'foundling: the manifest has no such resource, or names no key for it') WHERE NEW.resource NOT IN (\(names));"
        return Routine(
            creation: [
                "DROP VIEW IF EXISTS \(view)",
                "CREATE VIEW \(view) AS SELECT '' AS resource, '' AS record_key WHERE 0",
                "CREATE TRIGGER \(trigger) INSTEAD OF INSERT ON \(view) BEGIN\n\(([check] + inserts).joined(separator: "\n"))\nEND",
            ], removal: ["DROP VIEW IF EXISTS \(view)"])
    }

    func present(_ session: WriterSession) throws(FoundlingError) -> [PresentTrigger] {
        let prefix = session.dialect.literal(tables.name + "_")
        return try session.rows(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, length(\(prefix))) = \(prefix)"
        ).map { row in
            PresentTrigger(
                name: row[0] ?? "", isEnabled: true,
                removal: ["DROP TRIGGER IF EXISTS \(session.dialect.quoted(row[0] ?? ""))"])
        }
    }
}
