import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingManifest
import FoundlingTesting
import Testing

@testable import FoundlingServer

/// What a person is told without asking: each row is a way that things may stand, and all that is said of it.
@Suite struct NoticeTableTests {
    private static let minute: Int64 = 60_000_000_000
    private static let day: Int64 = 1_440 * minute
    private static let now: Int64 = 1_800_000_000_000_000_000

    /// How things stand: well, unless a row says otherwise.
    struct Situation {
        var standing = Standing()
        var jobs: [Schedules.State] = []
        /// Of the last scan; nil where there was none.
        var figures: [String: Any]? = NoticeTableTests.figures()
        var started = NoticeTableTests.now - 30 * NoticeTableTests.day

        init() {
            standing.at = NoticeTableTests.now
            standing.disk = DiskSpace(
                total: 1_000 << 30, free: 500 << 30, available: 500 << 30, inodes: 1_000_000, inodesFree: 500_000)
            standing.queue = QueueStatus(
                counts: [:], oldest: nil, workers: [.init(id: "w", host: "h", seen: 1_000)], now: 1_000)
            standing.triggers = TriggerReport.standing(.proven)
        }

        mutating func job(_ job: ScheduledJob, _ outcome: JobRun.Outcome?, started: Int64, next: Int64? = nil) {
            let run = outcome.map { JobRun(job: job, due: started, started: started, outcome: $0, note: "why") }
            jobs.append(Schedules.State(job: job, cron: "17 3 * * 0", isRunning: false, next: next, last: run))
        }
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        let kinds: [NoticeKind]
        let change: @Sendable (inout Situation) -> Void
        var testDescription: String { name }

        init(_ name: String, _ kinds: NoticeKind..., change: @escaping @Sendable (inout Situation) -> Void) {
            (self.name, self.kinds, self.change) = (name, kinds, change)
        }
    }

    private static func figures(
        orphans: Int = 1, bytes: Int = 1 << 30, near: Int = 0, doubts: [String] = []
    ) -> [String: Any] {
        [
            "finished": now - day, "root": ["path": "/srv/data", "device": 1, "inode": 2], "isRecorded": true,
            "resources": [Any](), "diskUsed": 100 << 30, "counts": ["orphan": orphans, "near_miss": near],
            "total": ["allocated": 100 << 30, "apparent": 100 << 30],
            "orphanedBytes": ["allocated": bytes, "apparent": bytes], "freed": bytes, "doubts": doubts,
            "warnings": [String](), "notes": [String](),
        ]
    }

    private static func error(_ code: FoundlingError.Code) -> FoundlingError {
        FoundlingError(code, "something is so", hint: "do this")
    }

    static let rows: [Row] = [
        Row("all is well") { _ in },
        Row("nothing was scanned yet") { $0.figures = nil },
        Row("the store is away", .storeDown) { $0.standing.store = error(.storeMissing) },
        Row("the database is away", .databaseDown) { $0.standing.catalog = error(.catalogUnreachable) },
        Row("the database is away, and a scan failed of that", .databaseDown) {
            $0.standing.catalog = error(.catalogUnreachable)
            $0.standing.troubles[.scan] = (error(.catalogUnreachable), now)
        },
        Row("the manifest is refused", .manifestRefused) { $0.standing.manifest = error(.manifestInvalid) },
        Row("the ledger was lost", .guardTripped) { $0.standing.ledgerTrouble = error(.ledgerLost) },
        Row("a clean-up was refused", .guardTripped) { $0.standing.troubles[.clean] = (error(.approvalNeeded), now) },
        Row("a purge failed", .jobFailed) { $0.standing.troubles[.purge] = (error(.system), now) },
        Row("another database", .guardTripped) { $0.figures = figures(doubts: ["another one"]) },
        Row("a hit in quarantine", .quarantineHit) { $0.standing.alarm(["items/a: claimed"], now: now - day) },
        Row("a hit long ago") { $0.standing.alarm(["items/a: claimed"], now: now - 8 * day) },
        Row("tasks given up", .deadLetters) { $0.standing.queue?.counts[.dead] = 1 },
        Row("tasks held", .heldQueue) { $0.standing.queue?.counts[.held] = 3 },
        Row("no worker, and work", .workerAbsent) {
            $0.standing.queue?.workers = []
            $0.standing.queue?.counts[.ready] = 2
        },
        Row("no worker, and nothing to do") { $0.standing.queue?.workers = [] },
        Row("no worker since a moment ago") {
            $0.standing.queue?.workers = []
            $0.standing.queue?.counts[.ready] = 2
            $0.started = now - minute
        },
        Row("no outbox, and nobody to empty it") {
            $0.standing.queue = nil
            $0.standing.worker = error(.outboxMissing)
        },
        Row("a trigger is gone", .triggerMissing) { $0.standing.triggers = .standing(.missing) },
        Row("a trigger that no canary could prove") { $0.standing.triggers = .standing(.unproven) },
        Row("the disk is nearly full", .diskFullSoon) {
            $0.standing.disk = DiskSpace(
                total: 1_000 << 30, free: 20 << 30, available: 20 << 30, inodes: 10, inodesFree: 5)
        },
        Row("the disk will be full in a week", .diskFullSoon) { $0.standing.growth = Growth(diskFull: now + 7 * day) },
        Row("the disk is full", .diskFullSoon) { $0.standing.growth = Growth(diskFull: now - day) },
        Row("the disk will be full in a month") { $0.standing.growth = Growth(diskFull: now + 30 * day) },
        Row("orphans hold a fifth", .orphansOverLimit) { $0.figures = figures(orphans: 40, bytes: 20 << 30) },
        Row("near misses", .nearMisses) { $0.figures = figures(near: 2) },
        Row("a purge comes within the day", .purgeDue) {
            $0.standing.quarantine = .init(entries: 3, bytes: Bytes(), due: now + minute)
        },
        Row("a purge comes in a week") {
            $0.standing.quarantine = .init(entries: 3, bytes: Bytes(), due: now + 7 * day)
        },
        Row("a scan that does not begin", .scanOverdue) {
            $0.job(.scan, .done, started: now - 7 * day, next: now - 120 * minute)
        },
        Row("a scan that is due just now") { $0.job(.scan, .done, started: now - 7 * day, next: now - minute) },
        Row("a scan took the daemon before this one down", .jobFailed) {
            $0.job(.scan, .interrupted, started: now - minute, next: now + 7 * day)
            $0.started = now - minute / 2
        },
        Row("a purge took the daemon before this one down", .jobFailed) {
            $0.job(.purge, .interrupted, started: now - day, next: now + day)
            $0.started = now - minute
        },
        Row("a guard refused a clean-up before the daemon was started again", .guardTripped) {
            $0.job(.clean, .refused, started: now - day, next: now + day)
            $0.started = now - minute
        },
        Row("a scan was cut short, and another one ended since") {
            $0.job(.scan, .interrupted, started: now - 2 * day, next: now + day)
            $0.started = now - minute
        },
        Row("a job that this daemon has under way") {
            $0.job(.scan, .interrupted, started: now - minute, next: now + day)
        },
    ]

    private static func notices(_ situation: Situation) throws -> [Notice] {
        let world = try World("notices")
        try world.items(rows: [("a", nil)])
        let manifest = try ManifestReader.read(file: world.manifest, environment: [:]).manifest
        var snapshot: Snapshot?
        if let figures = situation.figures {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: figures), as: UTF8.self)
            let file = try FindingsFile.write(
                in: world.directory + "/state", id: "20270115-080000-abcdef", time: now - day,
                documents: [ScanFigures.document: text], rows: [], previous: nil)
            snapshot = try Snapshot(file, Redaction(manifest), manifest.serve)
        }
        return Notices(
            situation.standing, snapshot, situation.jobs, manifest.serve, now: now, started: situation.started
        ).all
    }

    @Test(arguments: rows) func itIsSaidWhereItIsSoAndNothingElseIs(_ row: Row) throws {
        var situation = Situation()
        row.change(&situation)
        let notices = try Self.notices(situation)
        #expect(notices.map(\.kind) == row.kinds, "\(notices.map(\.summary))")
        for notice in notices {
            #expect(!notice.hint.isEmpty, "what is a person to do? \(notice.summary)")
            #expect(!notice.summary.contains("Optional(") && !notice.hint.contains("Optional("))
            #expect(!notice.key.isEmpty)
        }
    }

    @Test func everyKindIsSaidOfSomething() {
        #expect(Set(Self.rows.flatMap(\.kinds)) == Set(NoticeKind.allCases))
    }

    @Test func whatIsMostUrgentComesFirstAndNoTwoAreTheSame() throws {
        var situation = Situation()
        situation.figures = Self.figures(orphans: 40, bytes: 20 << 30, near: 1, doubts: ["another one"])
        situation.standing.alarm(["items/a: claimed"], now: Self.now)
        situation.standing.ledgerTrouble = Self.error(.ledgerLost)
        situation.standing.troubles[.clean] = (Self.error(.approvalNeeded), Self.now)
        situation.standing.quarantine = .init(entries: 1, bytes: Bytes(), due: Self.now)
        let notices = try Self.notices(situation)
        let severities = notices.map { NoticeKind.Severity.allCases.firstIndex(of: $0.kind.severity) ?? 9 }
        #expect(severities == severities.sorted(), "\(notices.map(\.kind))")
        #expect(Set(notices.map { "\($0.kind) \($0.key)" }).count == notices.count)
    }

    @Test func alarmsAreBoundedHoweverManyThereAre() {
        var standing = Standing()
        for batch in 0..<20 { standing.alarm((0..<500).map { "items/\($0): lost" }, now: Self.now + Int64(batch)) }
        #expect(standing.alarms.count == 1_000)
        #expect(standing.alarms.last?.at == Self.now + 19)
    }
}

extension TriggerReport {
    fileprivate static func standing(_ state: State) -> TriggerReport {
        var report = TriggerReport(database: "app")
        report.triggers = [.init(resource: "items", table: "items", event: "delete", name: "t", state: state)]
        return report
    }
}
