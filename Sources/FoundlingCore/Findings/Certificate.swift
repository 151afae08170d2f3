/// What was read, whole and without an error, for the findings of one scan: their right to be believed.
package struct Certificate: Sendable {
    /// The store as it was found.
    package struct Store: Sendable {
        package var root: String
        package var realPath: String
        package var device: UInt64
        package var inode: UInt64
        package var fileSystem: UInt64
        package var directories: Int
        package var names: Int
        package var listedFrom: Int64
        package var listedTo: Int64

        package init(
            root: String, realPath: String, device: UInt64, inode: UInt64, fileSystem: UInt64, directories: Int,
            names: Int, listedFrom: Int64, listedTo: Int64
        ) {
            self.root = root
            self.realPath = realPath
            self.device = device
            self.inode = inode
            self.fileSystem = fileSystem
            self.directories = directories
            self.names = names
            self.listedFrom = listedFrom
            self.listedTo = listedTo
        }
    }

    /// The database as it was found.
    package struct Catalog: Sendable {
        package var engine: String
        /// Without any secret.
        package var location: String
        /// What tells this database from another: for SQLite the inode, application id and page size of the file.
        package var identity: [String: String]
        /// The mapped columns of every source with their declared types.
        package var schema: String
        package var snapshotFrom: Int64
        package var snapshotTo: Int64
        /// Sequences by table, where the engine keeps them: the highest number ever given out.
        package var sequences: [String: Int64]
        /// The same, where ``sequences`` may run ahead of it: numbers that were given out for certain.
        package var issued: [String: Int64]
        /// Whether it only follows another server: then it may lag behind what the application has committed.
        package var isReplica: Bool
        /// How far its clock is ahead of this host's, in nanoseconds; nil where both are one.
        package var skew: Int64?

        package init(
            engine: String, location: String, identity: [String: String], schema: String, snapshotFrom: Int64,
            snapshotTo: Int64, sequences: [String: Int64], issued: [String: Int64] = [:], isReplica: Bool = false,
            skew: Int64? = nil
        ) {
            self.engine = engine
            self.location = location
            self.identity = identity
            self.schema = schema
            self.snapshotFrom = snapshotFrom
            self.snapshotTo = snapshotTo
            self.sequences = sequences
            self.issued = issued
            self.isReplica = isReplica
            self.skew = skew
        }
    }

    package var store: Store
    package var catalog: Catalog
    /// By resource and source.
    package var sources: [[SourceTally]]
    /// Which clock ages were judged by, and why that one.
    package var clock: String

    package init(store: Store, catalog: Catalog, sources: [[SourceTally]], clock: String) {
        self.store = store
        self.catalog = catalog
        self.sources = sources
        self.clock = clock
    }
}
