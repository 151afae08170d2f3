internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody

/// Triggers and outbox of one manifest in the application's database: installing, proving and removing them.
package struct Triggers {
    private let manifest: Manifest
    private let writer: CatalogWriter

    package init(_ manifest: Manifest) throws(FoundlingError) {
        self.manifest = manifest
        writer = try CatalogWriter(manifest.database)
    }

    // MARK: What there should be

    /// Everything that the manifest asks for in this database, as it is now.
    struct Wanted {
        var tables: OutboxTables
        var objects: [TriggerObject] = []
        var sources: [ClaimSQL] = []
        var routine: Routine
        var blindSpots: [BlindSpot] = []
        /// Sources whose claims no trigger could evaluate, by table.
        var unfit: [(table: String, error: FoundlingError)] = []

        /// Of the routine: what is installed under another digest is an older one.
        var routineDigest: String { Digest.hex(routine.creation.joined(separator: "\n")) }
    }

    static func builder(_ tables: OutboxTables) -> any TriggerBuilder {
        switch tables.dialect.engine {
        case .postgres: PostgresTriggers(tables: tables)
        case .mysql: MySQLTriggers(tables: tables)
        case .sqlite: SQLiteTriggers(tables: tables)
        }
    }

    static func wanted(_ manifest: Manifest, _ session: WriterSession) throws(FoundlingError) -> Wanted {
        let tables = try OutboxTables(manifest.database.outbox, session)
        let builder = builder(tables)
        var wanted = Wanted(tables: tables, routine: Routine(creation: [], removal: []))
        for resource in manifest.resources {
            for source in resource.sources {
                guard case .table(let schema, let name) = source.rows else {
                    wanted.blindSpots.append(
                        BlindSpot(
                            table: "the query on line \(source.line)",
                            reason: "a query has no row to be deleted: only scans see what its rows gave up"))
                    continue
                }
                guard !source.claims.isEmpty else { continue }
                guard let table = try session.table(schema, name) else {
                    throw FoundlingError(
                        .tableMissing, "the database has no table '\(source.name)' (manifest line \(source.line))",
                        hint: "`foundling check` shows every source")
                }
                do throws(FoundlingError) {
                    let sql = try ClaimSQL(resource.name, source, table, tables)
                    let (objects, spots) = try builder.objects(for: sql, session)
                    wanted.blindSpots += spots
                    guard !objects.isEmpty else { continue }
                    try builder.prove(sql, session)
                    wanted.objects += objects
                    wanted.sources.append(sql)
                } catch {
                    guard [.sourceFailed, .databaseRefused, .columnMissing].contains(error.code) else { throw error }
                    wanted.unfit.append((source.name, error))
                }
            }
        }
        let (objects, spots) = builder.cascades(wanted.sources, try ForeignKeys(session))
        wanted.objects += objects
        wanted.blindSpots += spots.filter { !wanted.blindSpots.contains($0) }
        wanted.routine = builder.enqueue(wanted.sources)
        return wanted
    }

    // MARK: Install

    /// The SQL of everything, for a migration tool.
    package func script() throws(FoundlingError) -> String {
        try writer.rehearsal("looking at its tables") { session throws(FoundlingError) in
            let wanted = try Self.wanted(manifest, session)
            let isMySQL = wanted.tables.dialect.engine == .mysql
            let statements = wanted.tables.creation + Self.meta(wanted, manifest) + wanted.objects.flatMap(\.creation)
                + wanted.routine.creation
            // Its client ends a statement at each semicolon, unless told otherwise.
            let end = isMySQL ? "\n//\n" : ";\n"
            return (isMySQL ? "DELIMITER //\n" : "") + statements.map { $0 + end }.joined(separator: "\n")
                + (isMySQL ? "DELIMITER ;\n" : "")
        }
    }

    /// Makes what is missing, then removes what is older.
    ///
    /// - Parameter onlyOutbox: no triggers, for an application that tells of its deletions by itself.
    package func install(onlyOutbox: Bool = false) throws(FoundlingError) -> TriggerReport {
        let notes = try writer.transaction("installing triggers") { session throws(FoundlingError) in
            var wanted = try Self.wanted(manifest, session)
            try Self.checkOwner(wanted.tables, manifest, session)
            if onlyOutbox { wanted.objects = [] }
            guard onlyOutbox || !wanted.objects.isEmpty else {
                throw FoundlingError(
                    .triggersUnfit, "no table of this manifest can have a trigger",
                    hint: "see below, correct the manifest, and install again",
                    details: wanted.unfit.map(\.error.summary) + wanted.blindSpots.map { "\($0.table): \($0.reason)" })
            }
            for statement in wanted.tables.creation { try session.run(statement) }
            let present = try Self.builder(wanted.tables).present(session)
            let names = Set(present.map(\.name))
            let missing = wanted.objects.filter { object in !names.contains(object.name) }
            for statement in missing.flatMap(\.creation) { try session.run(statement) }
            for trigger in present where !trigger.isEnabled {
                guard let object = wanted.objects.first(where: { $0.name == trigger.name }) else { continue }
                for statement in trigger.removal + object.creation { try session.run(statement) }
            }
            let kept = Set(wanted.objects.map(\.name))
            let stale = present.filter { !kept.contains($0.name) && TriggerObject.isOurs($0.name, prefix: wanted.tables.name) }
            for statement in stale.flatMap(\.removal) { try session.run(statement) }
            if try Self.metaValue("enqueue", wanted.tables, session) != wanted.routineDigest {
                for statement in wanted.routine.creation { try session.run(statement) }
            }
            for statement in Self.meta(wanted, manifest) { try session.run(statement) }
            return [
                "\(Words.count(missing.count, "trigger", "triggers")) made, "
                    + "\(wanted.objects.count - missing.count) there already, \(stale.count) older removed"
            ]
        }
        var report = try status(isProving: true)
        report.notes = notes
        return report
    }

    private static func meta(_ wanted: Wanted, _ manifest: Manifest) -> [String] {
        let values = [
            ("version", String(OutboxTables.version)), ("enqueue", wanted.routineDigest),
            ("resources", manifest.resources.map(\.name).joined(separator: ",")),
        ]
        let base = wanted.tables.dialect.base
        return ["DELETE FROM \(wanted.tables.meta)"]
            + values.map {
                "INSERT INTO \(wanted.tables.meta) (name, value) VALUES (\(base.literal($0.0)), \(base.literal($0.1)))"
            }
    }

    static func metaValue(
        _ name: String, _ tables: OutboxTables, _ session: WriterSession
    ) throws(FoundlingError) -> String? {
        let literal = session.dialect.literal(name)
        return try session.rows("SELECT value FROM \(tables.meta) WHERE name = \(literal)").first?[0]
    }

    /// Refuses where the outbox of that name serves another manifest: its triggers would be removed as older ones.
    static func checkOwner(
        _ tables: OutboxTables, _ manifest: Manifest, _ session: WriterSession
    ) throws(FoundlingError) {
        guard try Self.exists(tables, session), let known = try metaValue("resources", tables, session) else { return }
        let theirs = Set(known.split(separator: ",").map(String.init))
        guard theirs.isDisjoint(with: manifest.resources.map(\.name)) else { return }
        throw FoundlingError(
            .outboxForeign, "the outbox '\(tables.name)' of this database serves another manifest, with "
                + theirs.sorted().joined(separator: ", "),
            hint: "give this one an outbox of its own: `outbox: NAME` under `database`")
    }

    /// Whether the outbox is there.
    static func exists(_ tables: OutboxTables, _ session: WriterSession) throws(FoundlingError) -> Bool {
        for kind in ["outbox", "meta"] where try session.table(tables.schema, tables.plain(kind)) == nil { return false }
        return true
    }

    // MARK: Status

    /// - Parameter isProving: whether a canary is deleted in each table, in a transaction that is taken back.
    package func status(isProving: Bool = true) throws(FoundlingError) -> TriggerReport {
        try writer.rehearsal("looking at its triggers") { session throws(FoundlingError) in
            let wanted = try Self.wanted(manifest, session)
            var report = TriggerReport(database: manifest.database.outbox)
            report.hasOutbox = try Self.exists(wanted.tables, session)
            if report.hasOutbox {
                let version = try Self.metaValue("version", wanted.tables, session)
                if version != String(OutboxTables.version) {
                    report.hasOutbox = false
                    report.notes.append(
                        "the outbox is of version \(version ?? "none"), this release knows \(OutboxTables.version)")
                }
            }
            let present = try Self.builder(wanted.tables).present(session)
            let canary = Canary(session, wanted.tables, try ForeignKeys(session))
            var proofs: [String: Canary.Outcome] = [:]
            for object in wanted.objects {
                let found = present.first { $0.name == object.name }
                var trigger = TriggerReport.Trigger(
                    table: object.table, event: object.event.rawValue, name: object.name, state: .missing)
                if let found, !found.isEnabled { trigger.state = .disabled }
                if let found, found.isEnabled {
                    trigger.state = .unproven
                    if isProving, report.hasOutbox, object.event == .deleted || object.event == .changed,
                        let source = wanted.sources.first(where: {
                            $0.table.from == object.from && $0.resource == object.resource
                        })
                    {
                        let key = "\(source.resource) \(source.table.from)"
                        if proofs[key] == nil { proofs[key] = try canary.prove(source) }
                        guard let outcome = proofs[key] else { continue }
                        if object.event == .deleted {
                            (trigger.state, trigger.reason) = (outcome.state, outcome.reason)
                        } else {
                            trigger.state = outcome.changed == .silent && source.source.released != nil
                                ? .unproven : outcome.changed
                        }
                    }
                }
                report.triggers.append(trigger)
            }
            report.triggers += wanted.unfit.map {
                .init(table: $0.table, event: "deleted", name: "", state: .unfit, reason: $0.error.summary)
            }
            report.blindSpots = wanted.blindSpots.map { ($0.table, $0.reason) }
            let names = Set(wanted.objects.map(\.name))
            report.stale = present.map(\.name).filter {
                !names.contains($0) && TriggerObject.isOurs($0, prefix: wanted.tables.name)
            }
            return report
        }
    }

    // MARK: Remove

    /// Leaves the schema as it was: triggers first, so that no statement of the application meets a missing table.
    ///
    /// - Returns: how many tasks were not done yet; the next scan finds what they were for.
    package func remove() throws(FoundlingError) -> (removed: Int, undone: Int) {
        try writer.transaction("removing triggers") { session throws(FoundlingError) in
            let tables = try OutboxTables(manifest.database.outbox, session)
            let builder = Self.builder(tables)
            try Self.checkOwner(tables, manifest, session)
            let all = try builder.present(session)
            let present = all.filter { TriggerObject.isOurs($0.name, prefix: tables.name) }
            for statement in present.flatMap(\.removal) { try session.run(statement) }
            var undone = 0
            if try Self.exists(tables, session) {
                let sql = "SELECT count(*) FROM \(tables.outbox) WHERE state <> 'done'"
                undone = try session.rows(sql).first?[0].flatMap { Int($0) } ?? 0
            }
            for statement in builder.enqueue([]).removal + tables.removal {
                if statement.hasPrefix("DROP FUNCTION"), try !session.hasSchema(tables.name) { continue }
                try session.run(statement)
            }
            return (present.count, undone)
        }
    }
}

extension WriterSession {
    fileprivate func hasSchema(_ name: String) throws(FoundlingError) -> Bool {
        try !rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = \(dialect.literal(name))").isEmpty
    }
}
