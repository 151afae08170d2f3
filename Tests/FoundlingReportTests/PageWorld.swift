import Foundation
import FoundlingCore
import Testing

@testable import FoundlingReport

/// Every page of the dashboard, with everything on it that there can be, by names that would rather be markup.
struct PageWorld {
    static let hostile = "x\"\u{301} onfocus=x><script>alert(1)</script>\u{202E}\n'`"
    static let now = ReportWorld.now

    let templates: Templates
    var mayAct = true
    /// Whether anything is there to be shown.
    var isEmpty = false

    init(mayAct: Bool = true, isEmpty: Bool = false) throws {
        templates = try Templates()
        (self.mayAct, self.isEmpty) = (mayAct, isEmpty)
    }

    /// Pages by what they are, as their addresses begin.
    var pages: [String: String] {
        get throws {
            var pages: [String: String] = [:]
            for place in PageFrame.Place.allCases { pages[place.rawValue] = try page(place) }
            pages["run"] = RunPage(runs[0], isEmpty ? [] : items, pager: pager, now: Self.now).html(
                frame(.runs, title: "Run"), templates)
            pages["login"] = LoginPage(mistake: Self.hostile, next: "/plan?a=\(Self.hostile)").html(
                PageFrame(nil, title: "Sign in", store: nil, banners: [], mayAct: false, isLogin: true, now: Self.now),
                templates)
            let error = FoundlingError(
                .planApplied, Self.hostile, hint: "type `\(Self.hostile)`", details: [Self.hostile])
            pages["notice"] = NoticePage(error, isForm: true, back: "/runs", onward: "Go back").html(
                frame(nil, title: "Not done"), templates)
            return pages
        }
    }

    func frame(_ place: PageFrame.Place?, title: String? = nil) -> PageFrame {
        PageFrame(
            place, title: title, store: Printable.escape(Self.hostile),
            banners: [
                Banner(
                    .alarm, Printable.escape(Self.hostile), hint: Printable.escape(Self.hostile),
                    link: .init("Look", "/health")),
                Banner(.info, "type `foundling scan`"),
            ],
            work: PageFrame.Work(
                id: "a1", name: "Scan", words: Self.hostile, percent: 40, isRunning: true,
                isFollowed: place == .overview,
                severity: .info, hint: Self.hostile, link: .init("Look", "/runs/20260301-040506-ab")),
            csrf: "c5rf\"", mayAct: mayAct, who: mayAct ? Printable.escape(Self.hostile) : nil, now: Self.now)
    }

    func page(_ place: PageFrame.Place) throws -> String {
        let (frame, now) = (frame(place), Self.now)
        switch place {
        case .overview: return try overview.html(frame, templates)
        case .orphans: return try orphans.html(frame, templates)
        case .dangling:
            return try DanglingPage(isEmpty ? [] : stored(.dangling), pager: pager, hasScan: true, now: now).html(
                frame, templates)
        case .plan: return planPage(try plan()).html(frame, templates)
        case .quarantine:
            let all = isEmpty ? nil : ScanResult.Quarantine(entries: 2, bytes: ReportWorld.gibibytes(5), due: now - 1)
            return QuarantinePage(isEmpty ? [] : runs, all: all, pager: pager, now: now).html(frame, templates)
        case .runs: return RunsPage(isEmpty ? [] : runs, pager: pager, now: now).html(frame, templates)
        case .tasks:
            let status = QueueStatus(counts: [.held: 1, .dead: 2, .ready: 3], oldest: 3_600_000, workers: [], now: 0)
            let trouble = FoundlingError(
                .catalogUnreachable, Printable.escape(Self.hostile), hint: Printable.escape(Self.hostile))
            return TasksPage(
                isEmpty ? [] : tasks, status: isEmpty ? nil : status, trouble: isEmpty ? nil : trouble,
                done: isEmpty ? nil : "1 task dropped", pager: pager, now: now
            ).html(frame, templates)
        case .health: return health.html(frame, templates)
        }
    }

    var pager: Pager { Pager(shown: 2, of: 300, first: "/orphans?sort=path", next: "/orphans?sort=path&cursor=a%22b") }

    private var overview: OverviewPage {
        get throws {
            guard !isEmpty else {
                return OverviewPage(
                    scan: nil, disk: nil, quarantine: nil, fullAt: nil, growth: (nil, nil), trend: [], nextScan: nil,
                    isScanning: false, now: Self.now)
            }
            let line = ResourceFigures(
                name: Self.hostile, onDisk: 45, inDatabase: 1, orphaned: 44, orphanedBytes: ReportWorld.gibibytes(3),
                freed: 3 << 30, dangling: 2, unrecognised: 0, young: 0, kept: 0)
            let trend = (0..<9).map { day in
                TrendLine.Point(time: Self.now + Int64(day) * ReportWorld.day, size: UInt64(day * day + 3) << 30)
            }
            return OverviewPage(
                scan: .init(
                    finished: Self.now - ReportWorld.day, resources: [.init(line, recovery: "needs approval")],
                    orphans: 44,
                    orphanedBytes: ReportWorld.gibibytes(3), freed: 3 << 30, dangling: 2, nearMisses: 1),
                disk: try ReportWorld.founding().result.disk,
                quarantine: .init(entries: 2, bytes: ReportWorld.gibibytes(5), due: Self.now + 1),
                fullAt: Self.now + ReportWorld.day,
                growth: (1e9, 2e8), trend: trend, nextScan: Self.now + ReportWorld.day, isScanning: true, now: Self.now)
        }
    }

    private var orphans: OrphansPage {
        get throws {
            let map = TreemapChart.Group(
                name: Printable.escape(Self.hostile),
                items: [
                    .init(name: Printable.escape(Self.hostile), label: Printable.escape(Self.hostile), size: 4 << 30)
                ],
                rest: (3, 1 << 30))
            return OrphansPage(
                isEmpty ? [] : try stored(.orphan), pager: pager, resources: ["models", Self.hostile],
                chosen: isEmpty ? .init() : .init(resource: Self.hostile, cause: .rowGone, contains: Self.hostile),
                map: isEmpty ? [] : [map], groups: [.init(Self.hostile, count: 2, bytes: 4 << 30)], hasScan: true,
                now: Self.now)
        }
    }

    private var health: HealthPage {
        HealthPage(
            checks: [
                .init("Store", isGood: true, "there"), .init("Worker", isGood: false, Self.hostile, hint: Self.hostile),
            ],
            jobs: [
                .init(
                    name: "scan", cron: "1 2 * * *", next: Self.now + 1, outcome: "failed", last: Self.now - 9,
                    note: Self.hostile, isGood: false, now: Self.now)
            ],
            triggers: [.init(.init(resource: nil, table: Self.hostile, event: "deleted", name: "t", state: .missing))],
            workers: [Printable.escape(Self.hostile)], identities: [.init("Database", Self.hostile)],
            certificate: [.init("errors", Self.hostile)], version: "0.1.0")
    }

    /// Findings as they come back from where they are kept.
    func stored(_ kind: Finding.Kind) throws -> [StoredFinding] {
        let world = try ReportWorld.founding()
        let parts = try ScanParts(world.result, world.manifest)
        return try [Self.hostile, "train_01"].map { name in
            var finding = try ReportWorld.orphan("trainings/x", ReportWorld.gibibytes(2), cause: .rowGone)
            finding.kind = kind
            finding.path = StorePath(trusted: Array("trainings/\(name)".utf8))
            finding.evidence.notes = [Printable.escape(name)]
            if kind == .dangling {
                finding.record = .init(
                    table: name, key: Array(name.utf8), requirement: name, recorded: Array(name.utf8))
            }
            return try #require(StoredFinding(json: parts.text(finding), firstSeen: Self.now - 3 * ReportWorld.day))
        }
    }

    func plan() throws -> Plan? {
        guard !isEmpty else { return nil }
        let items = try ["train_01", Self.hostile].map { name in
            Plan.Item(
                resource: name, path: try #require(StorePath("trainings/\(name.replacing("/", with: ""))")),
                kind: .directory, identity: InodeIdentity(inode: 7, born: 1), fingerprint: Fingerprint("00"),
                bytes: ReportWorld.gibibytes(3), freed: 3 << 30, files: 2, newest: Self.now - ReportWorld.day,
                changed: 1, cause: .unknown)
        }
        let grounds = Grounds(
            ReportWorld.certificate(), store: .init(root: "/srv", inode: 7, fileSystem: 1, sentinel: "s"),
            manifest: ReportWorld.manifest([]), clock: "the file system's")
        return Plan(
            created: Self.now, manifest: "foundling.yaml", manifestHash: "00", grounds: grounds, wholes: [],
            trips: [GuardTrip(.entries, of: Self.hostile, limit: 0.2, part: 44, whole: 45)], items: items)
    }

    func planPage(_ plan: Plan?, run: String? = nil, now: Int64 = Self.now) -> PlanPage {
        PlanPage(
            plan, hash: plan == nil ? "" : "ab12", run: run, isUnderWay: false, notes: [Self.hostile],
            others: isEmpty ? [] : [.init(hash: "cd34", items: 3, created: Self.now - 60_000_000_000, now: Self.now)],
            resources: [Self.hostile], now: now)
    }

    private var runs: [RunSummary] {
        ["20260301-040506-ab", "20260228-1"].map { name in
            var run = RunSummary(
                run: name, started: Self.now - ReportWorld.day,
                actor: Actor(uid: 0, user: "root", sudoUser: Self.hostile, host: "db1", process: 9),
                reason: Self.hostile, planHash: nil, planned: 3)
            run.states = [.moved: 2, .rescued: 1]
            run.inQuarantine = ReportWorld.gibibytes(5)
            run.due = name.hasSuffix("1") ? Self.now - 1 : Self.now + 5 * ReportWorld.day
            return run
        }
    }

    private var items: [ItemOutcome] {
        ItemState.allCases.enumerated().map { number, state in
            ItemOutcome(
                run: "20260301-040506-ab", number: number, resource: Self.hostile,
                path: StorePath(trusted: Array("trainings/\(Self.hostile)".utf8)), state: state,
                bytes: ReportWorld.gibibytes(1),
                freed: 1 << 30, files: 3, reason: Self.hostile, isAlarm: state == .held)
        }
    }

    private var tasks: [DeletionTask] {
        DeletionTask.State.allCases.map { state in
            DeletionTask(
                id: "t-\(state.rawValue)", resource: "trainings", key: Self.hostile, paths: [], event: .deleted,
                at: Self.now / 1_000_000, actor: Self.hostile, program: Self.hostile, state: state, attempts: 3,
                losses: 0, due: 0, isApproved: false, worker: nil, reason: Self.hostile, run: nil)
        }
    }
}
