package import FoundlingCore

/// Something that is true now and that a person must know without asking.
package struct Notice: Sendable, Codable, Equatable {
    package var kind: NoticeKind
    /// What it is about, such as a resource or a job: two notices of one kind and one key are the same.
    package var key: String
    package var summary: String
    /// What to do.
    package var hint: String
    package var details: [String]
    /// By name; a name that ends in `bytes` is a size.
    package var figures: [String: Int64]
    /// Nanoseconds since 1970.
    package var at: Int64
    /// The higher the worse: one that rises is told again at once, one that falls is not.
    package var severity: Int

    package init(
        kind: NoticeKind, key: String, summary: String, hint: String = "", details: [String] = [],
        figures: [String: Int64] = [:], at: Int64, severity: Int = 0
    ) {
        self.kind = kind
        self.key = key
        self.summary = Self.cut(summary)
        self.hint = Self.cut(hint)
        self.details = details.prefix(Self.lines).map(Self.cut)
        if details.count > Self.lines { self.details.append("… and \(details.count - Self.lines) more") }
        self.figures = figures
        self.at = at
        self.severity = severity
    }

    /// A severity for amounts that have no steps of their own: one more for each doubling.
    package static func doublings(_ amount: some BinaryInteger) -> Int {
        Int64.bitWidth - max(0, Int64(clamping: amount)).leadingZeroBitCount
    }

    /// Names may be long and many; a message is read on a telephone.
    private static let lines = 20
    private static let length = 500

    private static func cut(_ text: String) -> String {
        guard text.unicodeScalars.count > length else { return text }
        var cut = ""
        cut.unicodeScalars.append(contentsOf: text.unicodeScalars.prefix(length - 1))
        return cut + "…"
    }
}

extension NoticeKind {
    /// The headline of a message.
    var title: String {
        switch self {
        case .orphansOverLimit: "Many orphans"
        case .guardTripped: "A guard refused"
        case .quarantineHit: "A record claims what lies in quarantine"
        case .deadLetters: "Tasks were given up"
        case .heldQueue: "Tasks wait for a person"
        case .purgeDue: "A purge is due"
        case .diskFullSoon: "The disk is filling up"
        case .jobFailed: "A job failed"
        case .storeDown: "The store cannot be used"
        case .databaseDown: "The database cannot be read"
        case .manifestRefused: "The manifest is refused"
        case .workerAbsent: "No worker is at work"
        case .triggerMissing: "Triggers are missing"
        case .scanOverdue: "A scan is overdue"
        case .nearMisses: "Entries are nearly claimed"
        }
    }
}
