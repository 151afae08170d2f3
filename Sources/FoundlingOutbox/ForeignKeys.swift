internal import FoundlingCatalog
internal import FoundlingCore

/// A foreign key: rows of one table refer to rows of another.
struct ForeignKey: Hashable, Sendable {
    /// What the database does with the rows that refer when the row they refer to goes.
    enum Rule: String, Sendable { case cascade, clear, forbid }

    let name: String
    /// Quoted, with their schema.
    let child: String
    let parent: String
    /// Child's column and parent's column.
    let pairs: [[String]]
    let rule: Rule
    /// Whether the child's columns follow where the parent's key is changed.
    let followsUpdates: Bool
}

/// Every foreign key of a database.
struct ForeignKeys: Sendable {
    let all: [ForeignKey]

    init(_ session: WriterSession) throws(FoundlingError) {
        let dialect = session.dialect
        let sql: String
        switch dialect.engine {
        case .postgres:
            sql = """
                SELECT k.oid, cn.nspname, c.relname, ca.attname, pn.nspname, p.relname, pa.attname, k.confdeltype,
                       k.confupdtype
                FROM pg_catalog.pg_constraint k
                JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
                JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
                JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (a, b, n)
                JOIN pg_catalog.pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = u.a
                JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.b
                WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid, u.n
                """
        case .mysql:
            sql = """
                SELECT CONCAT(k.CONSTRAINT_SCHEMA, '.', k.TABLE_NAME, '.', k.CONSTRAINT_NAME), k.TABLE_SCHEMA,
                       k.TABLE_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
                       k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE
                FROM information_schema.KEY_COLUMN_USAGE k
                JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA
                 AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
                WHERE k.REFERENCED_TABLE_NAME IS NOT NULL ORDER BY 1, k.ORDINAL_POSITION
                """
        case .sqlite:
            // Without a column, a key refers to the primary key.
            sql = """
                SELECT m.name || '#' || f.id, NULL, m.name, f."from", NULL, f."table",
                       COALESCE(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = f.seq + 1)),
                       f.on_delete, f.on_update
                FROM sqlite_master m, pragma_foreign_key_list(m.name) f
                WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq
                """
        }
        func table(_ schema: String?, _ name: String?) -> String {
            (schema.map { dialect.quoted($0) + "." } ?? "") + dialect.quoted(name ?? "")
        }
        var keys: [ForeignKey] = []
        for row in try session.rows(sql) {
            let pair = [row[3] ?? "", row[6] ?? ""]
            if let last = keys.last, last.name == row[0] {
                keys[keys.count - 1] = ForeignKey(
                    name: last.name, child: last.child, parent: last.parent, pairs: last.pairs + [pair],
                    rule: last.rule, followsUpdates: last.followsUpdates)
                continue
            }
            keys.append(
                ForeignKey(
                    name: row[0] ?? "", child: table(row[1], row[2]), parent: table(row[4], row[5]), pairs: [pair],
                    rule: Self.rule(row[7] ?? ""), followsUpdates: ["c", "CASCADE"].contains(row[8])))
        }
        all = keys
    }

    private static func rule(_ word: String) -> ForeignKey.Rule {
        switch word.uppercased() {
        case "C", "CASCADE": .cascade
        case "N", "D", "SET NULL", "SET DEFAULT": .clear
        default: .forbid
        }
    }

    /// Deeper than any schema is: InnoDB itself follows cascades 15 deep.
    private static let deepest = 15

    /// Every way on which deleting a row of `ancestor` deletes rows of `table`, and whether some lead in a circle.
    func cascades(from ancestor: String, to table: String) -> (chains: [[ForeignKey]], isCircular: Bool) {
        var found: [[ForeignKey]] = []
        var isCircular = false
        func walk(_ at: String, _ path: [ForeignKey], _ seen: Set<String>) {
            if at == table, !path.isEmpty { found.append(path) }
            guard path.count < Self.deepest else { return isCircular = true }
            for key in all where key.rule == .cascade && same(key.parent, at) {
                if seen.contains(key.child.lowercased()) {
                    // It only matters where the circle leads to what is looked for.
                    if reaches(key.child, table) { isCircular = true }
                    continue
                }
                walk(key.child, path + [key], seen.union([key.child.lowercased()]))
            }
        }
        walk(ancestor, [], [ancestor.lowercased()])
        return (found, isCircular)
    }

    private func reaches(_ start: String, _ table: String) -> Bool {
        var seen: Set<String> = []
        var waiting = [start]
        while let next = waiting.popLast() {
            if same(next, table) { return true }
            guard seen.insert(next.lowercased()).inserted else { continue }
            waiting += all.filter { $0.rule == .cascade && same($0.parent, next) }.map(\.child)
        }
        return false
    }

    /// Every table from which deletions cascade to `table`.
    func ancestors(of table: String) -> [String] {
        var found: [String] = []
        var waiting = [table]
        while let next = waiting.popLast() {
            for key in all where key.rule == .cascade && same(key.child, next) && !same(key.parent, next) {
                guard !same(key.parent, table), !found.contains(where: { same($0, key.parent) }) else { continue }
                found.append(key.parent)
                waiting.append(key.parent)
            }
        }
        return found.sorted()
    }

    /// Names of tables are folded by some engines, and by none so that it matters which table is meant.
    private func same(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }

    func referring(to table: String) -> [ForeignKey] { all.filter { same($0.parent, table) } }
}

extension ForeignKey {
    /// A chain as the FROM of its last table's rows that refer to a row of the first parent.
    ///
    /// - Parameter parent: what the first parent's columns are written with: `OLD`, or an alias of its own.
    static func joined(_ chain: [ForeignKey], _ dialect: Dialect, columns: [Column], parent: String) -> (
        from: String, condition: String
    ) {
        func link(_ key: ForeignKey, _ child: String, _ parent: String) -> String {
            key.pairs.map { "\(child).\(dialect.quoted($0[0])) = \(parent).\(dialect.quoted($0[1]))" }
                .joined(separator: " AND ")
        }
        var from = ""
        for (index, key) in chain.enumerated().reversed() {
            let alias = "c\(index)"
            from += from.isEmpty ? "\(key.child) AS \(alias)" : " JOIN \(key.child) AS \(alias) ON "
            guard index < chain.count - 1 else { continue }
            from += link(chain[index + 1], "c\(index + 1)", alias)
        }
        let last = "c\(chain.count - 1)"
        let list = columns.map { "\(last).\(dialect.quoted($0.name)) AS \(dialect.quoted($0.name))" }
        let condition = link(chain[0], "c0", parent)
        return ("SELECT \(list.isEmpty ? "1 AS one" : list.joined(separator: ", ")) FROM \(from)", condition)
    }
}
