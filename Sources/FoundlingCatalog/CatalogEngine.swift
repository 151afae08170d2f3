internal import FoundlingCore

/// A database of some engine, opened for reading and nothing else.
protocol CatalogEngine: Sendable {
    /// Paths that belong to the database itself: its file and its companions; none where a server keeps them.
    var files: [String] { get }

    /// One read transaction: everything in it sees the moment at which this call began it.
    func snapshot<T>(
        _ doing: String, _ body: (any CatalogSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T
}

/// One read transaction under way.
protocol CatalogSession {
    var dialect: Dialect { get }

    /// A table or view by name; nil where there is none.
    ///
    /// - Throws: where it is there, and cannot be read whole in this transaction.
    func table(_ schema: String?, _ name: String) throws(FoundlingError) -> Table?

    /// Tables and views that a source may name, for a person who mistyped one.
    func tableNames() throws(FoundlingError) -> [String]

    /// Proves a statement without running it, and says what its columns are called.
    ///
    /// The transaction goes on after one that fails.
    func prepare(_ sql: String, _ doing: String) throws(FoundlingError) -> [String]

    /// Every row of a statement; ends well only at the true end of the data.
    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError)

    /// Columns that refer by foreign key to a column of a table, as SQL spells them.
    func references(to table: Table, column: String) throws(FoundlingError) -> [(
        table: String, from: String, column: String
    )]

    /// Runs something that is only worth a few seconds: an error in it leaves the transaction as it was.
    func briefly(_ body: () throws(FoundlingError) -> Void) throws(FoundlingError)

    /// Refuses where a table that was read is not, or not all of, what the snapshot knows by its name: it was
    /// rewritten, made anew or replaced in between.
    func proveWhole(_ tables: [Table], _ doing: String) throws(FoundlingError)

    /// What tells this database, and this moment of it, from others.
    func moment() throws(FoundlingError) -> CatalogMoment
}

extension CatalogSession {
    /// Most engines see to that themselves.
    func proveWhole(_ tables: [Table], _ doing: String) throws(FoundlingError) {}
}

/// A table as the manifest names it.
struct TableName: Sendable {
    let schema: String?
    let name: String
}

/// What an engine says of itself.
struct CatalogMoment {
    var engine: String
    /// Without any secret.
    var location: String
    var identity: [String: String] = [:]
    /// By name: numbers that never fall.
    var sequences: [String: Int64] = [:]
    var isReplica = false
    /// How far the database's clock is ahead of this host's, in nanoseconds; nil where it is this host's.
    var skew: Int64?
}
