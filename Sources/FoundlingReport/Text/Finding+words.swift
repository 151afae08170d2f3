import FoundlingCore

extension Finding.Kind {
    /// What needs a decision first, what is only good to know last.
    static let reading: [Finding.Kind] = [
        .orphan, .dangling, .nearMiss, .newerThanCatalog, .partial, .pinned, .young, .unrecognised,
    ]

    var title: String {
        switch self {
        case .orphan: "Orphans"
        case .dangling: "Dangling records"
        case .nearMiss: "Near misses"
        case .newerThanCatalog: "Newer than the catalog"
        case .partial: "Partial"
        case .pinned: "Pinned"
        case .young: "Young"
        case .unrecognised: "Unrecognised"
        }
    }

    /// How many, and what that means.
    func meaning(of count: Int) -> String {
        let entries = Count.text(count, "entry", "entries")
        return switch self {
        case .orphan: "\(entries) that no record claims"
        case .dangling: "\(Count.text(count, "row", "rows")) whose files are gone"
        case .nearMiss: "\(entries) that a record nearly names, kept"
        case .newerThanCatalog: "\(entries) whose number this catalog never gave out, kept"
        case .partial: "\(entries) that could not be measured whole, kept"
        case .pinned: "\(entries) that somebody pinned, kept"
        case .young: "\(entries) too new to judge, kept"
        case .unrecognised: "\(Count.text(count, "path", "paths")) whose shape no rule knows, never touched"
        }
    }

    /// How one of them is called in a list of several kinds.
    var singular: String { rawValue.split(separator: "_").joined(separator: " ") }
}

extension Cause {
    var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}

extension Bytes {
    /// Sparse files or many small ones: then one figure alone would mislead.
    var differ: Bool {
        let (less, more) = (min(allocated, apparent), max(allocated, apparent))
        return more - less > more / 10
    }
}

extension Finding {
    /// Where it is, or for a record that points out of the store, what the record says.
    var place: String {
        if path.bytes.isEmpty, let record { return Printable.escape(record.recorded) }
        return path.description
    }
}

/// What stands behind the near miss of a finding, in words.
extension NearClaim {
    func sentence(_ result: ScanResult) -> String {
        let row = key.map { ", row \(Printable.escape($0))" } ?? ""
        let owner =
            result.resources.indices.contains(resource) ? Printable.escape(result.resources[resource].name) : "?"
        return "nearly named by '\(Printable.escape(claim))' (\(owner)\(row))"
    }
}
