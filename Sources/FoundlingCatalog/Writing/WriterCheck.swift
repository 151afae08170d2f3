package import FoundlingCore
internal import FoundlingSeam

/// Proves that the manifest's two URLs lead to one database: a row deleted elsewhere would be no deletion.
package enum WriterCheck {
    /// - Throws: `writer-elsewhere` where they lead to two.
    package static func run(_ database: Manifest.Database) throws(FoundlingError) {
        guard let writer = database.writer, writer != database.url else { return }
        var reading = database
        reading.writer = nil
        let one = try CatalogWriter(reading).rehearsal("comparing the two URLs") { session throws(FoundlingError) in
            try identity(session)
        }
        let other = try CatalogWriter(database).rehearsal("comparing the two URLs") { session throws(FoundlingError) in
            try identity(session)
        }
        guard Safeguard.writerElsewhere.isOn, one != other else { return }
        throw FoundlingError(
            .writerElsewhere, "`database.url` and `database.writer` lead to two databases",
            hint: "let both name the same one: what is deleted in another would not be missed here",
            details: ["url:    \(Printable.escape(one))", "writer: \(Printable.escape(other))"])
    }

    /// What two connections to one database have in common, and any role may ask.
    private static func identity(_ session: WriterSession) throws(FoundlingError) -> String {
        let sql =
            switch session.dialect.engine {
            case .postgres:
                "SELECT current_database(), (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()), "
                    + "pg_postmaster_start_time()"
            case .mysql: "SELECT DATABASE(), @@hostname, @@port"
            case .sqlite: "SELECT file FROM pragma_database_list WHERE name = 'main'"
            }
        return try session.rows(sql).first?.map { $0 ?? "" }.joined(separator: ", ") ?? ""
    }
}
