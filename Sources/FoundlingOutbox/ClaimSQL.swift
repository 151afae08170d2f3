internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody

/// The claims of one source as SQL over a row of its table: what a scan evaluates in Swift, evaluated where the row is
/// about to go.
///
/// A path is its bytes in hexadecimal digits, two a byte; an unknown part is `00`. Several are parted by commas. So
/// every engine can spell every path, and nothing in one needs escaping.
struct ClaimSQL {
    let resource: String
    let source: RecordSource
    let table: Table
    let tables: OutboxTables
    /// The table's own name, without schema and quotes: what expressions of the manifest may call it.
    let name: String
    /// Columns that the expressions may read; nothing else of a row is ever looked at.
    let columns: [Column]
    private let paths: [String]
    private let key: String
    private let gone: String
    /// Key and paths of the row before and after, without anything to select from; nil where an expression of the
    /// manifest names columns by themselves.
    private let direct: (key: String, old: [String], new: [String])?
    var dialect: OutboxDialect { tables.dialect }

    init(
        _ resource: String, _ source: RecordSource, _ table: Table, _ tables: OutboxTables
    ) throws(FoundlingError) {
        self.resource = resource
        self.source = source
        self.table = table
        self.tables = tables
        name = Self.lastName(table.from, tables.dialect)
        let dialect = tables.dialect
        func column(_ name: String) throws(FoundlingError) -> Column {
            guard let found = table.columns.named(name) else {
                throw FoundlingError(
                    .columnMissing, "table '\(source.name)' has no column '\(name)' (manifest line \(source.line))",
                    hint: "it has: \(table.columns.map(\.name).joined(separator: ", "))")
            }
            return found
        }
        var used: [Column] = []
        var paths: [String] = []
        for rule in source.claims {
            switch rule {
            case .expression(let sql): paths.append(dialect.hex(dialect.text("(\(sql)\n)")))
            case .template(let template):
                for name in template.columns { used.append(try column(name)) }
                paths += try Self.paths(template, dialect, column)
            }
        }
        self.paths = paths
        let templates = source.claims.compactMap { if case .template(let template) = $0 { template } else { nil } }
        if templates.count == source.claims.count, source.released == nil {
            var (old, new): ([String], [String]) = ([], [])
            for template in templates {
                old += try Self.paths(template, dialect, column, in: "OLD.")
                new += try Self.paths(template, dialect, column, in: "NEW.")
            }
            let key = try source.key.map { name throws(FoundlingError) in
                dialect.spellings(of: try column(name), in: "OLD.")[0]
            }
            direct = (key ?? "NULL", old, new)
        } else {
            direct = nil
        }
        if let key = source.key {
            let column = try column(key)
            used.append(column)
            self.key = dialect.spellings(of: column)[0]
        } else {
            key = "NULL"
        }
        gone = source.released.map { "CASE WHEN (\($0)\n) THEN 1 ELSE 0 END" } ?? "0"
        let texts =
            source.claims.compactMap { if case .expression(let sql) = $0 { sql } else { nil } }
            + [source.released ?? ""]
        let words = texts.joined(separator: " ").lowercased()
        columns = table.columns.filter { column in
            used.contains(column) || words.contains(column.name.lowercased())
        }
    }

    private static func paths(
        _ template: ClaimTemplate, _ dialect: OutboxDialect, _ column: (String) throws(FoundlingError) -> Column,
        in row: String = ""
    ) throws(FoundlingError) -> [String] {
        var variants = 1
        for name in template.columns { variants = max(variants, dialect.spellings(of: try column(name)).count) }
        var paths: [String] = []
        for variant in 0..<variants {
            var parts: [String] = []
            for piece in template.pieces {
                switch piece {
                case .literal(let bytes): parts.append("'\(Digest.hexadecimal(bytes))'")
                case .unknown: parts.append("'00'")
                case .column(let name, let from, let to):
                    let spellings = dialect.spellings(of: try column(name), in: row)
                    let spelling = spellings[min(variant, spellings.count - 1)]
                    parts.append(dialect.hex(dialect.slice(spelling, from, to)))
                }
            }
            paths.append(dialect.concatenated(parts))
        }
        return paths
    }

    /// The schema in front of a quoted name; nil where there is none.
    static func quotedSchema(_ from: String) -> String? {
        var isOpen = false
        for index in from.indices {
            if from[index] == "`" || from[index] == "\"" { isOpen.toggle() }
            if !isOpen, from[index] == "." { return String(from[..<index]) }
        }
        return nil
    }

    private static func lastName(_ from: String, _ dialect: OutboxDialect) -> String {
        let quote = dialect.base.quote
        guard from.last == quote else { return from }
        var name = ""
        var rest = from.dropLast()[...]
        while let character = rest.last {
            if character == quote {
                guard rest.dropLast().last == quote else { break }
                rest = rest.dropLast()
            }
            name.insert(character, at: name.startIndex)
            rest = rest.dropLast()
        }
        return name
    }

    // MARK: Rows

    /// The row as a trigger knows it, as something to select from.
    func row(_ which: String) -> String {
        let list =
            dialect.engine == .postgres
            ? "\(which).*"
            : columns.map { column in
                let name = dialect.base.quoted(column.name)
                // MariaDB 10.11 crashes on a bare TEXT of OLD or NEW in a derived table; as the value of a function it
                // is an ordinary one.
                let value = dialect.engine == .mysql ? "COALESCE(\(which).\(name))" : "\(which).\(name)"
                return "\(value) AS \(name)"
            }.joined(separator: ", ")
        return "(SELECT \(list.isEmpty ? "1 AS one" : list)) AS \(dialect.base.quoted(name))"
    }

    /// Key, whether it is released, and each path, of every row of `from`.
    func evaluated(_ from: String, where condition: String? = nil) -> String {
        let list = paths.enumerated().map { "\($1) AS p\($0)" }
        let columns = ["\(key) AS k", "\(gone) AS gone"] + list
        return "SELECT \(columns.joined(separator: ", ")) FROM \(from)" + (condition.map { " WHERE \($0)" } ?? "")
    }

    /// Paths that are there, each with a comma behind it.
    private func list(_ path: (Int) -> String) -> String {
        let parts = paths.indices.map { "COALESCE(\(dialect.concatenated(["(\(path($0)))", "','"])), '')" }
        return dialect.concatenated(parts)
    }

    /// Rows a call of `note` takes: a text of all rows of a huge DELETE would not fit.
    private static let piece = 10_000

    /// Notes rows with the columns `k`, `p` and `e`.
    private func noting(_ rows: String) -> String {
        let base = dialect.base
        let resource = base.literal(self.resource)
        guard dialect.engine == .postgres else {
            return "INSERT INTO \(tables.outbox) (resource, record_key, paths, event, at, actor, program) "
                + "SELECT \(resource), k, p, e, \(dialect.now), \(dialect.actor), \(dialect.program) FROM (\(rows)) AS noted"
        }
        return "PERFORM \(tables.table("note"))(\(resource), array_agg(k), array_agg(p), e) "
            + "FROM (SELECT k, p, e, (row_number() OVER () - 1) / \(Self.piece) AS g FROM (\(rows)) AS noted) AS grouped "
            + "GROUP BY g, e"
    }

    /// Notes every row of `from` as gone, unless it had been released before.
    func deletion(of from: String, where condition: String? = nil, event: String = "deleted") -> String {
        let paths = list { "t.p\($0)" }
        return noting(
            "SELECT t.k AS k, \(paths) AS p, '\(event)' AS e FROM (\(evaluated(from, where: condition))) AS t "
                + "WHERE t.gone = 0 AND \(paths) <> ''")
    }

    /// ``deletion(of:where:event:)`` outside of a function.
    func statement(of from: String, event: String) -> String {
        let text = deletion(of: from, event: event)
        return text.hasPrefix("PERFORM ") ? "SELECT " + text.dropFirst("PERFORM ".count) : text
    }

    /// How many rows ``deletion(of:where:event:)`` notes.
    func counted(of from: String, where condition: String? = nil) -> String {
        let paths = list { "t.p\($0)" }
        return "SELECT count(*) FROM (\(evaluated(from, where: condition))) AS t WHERE t.gone = 0 AND \(paths) <> ''"
    }

    /// Notes what the row claimed before a change and does not claim any more.
    var change: String {
        let unclaimed: (Int) -> String = { index in
            let differs = self.paths.indices.map { "o.p\(index) <> COALESCE(n.p\($0), '')" }.joined(separator: " AND ")
            return "CASE WHEN n.gone = 1 OR (\(differs)) THEN o.p\(index) END"
        }
        let paths = list(unclaimed)
        let event = "CASE WHEN n.gone = 1 THEN 'released' ELSE 'changed' END"
        return noting(
            "SELECT o.k AS k, \(paths) AS p, \(event) AS e FROM (\(evaluated(row("OLD")))) AS o, "
                + "(\(evaluated(row("NEW")))) AS n WHERE o.gone = 0 AND \(paths) <> ''")
    }

    /// The row of a trigger that fires for it, noted without anything to select from: MariaDB makes a table of each
    /// subquery, which costs it a tenth of a millisecond a row.
    private func noting(directly paths: String, _ event: String, _ key: String) -> String {
        "INSERT INTO \(tables.outbox) (resource, record_key, paths, event, at, actor, program) "
            + "SELECT \(dialect.base.literal(resource)), \(key), \(paths), '\(event)', \(dialect.now), \(dialect.actor), "
            + "\(dialect.program) FROM DUAL WHERE \(paths) <> ''"
    }

    /// ``deletion(of:where:event:)`` of the row that a trigger fires for.
    var deletionOfRow: String {
        guard dialect.engine == .mysql, let direct else { return deletion(of: row("OLD")) }
        return noting(directly: list { direct.old[$0] }, "deleted", direct.key)
    }

    /// ``change`` of the row that a trigger fires for.
    var changeOfRow: String {
        guard dialect.engine == .mysql, let direct else { return change }
        let unclaimed: (Int) -> String = { index in
            let differs = direct.new.map { "\(direct.old[index]) <> COALESCE(\($0), '')" }.joined(separator: " AND ")
            return "CASE WHEN \(differs) THEN \(direct.old[index]) END"
        }
        return noting(directly: list(unclaimed), "changed", direct.key)
    }

    /// Notes that every row went at once.
    var truncation: String {
        let none = dialect.engine == .postgres ? "NULL::text" : "NULL"
        return noting("SELECT \(none) AS k, '' AS p, 'truncated' AS e")
    }

    /// Whether a change of a row can concern its claims at all.
    ///
    /// PostgreSQL compares whole rows instead: a condition that names a column would stand in the way of a migration
    /// that changes it.
    var concerns: String {
        let pairs = columns.map { column -> String in
            let name = dialect.base.quoted(column.name)
            // As bytes: a collation may call two paths the same.
            return dialect.engine == .mysql
                ? "NOT (CAST(OLD.\(name) AS BINARY) <=> CAST(NEW.\(name) AS BINARY))"
                : "CAST(OLD.\(name) AS BLOB) IS NOT CAST(NEW.\(name) AS BLOB)"
        }
        return pairs.isEmpty ? "0" : pairs.joined(separator: " OR ")
    }
}
