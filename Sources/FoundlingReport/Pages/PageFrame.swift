internal import FoundlingCore

/// What every page of the dashboard has around it.
package struct PageFrame: Sendable {
    /// Pages in the order of the navigation.
    package enum Place: String, CaseIterable, Sendable {
        case overview, orphans, dangling, plan, quarantine, runs, tasks, health

        package var path: String { self == .overview ? "/" : "/\(rawValue)" }

        var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    /// A link of the navigation.
    struct Link: Sendable {
        let name: String
        let href: String
        let isHere: Bool
    }

    /// Something long that is under way, or just ended.
    package struct Work: Sendable {
        let id: String
        let name: String
        let words: [QuotedText]
        /// 0 to 100; nil where nobody knows.
        let percent: String?
        let isRunning: Bool
        /// Whether the page is about this, and loads itself again until it is over.
        let isFollowed: Bool
        let tone: String
        let hint: [QuotedText]
        let hasHint: Bool
        let link: Banner.Link?

        /// - Parameters:
        ///   - id: of the activity, by which a script follows it.
        ///   - hint: what to do about it where it did not end well.
        ///   - link: to what came of it.
        package init(
            id: String, name: String, words: String, percent: Int?, isRunning: Bool, isFollowed: Bool = false,
            severity: Banner.Severity, hint: String = "", link: Banner.Link? = nil
        ) {
            self.id = id
            self.name = name
            self.words = QuotedText.parts(Sentence.safe(words))
            self.percent = percent.map(String.init)
            self.isRunning = isRunning
            tone = severity.rawValue
            self.isFollowed = isRunning && isFollowed
            self.hint = QuotedText.parts(Sentence.safe(hint))
            hasHint = !hint.isEmpty
            self.link = link
        }
    }

    let title: String
    let store: String?
    let links: [Link]
    let banners: [Banner]
    let work: Work?
    let csrf: String
    let mayAct: Bool
    let who: String?
    let isLogin: Bool
    let now: String

    /// - Parameters:
    ///   - title: of a page below a place; the place's own where there is none.
    ///   - store: what the store is called, escaped for a screen; nil for whoever may not know.
    ///   - csrf: goes into a hidden field of each form.
    ///   - mayAct: without it there is no form on any page.
    ///   - who: whom a session belongs to.
    ///   - isLogin: whether this is where one signs in.
    ///   - now: nanoseconds since 1970.
    package init(
        _ place: Place?, title: String? = nil, store: String?, banners: [Banner], work: Work? = nil, csrf: String = "",
        mayAct: Bool, who: String? = nil, isLogin: Bool = false, now: Int64
    ) {
        self.title = title ?? place?.name ?? "Foundling"
        self.store = store
        links = Place.allCases.map { Link(name: $0.name, href: $0.path, isHere: $0 == place) }
        self.banners = banners
        self.work = work
        self.csrf = csrf
        self.mayAct = mayAct
        self.who = who
        self.isLogin = isLogin
        self.now = Timestamp.iso(now)
    }
}

/// A page in its frame, as templates see it.
struct FramedPage<Page: Sendable>: Sendable {
    let frame: PageFrame
    let page: Page
    let banners: [Banner]

    init(_ frame: PageFrame, _ page: Page) {
        self.frame = frame
        self.page = page
        banners = frame.banners
    }
}
