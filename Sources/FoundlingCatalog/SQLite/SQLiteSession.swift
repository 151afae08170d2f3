internal import FoundlingCore
internal import GRDB
internal import GRDBSQLite

/// One read transaction on an SQLite file: raw steps, bytes as they are stored.
struct SQLiteSession: CatalogSession {
    let database: Database
    let path: String

    var dialect: Dialect { .sqlite }

    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table? {
        try explaining("looking at table '\(name)'") {
            let sql = "SELECT name, type, pk FROM pragma_table_xinfo(?1, ?2)"
            let rows = try Row.fetchAll(database, sql: sql, arguments: [name, schema ?? "main"])
            let columns = rows.map { Column(name: $0["name"], type: $0["type"]) }
            guard !columns.isEmpty else { return nil }
            let from = (schema.map { dialect.quoted($0) + "." } ?? "") + dialect.quoted(name)
            var table = Table(from: from, columns: columns)
            // The one primary key of that type is the row's number.
            let keys = rows.filter { row in
                let position: Int = row["pk"]
                return position != 0
            }
            let (type, key): (String?, String?) = (keys.first?["type"], keys.first?["name"])
            if keys.count == 1, let type, let key, type.lowercased() == "integer" { table.counted = [key.lowercased()] }
            return table
        }
    }

    func tableNames() throws(FoundlingError) -> [String] {
        try explaining("listing its tables") {
            let sql = """
                SELECT name FROM sqlite_master
                WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name
                """
            return try String.fetchAll(database, sql: sql)
        }
    }

    func prepare(_ sql: String, _ doing: String) throws(FoundlingError) -> [String] {
        try explaining(doing) {
            let statement = try database.makeStatement(sql: sql)
            return statement.isReadonly ? statement.columnNames : []
        }
    }

    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        let prepared = try explaining(doing) { try database.makeStatement(sql: sql) }
        let statement = prepared.sqliteStatement
        defer { sqlite3_reset(statement) }
        let count = Int(sqlite3_column_count(statement))
        let cells = UnsafeMutableBufferPointer<Cell>.allocate(capacity: count)
        cells.initialize(repeating: Cell())
        defer { cells.deallocate() }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                let error = DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
                throw SQLiteFault.explain(error, path: path, doing: doing)
            }
            for index in 0..<count { cells[index] = Self.cell(statement, Int32(index)) }
            try visit(UnsafeBufferPointer(cells))
        }
    }

    @inline(__always)
    private static func cell(_ statement: OpaquePointer, _ column: Int32) -> Cell {
        let kind: Cell.Kind
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: return Cell()
        case SQLITE_TEXT: kind = .text
        case SQLITE_BLOB: kind = .binary
        default: kind = .number
        }
        // The pointer first: it may convert the value, and the length is that of the result.
        let start =
            kind == .binary
            ? sqlite3_column_blob(statement, column) : UnsafeRawPointer(sqlite3_column_text(statement, column))
        let length = Int(sqlite3_column_bytes(statement, column))
        return Cell(kind: kind, bytes: UnsafeRawBufferPointer(start: start, count: length))
    }

    func references(to table: Table, column: String) throws(FoundlingError) -> [(
        table: String, from: String, column: String
    )] {
        try explaining("looking at its foreign keys") {
            let sql = """
                SELECT m.name AS child, f."from" AS reference, f."to" AS target
                FROM sqlite_master m, pragma_foreign_key_list(m.name) f
                WHERE m.type = 'table' AND lower('"' || f."table" || '"') = lower(?)
                """
            return try Row.fetchAll(database, sql: sql, arguments: [table.from]).compactMap { row in
                let target: String? = row["target"]
                guard target == nil || target?.lowercased() == column.lowercased() else { return nil }
                let (child, reference): (String, String) = (row["child"], row["reference"])
                return (child, dialect.quoted(child), dialect.quoted(reference))
            }
        }
    }

    func briefly(_ body: () throws(FoundlingError) -> Void) throws(FoundlingError) { try body() }

    func moment() throws(FoundlingError) -> CatalogMoment {
        try explaining("reading its identity") {
            var moment = CatalogMoment(engine: "sqlite", location: path)
            for pragma in [
                "application_id", "user_version", "schema_version", "page_count", "page_size", "journal_mode",
                "encoding",
            ] {
                moment.identity[pragma] = try String.fetchOne(database, sql: "PRAGMA \(pragma)")
            }
            moment.identity["file"] = SQLiteFile.identity(of: path)
            if let changes = SQLiteFile.changes(of: path) { moment.sequences["(file change counter)"] = changes }
            if try database.tableExists("sqlite_sequence") {
                for row in try Row.fetchAll(database, sql: "SELECT name, seq FROM sqlite_sequence") {
                    moment.sequences[row["name"]] = row["seq"]
                }
            }
            return moment
        }
    }

    private func explaining<T>(_ doing: String, _ body: () throws -> T) throws(FoundlingError) -> T {
        do { return try body() } catch { throw SQLiteFault.explain(error, path: path, doing: doing) }
    }
}
