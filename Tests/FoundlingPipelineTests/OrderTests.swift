import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// The order of looking: what happens in between may only save files.
///
/// Progress is told between the stages, so a test can act at exactly that point.
@Suite struct OrderTests {
    @Test func aRecordCommittedAfterTheListingSavesItsFiles() throws {
        let world = try World()
        try world.file("items/live")
        try world.file("items/new")
        try world.items(rows: [("live", nil)])
        let (manifest, _) = try ManifestReaderForTests.read(world.manifest)
        let once = Once { try? world.insert("INSERT INTO items VALUES ('new', NULL, '')", []) }
        let result = try Scan(manifest) { if case .listing(let names) = $0, names >= 3 { once.run() } }.run()
        #expect(once.hasRun)
        #expect(result.count(.orphan) == 0)
    }

    @Test func aClaimThatMovesToATableReadAlreadyIsNotLost() throws {
        let world = try World()
        try world.file("items/moved")
        try world.sql(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE first (id TEXT); CREATE TABLE second (id TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
            INSERT INTO first SELECT 'row' || i FROM n;
            INSERT INTO second VALUES ('moved');
            """)
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: first, key: id, claims: ["items/{id}"] }
                - { table: second, key: id, claims: ["items/{id}"] }
            """)
        let (manifest, _) = try ManifestReaderForTests.read(world.manifest)
        let once = Once {
            try? world.sql("UPDATE first SET id = 'moved' WHERE rowid = 1; DELETE FROM second")
        }
        let result = try Scan(manifest) { if case .reading(let rows) = $0, rows < 9000 { once.run() } }.run()
        #expect(once.hasRun)
        #expect(result.count(.orphan) == 0)
        #expect(result.resources[0].claimed == 1)
    }

    @Test func aRowDeletedWhileWeLookedIsNotDangling() throws {
        let world = try World()
        try world.file("items/live")
        try world.items(rows: [("live", nil), ("gone", nil)], record: #"requires: ["items/{id}"]"#)
        let (manifest, _) = try ManifestReaderForTests.read(world.manifest)
        let once = Once { try? world.sql("DELETE FROM items WHERE id = 'gone'") }
        let result = try Scan(manifest) { if case .confirming = $0 { once.run() } }.run()
        #expect(once.hasRun)
        #expect(result.count(.dangling) == 0)
    }

    @Test func aFileThatAppearsWhileWeLookIsNotMissing() throws {
        let world = try World()
        try world.file("items/live")
        try world.items(rows: [("live", nil), ("late", nil)], record: #"requires: ["items/{id}"]"#)
        let (manifest, _) = try ManifestReaderForTests.read(world.manifest)
        let once = Once { _ = try? world.file("items/late") }
        let result = try Scan(manifest) { if case .confirming = $0 { once.run() } }.run()
        #expect(result.count(.dangling) == 0)
    }
}

/// Something to do the first time it is asked for, from whichever thread.
final class Once: @unchecked Sendable {
    // Scans tell their progress from one thread at a time.
    private let body: () -> Void
    private(set) var hasRun = false

    init(_ body: @escaping () -> Void) { self.body = body }

    func run() {
        guard !hasRun else { return }
        hasRun = true
        body()
    }
}
