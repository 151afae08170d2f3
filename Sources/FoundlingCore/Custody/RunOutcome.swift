/// What an apply, a restore or a purge came to.
package struct RunOutcome: Sendable {
    /// What was asked for.
    package enum Act: String, Sendable, Codable {
        case apply, restore, purge
    }

    package var act: Act
    /// The run that was made, or the runs concerned.
    package var runs: [String]
    package var items: [ItemOutcome]
    /// Items asked for.
    package var planned: Int
    package var before: DiskSpace
    package var after: DiskSpace
    /// The head of the ledger afterwards, 64 hexadecimal digits.
    package var head: String
    /// Where the quarantine is.
    package var quarantine: String
    /// What a reader should know, in sentences.
    package var notes: [String]
    /// What recovery found of earlier runs that were cut short, in sentences.
    package var recovered: [String]
    /// Whether any of that must be told to somebody: something is missing, or in doubt.
    package var isAlarmed = false
    /// Why the work ended before its end.
    package var stopped: FoundlingError?
    /// Whether an apply was to remove each batch for good at once.
    package var purges = false

    /// The reason of items that a run which stopped never came to.
    package static let notReached = "not reached"
    /// The reason of items that were in place before anything was done.
    package static let backAlready = "it was back already"

    package init(_ act: Act, planned: Int, before: DiskSpace, quarantine: String) {
        self.act = act
        self.planned = planned
        self.before = before
        self.quarantine = quarantine
        runs = []
        items = []
        after = before
        head = ""
        notes = []
        recovered = []
    }

    package func count(_ state: ItemState) -> Int { items.count { $0.state == state } }

    /// The state that was asked for.
    package var wanted: ItemState {
        switch act {
        case .apply: purges ? .purged : .moved
        case .restore: .restored
        case .purge: .purged
        }
    }

    /// Sizes of the items in one state.
    package func bytes(_ state: ItemState) -> Bytes {
        items.reduce(into: Bytes()) { if $1.state == state { $0 += $1.bytes } }
    }

    package func freed(_ state: ItemState) -> UInt64 {
        items.reduce(0) { $0.addingUpTo($1.state == state ? $1.freed : 0) }
    }

    /// Bytes gained, as `statvfs` says: what really came of it, others' writes included.
    ///
    /// Free rather than available ones: on a full disk the blocks reserved for root fill up first.
    package var gained: Int64 { Int64(clamping: after.free) - Int64(clamping: before.free) }

    /// 0 only if everything asked for was done, or left where it was because a record claims it by now.
    package var exit: ExitStatus {
        let changed: Set<ItemState> = [.moved, .restored, .purged, .held, .rescued]
        if let stopped { return items.contains { changed.contains($0.state) } ? .partial : stopped.code.exit }
        if isAlarmed { return .partial }
        return items.contains { $0.isAlarm || [.skipped, .held, .failed].contains($0.state) } ? .partial : .clean
    }
}
