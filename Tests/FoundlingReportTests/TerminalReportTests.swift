import FoundlingCore
import Testing

@testable import FoundlingReport

/// The report for a terminal, line by line.
@Suite struct TerminalReportTests {
    @Test func aScanPrintsThisPage() throws {
        let options = ReportOptions(next: ["foundling explain trainings/train_01"])
        try Golden.expect(try Written(ReportWorld.small(), as: .table, options: options).text, equals: "small.txt")
        try Golden.expect(try Written(ReportWorld.founding(), as: .table).text, equals: "founding.txt")
        let sparse = try ReportWorld.founding(occupied: false)
        try Golden.expect(try Written(sparse, as: .table, options: ReportOptions(limit: 3)).text, equals: "sparse.txt")
    }

    @Test(arguments: ReportFormat.allCases)
    func namesCannotReachTheTerminal(format: ReportFormat) throws {
        let text = try Written(ReportWorld.small(), as: format).text
        #expect(!text.utf8.contains(0x1B))
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func noLineIsWiderThanThePageUnlessAPathIs() throws {
        for world in [try ReportWorld.small(), try ReportWorld.founding(), try ReportWorld.founding(occupied: false)] {
            let wide = try Written(world, as: .table).lines.filter { Sentence.columns(String($0)) > 100 }
            #expect(wide == [])
        }
    }

    @Test func aLongPathIsPrintedWhole() throws {
        var world = try ReportWorld.founding()
        let path = "trainings/" + String(repeating: "long", count: 900)
        world.result.findings[0].path = try #require(StorePath(path))
        #expect(try Written(world, as: .table).text.contains(path + "\n"))
    }

    @Test func aLongResourceNameHasItsOwnLine() throws {
        var world = try ReportWorld.founding(occupied: false)
        world.result.resources[0].name = "dataset_tokenizations_of_the_old_service"
        let lines = try Written(world, as: .table).lines
        let row = try #require(lines.firstIndex { $0.hasSuffix("of_the_old_service") })
        #expect(lines[row + 1].contains("45            1        44"))
        #expect(!lines.contains { Sentence.columns(String($0)) > 100 })
    }

    @Test func coloursComeOnlyWhenAskedFor() throws {
        let world = try ReportWorld.small()
        let plain = try Written(world, as: .table).text
        var painted = try Written(world, as: .table, options: ReportOptions(colour: true)).text
        #expect(painted.contains("\u{1B}[31mDangling records\u{1B}[0m"))
        for tone in ["0", "1", "2", "31", "33"] { painted = painted.replacing("\u{1B}[\(tone)m", with: "") }
        #expect(painted == plain)
    }

    @Test(arguments: [(0, 83), (1, 2), (20, 40), (1000, 83)])
    func aLimitHoldsForEachKindAndZeroIsNone(limit: Int, shown: Int) throws {
        var world = try ReportWorld.founding()
        for i in world.result.findings.indices where world.result.findings[i].resource == 1 {
            world.result.findings[i].kind = .young
        }
        let text = try Written(world, as: .table, options: ReportOptions(limit: limit)).text
        #expect(text.split(separator: "\n").count { $0.contains("214 d") } == shown)
    }

    @Test func nothingToFindIsOneCalmLine() throws {
        var line = ScanResult.ResourceLine(name: "models")
        (line.onDisk, line.inDatabase, line.claimed) = (2, 2, 2)
        let world = (ReportWorld.result([line], []), ReportWorld.manifest([]))
        let text = try Written(world, as: .table).text
        #expect(text.contains("Total orphaned: none\n"))
        #expect(text.hasSuffix("\nNothing to do: all 2 entries are claimed, and no record misses its files.\n"))
    }

    @Test func withoutSizesItSaysSoAndShowsNone() throws {
        var world = try ReportWorld.founding()
        (world.result.total, world.result.areas, world.result.orphanedBytes, world.result.freed) = (nil, [], nil, nil)
        for i in world.result.resources.indices {
            world.result.resources[i].bytes = nil
            world.result.resources[i].orphanedBytes = nil
            world.result.resources[i].freed = nil
        }
        let text = try Written(world, as: .table).text
        #expect(text.contains("Resource     On disk  In database  Orphaned  Recovery\n"))
        #expect(text.contains("Total orphaned: 83 entries, sizes not measured\n"))
        #expect(text.contains("scan without '--sizes none'"))
        #expect(!text.contains("→"))
    }

    @Test func aFileSystemWithoutInodesIsNoDivisionByZero() throws {
        var world = try ReportWorld.small()
        (world.result.disk.inodes, world.result.disk.inodesFree) = (0, 0)
        #expect(try Written(world, as: .table).text.contains("Inodes     without limit on this file system"))
    }
}
