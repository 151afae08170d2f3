import FoundlingCore
import Testing

@testable import FoundlingReport

/// Charts as text: what they say must be right for those who do not see them, too.
@Suite struct ChartTests {
    private static let day = ReportWorld.day

    private func matches(_ pattern: some RegexComponent<(Substring, Substring)>, in text: String) -> [String] {
        text.matches(of: pattern).map { String($0.output.1) }
    }

    @Test func aGaugeIsDividedAsItsParts() {
        let svg = Gauge([.init("used", .used, 50), .init("freed", .freed, 25), .init("free", .free, 25)])
            .svg(id: "g", title: "Disk")
        #expect(matches(/<rect class="part [a-z]+" x="([0-9.]+)%"/, in: svg) == ["0", "50", "75"])
        #expect(svg.contains("<title id=\"g-title\">Disk</title>"))
        #expect(svg.contains("used 50, freed 25, free 25"))
    }

    @Test func partsOfNothingAreNotDrawn() {
        #expect(Gauge([.init("used", .used, 0), .init("free", .free, 9)]).parts.map(\.name) == ["free"])
        #expect(!Gauge([]).svg(id: "g", title: "").contains("part"))
    }

    @Test func whatWouldBeFreedIsHatchedAsWellAsColoured() {
        let svg = Gauge([.init("freed", .freed, 1)]).svg(id: "g", title: "Disk")
        #expect(svg.contains("url(#g-hatch)") && svg.contains("<pattern id=\"g-hatch\""))
    }

    @Test func aTreemapNamesWhatFitsAndTitlesEverything() throws {
        let long = String(repeating: "n", count: 300)
        let group = TreemapChart.Group(
            name: "trainings",
            items: [.init(name: "a/one", label: "one", size: 900), .init(name: "a/\(long)", label: long, size: 90)],
            rest: (7, 10))
        let svg = try #require(TreemapChart([group]).svg(id: "t", title: "Orphans"))
        #expect(svg.contains(">one</text>") && !svg.contains(">\(long)</text>"))
        #expect(svg.contains("<title>a/one: 900</title>") && svg.contains("<title>a/\(long): 90</title>"))
        #expect(svg.contains("<title>7 more of trainings: 10</title>"))
        #expect(TreemapChart([.init(name: "empty", items: [])]).svg(id: "t", title: "") == nil)
    }

    @Test func groupsHaveColoursOfTheirOwn() throws {
        let groups = ["a", "b"].map {
            TreemapChart.Group(name: $0, items: [.init(name: $0, label: $0, size: 5)])
        }
        let svg = try #require(TreemapChart(groups).svg(id: "t", title: ""))
        #expect(svg.contains("tile tone-0") && svg.contains("tile tone-1"))
        #expect(TreemapChart.tone(0) != TreemapChart.tone(1))
    }

    @Test func aTrendRunsFromTheFirstScanToTheLast() throws {
        let points = [(2, 3), (0, 1), (4, 2)].map {
            TrendLine.Point(time: ReportWorld.now + Int64($0.0) * Self.day, size: UInt64($0.1) << 30)
        }
        let svg = try #require(TrendLine(points).svg(id: "t", title: "Orphans"))
        let line = try #require(matches(/<polyline class="line" points="([^"]+)"/, in: svg).first).split(separator: " ")
        #expect(line.map { $0.prefix { $0 != "," } } == ["0", "500", "1000"])
        #expect(svg.contains("From 1.0G on 2026-03-01 to 2.0G on 2026-03-05, 3 scans."))
        for text in [">2026-03-01<", ">2026-03-03<", ">2026-03-05<", ">1.0G<", ">3.0G<"] {
            #expect(svg.contains(text), "\(text)")
        }
    }

    @Test func oneScanIsNoTrend() {
        #expect(TrendLine([]).svg(id: "t", title: "") == nil)
        let point = TrendLine.Point(time: 1, size: 1)
        #expect(TrendLine([point, point]).svg(id: "t", title: "") == nil)
    }

    private static let axes: [(most: UInt64, texts: String)] = [
        (0, "0 1"), (4, "0 1 2 3 4"), (7, "0 2 4 6 8"), (3 << 30, "0 1.0G 2.0G 3.0G"),
        (298 << 30, "0 100G 200G 300G"), (1 << 20, "0 512K 1.0M"),
    ]

    @Test(arguments: axes)
    func ticksAreRoundAndReachTheTop(most: UInt64, texts: String) throws {
        let ticks = TrendLine.ticks(upTo: most)
        #expect(ticks.map(Size.text).joined(separator: " ") == texts)
        #expect(try #require(ticks.last) >= most)
    }

    @Test func theLargestSizesDoNotOverflow() throws {
        let ticks = TrendLine.ticks(upTo: .max)
        #expect(ticks.count < 8 && ticks.last == .max)
        let points = [TrendLine.Point(time: .min, size: .max), TrendLine.Point(time: .max, size: 0)]
        #expect(try #require(TrendLine(points).svg(id: "t", title: "")).contains("<polyline"))
        #expect(
            Gauge([.init("a", .used, .max), .init("b", .free, .max)]).svg(id: "g", title: "").contains("x=\"50%\""))
    }

    @Test func numbersHaveTwoDecimalsAtMost() {
        #expect(
            [0, 1, 0.5, -0.004, 12.345, -1.5, .nan].map(SVG.number) == ["0", "1", "0.50", "0", "12.35", "-1.50", "0"])
    }

    @Test func aShareStaysInItsBar() {
        #expect(ShareBar.svg(0.25).contains("width=\"25%\""))
        #expect(ShareBar.svg(7).contains("class=\"fill\" width=\"100%\""))
        #expect(ShareBar.svg(.nan).contains("class=\"fill\" width=\"0%\""))
    }
}
