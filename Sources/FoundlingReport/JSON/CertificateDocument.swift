import FoundlingCore

/// What was read for the findings, in JSON.
struct CertificateDocument: Encodable {
    let store: Store
    let catalog: Catalog
    let sources: [Source]
    let clock: String
    /// Always 0: a scan that met an error has no result. It is written so that nobody has to take it on trust.
    let errors = 0

    enum CodingKeys: String, CodingKey { case store, catalog, sources, clock, errors }

    init(_ certificate: Certificate, _ wording: FindingWording) {
        store = Store(certificate.store)
        catalog = Catalog(certificate.catalog)
        clock = certificate.clock
        sources = zip(certificate.sources.indices, certificate.sources).flatMap { resource, tallies in
            tallies.enumerated().map { source, tally in Source(tally, resource, source, wording) }
        }
    }

    /// The tree that was listed.
    struct Store: Encodable {
        let root: String
        let realPath: String
        let device: UInt64
        let inode: UInt64
        let fileSystem: UInt64
        let directories: Int
        let names: Int
        let listedFrom: String
        let listedTo: String

        enum CodingKeys: String, CodingKey {
            case root, device, inode, directories, names
            case realPath = "real_path"
            case fileSystem = "file_system"
            case listedFrom = "listed_from"
            case listedTo = "listed_to"
        }

        init(_ store: Certificate.Store) {
            root = store.root
            realPath = store.realPath
            device = store.device
            inode = store.inode
            fileSystem = store.fileSystem
            directories = store.directories
            names = store.names
            listedFrom = Timestamp.iso(store.listedFrom)
            listedTo = Timestamp.iso(store.listedTo)
        }
    }

    /// The database whose rows were read.
    struct Catalog: Encodable {
        let engine: String
        let location: String
        let identity: [String: String]
        let schema: String
        let snapshotFrom: String
        let snapshotTo: String
        let sequences: [String: Int64]
        let replica: Bool
        @Nullable var clockSkew: Double?

        enum CodingKeys: String, CodingKey {
            case engine, location, identity, schema, sequences, replica
            case clockSkew = "clock_skew"
            case snapshotFrom = "snapshot_from"
            case snapshotTo = "snapshot_to"
        }

        init(_ catalog: Certificate.Catalog) {
            engine = catalog.engine
            location = catalog.location
            identity = catalog.identity
            schema = catalog.schema
            snapshotFrom = Timestamp.iso(catalog.snapshotFrom)
            snapshotTo = Timestamp.iso(catalog.snapshotTo)
            sequences = catalog.sequences
            replica = catalog.isReplica
            clockSkew = catalog.skew.map { Double($0 / 1_000_000) / 1000 }
        }
    }

    /// What one source of one resource yielded.
    struct Source: Encodable {
        @Nullable var resource: String?
        @Nullable var source: String?
        let rows: Int
        let making: Int
        let released: Int
        let claims: Int
        let met: Int
        let outside: Int

        enum CodingKeys: String, CodingKey { case resource, source, rows, making, released, claims, met, outside }

        init(_ tally: SourceTally, _ resource: Int, _ source: Int, _ wording: FindingWording) {
            self.resource = wording.resources.indices.contains(resource) ? wording.resources[resource] : nil
            let names = wording.sources.indices.contains(resource) ? wording.sources[resource] : []
            self.source = names.indices.contains(source) ? names[source] : nil
            rows = tally.rows
            making = tally.making
            released = tally.released
            claims = tally.claims
            met = tally.met
            outside = tally.outside
        }
    }
}
