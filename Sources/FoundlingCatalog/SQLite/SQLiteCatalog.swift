internal import FoundlingCore
internal import GRDB
internal import GRDBSQLite

/// Reads claims out of an SQLite file: one read transaction, raw steps, bytes as they are stored.
struct SQLiteCatalog: Sendable {
    let path: String
    private let queue: DatabaseQueue
    /// Seconds to wait for a writer in rollback mode. Longer than a usual transaction, short enough to be told of a
    /// lock.
    private static let busyTimeout = 5.0

    init(path: String) throws(FoundlingError) {
        self.path = path
        try SQLiteFile.check(path)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Self.busyTimeout)
        configuration.label = "foundling"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: "opening it")
        }
    }

    var files: [String] { [path, path + "-wal", path + "-shm", path + "-journal"] }

    func read(
        _ resources: [Resource], only chosen: (Int, Int) -> Bool, progress: (Int) -> Void,
        _ visit: (ClaimRow) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> CatalogReading {
        try snapshot("reading it") { database throws(FoundlingError) in
            let from = Clock.now()
            var queries: [SourceQuery] = []
            for (r, resource) in resources.enumerated() {
                for (s, source) in resource.sources.enumerated() where chosen(r, s) {
                    queries.append(try query(source, r, s, database))
                }
            }
            var rows = 0
            for query in queries {
                try SQLiteRows(query, path: path).forEach(in: database, visit) {
                    rows += 1
                    if rows & 0xFFF == 0 { progress(rows) }
                }
            }
            progress(rows)
            let certificate = try self.certificate(database, queries, from: from)
            return CatalogReading(certificate: certificate)
        }
    }

    func prove(_ resources: [Resource]) throws(FoundlingError) -> [(resource: Int, source: Int, error: FoundlingError)]
    {
        try snapshot("looking at its tables") { database throws(FoundlingError) in
            var errors: [(resource: Int, source: Int, error: FoundlingError)] = []
            for (r, resource) in resources.enumerated() {
                for (s, source) in resource.sources.enumerated() {
                    do throws(FoundlingError) {
                        let query = try query(source, r, s, database)
                        try SQLiteRows(query, path: path).compile(in: database)
                    } catch { errors.append((r, s, error)) }
                }
            }
            return errors
        }
    }

    func childRows(
        of table: String, key: String, keys: [[UInt8]]
    ) throws(FoundlingError) -> [(table: String, key: [UInt8], rows: Int)] {
        try snapshot("looking for rows that refer to what is gone") { database throws(FoundlingError) in
            do {
                var found: [(table: String, key: [UInt8], rows: Int)] = []
                for (child, column) in try references(to: table, key: key, database) {
                    let sql = """
                        SELECT count(*) FROM \(SourceQueryBuilder.quoted(child)) \
                        WHERE \(SourceQueryBuilder.quoted(column)) = ?
                        """
                    let statement = try database.makeStatement(sql: sql)
                    for key in keys {
                        let text = String(decoding: key, as: UTF8.self)
                        let rows = try Int.fetchOne(statement, arguments: [text]) ?? 0
                        if rows > 0 { found.append((child, key, rows)) }
                    }
                }
                return found
            } catch {
                throw SQLiteFault.explain(error, path: path, doing: "looking for rows that refer to what is gone")
            }
        }
    }

    // MARK: Schema

    /// One read transaction: everything in it sees the same moment.
    private func snapshot<T>(
        _ doing: String, _ body: (Database) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        do {
            return try queue.read { try body($0) }
        } catch let error as FoundlingError {
            throw error
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: doing)
        }
    }

    private func query(
        _ source: RecordSource, _ r: Int, _ s: Int, _ database: Database
    ) throws(FoundlingError) -> SourceQuery {
        do {
            switch source.rows {
            case .query(let sql):
                let statement = try database.makeStatement(sql: sql)
                guard statement.isReadonly else {
                    throw FoundlingError(
                        .sourceFailed, "the query on line \(source.line) changes the database",
                        hint: "a source may only read: write a SELECT")
                }
                return try SourceQueryBuilder.query(
                    sql, resource: r, source: s, columns: statement.columnNames, line: source.line)
            case .table(let schema, let name):
                let columns = try self.columns(of: name, schema, database)
                guard !columns.isEmpty else { throw try missing(source, name, database) }
                let from = (schema.map { SourceQueryBuilder.quoted($0) + "." } ?? "") + SourceQueryBuilder.quoted(name)
                return try SourceQueryBuilder.build(source, resource: r, source: s, from: from, columns: columns)
            }
        } catch let error as FoundlingError {
            throw error
        } catch {
            throw SQLiteFault.explain(
                error, path: path, doing: "preparing '\(source.name)' (manifest line \(source.line))")
        }
    }

    private func columns(of table: String, _ schema: String?, _ database: Database) throws -> [SourceQueryBuilder
        .Column]
    {
        let sql = "SELECT name, type FROM pragma_table_xinfo(?1, ?2)"
        return try Row.fetchAll(database, sql: sql, arguments: [table, schema ?? "main"])
            .map { SourceQueryBuilder.Column(name: $0["name"], type: $0["type"]) }
    }

    private func missing(_ source: RecordSource, _ name: String, _ database: Database) throws -> FoundlingError {
        let tables = try String.fetchAll(
            database,
            sql:
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        let hint =
            Nearest.word(to: name, in: tables).map { "did you mean '\($0)'?" }
            ?? (tables.isEmpty
                ? "this database has no tables at all: it is probably not the one you mean"
                : "it has: \(tables.joined(separator: ", "))")
        return FoundlingError(
            .tableMissing, "the database has no table '\(name)' (manifest line \(source.line))", hint: hint)
    }

    private func references(to table: String, key: String, _ database: Database) throws -> [(
        table: String, column: String
    )] {
        let sql = """
            SELECT m.name AS child, f."from" AS reference, f."to" AS target FROM sqlite_master m, pragma_foreign_key_list(m.name) f
            WHERE m.type = 'table' AND lower(f."table") = lower(?)
            """
        return try Row.fetchAll(database, sql: sql, arguments: [table]).compactMap { row in
            let target: String? = row["target"]
            guard target == nil || target?.lowercased() == key.lowercased() else { return nil }
            return (row["child"], row["reference"])
        }
    }

    private func certificate(
        _ database: Database, _ queries: [SourceQuery], from: Int64
    ) throws(FoundlingError) -> Certificate.Catalog {
        do {
            var identity: [String: String] = [:]
            for pragma in [
                "application_id", "user_version", "schema_version", "page_count", "page_size", "journal_mode",
                "encoding",
            ] {
                identity[pragma] = try String.fetchOne(database, sql: "PRAGMA \(pragma)")
            }
            var sequences: [String: Int64] = [:]
            if try database.tableExists("sqlite_sequence") {
                for row in try Row.fetchAll(database, sql: "SELECT name, seq FROM sqlite_sequence") {
                    sequences[row["name"]] = row["seq"]
                }
            }
            return Certificate.Catalog(
                engine: "sqlite", location: path, identity: identity,
                schema: queries.map(\.schema).joined(separator: "; "), snapshotFrom: from, snapshotTo: Clock.now(),
                sequences: sequences)
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: "reading its identity")
        }
    }
}
