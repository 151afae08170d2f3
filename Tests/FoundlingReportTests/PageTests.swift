import Foundation
import FoundlingCore
import Testing

@testable import FoundlingReport

/// The pages of the dashboard, filled with names that would rather be markup.
///
/// `FOUNDLING_PAGES=DIR` keeps them there with their style sheet, for a look in a browser.
@Suite struct PageTests {
    private static let hostile = "x\"\u{301} onfocus=x><script>alert(1)</script>\u{202E}\n'"
    private static let now = ReportWorld.now

    private func frame(_ place: PageFrame.Place, mayAct: Bool = true) -> PageFrame {
        PageFrame(
            place, store: Printable.escape("/srv/\(Self.hostile)"),
            banners: [Banner(.alarm, Self.hostile), Banner(.info, "all is well")], csrf: "c5rf\"",
            mayAct: mayAct, who: mayAct ? Self.hostile : nil, now: Self.now)
    }

    private func findings() throws -> [Finding] {
        try [Self.hostile, "train_01"].flatMap { name -> [Finding] in
            var orphan = try ReportWorld.orphan("trainings/x", ReportWorld.gibibytes(2), cause: .rowGone)
            orphan.path = StorePath(trusted: Array("trainings/\(name)".utf8))
            orphan.evidence.notes = [name]
            var dangling = orphan
            dangling.kind = .dangling
            dangling.record = .init(
                table: name, key: Array(name.utf8), requirement: name, recorded: Array(name.utf8))
            return [orphan, dangling]
        }
    }

    private func plan() throws -> Plan {
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

    private func runs() -> [RunSummary] {
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

    private func tasks() -> [DeletionTask] {
        DeletionTask.State.allCases.map { state in
            DeletionTask(
                id: "t-\(state.rawValue)", resource: "trainings", key: Self.hostile, paths: [], event: .deleted,
                at: Self.now / 1_000_000, actor: Self.hostile, program: Self.hostile, state: state, attempts: 3,
                losses: 0, due: 0, isApproved: false, worker: nil, reason: Self.hostile, run: nil)
        }
    }

    /// Every page, with everything on it that there can be.
    private func pages(mayAct: Bool = true) throws -> [PageFrame.Place: String] {
        let templates = try Templates()
        var world = try ReportWorld.founding()
        world.result.resources[0].name = Self.hostile
        let pager = Pager(first: 100, shown: 2, of: 300, size: 100) { "/orphans?from=\($0)&resource=a" }
        let trend = (0..<9).map { day in
            TrendLine.Point(time: Self.now + Int64(day) * ReportWorld.day, size: UInt64(day * day + 3) << 30)
        }
        let findings = try findings()
        let status = QueueStatus(counts: [.held: 1, .dead: 2, .ready: 3], oldest: 3_600_000, workers: [], now: 0)
        func make(_ place: PageFrame.Place) throws -> String {
            let frame = frame(place, mayAct: mayAct)
            return switch place {
            case .overview:
                OverviewPage(scan: world.result, trend: trend, nextScan: Self.now + ReportWorld.day, now: Self.now)
                    .html(frame, templates)
            case .orphans:
                OrphansPage(
                    findings.filter { $0.kind == .orphan }, pager: pager, resources: ["models", Self.hostile],
                    chosen: Self.hostile, now: Self.now
                ).html(frame, templates)
            case .dangling: DanglingPage(findings.filter { $0.kind == .dangling }, pager: pager).html(frame, templates)
            case .plan:
                PlanPage(try plan(), hash: "ab12", resources: [Self.hostile], now: Self.now).html(frame, templates)
            case .quarantine: QuarantinePage(runs(), now: Self.now).html(frame, templates)
            case .runs: RunsPage(runs(), now: Self.now).html(frame, templates)
            case .tasks: TasksPage(tasks(), status: status, pager: pager).html(frame, templates)
            case .status:
                StatusPage(
                    [.init("Schedule", isGood: true, "next in 3 h"), .init("Worker", isGood: false, Self.hostile)],
                    version: "0.1.0"
                ).html(frame, templates)
            }
        }
        return try Dictionary(uniqueKeysWithValues: PageFrame.Place.allCases.map { ($0, try make($0)) })
    }

    @Test func aNameIsNeverMarkup() throws {
        for (place, text) in try pages() {
            #expect(text.contains("</html>"), "\(place)")
            #expect(!text.contains("<script") && !text.unicodeScalars.contains("\u{202E}"), "\(place)")
            #expect(
                !text.unicodeScalars.split(separator: "\u{301}").dropLast().contains { $0.last == "\"" }, "\(place)")
            #expect(text.unicodeScalars.contains("\u{301}"), "\(place)")
        }
    }

    @Test func noPageRunsOrPaintsAnythingItself() throws {
        for (place, text) in try pages() {
            for word in [" style=", "<style", "javascript:", " onclick", "http:", "https:"] {
                let found = text.replacing("http://www.w3.org/2000/svg", with: "").contains(word)
                #expect(!found, "\(place): \(word)")
            }
        }
    }

    @Test func everyFormThatChangesSomethingCarriesTheToken() throws {
        var routes: Set<String> = []
        for text in try pages().values {
            for form in text.matches(of: /(?s)<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/) {
                routes.insert(String(form.output.1))
                #expect(form.output.2.contains("<input type=\"hidden\" name=\"csrf\" value=\"c5rf&quot;\">"))
            }
        }
        #expect(
            routes == [
                "/scan", "/plan/apply", "/plan/discard", "/runs/restore", "/runs/purge", "/tasks/retry", "/tasks/drop",
                "/tasks/approve", "/session/end",
            ])
    }

    @Test func whoMayNotActSeesNoForm() throws {
        for (place, text) in try pages(mayAct: false) {
            #expect(!text.contains("method=\"post\""), "\(place)")
            #expect(text.contains("This dashboard only shows."), "\(place)")
        }
    }

    @Test func theNavigationSaysWhereOneIs() throws {
        for (place, text) in try pages() {
            #expect(text.ranges(of: "aria-current=\"page\"").count == 1)
            #expect(text.contains("href=\"\(place.path)\" aria-current=\"page\""), "\(place)")
            #expect(text.ranges(of: "<h1>").count == 1)
        }
    }

    @Test func aPlanOverALimitIsApprovedByItsNumber() throws {
        let templates = try Templates()
        var plan = try plan()
        let guarded = PlanPage(plan, hash: "ab12", resources: [], now: Self.now).html(frame(.plan), templates)
        #expect(guarded.contains("name=\"entries\"") && guarded.contains("max_orphans allows 20%"))
        plan.trips = []
        let free = PlanPage(plan, hash: "ab12", resources: [], now: Self.now).html(frame(.plan), templates)
        #expect(!free.contains("name=\"entries\"") && free.contains("Move 2 entries aside"))
        let late = PlanPage(plan, hash: "ab12", resources: [], now: plan.expires).html(frame(.plan), templates)
        #expect(!late.contains("/plan/apply") && late.contains("expired"))
    }

    @Test func whatIsEmptySaysSo() throws {
        let templates = try Templates()
        let pager = Pager(first: 0, shown: 0, of: 0, size: 100) { _ in "" }
        let now = Self.now
        let pages = [
            OverviewPage(scan: nil, trend: [], now: now).html(frame(.overview), templates),
            OrphansPage([], pager: pager, resources: [], chosen: nil, now: now).html(frame(.orphans), templates),
            DanglingPage([], pager: pager).html(frame(.dangling), templates),
            PlanPage(nil, hash: "", resources: [], now: now).html(frame(.plan), templates),
            QuarantinePage([], now: now).html(frame(.quarantine), templates),
            RunsPage([], now: now).html(frame(.runs), templates),
            TasksPage([], status: nil, pager: pager).html(frame(.tasks), templates),
        ]
        for page in pages { #expect(page.contains("<p class=\"empty\">") && !page.contains("<table")) }
        #expect(pages[3].contains("action=\"/plan\""))
    }

    @Test(arguments: [(0, 100, true, false), (100, 100, true, true), (200, 50, false, true), (0, 250, false, false)])
    func aPagerLeadsToWhatIsThere(first: Int, shown: Int, hasNext: Bool, hasPrevious: Bool) {
        let pager = Pager(first: first, shown: shown, of: 250, size: 100) { "/?from=\($0)" }
        #expect((pager.next != nil) == hasNext && (pager.previous != nil) == hasPrevious)
        #expect(pager.text == "\(first + 1) to \(first + shown) of 250")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["FOUNDLING_PAGES"] != nil))
    func pagesAreKeptForALook() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["FOUNDLING_PAGES"]))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(StyleSheet.css.utf8).write(to: folder.appending(path: "style.css"))
        for (place, text) in try pages() {
            let page = text.replacing("href=\"/style.css\"", with: "href=\"style.css\"")
            try Data(page.utf8).write(to: folder.appending(path: "\(place.rawValue).html"))
        }
    }
}
