import Foundation
import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting
import Testing

/// What a link leads to is needed by whoever opens the link.
@Suite struct LinkTests {
    @Test func aClaimSpeltThroughALinkKeepsWhatTheKernelWouldOpen() throws {
        let world = try World()
        try world.file("photos/2024/a.jpg")
        try world.file("photos/2024/b.jpg")
        try world.file("photos/2023/c.jpg")
        try world.link("photos/current", to: "2024")
        try world.items(
            claims: #"["{path}"]"#, rows: [("1", "photos/current/a.jpg"), ("2", "photos/2023/c.jpg")],
            entries: "photos/*/*")
        #expect(try world.verdicts() == "orphan photos/2024/b.jpg")
    }

    @Test func aClaimOfADirectoryThroughALinkKeepsAllBelowIt() throws {
        let world = try World()
        for name in ["a", "b"] { try world.file("photos/2024/\(name).jpg") }
        try world.file("photos/2023/c.jpg")
        try world.file("photos/2023/d.jpg")
        try world.link("photos/current", to: "2024")
        try world.items(
            claims: #"["{path}"]"#, rows: [("1", "photos/current"), ("2", "photos/2023/c.jpg")],
            entries: "photos/*/*")
        #expect(try world.verdicts() == "orphan photos/2023/d.jpg")
    }

    @Test func aLivingLinkToADirectoryAboveEntriesKeepsAllOfThem() throws {
        let world = try World()
        for name in ["2023/a", "2024/b", "2024/c"] { try world.file("pool/\(name)/x") }
        try world.link("items/latest", to: "../pool/2024")
        try world.sql("CREATE TABLE items (id TEXT); INSERT INTO items VALUES ('latest')")
        try world.sql("CREATE TABLE pool (path TEXT); INSERT INTO pool VALUES ('pool/2022/z')")
        try world.write(
            """
            items:
              entries: items/*
              records: [{ table: items, key: id, claims: ["items/{id}"] }]
            pool:
              entries: pool/*/*
              records: [{ table: pool, key: path, claims: ["{path}"] }]
            """)
        try world.file("pool/2022/z/x")
        #expect(try world.verdicts() == "orphan pool/2023/a")
    }

    @Test func aLinkInsideALivingEntryKeepsWhatItLeadsTo() throws {
        let world = try World()
        try world.file("items/alive/x")
        try world.file("items/pooled/x")
        try world.file("items/gone/x")
        try world.link("items/alive/best", to: "../pooled")
        try world.link("items/gone/best", to: "../other")
        try world.file("items/other/x")
        try world.items(claims: #"["{path}"]"#, rows: [("1", "items/alive/best/x")])
        #expect(try world.verdicts() == "orphan items/gone, orphan items/other")
    }

    @Test func aClaimThroughALinkToTheDirectoryAroundItKeepsWhatTheKernelWouldOpen() throws {
        let world = try World()
        try world.file("items/a/x")
        try world.file("items/b/x")
        try world.link("items/here", to: ".")
        try world.items(claims: #"["{path}"]"#, rows: [("1", "items/here/a/x")])
        #expect(try world.verdicts() == "orphan items/b")
    }

    @Test func aLinkOnTheWayOfAClaimThatLeadsThroughAnotherIsKept() throws {
        let world = try World()
        try world.file("kept/a/x")
        try world.link("items/a", to: "../kept/a")
        try world.link("way", to: "items")
        try world.file("items/b/x")
        try world.items(claims: #"["{path}"]"#, rows: [("1", "way/a/x")], entries: "[items/*, kept/*]")
        #expect(try world.verdicts() == "orphan items/b")
    }

    @Test func aLinkInsideAClaimedEntryToADirectoryAboveEntriesKeepsAllOfThem() throws {
        for sizes in [SizeChoice.all, .orphans] {
            let world = try World()
            try world.file("items/alive/x")
            for name in ["s1/x", "s1/y", "s2/z"] { try world.file("sets/\(name)/data") }
            try world.link("items/alive/dataset", to: "../../sets/s1")
            try world.items(rows: [("alive", nil)], entries: "[items/*, sets/*/*]")
            #expect(try world.verdicts(sizes: sizes) == "orphan sets/s2/z", "\(sizes)")
        }
    }

    @Test func aClaimFromElsewhereThatLeadsIntoTheStoreKeeps() throws {
        let world = try World()
        try world.file("items/a/x")
        try world.file("items/b/x")
        try world.file("items/c/x")
        for (name, target) in [("way", world.store + "/items"), ("current", world.store + "/items/b")] {
            try FileManager.default.createSymbolicLink(
                atPath: world.directory + "/" + name, withDestinationPath: target)
        }
        try world.items(
            claims: #"["{path}"]"#,
            rows: [("1", world.directory + "/way/a/x"), ("2", world.directory + "/current"), ("3", "items/none")])
        // Its end is like the end of a claim from elsewhere, and that alone would keep it as well.
        #expect(try !world.verdicts().contains("orphan items/a"))
        #expect(try world.verdicts().contains("orphan items/c"))
        #expect(try !world.verdicts().contains("items/b"))
    }

    @Test func aLinkThatStaysKeepsWhatItLeadsToAndAnOrphanedOneDoesNot() throws {
        let world = try World()
        try world.file("items/alive/x")
        try world.file("items/one/x")
        try world.file("items/two/x")
        try world.link("items/to-one", to: "one")
        try world.link("items/to-two", to: "two")
        try world.items(rows: [("alive", "items/alive")])
        let (manifest, _) = try ManifestReader.read(file: world.manifest, environment: [:])
        let path = try #require(StorePath("items/to-one"))
        let pin = Pin(path: path, why: nil, who: "somebody", since: 0, until: nil)
        let result = try Scan(manifest, pins: [pin]).run()
        #expect(result.verdicts == "pinned items/to-one, orphan items/to-two, orphan items/two")
    }
}
