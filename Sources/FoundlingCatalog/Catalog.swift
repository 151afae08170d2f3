package import FoundlingCore

/// The application's database, as far as it says who owns what; it can read and nothing else.
package struct Catalog: Sendable {
    private let database: SQLiteCatalog
    /// Resource and source numbers go into every row.
    private let resources: [Resource]

    /// Opens the database that the manifest names, without changing or creating anything.
    package init(_ manifest: Manifest) throws(FoundlingError) {
        resources = manifest.resources
        switch manifest.database.url.engine {
        case .sqlite: database = try SQLiteCatalog(path: manifest.database.url.location)
        case let engine:
            throw FoundlingError(
                .catalogUnsupported, "this build reads SQLite only; the manifest names a \(engine.rawValue) database",
                hint: "use an sqlite: URL, or a Foundling with that engine")
        }
    }

    /// Paths that belong to the database itself: its file and its companions.
    package var files: [String] { database.files }

    /// Streams every row of every source out of one snapshot.
    ///
    /// - Parameters:
    ///   - chosen: which sources to read; all of them for a verdict.
    ///   - progress: called with the number of rows so far.
    /// - Throws: the first source that cannot be read whole; then nothing that was read may be used.
    package func read(
        only chosen: (Int, Int) -> Bool = { _, _ in true }, progress: (Int) -> Void = { _ in },
        _ visit: (ClaimRow) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> CatalogReading {
        try database.read(resources, only: chosen, progress: progress, visit)
    }

    /// Proves every source without reading its rows: tables and columns exist, conditions and expressions compile.
    ///
    /// - Returns: one error for each source that would fail, by resource and source.
    package func prove() throws(FoundlingError) -> [(resource: Int, source: Int, error: FoundlingError)] {
        try database.prove(resources)
    }

    /// Rows that refer by foreign key to rows of a resource's first table which are gone: by table, the keys concerned.
    package func childRows(of resource: Int, keys: [[UInt8]]) throws(FoundlingError) -> [(
        table: String, key: [UInt8], rows: Int
    )] {
        guard case .table(_, let table)? = resources[resource].sources.first?.rows,
            let key = resources[resource].sources.first?.key
        else { return [] }
        return try database.childRows(of: table, key: key, keys: keys)
    }
}

/// What one pass over the catalog found beside its rows.
package struct CatalogReading: Sendable {
    package var certificate: Certificate.Catalog

    package init(certificate: Certificate.Catalog) { self.certificate = certificate }
}
