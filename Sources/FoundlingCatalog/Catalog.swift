package import FoundlingCore
internal import FoundlingSeam

/// The application's database, as far as it says who owns what; it can read and nothing else.
package struct Catalog: Sendable {
    private let engine: any CatalogEngine
    /// Resource and source numbers go into every row.
    private let resources: [Resource]

    /// Opens the database that the manifest names, without changing or creating anything.
    package init(_ manifest: Manifest) throws(FoundlingError) {
        resources = manifest.resources
        let database = manifest.database
        let tables = manifest.resources.flatMap(\.sources).compactMap { source -> TableName? in
            if case .table(let schema, let name) = source.rows { TableName(schema: schema, name: name) } else { nil }
        }
        switch database.url.engine {
        case .sqlite: engine = try SQLiteCatalog(path: database.url.location)
        case .postgres: engine = try PostgresCatalog(database, tables)
        case .mysql: engine = try MySQLCatalog(database, tables)
        }
    }

    /// Paths that belong to the database itself: its file and its companions.
    package var files: [String] { engine.files }

    /// Streams every row of every source out of one snapshot.
    ///
    /// - Parameters:
    ///   - chosen: which sources to read; all of them for a verdict.
    ///   - progress: called with the number of rows so far.
    /// - Throws: the first source that cannot be read whole; then nothing that was read may be used.
    package func read(
        only chosen: (Int, Int) -> Bool = { _, _ in true }, progress: (Int) -> Void = { _ in },
        _ visit: (ClaimRow) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> CatalogReading {
        let row = ClaimRow()
        defer { row.deallocate() }
        return try read(only: chosen, progress: progress, next: { row }, visit)
    }

    /// The same for whoever keeps rows: `next` gives the one to fill before each visit.
    package func read(
        only chosen: (Int, Int) -> Bool = { _, _ in true }, progress: (Int) -> Void, next: () -> ClaimRow,
        _ visit: (ClaimRow) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> CatalogReading {
        try engine.snapshot("reading it") { session throws(FoundlingError) in
            let from = Clock.now()
            var queries: [SourceQuery] = []
            var tables: [(name: String, table: Table)] = []
            var uncounted: Set<String> = []
            for (r, resource) in resources.enumerated() {
                for (s, source) in resource.sources.enumerated() where chosen(r, s) {
                    let (query, table) = try Self.query(source, r, s, session)
                    queries.append(query)
                    if let table { tables.append((source.name, table)) }
                    if let table, !table.counted.contains(source.key?.lowercased() ?? "") {
                        uncounted.insert(source.name)
                    }
                }
            }
            var rows = 0
            for query in queries {
                let reader = RowReader(query)
                do throws(FoundlingError) {
                    try session.stream(query.sql, "reading '\(query.name)'") { cells throws(FoundlingError) in
                        let row = next()
                        try reader.fill(row, cells)
                        try visit(row)
                        rows += 1
                        if rows & 0xFFF == 0 { progress(rows) }
                    }
                } catch {
                    guard error.code == .sourceFailed, let culprit = Self.culprit(of: query, session) else {
                        throw error
                    }
                    throw culprit
                }
            }
            progress(rows)
            if Safeguard.rewrittenTable.isOn { try session.proveWhole(tables.map(\.table), "reading it") }
            let schema = queries.map(\.schema).joined(separator: "; ")
            return CatalogReading(
                certificate: Self.certificate(try session.moment(), tables, schema: schema, from: from),
                uncounted: uncounted)
        }
    }

    /// Proves every source without reading its rows: tables and columns exist, conditions and expressions compile.
    ///
    /// - Returns: one error for each source that would fail, by resource and source.
    package func prove() throws(FoundlingError) -> [(resource: Int, source: Int, error: FoundlingError)] {
        try engine.snapshot("looking at its tables") { session throws(FoundlingError) in
            var errors: [(resource: Int, source: Int, error: FoundlingError)] = []
            for (r, resource) in resources.enumerated() {
                for (s, source) in resource.sources.enumerated() {
                    do throws(FoundlingError) {
                        let (query, _) = try Self.query(source, r, s, session)
                        do throws(FoundlingError) {
                            _ = try session.prepare(query.sql, "preparing '\(query.name)'")
                        } catch { throw Self.culprit(of: query, session) ?? error }
                    } catch { errors.append((r, s, error)) }
                }
            }
            return errors
        }
    }

    /// Rows that refer by foreign key to rows of a resource's first table which are gone: by table, the keys concerned.
    ///
    /// Only evidence: what takes longer than a few seconds, or may not be read, is left out.
    package func childRows(of resource: Int, keys: [[UInt8]]) throws(FoundlingError) -> [(
        table: String, key: [UInt8], rows: Int
    )] {
        guard case .table(let schema, let name)? = resources[resource].sources.first?.rows,
            let key = resources[resource].sources.first?.key, !keys.isEmpty
        else { return [] }
        return try engine.snapshot("looking for rows that refer to what is gone") { session throws(FoundlingError) in
            guard let table = try session.table(schema, name) else { return [] }
            var found: [(table: String, key: [UInt8], rows: Int)] = []
            var gone: [[UInt8]] = []
            try session.briefly { () throws(FoundlingError) in
                // A row that is still there is not gone, whatever else its entry lacks.
                let column = table.columns.first { $0.name.lowercased() == key.lowercased() }?.name ?? key
                let own = (table: name, from: table.from, column: session.dialect.quoted(column))
                let living = Set(try Self.count(own, keys, session).map(\.key))
                gone = keys.filter { !living.contains($0) }
            }
            guard !gone.isEmpty else { return [] }
            for child in try session.references(to: table, column: key) {
                try session.briefly { () throws(FoundlingError) in
                    found += try Self.count(child, gone, session)
                }
            }
            return found
        }
    }

    private static func count(
        _ child: (table: String, from: String, column: String), _ keys: [[UInt8]], _ session: any CatalogSession
    ) throws(FoundlingError) -> [(table: String, key: [UInt8], rows: Int)] {
        var found: [(table: String, key: [UInt8], rows: Int)] = []
        let wanted = Set(keys)
        for start in stride(from: 0, to: keys.count, by: 500) {
            let list = keys[start..<min(start + 500, keys.count)]
                .map { session.dialect.literal(String(decoding: $0, as: UTF8.self)) }.joined(separator: ", ")
            let sql =
                "SELECT \(child.column), count(*) FROM \(child.from) WHERE \(child.column) IN (\(list)) GROUP BY 1"
            try session.stream(sql, "counting rows of '\(child.table)'") { cells in
                let key = Array(cells[0].bytes)
                // An engine may think more keys equal than are.
                guard wanted.contains(key), let rows = Int(String(decoding: cells[1].bytes, as: UTF8.self)) else {
                    return
                }
                found.append((child.table, key, rows))
            }
        }
        return found
    }

    // MARK: Outbox

    /// Rows of the outbox, oldest first, as text: what was noted of deletions, and what came of it.
    ///
    /// - Parameters:
    ///   - name: the outbox's schema, or the prefix of its tables.
    ///   - columns: of its table.
    /// - Returns: false where there is no outbox.
    package func outbox(
        _ name: String, columns: [String], _ visit: ([String?]) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> Bool {
        try engine.snapshot("looking at the outbox") { session throws(FoundlingError) in
            let hasSchema = session.dialect.engine == .postgres
            guard let table = try session.table(hasSchema ? name : nil, hasSchema ? "outbox" : "\(name)_outbox") else {
                return false
            }
            let list = columns.map(session.dialect.quoted).joined(separator: ", ")
            try session.stream("SELECT \(list) FROM \(table.from) ORDER BY at", "reading the outbox") {
                cells throws(FoundlingError) in
                try visit(cells.map { $0.kind == .null ? nil : String(decoding: $0.bytes, as: UTF8.self) })
            }
            return true
        }
    }

    // MARK: Sources

    private static func query(
        _ source: RecordSource, _ r: Int, _ s: Int, _ session: any CatalogSession
    ) throws(FoundlingError) -> (SourceQuery, Table?) {
        switch source.rows {
        case .query(let sql):
            let columns = try session.prepare(sql, "preparing the query on line \(source.line)")
            guard !columns.isEmpty else {
                throw FoundlingError(
                    .sourceFailed, "the query on line \(source.line) yields no columns: it changes the database",
                    hint: "a source may only read: write a SELECT")
            }
            return (
                try SourceQueryBuilder.query(sql, resource: r, source: s, columns: columns, line: source.line), nil
            )
        case .table(let schema, let name):
            guard let table = try session.table(schema, name) else { throw try missing(source, name, session) }
            return (
                try SourceQueryBuilder.build(source, resource: r, source: s, table, session.dialect), table
            )
        }
    }

    /// Says which expression of the manifest it is that the database does not take; nil where it is none of them.
    private static func culprit(of query: SourceQuery, _ session: any CatalogSession) -> FoundlingError? {
        for proof in query.proofs {
            let doing = "preparing \"\(proof.label)\" of '\(query.name)' (manifest line \(query.line))"
            do throws(FoundlingError) { _ = try session.prepare(proof.sql, doing) } catch { return error }
        }
        return nil
    }

    private static func missing(
        _ source: RecordSource, _ name: String, _ session: any CatalogSession
    ) throws(FoundlingError) -> FoundlingError {
        let tables = try session.tableNames()
        let hint =
            Nearest.word(to: name, in: tables).map { "did you mean '\($0)'?" }
            ?? (tables.isEmpty
                ? "this database has no tables that may be read: it is probably not the one you mean"
                : "it has: \(tables.prefix(30).joined(separator: ", "))\(tables.count > 30 ? ", …" : "")")
        return FoundlingError(
            .tableMissing, "the database has no table '\(source.name)' (manifest line \(source.line))", hint: hint)
    }

    private static func certificate(
        _ moment: CatalogMoment, _ tables: [(name: String, table: Table)], schema: String, from: Int64
    ) -> Certificate.Catalog {
        var (identity, sequences) = (moment.identity, moment.sequences)
        var issued: [String: Int64] = [:]
        for (name, table) in tables {
            if let known = table.identity { identity[CatalogIdentity.tablePrefix + name] = known }
            if let sequence = table.sequence { sequences[name] = sequence }
            if let number = table.issued { issued[name] = number }
        }
        return Certificate.Catalog(
            engine: moment.engine, location: moment.location, identity: identity, schema: schema, snapshotFrom: from,
            snapshotTo: Clock.now(), sequences: sequences, issued: issued, isReplica: moment.isReplica,
            skew: moment.skew)
    }
}

/// What one pass over the catalog found beside its rows.
package struct CatalogReading: Sendable {
    package var certificate: Certificate.Catalog
    /// Sources whose key is no number that the database counts.
    private let uncounted: Set<String>

    package init(certificate: Certificate.Catalog, uncounted: Set<String> = []) {
        self.certificate = certificate
        self.uncounted = uncounted
    }

    /// By source: the highest number that its key ever got.
    package var keySequences: [String: Int64] { certificate.sequences.filter { !uncounted.contains($0.key) } }
}
