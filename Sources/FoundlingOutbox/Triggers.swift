internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody

/// Triggers and outbox of one manifest in the application's database: installing, proving and removing them.
package struct Triggers {
    private let manifest: Manifest
    private let writer: CatalogWriter

    package init(_ manifest: Manifest) throws(FoundlingError) {
        self.manifest = manifest
        try WriterCheck.run(manifest.database)
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

        /// What applications may call. SQLite's stands in the way of rebuilding a table, so it is made only where there
        /// are no triggers to do its work.
        func routine(onlyOutbox: Bool) -> Routine {
            onlyOutbox || tables.dialect.engine != .sqlite ? routine : Routine(creation: [], removal: routine.removal)
        }
    }

    static func builder(_ tables: OutboxTables) -> any TriggerBuilder {
        switch tables.dialect.engine {
        case .postgres: PostgresTriggers(tables: tables, timeZone: tables.timeZone)
        case .mysql: MySQLTriggers(tables: tables)
        case .sqlite: SQLiteTriggers(tables: tables)
        }
    }

    static func wanted(
        _ manifest: Manifest, _ session: WriterSession, isProving: Bool = true
    ) throws(FoundlingError) -> Wanted {
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
                    if isProving { try builder.prove(sql, session) }
                    // Two sources that claim the same need one trigger.
                    wanted.objects += objects.filter { object in !wanted.objects.contains { $0.name == object.name } }
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

    /// What an installation would run, in its order; nothing where everything is there.
    private func statements(
        _ session: WriterSession, onlyOutbox: Bool
    ) throws(FoundlingError) -> (all: [String], note: String, tables: OutboxTables) {
        var wanted = try Self.wanted(manifest, session)
        let (tables, builder) = (wanted.tables, Self.builder(wanted.tables))
        try Self.checkOwner(tables, manifest, session)
        if onlyOutbox { wanted.objects = [] }
        guard onlyOutbox || !wanted.objects.isEmpty else {
            throw FoundlingError(
                .triggersUnfit, "no table of this manifest can have a trigger",
                hint: "see below, correct the manifest, and install again",
                details: wanted.unfit.map(\.error.summary) + wanted.blindSpots.map { "\($0.table): \($0.reason)" })
        }
        let isThere = try Self.exists(tables, session)
        if isThere, let version = try Self.metaValue("version", tables, session).flatMap({ Int($0) }),
            version > OutboxTables.version
        {
            throw TaskQueue.wrong(version: String(version))
        }
        let present = try builder.present(session)
        let enabled = Set(present.filter { $0.isEnabled && !$0.isForeign }.map(\.name))
        let missing = wanted.objects.filter { !enabled.contains($0.name) }
        let names = Set(wanted.objects.map(\.name))
        // Where a source could not be mapped, an older trigger of its table is better than none.
        let stale =
            !wanted.unfit.isEmpty && !onlyOutbox
            ? [] : present.filter { !names.contains($0.name) && TriggerObject.isOurs($0.name, prefix: tables.name) }
        // One that was switched off is made anew.
        let broken = present.filter { names.contains($0.name) && !enabled.contains($0.name) }
        let routine = wanted.routine(onlyOutbox: onlyOutbox)
        let routineDigest = Digest.hex((builder.notes + routine.creation).joined(separator: "\n"))
        let installed = isThere ? try Self.metaValue("enqueue", tables, session) : nil
        var all = isThere ? [] : tables.creation
        if installed != routineDigest { all += builder.notes }
        all += broken.flatMap(\.removal) + missing.flatMap(\.creation) + stale.flatMap(\.removal)
        // Of another account's installation the procedure is made anew as well: it runs with that one's rights.
        if installed != routineDigest || present.contains(where: \.isForeign) {
            all += (isThere ? wanted.routine.removalBefore(routine) : []) + routine.creation
        }
        let values = [
            ("version", String(OutboxTables.version)), ("enqueue", routineDigest),
            ("mode", onlyOutbox ? "outbox" : "triggers"),
            ("resources", manifest.resources.map(\.name).joined(separator: ",")),
        ]
        var known: [(String, String)] = []
        if isThere {
            for (name, _) in values { known.append((name, try Self.metaValue(name, tables, session) ?? "")) }
        }
        if !known.elementsEqual(values, by: ==) { all += Self.meta(values, tables) }
        let note =
            "\(Words.count(missing.count, "trigger", "triggers")) made, "
            + "\(wanted.objects.count - missing.count) there already, \(stale.count) older removed"
        return (all, note, tables)
    }

    /// The SQL that an installation would run, for a migration tool.
    package func script(onlyOutbox: Bool) throws(FoundlingError) -> String {
        try writer.rehearsal("looking at its tables") { session throws(FoundlingError) in
            let (statements, _, tables) = try statements(session, onlyOutbox: onlyOutbox)
            guard !statements.isEmpty else { return "-- Everything is there already.\n" }
            let isMySQL = tables.dialect.engine == .mysql
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
        let note = try writer.transaction("installing triggers") { session throws(FoundlingError) in
            let (statements, note, _) = try statements(session, onlyOutbox: onlyOutbox)
            for statement in statements { try session.run(statement) }
            return note
        }
        var report = try status(isProving: true)
        report.notes = [note]
        return report
    }

    private static func meta(_ values: [(String, String)], _ tables: OutboxTables) -> [String] {
        let base = tables.dialect.base
        return ["DELETE FROM \(tables.meta)"]
            + values.map {
                "INSERT INTO \(tables.meta) (name, value) VALUES (\(base.literal($0.0)), \(base.literal($0.1)))"
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
        let ours = Set(manifest.resources.map(\.name))
        // A manifest grows, or shrinks; one that does both at once is another one.
        guard !theirs.isSubset(of: ours), !ours.isSubset(of: theirs) else { return }
        throw FoundlingError(
            .outboxForeign,
            "the outbox '\(tables.name)' of this database serves another manifest, with "
                + theirs.sorted().joined(separator: ", "),
            hint:
                "give this one an outbox of its own: `outbox: NAME` under `database`; if it is the same manifest with "
                + "resources renamed, `foundling triggers remove` by the old one first")
    }

    /// Whether the outbox is there.
    static func exists(_ tables: OutboxTables, _ session: WriterSession) throws(FoundlingError) -> Bool {
        for kind in ["outbox", "meta"] where try session.table(tables.schema, tables.plain(kind)) == nil {
            return false
        }
        return true
    }

    // MARK: Status

    /// - Parameter isProving: whether a canary is deleted in each table, in a transaction that is taken back.
    package func status(isProving: Bool = true) throws(FoundlingError) -> TriggerReport {
        let (report, wanted) = try look(isProving: isProving)
        guard isProving, report.hasOutbox else { return report }
        var proven = report
        for source in wanted.sources {
            let names = Set(
                wanted.objects.filter { $0.table == source.source.name && $0.resource == source.resource }.map(\.name))
            let mine = report.triggers.indices.filter { names.contains(report.triggers[$0].name) }
            guard mine.contains(where: { report.triggers[$0].state == .unproven }) else { continue }
            // Each in a transaction of its own: what one of them breaks the next must not run in.
            let outcome = try writer.rehearsal("proving a trigger") { session throws(FoundlingError) in
                try Canary(session, wanted.tables, try ForeignKeys(session)).prove(source)
            }
            for index in mine where proven.triggers[index].state == .unproven {
                switch proven.triggers[index].event {
                case TriggerObject.Event.deleted.rawValue:
                    (proven.triggers[index].state, proven.triggers[index].reason) = (outcome.state, outcome.reason)
                case TriggerObject.Event.changed.rawValue:
                    let isReleasable = outcome.changed == .silent && source.source.released != nil
                    proven.triggers[index].state = isReleasable ? .unproven : outcome.changed
                default: break
                }
            }
        }
        return proven
    }

    /// What there is and what there should be, without a canary.
    private func look(isProving: Bool) throws(FoundlingError) -> (report: TriggerReport, wanted: Wanted) {
        try writer.rehearsal("looking at its triggers") { session throws(FoundlingError) in
            var wanted = try Self.wanted(manifest, session, isProving: isProving)
            var report = TriggerReport(database: manifest.database.outbox)
            report.hasOutbox = try Self.exists(wanted.tables, session)
            if report.hasOutbox, try Self.metaValue("mode", wanted.tables, session) == "outbox" {
                report.notes.append("only the outbox was installed: the application tells of its deletions by itself")
                (wanted.objects, wanted.unfit, wanted.blindSpots) = ([], [], [])
            }
            if report.hasOutbox {
                let version = try Self.metaValue("version", wanted.tables, session)
                if version != String(OutboxTables.version) {
                    report.hasOutbox = false
                    report.notes.append(
                        "the outbox is of version \(version ?? "none"), this release knows \(OutboxTables.version)")
                }
            }
            let present = try Self.builder(wanted.tables).present(session)
            for object in wanted.objects {
                let found = present.first { $0.name == object.name }
                let state: TriggerReport.State = found.map { $0.isEnabled ? .unproven : .disabled } ?? .missing
                report.triggers.append(
                    TriggerReport.Trigger(
                        resource: object.resource, table: object.table, event: object.event.rawValue, name: object.name,
                        state: state))
            }
            report.triggers += wanted.unfit.map {
                .init(
                    resource: nil, table: $0.table, event: "deleted", name: "", state: .unfit, reason: $0.error.summary)
            }
            report.blindSpots = wanted.blindSpots.map { ($0.table, $0.reason) }
            let names = Set(wanted.objects.map(\.name))
            report.stale = present.map(\.name).filter {
                !names.contains($0) && TriggerObject.isOurs($0, prefix: wanted.tables.name)
            }
            return (report, wanted)
        }
    }

    // MARK: Remove

    /// Leaves the schema as it was: triggers first, so that no statement of the application meets a missing table.
    ///
    /// - Returns: how many tasks were not done yet; the next scan finds what they were for.
    package func remove() throws(FoundlingError) -> (removed: Int, undone: Int, hadOutbox: Bool) {
        try writer.transaction("removing triggers") { session throws(FoundlingError) in
            let tables = try OutboxTables(manifest.database.outbox, session)
            let builder = Self.builder(tables)
            try Self.checkOwner(tables, manifest, session)
            let all = try builder.present(session)
            let present = all.filter { TriggerObject.isOurs($0.name, prefix: tables.name) }
            let leftovers = try builder.leftovers(session)
            for statement in present.flatMap(\.removal) + leftovers { try session.run(statement) }
            var undone = 0
            let isThere = try Self.exists(tables, session)
            if isThere {
                let sql = "SELECT count(*) FROM \(tables.outbox) WHERE state <> 'done'"
                undone = try session.rows(sql).first?[0].flatMap { Int($0) } ?? 0
            }
            for statement in builder.enqueue([]).removal + builder.notesRemoval + tables.removal {
                if statement.hasPrefix("DROP FUNCTION"), try !session.hasSchema(tables.name) { continue }
                try session.run(statement)
            }
            return (present.count, undone, isThere)
        }
    }
}

extension WriterSession {
    fileprivate func hasSchema(_ name: String) throws(FoundlingError) -> Bool {
        try !rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = \(dialect.literal(name))").isEmpty
    }
}
