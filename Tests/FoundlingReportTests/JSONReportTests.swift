import Foundation
import FoundlingCore
import FoundlingReport
import Testing

/// What programs read: `docs/reference/json.md` is the contract that these hold.
@Suite struct JSONReportTests {
    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [])
        return try #require(value as? [String: Any])
    }

    private func findings() throws -> [[String: Any]] {
        try Written(ReportWorld.small(), as: .jsonl).text.split(separator: "\n").map { try object($0) }
    }

    @Test func theDocumentIsThisText() throws {
        try Golden.expect(try Written(ReportWorld.small(), as: .json).text, equals: "small.json")
    }

    @Test func theLinesAreThisText() throws {
        try Golden.expect(try Written(ReportWorld.small(), as: .jsonl).text, equals: "small.jsonl")
    }

    @Test func documentAndLinesHoldTheSameFindings() throws {
        let document = try object(try Written(ReportWorld.small(), as: .json).text)
        let inDocument = try #require(document["findings"] as? [[String: Any]])
        #expect(NSArray(array: inDocument) == NSArray(array: try findings()))
    }

    @Test func aNameSurvivesExactly() throws {
        let all = try findings()
        #expect(all[0]["path"] as? String == "trainings/evil\u{1B}[2J\nname|`x`")
        #expect(all[0]["path_bytes"] == nil)
        #expect(all[1]["path"] as? String == "trainings/f\\xFF")
        #expect(all[1]["path_bytes"] as? [Int] == Array("trainings/f".utf8).map(Int.init) + [255])
        let near = (all[2]["evidence"] as? [String: Any])?["near"] as? [String: Any]
        #expect(near?["claim"] as? String == "trainings/train_01\u{202E}")
    }

    @Test func whatIsUnknownIsNullAndNotMissing() throws {
        var world = try ReportWorld.small()
        (world.result.total, world.result.freed, world.result.orphanedBytes) = (nil, nil, nil)
        world.result.findings = [Finding(.orphan, resource: nil, path: .root, entry: nil)]
        let document = try object(try Written(world, as: .json).text)
        let finding = try #require((document["findings"] as? [[String: Any]])?.first)
        for field in ["resource", "entry", "bytes", "freed", "files", "newest"] {
            #expect(finding[field] is NSNull, "\(field)")
        }
        #expect(document["data"] is NSNull)
        #expect((document["disk"] as? [String: Any])?["after"] is NSNull)
        let totals = try #require(document["totals"] as? [String: Any])
        #expect(totals["freed"] is NSNull && totals["orphaned_bytes"] is NSNull)
    }

    @Test func everyKindIsCounted() throws {
        let document = try object(try Written(ReportWorld.small(), as: .json).text)
        let counts = (document["totals"] as? [String: Any])?["findings"] as? [String: Int]
        #expect(counts?.count == Finding.Kind.allCases.count)
        #expect(counts?["orphan"] == 2 && counts?["near_miss"] == 1)
    }

    @Test func approvalSaysWhichShareOfWhat() throws {
        let document = try object(try Written(ReportWorld.founding(), as: .json).text)
        let trainings = try #require((document["resources"] as? [[String: Any]])?.first)
        #expect(trainings["recovery"] as? String == "needs_approval")
        #expect(trainings["share_of"] as? String == "entries")
        #expect(try #require(trainings["share"] as? Double) > 0.97)
    }

    @Test func manyFindingsComeInPieces() throws {
        let one = try ReportWorld.orphan("trainings/train_0", ReportWorld.gibibytes(1))
        var world = try ReportWorld.founding()
        world.result.findings = Array(repeating: one, count: 100_000)
        for format in [ReportFormat.json, .jsonl, .csv] {
            let written = try Written(world, as: format)
            #expect(
                written.text.utf8.count { $0 == UInt8(ascii: "\n") }
                    == (format == .json ? 1 : format == .csv ? 100_001 : 100_000))
            #expect(written.pieces.allSatisfy { $0 < 70_000 })
            #expect(written.pieces.dropLast().allSatisfy { $0 >= 65_536 })
        }
    }

    @Test func anEmptyResultIsAnEmptyListAndNoLine() throws {
        let world = (ReportWorld.result([], []), ReportWorld.manifest([]))
        #expect(try Written(world, as: .jsonl).text.isEmpty)
        #expect(try Written(world, as: .csv).text.hasSuffix(",requirement\r\n"))
        #expect(try object(try Written(world, as: .json).text)["findings"] as? [String] == [])
        #expect(try Written(world, as: .markdown).text.contains("**Total Orphaned: none**"))
    }

    @Test func aSinkThatFailsStopsTheReport() throws {
        struct Closed: Error {}
        let world = try ReportWorld.small()
        for format in ReportFormat.allCases {
            #expect(throws: Closed.self) {
                try ScanReport(world.result, manifest: world.manifest).write(format) { _ in throw Closed() }
            }
        }
    }
}
