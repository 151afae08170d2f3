package import FoundlingCore

/// One scan, and how it ended.
package struct ScanRecord: Sendable, Equatable {
    /// Who asked for it.
    package enum Trigger: String, CaseIterable, Sendable, Codable {
        case schedule, person, start
    }

    /// How it ended.
    package enum Outcome: String, CaseIterable, Sendable, Codable {
        case done, failed, refused
        /// It never ended: the process did. Whoever begins a scan saves it as such, and saves it again at its end.
        case interrupted
    }

    package var id: String
    /// Nanoseconds since 1970.
    package var started: Int64
    package var finished: Int64?
    package var trigger: Trigger
    package var outcome: Outcome
    /// A ``FoundlingError/Code``, of this version or another.
    package var errorCode: String?
    package var errorSummary: String?
    /// Whether the ledger holds it, so that acting unattended may rest on it.
    package var isRecorded: Bool
    package var counts: [Finding.Kind: Int]
    package var orphanBytes: UInt64?
    /// What removing all orphans would free.
    package var freed: UInt64?
    /// Of the whole store, where sizes were asked for.
    package var totalBytes: UInt64?
    /// Names listed.
    package var names: Int?
    package var disk: DiskSpace?

    package init(
        id: String, started: Int64, finished: Int64? = nil, trigger: Trigger, outcome: Outcome,
        errorCode: String? = nil, errorSummary: String? = nil, isRecorded: Bool = false,
        counts: [Finding.Kind: Int] = [:], orphanBytes: UInt64? = nil, freed: UInt64? = nil,
        totalBytes: UInt64? = nil, names: Int? = nil, disk: DiskSpace? = nil
    ) {
        self.id = id
        self.started = started
        self.finished = finished
        self.trigger = trigger
        self.outcome = outcome
        self.errorCode = errorCode
        self.errorSummary = errorSummary
        self.isRecorded = isRecorded
        self.counts = counts
        self.orphanBytes = orphanBytes
        self.freed = freed
        self.totalBytes = totalBytes
        self.names = names
        self.disk = disk
    }
}

/// Some scans, the newest first.
package struct ScanPage: Sendable {
    package let items: [ScanRecord]
    /// nil on the last page.
    package let next: String?
}

/// One time that a job was due, and what became of it.
package struct JobRun: Sendable, Equatable {
    /// How it ended.
    package enum Outcome: String, CaseIterable, Sendable, Codable {
        case done, failed, refused
        /// It never ended, or has not yet.
        case interrupted
        /// It did not begin: another one was at work, or its time had passed.
        case skipped
    }

    package var job: ScheduledJob
    /// Nanoseconds since 1970.
    package var due: Int64
    package var started: Int64
    package var finished: Int64?
    package var outcome: Outcome
    /// A sentence for a person; empty where there is nothing to say.
    package var note: String

    package init(
        job: ScheduledJob, due: Int64, started: Int64, finished: Int64? = nil, outcome: Outcome, note: String = ""
    ) {
        self.job = job
        self.due = due
        self.started = started
        self.finished = finished
        self.outcome = outcome
        self.note = note
    }
}

/// How full the disk was at one time.
package struct DiskSample: Sendable, Equatable {
    /// Nanoseconds since 1970.
    package let time: Int64
    package let total: UInt64
    /// For ordinary users.
    package let available: UInt64
    package let used: UInt64

    package init(time: Int64, total: UInt64, available: UInt64, used: UInt64) {
        self.time = time
        self.total = total
        self.available = available
        self.used = used
    }
}
