internal import FoundlingCatalog
internal import FoundlingCore

/// The outbox's tables in the application's database: in a schema of their own, or with a prefix where there are none.
struct OutboxTables: Sendable {
    /// Raised with every change of what stands below; a worker refuses a version that it does not know.
    static let version = 1

    let name: String
    let dialect: OutboxDialect
    /// The database that they lie in, where triggers of other databases may write to them; nil where there is only one.
    let database: String?
    /// MariaDB replaces a procedure without taking away who may call it; MySQL does not.
    let isMariaDB: Bool
    /// Of the session that installs, where it matters.
    let timeZone: String

    init(_ name: String, _ session: WriterSession) throws(FoundlingError) {
        let row = session.dialect.engine == .mysql ? try session.rows("SELECT DATABASE(), VERSION()").first : nil
        let zone =
            session.dialect.engine == .postgres ? try session.rows("SELECT current_setting('TimeZone')").first?[0] : nil
        self.init(
            name, OutboxDialect(session.dialect), database: row?[0], isMariaDB: row?[1]?.contains("MariaDB") ?? false,
            timeZone: zone ?? "UTC")
    }

    init(_ name: String, _ dialect: OutboxDialect, database: String?, isMariaDB: Bool = false, timeZone: String = "UTC")
    {
        self.name = name
        self.dialect = dialect
        self.database = database
        self.isMariaDB = isMariaDB
        self.timeZone = timeZone
    }

    var hasSchema: Bool { dialect.engine == .postgres }
    var schema: String? { hasSchema ? name : nil }
    var outbox: String { table("outbox") }
    var workers: String { table("workers") }
    var meta: String { table("meta") }

    /// A table, function or procedure of ours, quoted.
    func table(_ kind: String) -> String {
        hasSchema
            ? "\(quoted(name)).\(quoted(kind))"
            : (database.map { quoted($0) + "." } ?? "") + quoted("\(name)_\(kind)")
    }

    /// Without quotes, for looking it up.
    func plain(_ kind: String) -> String { hasSchema ? kind : "\(name)_\(kind)" }

    private func quoted(_ name: String) -> String { dialect.base.quoted(name) }

    /// Makes whatever is not there yet.
    var creation: [String] {
        let types = dialect.types
        let outbox = """
            CREATE TABLE IF NOT EXISTS \(outbox) (
                id \(types.id),
                resource \(types.name) NOT NULL,
                record_key \(types.text),
                paths \(types.text) NOT NULL,
                event \(types.name) NOT NULL,
                at \(types.number) NOT NULL,
                actor \(types.text),
                program \(types.text),
                state \(types.name) NOT NULL DEFAULT 'ready',
                attempts \(types.number) NOT NULL DEFAULT 0,
                losses \(types.number) NOT NULL DEFAULT 0,
                due \(types.number) NOT NULL DEFAULT 0,
                approved \(types.number) NOT NULL DEFAULT 0,
                worker \(types.name),
                lease \(types.number),
                reason \(types.text),
                run \(types.name),
                finished \(types.number)
            )\(types.ending)
            """
        let workers = """
            CREATE TABLE IF NOT EXISTS \(workers) (
                id \(types.name) NOT NULL PRIMARY KEY, host \(types.text), started \(types.number), seen \(types.number)
            )\(types.ending)
            """
        let meta = """
            CREATE TABLE IF NOT EXISTS \(meta) (
                name \(types.name) NOT NULL PRIMARY KEY, value \(types.text)
            )\(types.ending)
            """
        let index = "CREATE INDEX IF NOT EXISTS \(quoted("\(name)_outbox_due")) ON \(self.outbox) (state, due)"
        // MySQL knows no IF NOT EXISTS for an index; its table is made with it.
        guard dialect.engine != .mysql else {
            let indexed = outbox.replacingLast(
                ")\(types.ending)", with: ", INDEX \(quoted("outbox_due")) (state, due))\(types.ending)")
            return [indexed, workers, meta]
        }
        return (hasSchema ? ["CREATE SCHEMA IF NOT EXISTS \(quoted(name))"] : []) + [outbox, index, workers, meta]
    }

    /// Removes them; what stands in them goes along.
    var removal: [String] {
        [outbox, workers, meta].map { "DROP TABLE IF EXISTS \($0)" }
            + (hasSchema ? ["DROP SCHEMA IF EXISTS \(quoted(name))"] : [])
    }
}

extension String {
    fileprivate func replacingLast(_ end: String, with other: String) -> String {
        hasSuffix(end) ? String(dropLast(end.count)) + other : self
    }
}
