internal import FoundlingCore

/// What every page of the dashboard has around it.
package struct PageFrame: Sendable {
    /// Pages in the order of the navigation.
    package enum Place: String, CaseIterable, Sendable {
        case overview, orphans, dangling, plan, quarantine, runs, tasks, status

        package var path: String { self == .overview ? "/" : "/\(rawValue)" }

        var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    /// A link of the navigation.
    struct Link: Sendable {
        let name: String
        let href: String
        let isHere: Bool
    }

    let title: String
    let store: String
    let links: [Link]
    let banners: [Banner]
    let csrf: String
    let mayAct: Bool
    let who: String?
    let now: String

    /// - Parameters:
    ///   - store: the root, escaped for a screen.
    ///   - csrf: goes into a hidden field of each form.
    ///   - mayAct: without it there is no form on any page.
    ///   - who: whom a session belongs to.
    ///   - now: nanoseconds since 1970.
    package init(
        _ place: Place, store: String, banners: [Banner], csrf: String, mayAct: Bool, who: String? = nil, now: Int64
    ) {
        title = place.name
        self.store = store
        links = Place.allCases.map { Link(name: $0.name, href: $0.path, isHere: $0 == place) }
        self.banners = banners
        self.csrf = csrf
        self.mayAct = mayAct
        self.who = who
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
