internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The dashboard: pages that are written here, forms that lead to the same acts as the API, and a session for whoever
/// signs in with a token.
struct Dashboard: Sendable {
    let api: API
    let sessions: Sessions
    let tokens: TokenFile
    let isLocal: Bool
    let templates: Templates

    /// One request for a page.
    struct Visit: Sendable {
        let method: HTTPRequest.Method
        let path: String
        let query: FormBody
        let form: FormBody
        let session: Sessions.Session?
        /// The name in the browser's cookie, whatever it is worth.
        let cookie: String?
        let from: String
        let isSecure: Bool

        var mayAct: Bool { session?.token.role == .operator }

        /// Why something is done, for the ledger.
        func reason(_ said: String? = nil) -> String {
            let who = session.map { Caller.token(id: $0.token.id, name: $0.token.name, role: $0.token.role).words }
            return "by \(who ?? "nobody in particular") from \(from), in the dashboard" + (said.map { ": \($0)" } ?? "")
        }
    }

    var site: Site { api.site }
    var now: Int64 { Custody.time }

    static let paths: Set<String> = ["/style.css", "/page.js", "/icon.svg", "/favicon.ico", "/login"]

    /// The page of a path; nil where there is none.
    func page(_ visit: Visit) async throws -> Reply? {
        let parts = visit.path.split(separator: "/").map(String.init)
        guard visit.path == "/" + parts.joined(separator: "/") else { return nil }
        switch parts.first {
        case nil where visit.path == "/": return try await overview(visit)
        case "orphans" where parts.count == 1: return try await orphans(visit)
        case "dangling" where parts.count == 1: return try await dangling(visit)
        case "plan" where parts.count == 1: return try plan(visit)
        case "quarantine" where parts.count == 1: return try await quarantine(visit)
        case "runs" where parts.count == 1: return try await runs(visit)
        case "runs" where parts.count == 2: return try await run(parts[1], visit)
        case "tasks" where parts.count == 1: return try await tasks(visit)
        case "health" where parts.count == 1: return try await health(visit)
        default: return nil
        }
    }

    /// What anybody may have: nothing in it is of this store.
    static func asset(_ path: String) -> Reply? {
        let (type, text): (String, String)
        switch path {
        case "/style.css": (type, text) = ("text/css; charset=utf-8", StyleSheet.css)
        case "/page.js": (type, text) = ("text/javascript; charset=utf-8", PageScript.javaScript)
        case "/icon.svg", "/favicon.ico": (type, text) = ("image/svg+xml", PageScript.icon)
        default: return nil
        }
        var reply = Reply(status: .ok, type: type, body: .bytes(ByteBuffer(string: text)))
        reply.fields[.cacheControl] = "max-age=3600"
        return reply
    }

    // MARK: Frames

    func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Reply {
        var reply = Reply(status: status, type: "text/html; charset=utf-8", body: .text(text))
        reply.fields[.contentSecurityPolicy] = Self.policy
        return reply
    }

    /// Only what comes from here, and nothing that stands in a page itself.
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'"

    func frame(_ place: PageFrame.Place?, _ visit: Visit, title: String? = nil) -> PageFrame {
        let banners = site.standing.notices.map { notice in
            Banner(
                Self.severity(notice.kind.severity), Self.begun(notice.summary), hint: Self.begun(notice.hint),
                link: notice.kind.link.flatMap { $0.place == place ? nil : Banner.Link($0.name, $0.place.path) })
        }
        return PageFrame(
            place, title: title, store: storeName, banners: banners,
            work: work(visit, isAbout: place == .overview),
            csrf: visit.session?.csrf ?? "", mayAct: visit.mayAct,
            who: visit.session.map { Printable.escape($0.token.name) },
            now: now)
    }

    /// What the store is called where its path need not be known.
    var storeName: String {
        Printable.escape(
            site.manifest.store.root.split(separator: "/").last.map(String.init) ?? site.manifest.store.root)
    }

    /// With a capital letter, as a sentence of its own begins.
    private static func begun(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func severity(_ severity: NoticeKind.Severity) -> Banner.Severity {
        switch severity {
        case .alarm: .alarm
        case .caution: .caution
        case .info: .info
        }
    }

    /// What is under way; or, where a form led here, what came of it.
    ///
    /// - Parameter isAbout: whether the page shows whatever is under way, and not only what was asked for on it.
    private func work(_ visit: Visit, isAbout: Bool) -> PageFrame.Work? {
        let all = api.activities.all
        let asked = asked(visit)
        if let asked, asked.state.isOver { return Self.ended(asked) }
        let shown = asked ?? all.first { $0.state == .running } ?? all.first { $0.state == .queued }
        return shown.map { Self.running($0, isFollowed: isAbout || asked != nil) }
    }

    /// The activity that a form led to.
    func asked(_ visit: Visit) -> Activity? {
        visit.query["activity"].flatMap { id in api.activities.all.first { $0.id == id } }
    }

    private static func running(_ activity: Activity, isFollowed: Bool) -> PageFrame.Work {
        let (words, percent) = activity.progress.map(Self.words) ?? ("beginning", nil)
        return PageFrame.Work(
            id: activity.id, name: activity.kind.name,
            words: activity.state == .queued ? "waiting for its turn" : words, percent: percent, isRunning: true,
            isFollowed: isFollowed, severity: .info)
    }

    private static func ended(_ activity: Activity) -> PageFrame.Work {
        if let error = activity.error {
            return PageFrame.Work(
                id: activity.id, name: activity.kind.name,
                words: "\(activity.state == .refused ? "refused, nothing was changed" : "failed"): \(error.summary)",
                percent: nil,
                isRunning: false, severity: .alarm, hint: error.hint)
        }
        let words =
            switch activity.state {
            case .partial: "done in part: some of it was left alone, and Runs says why"
            case .interrupted: "interrupted: what was under way is settled, and Runs shows how"
            default: activity.kind.whenDone
            }
        return PageFrame.Work(
            id: activity.id, name: activity.kind.name, words: words, percent: nil, isRunning: false,
            severity: activity.state == .done ? .info : .caution, link: link(activity))
    }

    /// Where what came of it is looked at, or taken back.
    private static func link(_ activity: Activity) -> Banner.Link? {
        let result = activity.result.flatMap { JSONValue(parsing: Array($0.utf8)) }
        guard activity.kind != .plan, let run = result?["runs"]?.array?.first?.text else { return nil }
        return Banner.Link(
            activity.kind == .apply ? "Look at the run, undo it, or purge it" : "Look at the run", "/runs/\(run)")
    }

    private static func words(_ progress: ScanProgress) -> (String, Int?) {
        func part(_ what: String, _ done: Int, _ all: Int) -> (String, Int?) {
            ("\(what): \(Count.text(done)) of \(Count.text(all))", all > 0 ? min(100, done * 100 / all) : nil)
        }
        switch progress {
        case .listing(let names): return ("listing the store: \(Count.text(names)) names", nil)
        case .reading(let rows): return ("reading the database: \(Count.text(rows)) rows", nil)
        case .measuring(_, let finished, let all): return part("measuring", finished, all)
        case .confirming: return ("looking at dangling records once more", nil)
        case .looking(let done, let all), .drilling(let done, let all):
            return part("looking at each orphan again", done, all)
        case .moving(let done, let all): return part("moving aside", done, all)
        case .restoring(let done, let all): return part("putting back", done, all)
        case .purging(let done, let all): return part("removing", done, all)
        case .done: return ("finishing", nil)
        }
    }

    /// The address of a page with its query, less what belongs to one place in it.
    func link(_ path: String, _ query: [(String, String?)]) -> String {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(PageLink.escaped($0))" } }
        return parts.isEmpty ? path : path + "?" + parts.joined(separator: "&")
    }

    /// The last scan; nil before the first.
    var snapshot: Snapshot? { site.snapshot }
}

extension Activity.Kind {
    var name: String {
        switch self {
        case .scan: "Scan"
        case .plan: "Plan"
        case .apply: "Moving aside"
        case .restore: "Putting back"
        case .purge: "Purge"
        case .clean: "Clean-up"
        }
    }

    /// What is so by then.
    var whenDone: String {
        switch self {
        case .scan: "done: what is shown is what it found"
        case .plan: "done: nothing is changed yet"
        case .apply: "done: it lies in quarantine, and can be put back"
        case .restore: "done: it is back at its place"
        case .purge: "done: it is removed for good"
        case .clean: "done"
        }
    }
}
