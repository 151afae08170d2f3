/// One disagreement between store and catalog, or one entry that is kept for a reason worth knowing.
package struct Finding: Sendable {
    /// What it is, and with it whether a plan may ever touch it: only `orphan` may.
    package enum Kind: String, CaseIterable, Sendable {
        case orphan
        /// A record whose files are gone.
        case dangling
        /// In a declared place, but of a shape that no rule knows.
        case unrecognised
        /// Some claim nearly names it.
        case nearMiss = "near_miss"
        /// Something inside is younger than `min_age`, or dated in the future.
        case young
        /// It holds a `.foundling-keep`.
        case pinned
        /// It could not be measured whole, or something in it must not be crossed.
        case partial
        /// Its number is higher than any the catalog has given out: another, or an older, database.
        case newerThanCatalog = "newer_than_catalog"
    }

    package var kind: Kind
    package var resource: Int?
    package var path: StorePath
    /// Its number in the listing; nil for a record.
    package var node: Listing.Node?
    package var entry: EntryKind?
    package var cause: Cause
    package var bytes: Bytes?
    /// What removing this alone would free.
    package var freed: UInt64?
    package var files: Int?
    /// Nanoseconds since 1970; nil where it was not asked for.
    package var newest: Int64?
    /// What few findings have, apart: a million that have it not stay small and cheap to move.
    private var details: Details?

    /// Shared until written to.
    private final class Details: Sendable {
        let evidence: Evidence
        let record: Record?

        init(_ evidence: Evidence, _ record: Record?) {
            self.evidence = evidence
            self.record = record
        }
    }

    package var evidence: Evidence {
        get { details?.evidence ?? Evidence() }
        set { details = newValue.isEmpty && record == nil ? nil : Details(newValue, record) }
    }

    /// For a dangling record.
    package var record: Record? {
        get { details?.record }
        set { details = Details(evidence, newValue) }
    }

    package init(_ kind: Kind, resource: Int?, path: StorePath, entry: EntryKind?, cause: Cause = .unknown) {
        self.kind = kind
        self.resource = resource
        self.path = path
        self.entry = entry
        self.cause = cause
    }

    /// The row that misses its files.
    package struct Record: Sendable {
        package let table: String
        package let key: [UInt8]
        /// The template that is missing, or the alternatives of which none is there.
        package let requirement: String
        /// The path as the row spells it.
        package let recorded: [UInt8]

        package init(table: String, key: [UInt8], requirement: String, recorded: [UInt8]) {
            self.table = table
            self.key = key
            self.requirement = requirement
            self.recorded = recorded
        }
    }
}

/// Why something is as it is, where what is there shows it; never a guess sold as knowledge.
package enum Cause: String, CaseIterable, Sendable {
    case unknown
    /// The outbox saw its row go, and nobody took its files along.
    case deleted
    /// The same, and somebody tried to.
    case cleanupFailed = "cleanup_failed"
    /// A released row (a tombstone) names it.
    case tombstone
    /// The row is gone, but rows that refer to it remain.
    case childRowsRemain = "child_rows_remain"
    /// Another entry with the same key is still claimed.
    case siblingRemains = "sibling_remains"
    /// Its number was given out once and no row has it now: deleted, or never committed.
    case rowGone = "row_gone"
    /// Its number has never been given out by this catalog.
    case neverRecorded = "never_recorded"

    package var meaning: String {
        switch self {
        case .unknown: "nothing here shows why"
        case .deleted: "its row was deleted, and its files were not taken along"
        case .cleanupFailed: "its row was deleted, and taking its files along failed"
        case .tombstone: "a released row names it: it was given up on purpose"
        case .childRowsRemain: "its row is gone, rows that refer to it remain: deleted without its dependants"
        case .siblingRemains: "another entry of the same key is still claimed: deleted in part"
        case .rowGone: "its number was given out and no row has it now: deleted, or never committed"
        case .neverRecorded: "this catalog never gave out its number"
        }
    }
}

/// What a verdict rests on.
package struct Evidence: Sendable {
    /// The key that the shape found in the name.
    package var key: [UInt8]?
    package var near: NearClaim?
    /// Sentences that stand on their own.
    package var notes: [String] = []

    package init() {}

    var isEmpty: Bool { key == nil && near == nil && notes.isEmpty }
}
