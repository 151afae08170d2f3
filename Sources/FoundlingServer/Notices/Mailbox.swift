internal import FoundlingCore

/// What one webhook was told, and what is still to be told: a value that decides, without a clock and without a
/// network.
///
/// Each webhook has its own, so that a dead one costs the others nothing and a new one hears what is true already.
struct Mailbox: Sendable, Codable, Equatable {
    /// What a webhook was told of one thing.
    struct Told: Sendable, Codable, Equatable {
        /// As it was when it was told.
        var notice: Notice
        var at: Int64
    }

    /// By kind and key.
    private(set) var told: [String: Told] = [:]
    /// Oldest first; they go out in this order.
    private(set) var pending: [NoticeMessage] = []
    /// Tries that failed since one succeeded.
    private(set) var failures = 0
    /// Before this nothing is tried.
    private(set) var due: Int64 = 0

    static let capacity = 1_000
    /// How long one thing is told once only, and how long a message is tried.
    static let day: Int64 = 86_400 * second
    static let shortest: Int64 = 30 * second
    static let longest: Int64 = 3_600 * second
    private static let second: Int64 = 1_000_000_000

    // MARK: What is to be told

    /// Compares what is true now with what was told, and writes the messages that follow.
    ///
    /// - Parameter kinds: those that `notices` speaks for; what was told of others stays as it is.
    /// - Returns: how many of the oldest messages had to go, because too many wait.
    mutating func post(_ notices: [Notice], of kinds: Set<NoticeKind>, now: Int64) -> Int {
        heed(now)
        let current = Dictionary(notices.map { (Self.name($0), $0) }) { $1.severity > $0.severity ? $1 : $0 }
        for (name, notice) in current.sorted(by: { $0.key < $1.key }) where kinds.contains(notice.kind) {
            if let before = told[name], notice.severity <= before.notice.severity, now - before.at < Self.day {
                continue
            }
            told[name] = Told(notice: notice, at: now)
            pending.append(NoticeMessage(.firing, notice, now: now))
        }
        for (name, before) in told.sorted(by: { $0.key < $1.key })
        where kinds.contains(before.notice.kind) && current[name] == nil {
            told[name] = nil
            var notice = before.notice
            (notice.at, notice.hint) = (now, "")
            pending.append(NoticeMessage(.resolved, notice, now: now))
        }
        let surplus = max(0, pending.count - Self.capacity)
        pending.removeFirst(surplus)
        return surplus
    }

    /// Forgets what this webhook does not want to hear any more: the manifest has changed.
    mutating func keep(only kinds: Set<NoticeKind>) {
        told = told.filter { kinds.contains($0.value.notice.kind) }
        pending.removeAll { !kinds.contains($0.notice.kind) }
    }

    private static func name(_ notice: Notice) -> String { notice.kind.rawValue + " " + notice.key }

    /// A clock that was ahead and has been set back must not silence anybody until it gets there again.
    private mutating func heed(_ now: Int64) {
        due = min(due, now + Self.longest)
        for index in pending.indices { pending[index].created = min(pending[index].created, now) }
        for (name, before) in told where before.at > now { told[name]?.at = now }
    }

    // MARK: What becomes of it

    /// What can be said of a try.
    enum Step: Equatable {
        case recovered
        case failing
        /// One that the receiver will never take.
        case refused(NoticeMessage)
        /// So many, that were tried for a day.
        case expired(Int)
    }

    /// The message to send now, if one may be.
    mutating func next(now: Int64) -> NoticeMessage? {
        heed(now)
        return due <= now ? pending.first : nil
    }

    /// Notes the outcome of sending a message.
    ///
    /// - Parameter jitter: 0 to 1; many that failed together must not try again together.
    mutating func settle(_ id: String, _ outcome: DeliveryOutcome, now: Int64, jitter: Double) -> [Step] {
        let message = pending.first { $0.id == id }
        switch outcome {
        case .delivered, .refused:
            let isNews = failures > 0
            pending.removeAll { $0.id == id }
            (failures, due) = (0, 0)
            guard case .refused = outcome else { return isNews ? [.recovered] : [] }
            return message.map { [.refused($0)] } ?? []
        case .later(_, let after):
            let base = min(Self.longest, Self.shortest << Int64(min(failures, 7)))
            let wait = min(Self.longest, base + Int64(Double(base) * jitter))
            // Never sooner than asked, nor later than an hour, whatever is asked.
            let asked = min(Self.longest, max(0, after ?? 0) * Self.second)
            due = now + max(wait, asked)
            failures += 1
            let before = pending.count
            pending.removeAll { now - $0.created >= Self.day }
            let expired = before - pending.count
            return (failures == 1 ? [.failing] : []) + (expired > 0 ? [.expired(expired)] : [])
        case .stopped: return []
        }
    }
}

/// What came of sending one message.
enum DeliveryOutcome: Equatable {
    case delivered
    /// Will never be taken: why.
    case refused(String)
    /// May be taken later: why not now, and after how many seconds the receiver wants to be asked again.
    case later(String, after: Int64?)
    /// We end; nothing is known.
    case stopped
}
