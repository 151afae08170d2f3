package import FoundlingCore

/// One line of the ledger before it has a place in the chain.
struct LedgerDraft {
    let kind: LedgerKind
    var run: String?
    var item: Int?
    /// A JSON object.
    var body = "{}"
}

/// What a line says.
package enum LedgerKind: String, CaseIterable, Sendable {
    /// The first line of a chain, and why it begins.
    case chain
    /// Identities and row counts that were accepted.
    case accept
    case pin, unpin
    /// What a recorded scan found: acting unattended needs two that agree.
    case observed
    /// A run begins, or ended.
    case run
    case end
    /// What is about to be moved; nothing has happened yet.
    case intent
    case moved
    /// Given back, or never taken, because a record claims it.
    case rescued
    case skipped
    case failed
    /// Cut short before anything happened.
    case forgotten
    /// About to go back, and back.
    case restoring
    case restored
    /// About to be removed for good, and removed.
    case purging
    case purged
    /// In the quarantine until a person looks.
    case held
    /// In the quarantine, but a purge that was cut short removed some of its files.
    case partial
    /// Neither here nor there: a person must look.
    case lost

    /// Whether an item so marked was cut short.
    var isOpen: Bool { self == .intent || self == .restoring || self == .purging }

    /// Whether an item so marked lies in the quarantine.
    package var isInQuarantine: Bool { self == .moved || self == .held || self == .partial }
}

/// What an intent says of the item: enough to find it again whatever happened.
package struct ItemRecord: Sendable, Codable, Equatable {
    package var resource: String
    package var path: StorePath
    package var kind: EntryKind
    package var identity: InodeIdentity
    package var fingerprint: Fingerprint
    /// See ``Plan/Item/shared``.
    package var shared: Set<UInt64>?
    package var bytes: Bytes
    package var freed: UInt64
    package var files: Int
    /// Seconds from quarantine to purge.
    package var retention: Int64

    init(_ item: Plan.Item, retention: Int64) {
        resource = item.resource
        path = item.path
        kind = item.kind
        identity = item.identity
        fingerprint = item.fingerprint
        shared = item.shared
        bytes = item.bytes
        freed = item.freed
        files = item.files
        self.retention = retention
    }
}

/// An item of a run, and what the ledger last said of it.
package struct HeldItem: Sendable {
    package var run: String
    package var number: Int
    package var record: ItemRecord
    package var last: LedgerKind
    /// Nanoseconds since 1970 of that line.
    package var since: Int64
    /// Where a restore is taking it, if not to its place: an absolute directory.
    var destination: String?
    /// Its time of change since it came into the quarantine, in nanoseconds since 1970; nil where that is not known.
    var changed: Int64?
    /// Whether the run that moved it was cut short before its last look at the records.
    var isUnchecked = false
    /// Whether it was cut short before the records could be asked about where it would come to lie.
    var isUnasked: Bool { last == .intent || last == .restoring }
    /// What it is called across runs.
    package var key: String { "\(run)/\(number)" }

    /// Nanoseconds since 1970 from which on it may be purged.
    package func due(movedAt time: Int64) -> Int64 {
        let (retention, overflow) = record.retention.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : time.addingUpTo(retention)
    }

    package func outcome(_ state: ItemState, _ reason: String? = nil, alarm: Bool = false) -> ItemOutcome {
        ItemOutcome(
            run: run, number: number, resource: record.resource, path: record.path, state: state, bytes: record.bytes,
            freed: record.freed, files: record.files, reason: reason, isAlarm: alarm)
    }
}

/// What a run is about: the body of its first line.
struct RunRecord: Codable {
    let act: RunOutcome.Act
    let planned: Int
    let totals: [ResourceTotal]
    let grounds: Grounds?
    /// Whether a person approved exactly this, over a limit: then it does not count against what comes after.
    var approved: Bool?
}

/// What a recorded scan found, as a digest of each orphan: enough to say later whether it is still the very same.
struct ObservationRecord: Codable {
    let digests: [String]
}

/// The body of a line that says why it is there.
struct ReasonRecord: Codable {
    let reason: String
}

/// The body of most lines about items.
struct ItemNote: Codable {
    var reason: String?
    /// Where a restore takes it, if not to its place.
    var to: String?
    /// The time of change that the item has in the quarantine, or that our giving it back left: no fingerprint holds
    /// it, and any write sets it.
    var changed: Int64?
    /// Whether the records must still be asked about it: its run was cut short before it did.
    var unchecked: Bool?

    /// As the ledger holds it; the commonest of all is a number and nothing else.
    var json: String {
        guard let changed, reason == nil, to == nil, unchecked == nil else { return Ledger.json(self) }
        return "{\"changed\":\(changed)}"
    }
}

extension HeldItem {
    /// What its last line amounts to; nil where it was cut short or never began.
    package var state: ItemState? { last.state }

    /// What a reader should know beside the state; nil where that says it all.
    package var words: String? {
        switch last {
        case .moved: nil
        case .partial: "half removed: a purge was cut short, or the system refused"
        default: last.state?.meaning
        }
    }
}

extension LedgerKind {
    /// What an item so marked amounts to.
    var state: ItemState? {
        switch self {
        case .moved: .moved
        case .held, .partial: .held
        case .lost: .lost
        case .restored: .restored
        case .purged: .purged
        case .rescued: .rescued
        case .skipped: .skipped
        case .failed: .failed
        default: nil
        }
    }
}
