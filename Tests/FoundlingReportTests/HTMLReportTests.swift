import FoundlingCore
import Testing

@testable import FoundlingReport

/// The report as a page.
@Suite struct HTMLReportTests {
    private func page(
        _ world: (result: ScanResult, manifest: Manifest), _ options: ReportOptions = ReportOptions()
    ) throws -> String {
        try Written(world, as: .html, options: options).text
    }

    @Test func aSmallScanMakesThisPage() throws {
        let options = ReportOptions(next: ["foundling explain trainings/train_01"])
        // The look is not what this is about, and changes more often.
        let text = try page(ReportWorld.small(), options).replacing(StyleSheet.css, with: "")
        try Golden.expect(text, equals: "small.html")
    }

    @Test func theFoundingFiguresAreThere() throws {
        let text = try page(ReportWorld.founding())
        for part in [
            ">298G</span>", "83 entries, 80% of the data directory", "95%", "31%", "94%", "28%", ">27G ", "325G",
            "needs approval (98% of entries)", "98% of the entries in trainings", "20 of 83 shown.",
            "… and 63 more: --limit 0 shows more, --format jsonl has all",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func aNameIsNeverMarkup() throws {
        var world = try ReportWorld.small()
        let names = [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'\u{301} onfocus=x", "\"\u{301} onfocus=x",
            "<\u{301}b>", "{{{css}}}", "&lt;", "\u{202E}\u{7}\n",
        ]
        world.result.findings = try names.flatMap { name -> [Finding] in
            var finding = try ReportWorld.orphan("trainings/x", ReportWorld.gibibytes(1))
            finding.path = StorePath(trusted: Array("trainings/\(name)".utf8))
            finding.evidence.key = Array(name.utf8)
            finding.evidence.notes = [name]
            var near = finding
            near.kind = .nearMiss
            near.evidence.near = NearClaim(claim: Array(name.utf8), resource: 0, source: 0, key: Array(name.utf8))
            var row = finding
            row.kind = .dangling
            row.record = .init(table: name, key: Array(name.utf8), requirement: name, recorded: Array(name.utf8))
            return [finding, near, row]
        }
        world.result.resources[0].name = names[1]
        world.result.root = "/srv/\(names[3])"
        (world.result.warnings, world.result.doubts) = (names, names)
        world.result.certificate.store.realPath = names[0]
        world.result.certificate.catalog.location = names[1]
        let text = try page(world, ReportOptions(next: names))
        let body = text.replacing(StyleSheet.css, with: "")
        let tags = Set(body.matches(of: /<([a-zA-Z!\/][a-zA-Z0-9]*)/).map { String($0.output.1) })
        #expect(tags.isDisjoint(with: ["script", "img", "b>"]))
        let attributes = body.matches(of: /<[a-z0-9]+((?: [a-zA-Z-]+="[^"]*"| [a-zA-Z-]+)*)>/)
        #expect(!attributes.contains { $0.output.1.contains("onfocus=x") })
        // Scalars: a quote with an accent is another character, and still ends an attribute.
        let scalars = Array(body.unicodeScalars)
        for i in scalars.indices.dropLast() where scalars[i + 1] == "\u{301}" {
            #expect(!["<", ">", "\"", "'"].contains(scalars[i]))
        }
        #expect(!body.unicodeScalars.contains { $0 == "\u{202E}" || $0.value == 7 })
        #expect(body.contains("&quot;\u{301}") || body.unicodeScalars.contains("\u{301}"))
    }

    @Test func ofAMillionFindingsSomeHundredHaveRows() throws {
        var world = try ReportWorld.founding()
        let one = try ReportWorld.orphan("trainings/train_0", ReportWorld.gibibytes(1))
        world.result.findings = Array(repeating: one, count: 100_000)
        world.result.orphanedBytes = ReportWorld.gibibytes(100_000)
        let twenty = try page(world)
        #expect(twenty.ranges(of: "<details>").count == 20)
        #expect(twenty.contains("20 of 100,000 shown."))
        #expect(twenty.contains("… and 99,980 more: --limit 500 shows more, --format jsonl has all"))
        #expect(twenty.contains("100,000 more"))
        let all = try page(world, ReportOptions(limit: 0))
        #expect(all.ranges(of: "<details>").count == HTMLReport.mostRows)
        #expect(all.contains("… and 99,500 more: --format jsonl has all"))
        #expect(all.utf8.count < 1_000_000)
    }

    @Test func thePageNeedsNothingElse() throws {
        let text = try page(ReportWorld.founding())
        #expect(text.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"))
        for word in ["<script", "<link", "<img", "src=", " style=\"", "javascript:", "@import", "<iframe"] {
            #expect(!text.contains(word), "\(word)")
        }
        let namespaces = text.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!namespaces.contains("http:") && !namespaces.contains("https:"))
    }

    @Test func everyLinkAndLabelLeadsSomewhere() throws {
        for world in [try ReportWorld.small(), try ReportWorld.founding()] {
            let text = try page(world, ReportOptions(next: ["foundling check"]))
            let ids = text.matches(of: /[ ]id="([^"]+)"/).map { String($0.output.1) }
            #expect(Set(ids).count == ids.count)
            let links = text.matches(of: /(?:href="#|aria-labelledby=")([^"]+)"/)
            for id in links.flatMap({ $0.output.1.split(separator: " ") }) {
                #expect(ids.contains(String(id)), "\(id)")
            }
        }
    }

    @Test func headingsComeInOrder() throws {
        let levels = try page(ReportWorld.small()).matches(of: /<h([1-6])/).compactMap { Int($0.output.1) }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    }

    @Test func doubtsComeBeforeWarningsAndBothBeforeFigures() throws {
        var world = try ReportWorld.small()
        world.result.doubts = ["the ledger says otherwise"]
        world.result.certificate.catalog.isReplica = true
        world.result.quarantine = .init(entries: 2, bytes: ReportWorld.gibibytes(3), due: ReportWorld.now)
        let text = try page(world)
        let places = [
            "<strong>Replica:</strong>", "<strong>Doubt:</strong> the ledger", "<strong>Warning:</strong>",
            "<strong>In quarantine:</strong> 2 entries, 3.0G, not freed yet; purge due now", "class=\"facts\"",
        ].map { text.firstRange(of: $0)?.lowerBound }
        #expect(!places.contains(nil))
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }

    @Test func nothingToFindIsOneCalmLine() throws {
        var line = ScanResult.ResourceLine(name: "models")
        (line.onDisk, line.inDatabase, line.claimed) = (2, 2, 2)
        let text = try page((ReportWorld.result([line], []), ReportWorld.manifest([])))
        #expect(text.contains("Nothing to do: all 2 entries are claimed, and no record misses its files."))
        for id in ["orphans", "dangling", "kept", "map", "next"] { #expect(!text.contains("id=\"\(id)\"")) }
    }

    @Test func withoutSizesItSaysSoAndShowsNone() throws {
        var world = try ReportWorld.founding()
        (world.result.total, world.result.areas, world.result.orphanedBytes, world.result.freed) = (nil, [], nil, nil)
        for i in world.result.resources.indices {
            world.result.resources[i].bytes = nil
            world.result.resources[i].orphanedBytes = nil
            world.result.resources[i].freed = nil
        }
        for i in world.result.findings.indices { world.result.findings[i].bytes = nil }
        let text = try page(world)
        #expect(text.contains("83 entries, sizes not measured"))
        #expect(text.contains("scan without --sizes none to know"))
        #expect(!text.contains("class=\"treemap\"") && !text.contains("→"))
    }

    @Test func bytesBeyondCountDoNotOverflow() throws {
        var world = try ReportWorld.founding()
        for i in world.result.findings.indices {
            world.result.findings[i].bytes = Bytes(allocated: .max, apparent: .max)
        }
        world.result.orphanedBytes = Bytes(allocated: .max, apparent: .max)
        #expect(try page(world).contains("</html>"))
    }

    @Test(arguments: Template.allCases)
    func onlySVGAndTheStyleSheetAreWrittenAsTheyAre(template: Template) {
        for match in template.text.matches(of: /\{\{\{([^}]*)\}\}\}|\{\{&([^}]*)\}\}/) {
            let name = match.output.1 ?? match.output.2 ?? ""
            #expect(name == "svg" || name.hasSuffix("SVG") || (name == "css" && template == .reportHead), "\(name)")
        }
        for match in template.text.matches(of: /\{\{> *([a-zA-Z]+) *\}\}/) {
            #expect(Template(rawValue: String(match.output.1)) != nil)
        }
    }
}
