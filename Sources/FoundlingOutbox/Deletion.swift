internal import FoundlingCatalog
package import FoundlingCore

/// The deletion that an application should have had: paths, row and task in one transaction; the files follow in the
/// background, once that is committed.
package struct Deletion {
    private let manifest: Manifest
    private let writer: CatalogWriter

    package init(_ manifest: Manifest) throws(FoundlingError) {
        self.manifest = manifest
        try WriterCheck.run(manifest.database)
        writer = try CatalogWriter(manifest.database)
    }

    /// Deletes the row of a resource's first table that has a key.
    ///
    /// With triggers, they note what goes; without, this walks the cascades by itself, and refuses where it cannot.
    package func run(
        _ resource: String, key: String, isRehearsal: Bool
    ) throws(FoundlingError) -> DeletionOutcome {
        let doing = "deleting '\(Printable.escape(key))' of \(resource)"
        if isRehearsal {
            return try writer.rehearsal(doing) { session throws(FoundlingError) in
                try Work(manifest, session, resource, key).outcome(isRehearsal: true)
            }
        }
        return try writer.transaction(doing) { session throws(FoundlingError) in
            let work = try Work(manifest, session, resource, key)
            let outcome = try work.outcome(isRehearsal: false)
            guard try Triggers.exists(work.tables, session) else { throw TaskQueue.missing(manifest) }
            if !outcome.hasTriggers { try work.enqueue() }
            try work.delete()
            return outcome
        }
    }

    /// One deletion under way, in its transaction.
    private struct Work {
        let session: WriterSession
        let wanted: Triggers.Wanted
        let own: ClaimSQL
        let condition: String
        let keys: ForeignKeys
        let key: String
        let hasTriggers: Bool
        var tables: OutboxTables { wanted.tables }

        init(
            _ manifest: Manifest, _ session: WriterSession, _ resource: String, _ key: String
        ) throws(FoundlingError) {
            self.session = session
            self.key = key
            wanted = try Triggers.wanted(manifest, session)
            keys = try ForeignKeys(session)
            let literal = session.dialect.literal(key)
            guard let own = wanted.sources.first(where: { $0.resource == resource && $0.source.key != nil }),
                let condition = own.keyCondition(literal)
            else {
                throw FoundlingError(
                    .usage, "'\(resource)' has no table with a key that a row could be found by",
                    hint: "name the key in the manifest: `key: id` in its first record")
            }
            (self.own, self.condition) = (own, condition)
            let present = try Triggers.builder(wanted.tables).present(session)
            let enabled = Set(present.filter(\.isEnabled).map(\.name))
            // Any that is missing is one too many: then the cascades are walked instead.
            hasTriggers = wanted.unfit.isEmpty && wanted.objects.allSatisfy { enabled.contains($0.name) }
        }

        private func count(_ sql: String) throws(FoundlingError) -> Int {
            try session.rows("SELECT count(*) FROM (\(sql)) AS counted").first?[0].flatMap { Int($0) } ?? 0
        }

        func outcome(isRehearsal: Bool) throws(FoundlingError) -> DeletionOutcome {
            let table = own.table.from
            let matching = try matching()
            guard matching == 1 else {
                throw FoundlingError(
                    .recordUnknown,
                    matching == 0
                        ? "'\(own.source.name)' has no row with the key '\(Printable.escape(key))'"
                        : "'\(own.source.name)' has \(matching) rows with the key '\(Printable.escape(key))': it is no key",
                    hint: matching == 0
                        ? "nothing was deleted: was it deleted before?" : "name a unique column in the manifest")
            }
            var outcome = DeletionOutcome(resource: own.resource, key: key, isRehearsal: isRehearsal)
            outcome.hasTriggers = hasTriggers
            outcome.rows = [(Self.plain(table), 1)]
            try forbid(table, isOwn: true, chain: [])
            for (child, chains) in try reached() {
                var rows = 0
                for chain in chains {
                    rows += try count(rowsOf(chain, columns: []))
                    try forbid(child, isOwn: false, chain: chain)
                }
                if rows > 0 { outcome.rows.append((Self.plain(child), rows)) }
            }
            for (source, from) in try claiming() {
                for row in try session.rows(source.evaluated(from)) where row[1] == "0" {
                    let paths = row.dropFirst(2).compactMap { $0 }.flatMap { DeletionTask.decode(paths: $0) }
                    if !paths.isEmpty, !isRehearsal { outcome.tasks += 1 }
                    outcome.paths += paths.map { (source.resource, $0) }
                }
            }
            return outcome
        }

        /// Rows that have the key; a text that is no value of its type is none's.
        private func matching() throws(FoundlingError) -> Int {
            do throws(FoundlingError) {
                return try session.attempt { () throws(FoundlingError) in
                    try count("SELECT 1 AS one FROM \(own.table.from) WHERE \(condition)")
                }
            } catch {
                guard error.code == .sourceFailed else { throw error }
                return 0
            }
        }

        private static func plain(_ from: String) -> String { from.filter { $0 != "\"" && $0 != "`" } }

        /// Every table that the cascades reach, with the ways on which they do.
        private func reached() throws(FoundlingError) -> [(table: String, chains: [[ForeignKey]])] {
            var found: [(table: String, chains: [[ForeignKey]])] = []
            let children = Set(keys.all.map(\.child)).sorted()
            for child in children {
                let cascades = keys.cascades(from: own.table.from, to: child)
                if cascades.isCircular, !hasTriggers {
                    throw FoundlingError(
                        .triggersUnfit, "cascades lead in a circle to \(Self.plain(child)), which cannot be walked",
                        hint: "`foundling triggers install`: triggers see every row that goes")
                }
                if !cascades.chains.isEmpty { found.append((child, cascades.chains)) }
            }
            return found
        }

        /// Rows at the end of a chain that begins with the row to delete.
        private func rowsOf(_ chain: [ForeignKey], columns: [Column]) -> String {
            let (from, link) = ForeignKey.joined(chain, session.dialect, columns: columns, parent: "p")
            // A row by itself, so that its condition may name columns as the table does.
            return "\(from) JOIN (SELECT * FROM \(own.table.from) WHERE \(condition)) AS p ON \(link)"
        }

        /// What claims something among the rows that go, each as something to select from.
        private func claiming() throws(FoundlingError) -> [(source: ClaimSQL, from: String)] {
            var found: [(source: ClaimSQL, from: String)] = []
            for source in wanted.sources {
                let alias = session.dialect.quoted(source.name)
                if source.table.from == own.table.from {
                    let list = source.columns.map { session.dialect.quoted($0.name) }.joined(separator: ", ")
                    found.append(
                        (
                            source,
                            "(SELECT \(list.isEmpty ? "1 AS one" : list) FROM \(own.table.from) WHERE \(condition)) AS \(alias)"
                        ))
                }
                for chain in keys.cascades(from: own.table.from, to: source.table.from).chains {
                    found.append((source, "(\(rowsOf(chain, columns: source.columns))) AS \(alias)"))
                }
            }
            return found
        }

        /// Refuses where rows refer to one that goes, and the database would not let it.
        private func forbid(_ table: String, isOwn: Bool, chain: [ForeignKey]) throws(FoundlingError) {
            var details: [String] = []
            for key in keys.referring(to: table) where key.rule == .forbid {
                let rows = try count(rowsOf(chain + [key], columns: []))
                guard rows > 0 else { continue }
                let columns = key.pairs.map { $0[0] }.joined(separator: ", ")
                details.append(
                    "\(Words.count(rows, "row", "rows")) of \(Self.plain(key.child)) (\(columns)) "
                        + "\(rows == 1 ? "refers" : "refer") to \(isOwn ? "it" : "a row of \(Self.plain(table))")"
                )
            }
            guard !details.isEmpty else { return }
            throw FoundlingError(
                .recordReferred,
                "'\(Printable.escape(key))' of \(own.resource) cannot be deleted: other rows refer to it",
                hint: "delete those first, or let their foreign key cascade", details: details)
        }

        func enqueue() throws(FoundlingError) {
            for (source, from) in try claiming() { try session.run(source.statement(of: from, event: "requested")) }
        }

        func delete() throws(FoundlingError) {
            let gone = try session.run("DELETE FROM \(own.table.from) WHERE \(condition)")
            guard gone == 1 else {
                throw FoundlingError(
                    .recordUnknown, "the row went while it was being deleted", hint: "nothing was done: look again")
            }
        }
    }
}
