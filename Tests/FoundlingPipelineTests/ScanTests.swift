import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// Real files and a real database: what a scan says of them.
@Suite struct ScanTests {
    @Test func findsOrphansDanglingRecordsAndUnrecognisedPaths() throws {
        let world = try World()
        try world.makeDirectory("items/a")
        try world.file("items/b/deep/file")
        try world.file("items/stray.txt")
        try world.items(
            rows: [("a", nil), ("gone", "items/gone")], more: "kind: directory",
            record: #"requires: ["{path}"]"#)
        #expect(try world.verdicts() == "orphan items/b, dangling items/gone, unrecognised items/stray.txt")
    }

    @Test func entriesMayBeDirectoriesFilesLinksBrokenLinksAndEmpty() throws {
        let world = try World()
        try world.makeDirectory("items/empty")
        try world.file("items/file")
        try world.link("items/link", to: "file")
        try world.link("items/broken", to: "/nowhere/at/all")
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        #expect(
            try world.verdicts() == "orphan items/broken, orphan items/empty, orphan items/file, orphan items/link")
    }

    @Test func alinkIsNeverFollowed() throws {
        let world = try World()
        let outside = world.directory + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data(count: 1_000_000).write(to: URL(fileURLWithPath: outside + "/big"))
        try world.link("items/link", to: outside)
        try world.file("items/a/inner")
        try world.link("items/a/loop", to: "..")
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        let result = try world.scan()
        #expect(result.finding("items/link")?.bytes?.apparent == UInt64(outside.utf8.count))
        #expect(result.finding("items/a")?.files == 2)
    }

    @Test func whatALivingLinkLeadsToIsKept() throws {
        let world = try World()
        for name in ["target", "far", "third", "unused", "lost"] { try world.file("items/\(name)/x") }
        try world.link("items/alias", to: "target")
        try world.link("items/absolute", to: world.store + "/items/far/x")
        try world.link("items/second", to: "../items/third")
        try world.link("items/chain", to: "second")
        try world.link("items/up", to: "..")
        try world.link("items/dead", to: "lost")
        try world.items(rows: [("alias", nil), ("absolute", nil), ("chain", nil), ("up", nil)])
        // A link that nobody claims keeps nothing.
        #expect(try world.verdicts() == "orphan items/dead, orphan items/lost, orphan items/unused")
    }

    @Test(arguments: [("24h", "young items/new"), ("0s", "orphan items/new")])
    func nothingYoungerThanMinAgeIsAnOrphan(_ age: String, _ verdict: String) throws {
        let world = try World()
        try world.file("items/new/deep/file")
        try world.file("items/live")
        try world.items(rows: [("live", nil)], safety: "min_age: \(age)")
        #expect(try world.verdicts() == verdict)
        #expect(try world.verdicts(sizes: SizeChoice.none) == verdict)
    }

    @Test func anOldModificationTimeDoesNotHideAFreshChange() throws {
        let world = try World()
        let file = try world.file("items/moved/file")
        for path in [file, world.store + "/items/moved"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: path)
        }
        try world.file("items/live")
        try world.items(rows: [("live", nil)], safety: "min_age: 1h")
        #expect(try world.verdicts() == "young items/moved")
    }

    @Test func aFutureTimeKeepsThatEntryOnly() throws {
        let world = try World()
        let file = try world.file("items/future/file")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 900_000)], ofItemAtPath: file)
        try world.file("items/other")
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        #expect(try world.verdicts() == "young items/future, orphan items/other")
    }

    @Test func sizesAgreeWithDu() throws {
        let world = try World()
        for i in 0..<20 { try world.file("items/o/d\(i % 3)/f\(i)", String(repeating: "x", count: i * 1000)) }
        try world.hardLink("items/o/again", to: world.store + "/items/o/d0/f0")
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        let result = try world.scan()
        func du(_ flags: [String], _ path: String) throws -> UInt64? {
            let out = try Program.execute("/usr/bin/du", ["-s", "--block-size=1"] + flags + [path]).output
            return out.split(separator: "\t").first.flatMap { UInt64($0) }
        }
        let orphan = try #require(result.finding("items/o")?.bytes)
        #expect(try du([], world.store + "/items/o") == orphan.allocated)
        #expect(try du(["--apparent-size"], world.store + "/items/o") == orphan.apparent)
        #expect(try du([], world.store) == result.total?.allocated)
        #expect(result.areas.map(\.path.description) == ["items"])
    }

    @Test func aLinkThatAlsoLivesElsewhereFreesNothingAndIsSaid() throws {
        let world = try World()
        let live = try world.file("items/live/file", String(repeating: "x", count: 100_000))
        try world.hardLink("items/orphan/same", to: live)
        try world.hardLink("items/orphan/twice", to: live)
        try world.items(rows: [("live", nil)])
        let result = try world.scan()
        let finding = try #require(result.finding("items/orphan"))
        let bytes = try #require(finding.bytes)
        #expect(bytes.allocated >= 100_000)
        #expect(try #require(finding.freed) <= 8192, "only its directory")
        #expect(finding.evidence.notes.contains { $0.contains("links elsewhere") })
    }

    @Test func linksSharedByTwoOrphansAreFreedByBothTogether() throws {
        let world = try World()
        let file = try world.file("items/one/file", String(repeating: "x", count: 100_000))
        try world.hardLink("items/two/file", to: file)
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        let result = try world.scan()
        #expect(try #require(result.finding("items/one")?.freed) <= 8192)
        #expect(try #require(result.freed) >= 100_000)
        #expect(try #require(result.orphanedBytes).allocated < 200_000)
    }

    @Test func theDatabaseAndTheManifestInsideTheStoreAreNeverEntries() throws {
        let world = try World()
        try world.file("items/o")
        try world.items(rows: [("live", nil)])
        try world.file("items/live")
        for name in ["app.db", "foundling.yaml"] {
            try FileManager.default.moveItem(
                atPath: "\(world.directory)/\(name)", toPath: "\(world.store)/items/\(name)")
        }
        let path = world.store + "/items/foundling.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing("root: data", with: "root: ..")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let (manifest, _) = try ManifestReaderForTests.read(path)
        #expect(try Scan(manifest).run().verdicts == "orphan items/o")
    }

    @Test func sixFindingsOfOneWorldAddUp() throws {
        let world = try World()
        try world.file("items/a")
        try world.file("items/B")
        try world.file("items/keep/.foundling-keep")
        try world.file("items/o1")
        try world.file("items/o2")
        try world.items(rows: [("a", nil), ("b", nil), ("x", nil)])
        let line = try #require(try world.scan().resources.first)
        #expect(line.onDisk == 5)
        #expect(line.inDatabase == 3)
        #expect(line.claimed == 1)
        #expect(line.orphaned == 2)
        #expect(line.kept == 2)
        #expect(line.recovery == .needsApproval(share: 0.4, ofBytes: false))
    }

    @Test func withoutSizesAndAgeCandidatesAreNotOpened() throws {
        let world = try World()
        try world.file("items/o/file")
        try world.file("items/pinned/.foundling-keep")
        try world.file("items/live")
        try world.items(rows: [("live", nil)])
        let result = try world.scan(sizes: SizeChoice.none)
        #expect(result.verdicts == "orphan items/o, pinned items/pinned")
        #expect(result.finding("items/o")?.bytes == nil)
        #expect(result.finding("items/o")?.newest == nil)
    }

    @Test func aLinkInPlaceOfAPlaceIsSaidAndNotFollowed() throws {
        let world = try World()
        try world.file("elsewhere/x")
        try world.link("items", to: "elsewhere")
        try world.items(rows: [("live", nil)])
        let result = try world.scan()
        #expect(result.verdicts == "")
        #expect(result.warnings.contains { $0.contains("'items' is a symlink, not a directory") })
    }
}
