internal import FoundlingCore
internal import GRDB
internal import GRDBSQLite

/// Steps through one source and turns each row into a ``ClaimRow``.
///
/// Values are read as bytes: a `String` would turn a name that is not UTF-8 into another name without a word.
struct SQLiteRows {
    private let query: SourceQuery
    private let path: String
    /// What Linux accepts as a path (PATH_MAX); no file can have a longer name.
    private static let longestPath = 4096

    init(_ query: SourceQuery, path: String) {
        self.query = query
        self.path = path
    }

    /// Proves that the database understands the statement.
    func compile(in database: Database) throws(FoundlingError) {
        do {
            _ = try database.makeStatement(sql: query.sql)
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: query.culprit(in: database))
        }
    }

    func forEach(
        in database: Database, _ visit: (ClaimRow) throws(FoundlingError) -> Void, _ count: () -> Void
    ) throws(FoundlingError) {
        let prepared: Statement
        do {
            prepared = try database.makeStatement(sql: query.sql)
        } catch {
            throw SQLiteFault.explain(error, path: path, doing: query.culprit(in: database))
        }
        let statement = prepared.sqliteStatement
        defer { sqlite3_reset(statement) }
        var row = ClaimRow()
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                let error = DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
                throw SQLiteFault.explain(error, path: path, doing: "reading '\(query.name)'")
            }
            try fill(&row, statement)
            try visit(row)
            count()
        }
    }

    private func fill(_ row: inout ClaimRow, _ statement: OpaquePointer) throws(FoundlingError) {
        row.reset(resource: query.resource, source: query.source)
        if let making = query.making { row.isMaking = try isTrue(making, row, statement) }
        if let released = query.released { row.isReleased = try isTrue(released, row, statement) }
        if let key = query.key { fillKey(&row, statement, Int32(key)) }
        for (rule, parts) in query.claims.enumerated() {
            let start = row.mark
            if try append(parts, to: &row, statement) { row.endClaim(rule, from: start) }
        }
        guard !query.requirements.isEmpty, !row.isMaking, !row.isReleased else { return }
        if let required = query.required, try !isTrue(required, row, statement) { return }
        for (group, members) in query.requirements.enumerated() {
            for (member, parts) in members.enumerated() {
                let start = row.mark
                if try append(parts, to: &row, statement) {
                    row.endRequirement(group: group, member: member, from: start)
                }
            }
        }
    }

    /// A condition's value: a number, or one of the words that stand for one; NULL is false.
    private func isTrue(_ column: Int, _ row: ClaimRow, _ statement: OpaquePointer) throws(FoundlingError) -> Bool {
        let index = Int32(column)
        guard sqlite3_column_type(statement, index) == SQLITE_TEXT else {
            return sqlite3_column_int64(statement, index) != 0
        }
        let word = String(decoding: Self.bytes(statement, index), as: UTF8.self).lowercased()
        if ["true", "t", "yes", "y", "on", "1"].contains(word) { return true }
        if ["false", "f", "no", "n", "off", "0", ""].contains(word) { return false }
        throw FoundlingError(
            .sourceFailed,
            "column '\(query.columns[column])' in '\(query.name)' is neither true nor false: "
                + "'\(Printable.escape(word))'",
            hint: "make it 1 or 0; guessing could turn a row that keeps a file into one that does not")
    }

    /// A key is shown and compared, never used as a path: a BLOB is spelt in hexadecimal.
    private func fillKey(_ row: inout ClaimRow, _ statement: OpaquePointer, _ column: Int32) {
        guard sqlite3_column_type(statement, column) != SQLITE_NULL else { return }
        let start = row.mark
        if sqlite3_column_type(statement, column) == SQLITE_BLOB {
            for byte in Self.bytes(statement, column, isBlob: true) {
                row.append(Array((String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)).utf8))
            }
        } else {
            row.append(Self.bytes(statement, column))
        }
        row.endKey(from: start)
    }

    /// Appends one path to the row's bytes; false, and nothing appended, where a column is NULL or empty.
    private func append(
        _ parts: [SourceQuery.PathPart], to row: inout ClaimRow, _ statement: OpaquePointer
    ) throws(FoundlingError) -> Bool {
        let start = row.mark
        for part in parts {
            switch part {
            case .literal(let bytes): row.append(bytes)
            case .unknown: row.append([0])
            case .column(let column, let from, let to):
                let index = Int32(column)
                let type = sqlite3_column_type(statement, index)
                if type == SQLITE_BLOB { throw undecodable(row, column, "it is a BLOB, not text") }
                let value =
                    type == SQLITE_NULL ? UnsafeRawBufferPointer(start: nil, count: 0) : Self.bytes(statement, index)
                if value.contains(0) { throw undecodable(row, column, "it holds a NUL byte") }
                let slice = from == 0 && to == nil ? value : Self.slice(value, from, to)
                guard !slice.isEmpty else {
                    row.rewind(to: start)
                    return false
                }
                row.append(slice)
            }
        }
        guard row.mark - start <= Self.longestPath else {
            throw undecodable(
                row, nil, "it is \(row.mark - start) bytes long, and no path may exceed \(Self.longestPath)")
        }
        return true
    }

    private static func bytes(
        _ statement: OpaquePointer, _ column: Int32, isBlob: Bool = false
    ) -> UnsafeRawBufferPointer {
        // The pointer first: it may convert the value, and the length is that of the result.
        let start =
            isBlob ? sqlite3_column_blob(statement, column) : UnsafeRawPointer(sqlite3_column_text(statement, column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// Characters `from` up to `to` of UTF-8, as SQL's `substr` counts them.
    static func slice(_ value: UnsafeRawBufferPointer, _ from: Int, _ to: Int?) -> UnsafeRawBufferPointer {
        var character = -1
        var start: Int?
        for (offset, byte) in value.enumerated() where byte & 0xC0 != 0x80 {
            character += 1
            if character == from { start = offset }
            if let to, character == to {
                return UnsafeRawBufferPointer(rebasing: value[(start ?? offset)..<offset])
            }
        }
        guard let start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: value[start...])
    }

    private func undecodable(_ row: ClaimRow, _ column: Int?, _ reason: String) -> FoundlingError {
        let key = row.keyBytes.map { " of row '\(Printable.escape($0))'" } ?? ""
        let what = column.map { "column '\(query.columns[$0])'" } ?? "a claim"
        return FoundlingError(
            .pathUndecodable, "\(what)\(key) in '\(query.name)' is no path: \(reason)",
            hint:
                "correct the row, or leave it out with `released`; a claim that cannot be read could be the one that keeps a file"
        )
    }
}
