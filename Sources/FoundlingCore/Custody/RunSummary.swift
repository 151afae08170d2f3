/// One run as the ledger tells it.
package struct RunSummary: Sendable {
    package var run: String
    /// Nanoseconds since 1970.
    package var started: Int64
    package var actor: Actor
    package var reason: String?
    package var planHash: String?
    /// Items that were to be moved.
    package var planned: Int
    /// Items by what became of them, as things stand now.
    package var states: [ItemState: Int]
    /// Items that were cut short: the next command that changes anything settles them.
    package var unsettled = 0
    /// What still lies in the quarantine.
    package var inQuarantine: Bytes
    /// Nanoseconds since 1970 when the last of it may be purged; nil where nothing is left.
    package var due: Int64?

    package init(run: String, started: Int64, actor: Actor, reason: String?, planHash: String?, planned: Int) {
        self.run = run
        self.started = started
        self.actor = actor
        self.reason = reason
        self.planHash = planHash
        self.planned = planned
        states = [:]
        inQuarantine = Bytes()
    }
}

/// Who acts: recorded with every act.
package struct Actor: Sendable, Codable, Equatable {
    package var uid: UInt32
    package var user: String
    /// Who became root with sudo.
    package var sudoUser: String?
    package var host: String
    package var process: Int32

    package init(uid: UInt32, user: String, sudoUser: String?, host: String, process: Int32) {
        self.uid = uid
        self.user = user
        self.sudoUser = sudoUser
        self.host = host
        self.process = process
    }

    /// `alice (root) on db1`.
    package var description: String {
        (sudoUser.map { "\($0) (as \(user))" } ?? user) + " on " + host
    }
}

/// A path that somebody asked to keep.
package struct Pin: Sendable, Codable, Equatable {
    package var path: StorePath
    package var why: String?
    package var who: String
    package var since: Int64
    /// Nanoseconds since 1970; nil is for ever.
    package var until: Int64?

    package init(path: StorePath, why: String?, who: String, since: Int64, until: Int64?) {
        self.path = path
        self.why = why
        self.who = who
        self.since = since
        self.until = until
    }

    package func holds(at time: Int64) -> Bool { until.map { time < $0 } ?? true }

    /// Whether it keeps an entry: it names it, something in it, or a directory above.
    package func touches(_ entry: StorePath) -> Bool {
        let (pinned, others) = (path.components, entry.components)
        return pinned.starts(with: others) || others.starts(with: pinned)
    }
}
