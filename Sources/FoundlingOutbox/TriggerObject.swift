internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody

/// One trigger as it should be: named after what it does, where, and a digest of exactly how.
///
/// The digest makes installing idempotent and upgrading gapless: what has the right name is right; what else bears our
/// prefix is an older one, and goes when the new one is there.
struct TriggerObject: Sendable {
    /// What of an application's doing a trigger sees.
    enum Event: String, Sendable, CaseIterable { case deleted, changed, truncated, cascades }

    let event: Event
    /// As the manifest names it, or as the database does where the manifest does not.
    let table: String
    /// As SQL spells it.
    let from: String
    let name: String
    /// In order; each is one statement.
    let creation: [String]
    let removal: [String]
    /// The resource whose claims it notes; nil where there are several.
    let resource: String?

    /// - Parameter statements: for the name they are to have.
    init(
        _ event: Event, table: String, from: String, prefix: String, resource: String?,
        _ statements: (String) -> (creation: [String], removal: [String])
    ) {
        self.event = event
        self.table = table
        self.from = from
        self.resource = resource
        let draft = statements("?").creation.joined(separator: "\n")
        let digest = Digest.hex(draft).prefix(8)
        let label = table.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }.filter(\.isASCII)
        name = "\(prefix)_\(event.rawValue)_\(String(label.suffix(20)))_\(digest)"
        (creation, removal) = statements(name)
    }

    /// Whether a name in the database is one of ours, of whatever version.
    static func isOurs(_ name: String, prefix: String) -> Bool {
        guard name.hasPrefix(prefix + "_"), name.dropLast(8).hasSuffix("_") else { return false }
        let middle = name.dropFirst(prefix.count + 1)
        return Event.allCases.contains { middle.hasPrefix($0.rawValue + "_") }
            && name.suffix(8).allSatisfy { $0.isHexDigit }
    }
}

/// What triggers of this manifest in this database cannot see.
package struct BlindSpot: Sendable, Equatable {
    package let table: String
    package let reason: String
}
