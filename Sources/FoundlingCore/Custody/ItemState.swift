/// What became of one item: every one has exactly one of these at the end of a run, and each is counted apart.
package enum ItemState: String, CaseIterable, Sendable, Codable {
    /// In the quarantine.
    case moved
    /// Back at its place.
    case restored
    /// Removed for good.
    case purged
    /// Left alone or given back because a record claims it now.
    case rescued
    /// Left alone because it changed, is open, pinned or in the way of something.
    case skipped
    /// Still in the quarantine, because something asks for a person's look.
    case held
    /// Left as it was, because the system refused.
    case failed
    /// Neither at its place nor in the quarantine: somebody took it away.
    case lost

    package var meaning: String {
        switch self {
        case .moved: "moved into the quarantine"
        case .restored: "put back at its place"
        case .purged: "removed for good"
        case .rescued: "kept: a record claims it now"
        case .skipped: "left alone: it is no longer what was planned, or in use"
        case .held: "still in the quarantine: it needs a person's look"
        case .failed: "left as it was: the system refused"
        case .lost: "neither at its place nor in the quarantine: taken away by somebody else"
        }
    }
}

/// What became of one item, and why.
package struct ItemOutcome: Sendable, Equatable {
    /// The run that it belongs to, and its number there, from 1.
    package var run: String
    package var number: Int
    package var resource: String
    package var path: StorePath
    package var state: ItemState
    package var bytes: Bytes
    package var freed: UInt64
    package var files: Int
    /// Why it is not what was asked for; nil where it is.
    package var reason: String?
    /// Whether somebody must be told: a record lost its files to us, or nearly.
    package var isAlarm = false

    package init(
        run: String, number: Int, resource: String, path: StorePath, state: ItemState, bytes: Bytes, freed: UInt64,
        files: Int,
        reason: String? = nil, isAlarm: Bool = false
    ) {
        self.run = run
        self.number = number
        self.resource = resource
        self.path = path
        self.state = state
        self.bytes = bytes
        self.freed = freed
        self.files = files
        self.reason = reason
        self.isAlarm = isAlarm
    }
}
