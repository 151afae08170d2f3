internal import FoundlingCatalog
internal import FoundlingCore

/// What each engine needs so that an application's deletions are noted where they happen.
protocol TriggerBuilder {
    var tables: OutboxTables { get }

    /// The triggers on one source's table, and what they cannot see.
    func objects(for source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) -> (
        [TriggerObject], [BlindSpot]
    )

    /// Triggers on tables from which deletions cascade, where the engine fires none for what a cascade deletes.
    func cascades(_ sources: [ClaimSQL], _ keys: ForeignKeys) -> ([TriggerObject], [BlindSpot])

    /// For applications that tell of their deletions by themselves.
    func enqueue(_ sources: [ClaimSQL]) -> Routine

    /// Every trigger in this database that bears our prefix.
    func present(_ session: WriterSession) throws(FoundlingError) -> [PresentTrigger]

    /// - Throws: where a trigger could not evaluate the claims of a source.
    func prove(_ source: ClaimSQL, _ session: WriterSession) throws(FoundlingError)
}

extension TriggerBuilder {
    func prove(_ source: ClaimSQL, _ session: WriterSession) throws(FoundlingError) {
        try session.attempt { () throws(FoundlingError) in
            let list = source.columns.map { session.dialect.quoted($0.name) }.joined(separator: ", ")
            let row =
                "(SELECT \(list.isEmpty ? "1 AS one" : list) FROM \(source.table.from) LIMIT 0) AS "
                + session.dialect.quoted(source.name)
            _ = try session.rows(source.evaluated(row))
        }
    }
}

/// A trigger as it is in the database.
struct PresentTrigger {
    let name: String
    let isEnabled: Bool
    let removal: [String]
}

/// A function, procedure or view of ours.
struct Routine {
    let creation: [String]
    let removal: [String]

    /// In the manifest's order, each once.
    static func resources(_ sources: [ClaimSQL]) -> [String] {
        var names: [String] = []
        for source in sources where !names.contains(source.resource) { names.append(source.resource) }
        return names
    }
}

extension ClaimSQL {
    /// That a row has a key, spelt so that an index of the key's serves; nil where the source names no key.
    ///
    /// - Parameter value: SQL of a text.
    func keyCondition(_ value: String) -> String? {
        guard let key = source.key,
            let column = table.columns.first(where: { $0.name == key })
                ?? table.columns.first(where: { $0.name.lowercased() == key.lowercased() })
        else { return nil }
        let name = dialect.base.quoted(column.name)
        let type = column.type.lowercased()
        switch dialect.engine {
        case .postgres where type == "bytea": return "\(name) = decode(replace(\(value), '-', ''), 'hex')"
        case .postgres: return "\(name) = (\(value))::\(column.type.prefix { $0 != "(" })"
        case .mysql where type == "binary(16)": return "\(name) = UNHEX(REPLACE(\(value), '-', ''))"
        case .mysql, .sqlite: return "\(name) = \(value)"
        }
    }
}
