internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingReport

/// What a person must know, worked out from how things stand: pure, so that it can be tried with any standing.
struct Notices {
    private let standing: Standing
    private let snapshot: Snapshot?
    private let jobs: [Schedules.State]
    private let settings: ServeSettings
    private let now: Int64
    private let started: Int64

    private static let day: Int64 = 86_400_000_000_000
    /// How long the daemon may run without a worker before that is said.
    private static let patience: Int64 = 120_000_000_000

    init(
        _ standing: Standing, _ snapshot: Snapshot?, _ jobs: [Schedules.State], _ settings: ServeSettings, now: Int64,
        started: Int64
    ) {
        self.standing = standing
        self.snapshot = snapshot
        self.jobs = jobs
        self.settings = settings
        self.now = now
        self.started = started
    }

    /// The most urgent first.
    var all: [Notice] {
        let found = state + runs + disk + queue + triggers + findings + schedule + unfinished + quarantine
        let order = NoticeKind.allCases
        return found.enumerated().sorted { a, b in
            let (left, right) = (order.firstIndex(of: a.element.kind) ?? 0, order.firstIndex(of: b.element.kind) ?? 0)
            return (left, a.offset) < (right, b.offset)
        }.map(\.element)
    }

    private func notice(
        _ kind: NoticeKind, _ key: String, _ summary: String, _ hint: String, details: [String] = [],
        figures: [String: Int64] = [:], severity: Int = 0
    ) -> Notice {
        Notice(
            kind: kind, key: key, summary: summary, hint: hint, details: details, figures: figures, at: now,
            severity: severity)
    }

    private func notice(_ kind: NoticeKind, _ key: String, _ error: FoundlingError, _ lead: String) -> Notice {
        notice(kind, key, "\(lead): \(error.summary)", error.hint, details: error.details)
    }

    // MARK: What it depends on

    private var state: [Notice] {
        var notices: [Notice] = []
        if let error = standing.store {
            notices.append(
                notice(.storeDown, "store", error, "the store cannot be used, and nothing is judged or moved"))
        }
        if let error = standing.catalog {
            notices.append(
                notice(.databaseDown, "database", error, "the database cannot be read, and nothing is judged or moved"))
        }
        if let error = standing.manifest {
            notices.append(
                notice(
                    .manifestRefused, "manifest", error,
                    "the manifest as it is now is refused; the one before is in force"))
        }
        if let error = standing.ledgerTrouble {
            notices.append(notice(.guardTripped, "ledger", error, "the ledger cannot be used"))
        }
        return notices
    }

    // MARK: What was done

    private var runs: [Notice] {
        var notices: [Notice] = []
        let alarms = standing.alarms.filter { now - $0.at < Standing.alarmsLast }
        if !alarms.isEmpty {
            notices.append(
                notice(
                    .quarantineHit, "runs",
                    "\(Words.count(alarms.count, "entry was", "entries were")) claimed by a record after they were moved aside, "
                        + "or could not be found",
                    "find out which program gave them up too early; `foundling ledger` shows each",
                    details: alarms.suffix(20).map(\.text), severity: Notice.doublings(alarms.count)))
        }
        for (kind, trouble) in standing.troubles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let isGuard = trouble.error.code.exit == .refused
            // A database that is away is said once, above.
            if trouble.error.code.isOfCatalog, standing.catalog != nil { continue }
            notices.append(
                notice(
                    isGuard ? .guardTripped : .jobFailed, kind.rawValue, trouble.error,
                    isGuard ? "a guard refused the last \(kind.rawValue)" : "the last \(kind.rawValue) failed"))
        }
        if let doubts = snapshot?.figures.doubts, !doubts.isEmpty, standing.troubles[.scan] == nil {
            notices.append(
                notice(
                    .guardTripped, "scan", "what the last scan found is doubtful: \(doubts[0])",
                    "`foundling scan` says more; nothing is moved until a person accepts this", details: doubts))
        }
        return notices
    }

    // MARK: Space

    private var disk: [Notice] {
        guard let disk = standing.disk else { return [] }
        let percent = disk.usedPercent
        let free = Size.text(disk.available)
        let reclaim = snapshot?.figures.freed.map { $0.addingUpTo(standing.quarantine?.bytes.allocated ?? 0) } ?? 0
        let help =
            reclaim > 0
            ? "up to \(Size.text(reclaim)) can be given back: `foundling clean --dry-run` shows what, "
                + "`foundling purge` removes what is due" : "no orphans are known: `foundling scan` looks again"
        if let full = standing.growth?.diskFull, full - now < settings.warnings.diskFull * 1_000_000_000 {
            let left = full <= now ? "now" : "in \(Timestamp.until(full, now: now))"
            return [
                notice(
                    .diskFullSoon, "disk",
                    "the disk will be full \(left) if it goes on growing like this; \(free) are free",
                    help, figures: ["available_bytes": Int64(clamping: disk.available)],
                    severity: 40 - Notice.doublings(max(0, (full - now) / 3_600_000_000_000)))
            ]
        }
        guard Double(percent) >= settings.warnings.diskUsed * 100 else { return [] }
        return [
            notice(
                .diskFullSoon, "disk", "the disk is \(percent)% full; \(free) are free", help,
                figures: ["available_bytes": Int64(clamping: disk.available)], severity: max(0, percent - 90))
        ]
    }

    private var findings: [Notice] {
        guard let figures = snapshot?.figures else { return [] }
        var notices: [Notice] = []
        if let share = figures.orphanedShare, share > settings.warnings.orphans, let bytes = figures.orphanedBytes {
            let percent = Int((share * 100).rounded(.up))
            notices.append(
                notice(
                    .orphansOverLimit, "orphans",
                    "\(Words.count(figures.count(.orphan), "orphan holds", "orphans hold")) \(Size.text(bytes.allocated)), "
                        + "\(percent)% of what all entries hold; \(Int((settings.warnings.orphans * 100).rounded()))% are allowed",
                    "`foundling clean --dry-run` shows what would be moved aside",
                    figures: ["bytes": Int64(clamping: bytes.allocated), "orphans": Int64(figures.count(.orphan))],
                    severity: percent / 10))
        }
        let near = figures.count(.nearMiss)
        if near > 0 {
            notices.append(
                notice(
                    .nearMisses, "near-misses",
                    "\(Words.count(near, "entry is", "entries are")) nearly claimed: a record names almost this path",
                    "a typing error in a record, or in the manifest? `foundling explain PATH` shows the claim; they are kept",
                    figures: ["entries": Int64(near)], severity: Notice.doublings(near)))
        }
        return notices
    }

    private var quarantine: [Notice] {
        guard let quarantine = standing.quarantine, let due = quarantine.due, due - now < Self.day else { return [] }
        let when = due <= now ? "is due" : "is due in \(Timestamp.until(due, now: now))"
        return [
            notice(
                .purgeDue, "quarantine",
                "the purge of what lies in quarantine \(when): \(Words.count(quarantine.entries, "entry", "entries")), "
                    + "\(Size.text(quarantine.bytes.allocated)) in all",
                "whatever must stay: `foundling restore RUN` puts it back; `foundling ledger` lists the runs",
                figures: ["bytes": Int64(clamping: quarantine.bytes.allocated)])
        ]
    }

    // MARK: Prevention

    private var queue: [Notice] {
        guard let queue = standing.queue else { return [] }
        var notices: [Notice] = []
        if let dead = queue.counts[.dead], dead > 0 {
            notices.append(
                notice(
                    .deadLetters, "tasks",
                    "\(Words.count(dead, "task was", "tasks were")) given up: their files were not taken along",
                    "`foundling tasks list --state dead` says why; `foundling tasks retry` tries again",
                    figures: ["tasks": Int64(dead)], severity: Notice.doublings(dead)))
        }
        if let held = queue.counts[.held], held > 0 {
            notices.append(
                notice(
                    .heldQueue, "tasks",
                    "\(Words.count(held, "task is", "tasks are")) held: more would go than the manifest allows",
                    "look at them: `foundling tasks list --state held`, then `foundling tasks approve`, or `drop`",
                    figures: ["tasks": Int64(held)], severity: Notice.doublings(held)))
        }
        let waiting = (queue.counts[.ready] ?? 0) + (queue.counts[.leased] ?? 0)
        if queue.present.isEmpty, now - started > Self.patience, standing.worker != nil || waiting > 0 {
            let why = standing.worker.map { ": \($0.summary)" } ?? ""
            notices.append(
                notice(
                    .workerAbsent, "worker",
                    "no worker is at work, and \(Words.count(waiting, "task waits", "tasks wait"))\(why)",
                    standing.worker?.hint ?? "see the daemon's log; `foundling worker` runs one by hand",
                    figures: ["tasks": Int64(waiting)]))
        }
        return notices
    }

    private var triggers: [Notice] {
        guard let report = standing.triggers else { return [] }
        let bad = report.triggers.filter { !$0.state.isGood }
        guard !bad.isEmpty else { return [] }
        return [
            notice(
                .triggerMissing, "triggers",
                "\(Words.count(bad.count, "trigger is", "triggers are")) missing or disabled: deletions there leave orphans",
                "`foundling triggers install` makes them; `foundling triggers status` proves that they work",
                details: bad.map { "\($0.table): \($0.event) is \($0.state.rawValue)" })
        ]
    }

    /// What a daemon that ended since left undone: its own troubles went with it.
    private var unfinished: [Notice] {
        jobs.compactMap { job -> Notice? in
            guard !job.isRunning, let last = job.last, last.started < started,
                [.interrupted, .failed, .refused].contains(last.outcome)
            else { return nil }
            // A scan that somebody asked for since serves as well.
            if job.job == .scan, let seen = snapshot?.figures.finished, seen > last.started { return nil }
            let what =
                last.outcome == .interrupted
                ? "was cut short: the daemon ended while it ran" : "came to no good end: \(last.note)"
            return notice(
                last.outcome == .refused ? .guardTripped : .jobFailed, "unfinished \(job.job.rawValue)",
                "the scheduled \(job.job.rawValue) of \(Timestamp.iso(last.started)) \(what)",
                "the system's log says why it ended (out of memory?); "
                    + "`foundling \(job.job == .clean ? "clean --unattended" : job.job.rawValue)` does it now")
        }
    }

    private var schedule: [Notice] {
        guard let job = jobs.first(where: { $0.job == .scan }), let next = job.next, !job.isRunning,
            now - next > Self.day / 24
        else { return [] }
        return [
            notice(
                .scanOverdue, "scan", "the scan has been due for \(Timestamp.age(next, now: now))",
                "see /api/v1/schedules and the daemon's log for what keeps it")
        ]
    }
}

extension Notice {
    var json: String {
        var numbers = JSONObject()
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) { numbers.field(name, value) }
        var object = JSONObject()
        object.field("details", json: JSONObject.array(details))
        object.field("figures", numbers)
        object.field("hint", hint)
        object.field("key", key)
        object.field("kind", kind.rawValue)
        object.field("severity", kind.severity.rawValue)
        object.field("summary", summary)
        return object.json
    }

    static let schema = Schema.object([
        .init("details", .array(.text())), .init("figures", .map(.integer(Int64.min...Int64.max))),
        .init("hint", .text()),
        .init("key", .text()), .init("kind", .choice(NoticeKind.allCases.map(\.rawValue))),
        .init("severity", .choice(NoticeKind.Severity.allCases.map(\.rawValue))), .init("summary", .text()),
    ])
}
