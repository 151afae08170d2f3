import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// Whatever cannot be read whole refuses every verdict: a wrong database must not make the world an orphan.
@Suite struct RefusalTests {
    @Test(arguments: [
        ("missing table", "items", "itens", FoundlingError.Code.tableMissing),
        ("missing column", "{path}", "{paht}", .columnMissing),
        ("missing key column", "key: id", "key: idd", .columnMissing),
        ("broken expression", #""{path}""#, "{ sql: \"nope(\" }", .sourceFailed),
    ])
    func aManifestThatDoesNotFitTheDatabaseRefuses(
        _ name: String, _ good: String, _ bad: String, _ code: FoundlingError.Code
    ) throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        let changed =
            good == "items" ? text.replacing("table: items", with: "table: \(bad)") : text.replacing(good, with: bad)
        try Data(changed.utf8).write(to: URL(fileURLWithPath: world.manifest))
        #expect(try world.refusal() == code, "\(name)")
    }

    @Test func aMisspelledNameSuggestsTheRightOne() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(claims: #"["{pathh}"]"#, rows: [("a", nil)])
        #expect { try world.scan() } throws: { ($0 as? FoundlingError)?.hint.contains("'path'") ?? false }
    }

    @Test(arguments: [
        ("empty", [UInt8](), FoundlingError.Code.catalogCorrupt),
        ("text", Array("hello, this is no database".utf8), .catalogCorrupt),
    ])
    func aFileThatIsNoDatabaseRefuses(_ name: String, _ bytes: [UInt8], _ code: FoundlingError.Code) throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        try Data(bytes).write(to: URL(fileURLWithPath: world.database))
        #expect(try world.refusal() == code, "\(name)")
    }

    @Test func aMissingDatabaseIsNotCreated() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        try FileManager.default.removeItem(atPath: world.database)
        #expect(try world.refusal() == .catalogMissing)
        #expect(!FileManager.default.fileExists(atPath: world.database))
    }

    @Test func aDamagedDatabaseRefuses() throws {
        let world = try World()
        for i in 0..<5 { try world.file("items/\(i)") }
        try world.sql("CREATE TABLE items (id TEXT, path TEXT, status TEXT)")
        try world.sql(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO items SELECT i, printf('%0500d', i), '' FROM n"
        )
        try world.write(
            #"items: { entries: items/*, records: [{ table: items, key: id, claims: ["items/{id}", "{path}"] }] }"#)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: world.database))
        try handle.seek(toOffset: 40_960)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 81_920))
        try handle.close()
        #expect(try world.refusal() == .catalogCorrupt)
    }

    @Test(arguments: [
        ("a NUL", "CAST(X'6974656D732F6100' AS TEXT)"), ("a BLOB", "X'6974656D732F61'"),
        ("too long", "printf('%05000d', 1)"),
    ])
    func aPathThatCannotBeReadRefuses(_ name: String, _ value: String) throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        try world.sql("INSERT INTO items VALUES ('bad', \(value), '')")
        #expect(try world.refusal() == .pathUndecodable, "\(name)")
    }

    @Test func aPathOf4000BytesIsReadAndKeptApart() throws {
        let world = try World()
        try world.file("items/a")
        try world.file("items/b")
        try world.items(rows: [("a", nil)])
        try world.sql("INSERT INTO items VALUES ('long', printf('items/b/%03990d', 1), '')")
        #expect(try world.verdicts() == "")
    }

    @Test func zeroRowsRefuseUnlessTheyMayBe() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [])
        #expect(try world.refusal() == .sourceEmpty)
        let relaxed = try World("relaxed")
        try relaxed.file("items/a")
        try relaxed.items(rows: [], record: "may_be_empty: true")
        #expect(try relaxed.verdicts() == "orphan items/a")
    }

    @Test func claimsThatMeetNothingRefuse() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("zzz", "items/yyy")])
        #expect(try world.refusal() == .sourceMeetsNothing)
    }

    @Test(arguments: ["missing", "a file"])
    func aStoreThatIsNotThereRefuses(_ how: String) throws {
        let world = try World()
        try world.items(rows: [("a", nil)])
        try FileManager.default.removeItem(atPath: world.store)
        if how == "a file" { try Data().write(to: URL(fileURLWithPath: world.store)) }
        #expect(try world.refusal() == (how == "missing" ? .storeMissing : .storeNotADirectory))
    }

    @Test func anUnmountedStoreMakesNoRecordDangling() throws {
        let world = try World()
        try world.makeDirectory("lost+found")
        try world.items(
            rows: [("a", nil), ("b", nil)], store: "ignore: [lost+found]", record: #"requires: ["items/{id}"]"#)
        #expect(try world.refusal() == .storeEmpty)
    }

    @Test func aLockedDatabaseRefusesInRollbackModeAndIsReadInWalMode() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        let lock = try DatabaseLock(world.database)
        #expect(try world.refusal() == .catalogLocked)
        try lock.release()
        try world.sql("PRAGMA journal_mode = WAL")
        let writer = try DatabaseLock(world.database)
        defer { try? writer.release() }
        #expect(try world.verdicts() == "")
    }

    @Test func rowsStillInTheWriteAheadLogCount() throws {
        let world = try World()
        try world.file("items/a")
        try world.items(rows: [("b", nil)])
        try world.sql("PRAGMA journal_mode = WAL")
        let open = try OpenDatabase(
            world.database, "PRAGMA wal_autocheckpoint = 0; INSERT INTO items VALUES ('a', NULL, '')")
        defer { open.close() }
        #expect(try world.verdicts() == "")
    }

    @Test func twoResourcesForOnePathRefuse() throws {
        let world = try World()
        try world.file("items/ab")
        try world.sql("CREATE TABLE t (id TEXT); INSERT INTO t VALUES ('ab')")
        try world.write(
            """
            one:
              entries: items/a*
              records: [{ table: t, key: id, claims: ["items/{id}"] }]
            two:
              entries: items/*b
              records: [{ table: t, key: id, claims: ["items/{id}"] }]
            """)
        #expect(try world.refusal() == .entryDisputed || world.refusal() == .manifestInvalid)
    }
}
