/// How the daemon serves one store: the manifest's `serve:`.
package struct ServeSettings: Hashable, Sendable {
    /// Where tokens, history and the findings of the last scan lie, absolute; made with mode 0700.
    ///
    /// Beside the manifest unless named, so on a disk that a full store does not fill.
    package var state: String
    package var listen: ListenAddress
    /// Whether whoever can reach it may read without a token. What changes anything always needs one.
    package var anonymous: Bool
    /// Names under which a proxy reaches it: a browser that was led here by another name is refused.
    package var hosts: [String]
    /// The time zone that schedules are meant in, by its IANA name.
    package var timeZone: String
    package var schedules: [ScheduledJob: JobSchedule]
    package var warnings: WarningLimits
    package var webhooks: [Webhook]

    package static let folder = ".foundling-serve"

    package init(
        state: String, listen: ListenAddress = .standard, anonymous: Bool = true, hosts: [String] = [],
        timeZone: String = "UTC", schedules: [ScheduledJob: JobSchedule] = JobSchedule.standard,
        warnings: WarningLimits = WarningLimits(), webhooks: [Webhook] = []
    ) {
        self.state = state
        self.listen = listen
        self.anonymous = anonymous
        self.hosts = hosts
        self.timeZone = timeZone
        self.schedules = schedules
        self.warnings = warnings
        self.webhooks = webhooks
    }
}

/// Where the daemon listens: loopback unless somebody says otherwise, for it speaks plain HTTP.
package enum ListenAddress: Hashable, Sendable {
    case tcp(host: String, port: Int)
    /// An absolute path.
    case unix(String)

    /// 7433 is in no registry, and below the ports that clients are given.
    package static let standard = ListenAddress.tcp(host: "127.0.0.1", port: 7433)

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || Self.isLoopback(host)
        }
    }

    /// A name may begin like one: `127.evil.example`.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// What the daemon does by the clock.
package enum ScheduledJob: String, CaseIterable, Sendable {
    /// Compares, and records what it finds.
    case scan
    /// Moves aside what two recorded scans agree on, where the manifest allows that unattended.
    case clean
    /// Removes for good what lies in quarantine past its retention.
    case purge
}

/// When somebody is warned.
package struct WarningLimits: Hashable, Sendable {
    /// Share of the store's bytes, 0 to 1, that orphans may hold.
    package var orphans: Double
    /// Seconds: an estimate of when the disk is full that is nearer than this warns.
    package var diskFull: Int64
    /// Share of the disk, 0 to 1, that may be in use.
    package var diskUsed: Double

    package init(orphans: Double = 0.1, diskFull: Int64 = 14 * 86_400, diskUsed: Double = 0.9) {
        self.orphans = orphans
        self.diskFull = diskFull
        self.diskUsed = diskUsed
    }
}

/// Somebody who is told of what a person must know.
package struct Webhook: Hashable, Sendable {
    /// How the message is worded.
    package enum Format: String, CaseIterable, Sendable {
        case json, slack
    }

    /// http or https; it may hold a secret, and is never shown.
    package var url: String
    package var format: Format
    /// What messages are signed with; nil leaves them unsigned.
    package var secret: String?
    /// Which events are told; all where none is named.
    package var events: Set<NoticeKind>

    package init(url: String, format: Format = .json, secret: String? = nil, events: Set<NoticeKind> = []) {
        self.url = url
        self.format = format
        self.secret = secret
        self.events = events
    }
}

/// What a person must know without asking.
package enum NoticeKind: String, CaseIterable, Sendable, Codable {
    case quarantineHit = "quarantine-hit"
    case guardTripped = "guard-tripped"
    case storeDown = "store-down"
    case databaseDown = "database-down"
    case manifestRefused = "manifest-refused"
    case diskFullSoon = "disk-full-soon"
    case deadLetters = "dead-letters"
    case heldQueue = "held-queue"
    case workerAbsent = "worker-absent"
    case triggerMissing = "trigger-missing"
    case jobFailed = "job-failed"
    case scanOverdue = "scan-overdue"
    case orphansOverLimit = "orphans-over-limit"
    case nearMisses = "near-misses"
    case purgeDue = "purge-due"

    /// How soon somebody has to look.
    package enum Severity: String, Sendable, CaseIterable {
        case alarm, caution, info
    }

    package var severity: Severity {
        switch self {
        case .quarantineHit, .guardTripped, .storeDown, .databaseDown, .manifestRefused: .alarm
        case .diskFullSoon, .deadLetters, .heldQueue, .workerAbsent, .triggerMissing, .jobFailed, .scanOverdue,
            .orphansOverLimit:
            .caution
        case .nearMisses, .purgeDue: .info
        }
    }
}
