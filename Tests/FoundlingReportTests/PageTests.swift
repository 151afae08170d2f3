import Foundation
import FoundlingCore
import Testing

@testable import FoundlingReport

/// The pages of the dashboard, filled with names that would rather be markup.
///
/// `FOUNDLING_PAGES=DIR` keeps them there with their style sheet, for a look in a browser.
@Suite struct PageTests {
    /// Addresses that the server answers with a page, and those to which its forms go: `Dashboard.page` and
    /// `Dashboard.act`.
    private static let served: Set<String> = [
        "/", "/orphans", "/dangling", "/plan", "/quarantine", "/runs", "/tasks", "/health", "/login", "/style.css",
        "/icon.svg",
        "/page.js",
    ]
    private static let acts: Set<String> = [
        "/scan", "/plan", "/orphans/act", "/plan/apply", "/plan/discard", "/runs/restore", "/runs/purge",
        "/quarantine/purge",
        "/tasks/retry", "/tasks/drop", "/tasks/approve", "/session/end", "/session",
    ]

    @Test(arguments: [true, false]) func aNameIsNeverMarkup(mayAct: Bool) throws {
        for (name, text) in try PageWorld(mayAct: mayAct).pages {
            #expect(text.contains("</html>"), "\(name)")
            let scripts = text.ranges(of: "<script").count
            #expect(scripts == 1 && text.contains("<script src=\"/page.js\" defer></script>"), "\(name)")
            #expect(!text.unicodeScalars.contains("\u{202E}"), "\(name)")
            #expect(!text.unicodeScalars.split(separator: "\u{301}").dropLast().contains { $0.last == "\"" }, "\(name)")
            #expect(text.unicodeScalars.contains("\u{301}"), "\(name)")
        }
    }

    @Test func noPageRunsOrPaintsAnythingItself() throws {
        for (name, text) in try PageWorld().pages {
            for tag in text.matches(of: /<[a-z][^<>]*>/).map({ String($0.output) }) {
                // What stands between quotes is a value, whatever it says.
                let bare = tag.replacing(/"[^"]*"/, with: "")
                #expect(!bare.contains(" style") && !bare.contains(" on"), "\(name): \(tag)")
            }
            let text = text.replacing("http://www.w3.org/2000/svg", with: "")
            for word in ["<style", "javascript:", "http:", "https:", "{{", "}}"] {
                #expect(!text.contains(word), "\(name): \(word)")
            }
        }
    }

    @Test func everyFormThatChangesSomethingCarriesTheToken() throws {
        var routes: Set<String> = []
        for (name, text) in try PageWorld().pages {
            for form in text.matches(of: /(?s)<form[^>]*>.*?<\/form>/).map({ String($0.output) }) {
                guard form.contains("method=\"post\"") else {
                    #expect(form.contains("method=\"get\"") && !form.contains("csrf"), "\(name): \(form)")
                    continue
                }
                let route = try #require(form.firstMatch(of: /action="([^"]+)"/)).output.1
                routes.insert(String(route))
                // Who signs in has no session yet.
                guard route != "/session" else { continue }
                #expect(form.contains("<input type=\"hidden\" name=\"csrf\" value=\"c5rf&quot;\">"), "\(name): \(form)")
            }
        }
        #expect(routes == Self.acts)
    }

    @Test func whoMayNotActSeesNoForm() throws {
        for (name, text) in try PageWorld(mayAct: false).pages where name != "login" {
            #expect(!text.contains("method=\"post\"") && !text.contains("c5rf"), "\(name)")
            #expect(text.contains("This dashboard only shows."), "\(name)")
            #expect(text.contains("href=\"/login\""), "\(name)")
        }
    }

    @Test func aViewerMaySignOutAndNothingElse() throws {
        let world = try PageWorld(mayAct: false)
        let frame = PageFrame(.runs, store: nil, banners: [], csrf: "c", mayAct: false, who: "eye", now: PageWorld.now)
        let page = RunsPage([], pager: world.pager, now: PageWorld.now).html(frame, world.templates)
        #expect(page.ranges(of: "method=\"post\"").count == 1)
        #expect(page.contains("action=\"/session/end\""))
    }

    @Test(arguments: [true, false]) func everyLinkLeadsToAPageThatThereIs(isEmpty: Bool) throws {
        for (name, text) in try PageWorld(isEmpty: isEmpty).pages {
            for link in text.matches(of: /(?:href|src)="([^"]*)"/).map({ String($0.output.1) }) where link != "#content"
            {
                let path = String(link.prefix { $0 != "?" })
                let isRun = path.wholeMatch(of: /\/runs\/[0-9a-z-]+/) != nil
                #expect(Self.served.contains(path) || isRun, "\(name): \(link)")
            }
            let ids = text.matches(of: /\ id="([^"]*)"/).map { String($0.output.1) }
            #expect(Set(ids).count == ids.count, "\(name): \(ids)")
        }
    }

    @Test func theNavigationSaysWhereOneIs() throws {
        let pages = try PageWorld().pages
        for place in PageFrame.Place.allCases {
            let text = try #require(pages[place.rawValue])
            #expect(text.ranges(of: "aria-current=\"page\"").count == 1)
            #expect(text.contains("href=\"\(place.path)\" aria-current=\"page\""), "\(place)")
            #expect(text.ranges(of: "<h1>").count == 1)
        }
    }

    @Test func aPlanOverALimitIsApprovedByItsNumber() throws {
        let world = try PageWorld()
        var plan = try #require(try world.plan())
        func page(_ run: String? = nil, now: Int64 = PageWorld.now) -> String {
            world.planPage(plan, run: run, now: now).html(world.frame(.plan), world.templates)
        }
        #expect(page().contains("name=\"entries\"") && page().contains("max_orphans allows 20%"))
        plan.trips = []
        #expect(!page().contains("name=\"entries\"") && page().contains("Move 2 entries aside"))
        #expect(!page("20260301-040506-ab").contains("/plan/apply"))
        #expect(page("20260301-040506-ab").contains("href=\"/runs/20260301-040506-ab\""))
        #expect(!page(now: plan.expires).contains("/plan/apply") && page(now: plan.expires).contains("expired"))
    }

    @Test func whatIsEmptySaysSo() throws {
        let pages = try PageWorld(isEmpty: true).pages
        for name in ["overview", "orphans", "dangling", "plan", "quarantine", "runs", "tasks", "run"] {
            let page = try #require(pages[name])
            #expect(page.contains("<p class=\"empty\">") && !page.contains("<table"), "\(name)")
        }
        #expect(pages["plan"]?.contains("action=\"/plan\"") == true)
    }

    @Test func onlyThePageThatIsAboutItLoadsItselfAgain() throws {
        let pages = try PageWorld().pages
        #expect(pages["overview"]?.contains("http-equiv=\"refresh\"") == true)
        // Without a script somebody may be filling in a form here.
        #expect(pages["plan"]?.contains("http-equiv=\"refresh\"") == false)
    }

    @Test func aTimeIsAnAgeWithTheExactTimeBehindIt() throws {
        let page = try #require(try PageWorld().pages["orphans"])
        let exact = Timestamp.iso(PageWorld.now - 214 * ReportWorld.day)
        #expect(page.contains("<time datetime=\"\(exact)\" title=\"\(exact)\">214 d</time>"))
    }

    @Test(
        arguments: [
            (2, 2, nil, nil, "2 in all"), (100, 250, nil, "/?c", "100 of 250"), (50, 250, "/", nil, "50 of 250"),
            (7, nil, "/", nil, "7 here"),
            (7, nil, nil, nil, "7 in all"),
        ] as [(Int, Int?, String?, String?, String)])
    func aPagerSaysHowMuchThereIs(shown: Int, total: Int?, first: String?, next: String?, text: String) {
        #expect(Pager(shown: shown, of: total, first: first, next: next).text == text)
    }

    @Test(arguments: [
        ("type `foundling scan`, then wait", ["type ", "foundling scan", ", then wait"]), ("plain", ["plain"]),
        ("one ` alone", ["one ` alone"]), ("`all`", ["all"]), ("", []),
    ])
    func commandsStandApart(text: String, pieces: [String]) {
        #expect(QuotedText.parts(text).map(\.text) == pieces)
        let commands = QuotedText.parts(text).filter(\.isCode).map(\.text)
        #expect(commands == (text.hasPrefix("type") ? ["foundling scan"] : text == "`all`" ? ["all"] : []))
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["FOUNDLING_PAGES"] != nil))
    func pagesAreKeptForALook() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["FOUNDLING_PAGES"]))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(StyleSheet.css.utf8).write(to: folder.appending(path: "style.css"))
        for (name, text) in try PageWorld().pages {
            let page = text.replacing("href=\"/style.css\"", with: "href=\"style.css\"")
            try Data(page.utf8).write(to: folder.appending(path: "\(name).html"))
        }
    }
}
