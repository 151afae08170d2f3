internal import FoundlingCore

/// A source turned into one SELECT, with what each of its columns is for.
struct SourceQuery {
    /// Where the text of a path comes from.
    enum PathPart {
        case literal([UInt8])
        case column(Int, from: Int, to: Int?)
        /// Written as NUL, which no value may hold: the reconciler knows it as the unknown part.
        case unknown
    }

    let resource: Int
    let source: Int
    let name: String
    let sql: String
    let key: Int?
    let making: Int?
    let released: Int?
    let required: Int?
    /// By claim rule.
    let claims: [[PathPart]]
    /// By group and member.
    let requirements: [[[PathPart]]]
    /// The columns' names, for messages.
    let columns: [String]
    /// `name type` of each mapped column, for the certificate.
    let schema: String
    /// The user's own expressions with the words they stand under, each as a statement that proves it alone.
    let proofs: [(label: String, sql: String)]
    let line: Int
}

/// Builds a ``SourceQuery`` from a manifest's source and what the database says about the table.
struct SourceQueryBuilder {
    private let dialect: Dialect
    private let table: String
    private let declared: [Column]
    private var select: [String] = []
    private var names: [String] = []
    private var used: [Column] = []
    private var expressions: [(label: String, sql: String)] = []
    private let line: Int

    private init(_ dialect: Dialect, table: String, columns: [Column], line: Int) {
        self.dialect = dialect
        self.table = table
        declared = columns
        self.line = line
    }

    /// The SELECT for a table source.
    static func build(
        _ source: RecordSource, resource: Int, source number: Int, _ table: Table, _ dialect: Dialect
    ) throws(FoundlingError) -> SourceQuery {
        let from = table.from
        var builder = Self(dialect, table: source.name, columns: table.columns, line: source.line)
        let key = try source.key.map { name throws(FoundlingError) in try builder.column(name) }
        var claims: [[SourceQuery.PathPart]] = []
        for rule in source.claims { claims.append(try builder.path(rule)) }
        var requirements: [[[SourceQuery.PathPart]]] = []
        for group in source.requires {
            var members: [[SourceQuery.PathPart]] = []
            for rule in group { members.append(try builder.path(rule)) }
            requirements.append(members)
        }
        let making = try source.making.map { sql throws(FoundlingError) in try builder.condition(sql, "making") }
        let released = try source.released.map { sql throws(FoundlingError) in try builder.condition(sql, "released") }
        let required = try source.requiresWhen.map { sql throws(FoundlingError) in
            try builder.condition(sql, "requires_when")
        }
        if builder.select.isEmpty { builder.select = ["1"] }
        return SourceQuery(
            resource: resource, source: number, name: source.name,
            sql: "SELECT \(builder.select.joined(separator: ", ")) FROM \(from)", key: key, making: making,
            released: released, required: required, claims: claims, requirements: requirements,
            columns: builder.names,
            schema: "\(source.name)(" + builder.used.map { "\($0.name) \($0.type)" }.joined(separator: ", ") + ")",
            proofs: builder.expressions.map { ($0.label, "SELECT (\($0.sql)\n) FROM \(from)") }, line: source.line)
    }

    /// A statement of the user's own, by the names of its columns.
    static func query(
        _ sql: String, resource: Int, source number: Int, columns: [String], line: Int
    ) throws(FoundlingError) -> SourceQuery {
        func index(_ name: String) -> Int? { columns.firstIndex { $0.lowercased() == name } }
        guard let path = index("path") else {
            throw FoundlingError(
                .columnMissing,
                "the query on line \(line) has no column named 'path' but: \(columns.joined(separator: ", "))",
                hint: "name it: SELECT … AS path")
        }
        let required = index("required")
        return SourceQuery(
            resource: resource, source: number, name: "query", sql: sql, key: index("key"),
            making: index("making"), released: nil, required: required, claims: [[.column(path, from: 0, to: nil)]],
            requirements: required == nil ? [] : [[[.column(path, from: 0, to: nil)]]], columns: columns,
            schema: "query(" + columns.joined(separator: ", ") + ")", proofs: [], line: line)
    }

    private mutating func path(_ rule: ClaimRule) throws(FoundlingError) -> [SourceQuery.PathPart] {
        switch rule {
        case .expression(let sql):
            try check(sql)
            names.append("sql: \(sql)")
            expressions.append(("sql: \(sql)", sql))
            // A line break, so that a comment in the expression ends before our bracket.
            select.append("(\(sql)\n)")
            return [.column(select.count - 1, from: 0, to: nil)]
        case .template(let template):
            var parts: [SourceQuery.PathPart] = []
            for piece in template.pieces {
                switch piece {
                case .literal(let bytes): parts.append(.literal(bytes))
                case .unknown: parts.append(.unknown)
                case .column(let name, let from, let to):
                    let index = try column(name)
                    try checkHoldsOnePath(index)
                    parts.append(.column(index, from: from, to: to))
                }
            }
            return parts
        }
    }

    private mutating func column(_ name: String) throws(FoundlingError) -> Int {
        guard let found = declared.named(name) else {
            let nearest = Nearest.word(to: name, in: declared.map(\.name))
            throw FoundlingError(
                .columnMissing,
                "table '\(table)' has no column '\(name)' (manifest line \(line))",
                hint: nearest.map { "did you mean '\($0)'?" }
                    ?? "it has: \(declared.map(\.name).joined(separator: ", "))")
        }
        if let index = names.firstIndex(of: found.name) { return index }
        names.append(found.name)
        used.append(found)
        select.append(dialect.selected(found))
        return select.count - 1
    }

    /// Refuses a column whose text is a list or a document, which would be read as one long path that nothing has.
    private func checkHoldsOnePath(_ index: Int) throws(FoundlingError) {
        guard let column = used.first(where: { $0.name == names[index] }) else { return }
        let type = column.type.lowercased()
        guard type.hasSuffix("[]") || type == "json" || type == "jsonb" else { return }
        throw FoundlingError(
            .sourceFailed,
            "column '\(column.name)' of '\(table)' (manifest line \(line)) is of type \(column.type), not a path",
            hint: type.hasSuffix("[]")
                ? "let a source of its own give one path a row: query: SELECT unnest(\(column.name)) AS path FROM …"
                : "pick the path out of it: { sql: \"\(column.name)->>'path'\" }")
    }

    /// NULL where it does not hold: nothing to convert, and nothing to send, for most rows.
    private mutating func condition(_ sql: String, _ name: String) throws(FoundlingError) -> Int {
        try check(sql)
        names.append(name)
        expressions.append(("\(name): \(sql)", sql))
        select.append("CASE WHEN (\(sql)\n) THEN 1 END")
        return select.count - 1
    }

    private func check(_ expression: String) throws(FoundlingError) {
        guard let objection = dialect.objection(to: expression) else { return }
        throw FoundlingError(
            .sourceFailed, "'\(expression)' of '\(table)' (manifest line \(line)) is ambiguous", hint: objection)
    }
}
