/// What a plan rests on: which store and which database were read, and how much of them.
///
/// It must still hold when the plan is applied, and when what it moved is purged.
package struct Grounds: Sendable, Codable, Equatable {
    package var store: StoreIdentity
    package var catalog: CatalogIdentity
    /// Rows by source, as `resource: table`; several sources of one table are numbered.
    package var rows: [String: Int]
    /// Nanoseconds since 1970.
    package var listedFrom: Int64
    package var listedTo: Int64
    package var snapshotFrom: Int64
    package var snapshotTo: Int64
    package var names: Int
    /// How the ages were judged.
    package var clock: String

    package init(_ certificate: Certificate, store: StoreIdentity, manifest: Manifest, clock: String) {
        self.store = store
        catalog = CatalogIdentity(certificate.catalog)
        rows = Self.rows(certificate.sources, manifest)
        listedFrom = certificate.store.listedFrom
        listedTo = certificate.store.listedTo
        snapshotFrom = certificate.catalog.snapshotFrom
        snapshotTo = certificate.catalog.snapshotTo
        names = certificate.store.names
        self.clock = clock
    }
}

extension Grounds {
    /// Rows by source, as ``rows`` names them.
    package static func rows(_ tallies: [[SourceTally]], _ manifest: Manifest) -> [String: Int] {
        var rows: [String: Int] = [:]
        for (resource, tallies) in zip(manifest.resources, tallies) {
            for (source, tally) in zip(resource.sources, tallies) {
                var name = "\(resource.name): \(source.name)"
                while rows[name] != nil { name += "'" }
                rows[name] = tally.rows
            }
        }
        return rows
    }

    /// The resource in a name of ``rows``.
    package static func resource(of name: String) -> String { String(name.prefix { $0 != ":" }) }
}

/// What tells this store from any other directory at the same place.
package struct StoreIdentity: Sendable, Codable, Equatable {
    package var root: String
    /// The inode of the root.
    package var inode: UInt64
    /// `statvfs`'s id of the file system: stable where the file system has a UUID, as ext4 and Btrfs have.
    package var fileSystem: UInt64
    /// A random name that lies in the quarantine and moves with the disk.
    package var sentinel: String

    package init(root: String, inode: UInt64, fileSystem: UInt64, sentinel: String) {
        self.root = root
        self.inode = inode
        self.fileSystem = fileSystem
        self.sentinel = sentinel
    }

    /// Whether this is the store that was accepted, be it at another path, mounted anew or in another machine.
    ///
    /// A file system without a UUID gets another number with each mount: the sentinel and the root's inode decide.
    package func isSameStore(as other: StoreIdentity) -> Bool { sentinel == other.sentinel && inode == other.inode }
}

/// What tells this database from any other, and this moment of it from an earlier one.
package struct CatalogIdentity: Sendable, Codable, Equatable {
    package var engine: String
    package var location: String
    /// By name: what must be equal.
    package var identity: [String: String]
    /// The mapped columns of every source with their types.
    package var schema: String
    /// The highest number ever given out, by table: it never falls.
    package var sequences: [String: Int64]
    /// Where that may run ahead: a number that was given out for certain.
    package var issued: [String: Int64]

    package init(_ catalog: Certificate.Catalog) {
        engine = catalog.engine
        location = catalog.location
        identity = catalog.identity.filter {
            Self.lasting.contains($0.key) || $0.key.hasPrefix(Self.tablePrefix)
        }
        schema = catalog.schema
        sequences = catalog.sequences
        issued = catalog.issued
    }

    /// What stays as it is while an application works with its database; a backup that was put back, a staging copy
    /// and a file made anew differ in one of them.
    private static let lasting: Set<String> = [
        "file", "application_id", "page_size", "encoding", "system_identifier", "database", "database_oid", "server",
    ]
    /// Before the name of a mapped table, in ``identity``: a table that was made anew is another one.
    package static let tablePrefix = "table "
}
