internal import FoundlingCatalog
internal import FoundlingCore

/// Proves a trigger by deleting a row and looking into the outbox, in a transaction that is taken back.
struct Canary {
    private let session: WriterSession
    private let tables: OutboxTables
    private let keys: ForeignKeys

    struct Outcome {
        let state: TriggerReport.State
        let reason: String?
        /// The same for a change of what the row claims.
        var changed: TriggerReport.State = .unproven
    }

    init(_ session: WriterSession, _ tables: OutboxTables, _ keys: ForeignKeys) {
        self.session = session
        self.tables = tables
        self.keys = keys
    }

    /// Whether a deletion in the source's table is noted.
    ///
    /// Only ever with a row of our own: whatever goes wrong, none of the application's is touched.
    func prove(_ source: ClaimSQL) throws(FoundlingError) -> Outcome {
        if source.dialect.engine == .mysql,
            try !MySQLTriggers.declaration(of: source, session).isTransactional
        {
            return Outcome(state: .unproven, reason: "not proven: its engine cannot take a canary's deletion back")
        }
        guard source.source.key != nil else {
            return Outcome(
                state: .unproven, reason: "not proven: the manifest names no key by which a canary could be found")
        }
        do throws(FoundlingError) { if let outcome = try synthetic(source) { return outcome } } catch {
            if let broken = Self.broken(error) { return broken }
            guard error.code == .databaseRefused || error.code == .sourceFailed else { throw error }
        }
        return Outcome(state: .unproven, reason: "not proven: the table's constraints let no canary be made")
    }

    /// A trigger whose account is gone fails every statement that it should only watch (MariaDB's errors 1449, 1142).
    private static func broken(_ error: FoundlingError) -> Outcome? {
        let said = error.summary.lowercased()
        guard said.contains("definer") || (said.contains("command denied") && said.contains("outbox")) else {
            return nil
        }
        return Outcome(
            state: .silent,
            reason:
                "BROKEN: the application's own deletions fail, since the account that installed it is gone or has too few "
                + "rights; `foundling triggers install` makes it anew (\(error.summary))")
    }

    private func noted(_ resource: String) throws(FoundlingError) -> Int {
        let literal = session.dialect.literal(resource)
        let sql = "SELECT count(*) FROM \(tables.outbox) WHERE resource = \(literal)"
        return try session.rows(sql).first?[0].flatMap { Int($0) } ?? 0
    }

    private func outcome(_ source: ClaimSQL, _ condition: String) throws(FoundlingError) -> Outcome? {
        let before = try noted(source.resource)
        guard try session.run("DELETE FROM \(source.table.from) WHERE \(condition)") == 1 else { return nil }
        return try noted(source.resource) > before
            ? Outcome(state: .proven, reason: nil)
            : Outcome(state: .silent, reason: "a canary was deleted, and the outbox has no word of it")
    }

    // MARK: A row of our own

    private static let word = "foundling-canary"

    private func synthetic(_ source: ClaimSQL) throws(FoundlingError) -> Outcome? {
        guard let key = source.source.key else { return nil }
        let columns = try required(source, key)
        // A key that is borrowed from another row would name that one's rows, too.
        guard let keyColumn = columns.first(where: { $0.name.lowercased() == key.lowercased() }), !keyColumn.isBorrowed
        else { return nil }
        return try session.attempt { () throws(FoundlingError) in
            let base = session.dialect
            let names = columns.map { base.quoted($0.name) }.joined(separator: ", ")
            let values = columns.map(\.value).joined(separator: ", ")
            // Explicit values for what the database counts: a canary must not use up a number.
            let overriding = base.engine == .postgres ? " OVERRIDING SYSTEM VALUE" : ""
            try session.run("INSERT INTO \(source.table.from) (\(names))\(overriding) VALUES (\(values))")
            let condition = "\(base.quoted(keyColumn.name)) = \(keyColumn.value)"
            guard session.isInTransaction else { return nil }
            let changed = try? session.attempt { () throws(FoundlingError) in try change(source, condition, keyColumn) }
            guard session.isInTransaction else { return nil }
            var outcome = try outcome(source, condition)
            outcome?.changed = (changed ?? nil) ?? .unproven
            return outcome
        }
    }

    /// Changes a text that the row's claims are made of, and looks whether that was noted; nil where there is none.
    private func change(
        _ source: ClaimSQL, _ condition: String, _ key: Value
    ) throws(FoundlingError) -> TriggerReport.State? {
        let column = source.columns.first { column in
            let type = column.type.lowercased()
            return column.name.lowercased() != key.name.lowercased() && (type.contains("char") || type.contains("text"))
        }
        guard let column else { return nil }
        let before = try noted(source.resource)
        let word = session.dialect.literal("foundling-moved")
        let sql = "UPDATE \(source.table.from) SET \(session.dialect.quoted(column.name)) = \(word) WHERE \(condition)"
        guard try session.run(sql) == 1 else { return nil }
        return try noted(source.resource) > before ? .proven : .silent
    }

    private struct Value {
        let name: String
        let value: String
        var isBorrowed = false
    }

    /// Columns that need a value, and those that claims are made of.
    private func required(_ source: ClaimSQL, _ key: String) throws(FoundlingError) -> [Value] {
        let all = try columns(source)
        let used = Set(source.columns.map { $0.name.lowercased() })
        return all.enumerated().compactMap { index, column in
            let isNeeded = column.isRequired || used.contains(column.name.lowercased())
            guard isNeeded || column.name.lowercased() == key.lowercased() else { return nil }
            // What refers to another row borrows one that is there.
            for key in keys.all where key.child.lowercased() == source.table.from.lowercased() {
                guard let pair = key.pairs.first(where: { $0[0].lowercased() == column.name.lowercased() }) else {
                    continue
                }
                let parent = session.dialect.quoted(pair[1])
                return Value(
                    name: column.name, value: "(SELECT \(parent) FROM \(key.parent) LIMIT 1)", isBorrowed: true)
            }
            return Value(name: column.name, value: value(of: column.type, label: column.label, index))
        }
    }

    private typealias Declared = (name: String, type: String, isRequired: Bool, label: String?)

    private func columns(_ source: ClaimSQL) throws(FoundlingError) -> [Declared] {
        let literal = session.dialect.literal(source.table.from)
        switch source.dialect.engine {
        case .postgres:
            return try session.rows(
                """
                SELECT a.attname, format_type(a.atttypid, NULL),
                       (a.attnotnull AND NOT a.atthasdef) OR a.attidentity <> '' OR EXISTS (
                         SELECT 1 FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                         AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'),
                       (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = a.atttypid
                        ORDER BY e.enumsortorder LIMIT 1)
                FROM pg_catalog.pg_attribute a WHERE a.attrelid = \(literal)::regclass AND a.attnum > 0
                  AND NOT a.attisdropped AND a.attgenerated = ''
                """
            ).map { ($0[0] ?? "", $0[1] ?? "", $0[2] == "t", $0[3]) }
        case .mysql:
            return try session.rows(
                """
                SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL
                FROM information_schema.COLUMNS
                WHERE \(MySQLTriggers.isTable(source)) AND EXTRA NOT LIKE '%GENERATED%'
                """
            ).map { row in
                let type = row[1] ?? ""
                let label = type.hasPrefix("enum('") ? String(type.dropFirst(6).prefix { $0 != "'" }) : nil
                return (row[0] ?? "", type, row[2] == "1", label)
            }
        case .sqlite:
            let name = session.dialect.literal(source.name)
            return try session.rows(
                "SELECT name, type, \"notnull\" = 1 AND dflt_value IS NULL FROM pragma_table_info(\(name))"
            ).map { ($0[0] ?? "", $0[1] ?? "", $0[2] == "1", nil) }
        }
    }

    /// - Parameter index: of the column: no two have the same text, or one path would go on claiming for another.
    private func value(of type: String, label: String?, _ index: Int) -> String {
        // No negative number fits, and any other could be counted: then there is no canary of our own.
        if type.lowercased().contains("unsigned") { return "(SELECT 1 FROM foundling_has_no_such_table)" }
        if let label { return session.dialect.literal(label) }
        let type = type.lowercased()
        let word = session.dialect.literal("\(index)-\(Self.word)")
        if type.hasSuffix("[]") { return "'{}'" }
        switch type {
        case _ where type.hasPrefix("uuid"): return "'f0000000-1111-4222-8333-f00d1e70cafe'"
        case _ where type.hasPrefix("json"): return "'{}'"
        case "binary(16)": return "UNHEX('f0000000111142228333f00d1e70cafe')"
        case "bytea": return "'\\x666f756e646c696e67'"
        case "boolean", "tinyint(1)": return session.dialect.engine == .postgres ? "false" : "0"
        case _ where type.contains("int"), _ where type.contains("serial"): return "-41739"
        case _ where type.contains("real"), _ where type.contains("double"), _ where type.contains("float"),
            _ where type.contains("numeric"), _ where type.contains("decimal"):
            return "0"
        case _ where type.hasPrefix("timestamp"), _ where type.hasPrefix("datetime"), _ where type == "date":
            return type == "date" ? "'2001-01-01'" : "'2001-01-01 00:00:00'"
        case _ where type.hasPrefix("time"): return "'00:00:00'"
        case _ where type.hasPrefix("varchar("), _ where type.hasPrefix("char("):
            let length = Int(type.drop { $0 != "(" }.dropFirst().prefix { $0.isNumber }) ?? 16
            return session.dialect.literal(String("\(index)-\(Self.word)".prefix(length)))
        default: return word
        }
    }
}
