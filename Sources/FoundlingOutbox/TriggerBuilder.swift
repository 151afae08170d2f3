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

    /// Makes what triggers call, in front of them.
    var notes: [String] { get }
    var notesRemoval: [String] { get }

    /// Statements that remove what is left of triggers whose table is gone.
    func leftovers(_ session: WriterSession) throws(FoundlingError) -> [String]

    /// - Throws: where a trigger could not evaluate the claims of a source.
    func prove(_ source: ClaimSQL, _ session: WriterSession) throws(FoundlingError)
}

extension TriggerBuilder {
    /// Most engines' triggers call nothing of ours.
    var notes: [String] { [] }
    var notesRemoval: [String] { [] }

    /// Most engines drop a trigger whole with its table.
    func leftovers(_ session: WriterSession) throws(FoundlingError) -> [String] { [] }

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
    /// Whether it runs with another account's rights than ours: whoever installs answers for it anew.
    var isForeign = false
    let removal: [String]
}

/// A function, procedure or view of ours.
struct Routine {
    let creation: [String]
    let removal: [String]

    /// What takes this one away where another is to come: nothing, where that replaces it by itself.
    func removalBefore(_ other: Routine) -> [String] { other.creation.isEmpty ? removal : [] }

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
        guard let column = keyColumn else { return nil }
        let name = dialect.base.quoted(column.name)
        let type = column.type.lowercased()
        let spelt = dialect.spellings(of: column)[0]
        // An index finds the rows that may be meant; of those only one that is spelt exactly so is: '4abc' is no 4, and
        // a collation may call two keys the same.
        switch dialect.engine {
        case .postgres where type == "bytea":
            return "\(name) = decode(replace(\(value), '-', ''), 'hex') AND \(spelt) = \(value)"
        case .postgres: return "\(name) = (\(value))::\(keyType ?? "text") AND \(spelt) = \(value)"
        case .mysql:
            // In strict mode a comparison with what is no number is an error.
            let number = "CASE WHEN \(value) REGEXP '^-?[0-9]{1,20}$' THEN \(value) END"
            let found =
                type == "binary(16)"
                ? "UNHEX(REPLACE(\(value), '-', ''))" : type.contains("int") ? number : collated(value, column)
            return "\(name) = \(found) AND CAST(\(spelt) AS BINARY) = CAST(\(value) AS BINARY)"
        case .sqlite: return "\(name) = \(value) AND CAST(\(spelt) AS BLOB) = CAST(\(value) AS BLOB)"
        }
    }

    /// A text as the column's own collation compares it, so that its index serves and no two collations meet.
    private func collated(_ value: String, _ column: Column) -> String {
        guard let collation = column.collation else { return value }
        return "CONVERT(\(value) USING \(collation.prefix { $0 != "_" })) COLLATE \(collation)"
    }

    private var keyColumn: Column? { source.key.flatMap { table.columns.named($0) } }

    /// The type of the key's column without its length.
    var keyType: String? {
        keyColumn.map { column in
            let type = String(column.type.prefix { $0 != "(" })
            // Without a length `character` is one letter.
            return type == "character" ? "bpchar" : type
        }
    }
}
