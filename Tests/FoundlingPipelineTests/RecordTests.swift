import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// What rows say: states, requirements, templates, types.
@Suite struct RecordTests {
    @Test(arguments: [
        ("ready rows require", "'ready'", "dangling items/x"), ("rows being made do not", "'making'", ""),
        ("released rows do not", "'released'", ""), ("a NULL condition is false", "NULL", "dangling items/x"),
    ])
    func statesDecideWhatIsDangling(_ name: String, _ status: String, _ verdict: String) throws {
        let world = try World()
        try world.file("items/live")
        try world.items(
            rows: [("live", "items/live")],
            record: """
                making: status = 'making'
                released: status = 'released'
                requires: ["{path}"]
                """)
        try world.sql("INSERT INTO items VALUES ('x', 'items/x', \(status))")
        #expect(try world.verdicts() == verdict, "\(name)")
    }

    @Test(arguments: [
        ("ready", "orphan"), ("making", "claimed"), ("released", "orphan"),
    ])
    func releasedRowsOwnNothing(_ status: String, _ verdict: String) throws {
        let world = try World()
        try world.file("items/x")
        try world.file("items/live")
        try world.items(rows: [("live", nil)], record: "making: status = 'making'\nreleased: status = 'released'")
        if status != "ready" { try world.sql("INSERT INTO items VALUES ('x', NULL, '\(status)')") }
        let result = try world.scan()
        #expect(result.finding("items/x")?.kind.rawValue ?? "claimed" == verdict)
        if status == "released" { #expect(result.finding("items/x")?.cause == .tombstone) }
    }

    @Test(arguments: [
        ("all of: one missing", #"["items/{id}", "{path}"]"#, true),
        ("any of: one there", #"[["items/{id}", "{path}"]]"#, false),
        ("any of: none there", #"[["items/no", "{path}"]]"#, true), ("NULL requires nothing", #"["{status}"]"#, false),
    ])
    func requirementsAreAllOfAndInnerListsAnyOf(_ name: String, _ requires: String, _ isDangling: Bool) throws {
        let world = try World()
        try world.file("items/live")
        try world.items(rows: [], record: "requires: \(requires)")
        try world.sql("INSERT INTO items VALUES ('live', 'items/missing', NULL)")
        #expect(try world.scan().count(.dangling) == (isDangling ? 1 : 0), "\(name)")
    }

    @Test func aDanglingRecordNamesTableKeyAndRequirement() throws {
        let world = try World()
        try world.file("items/live")
        try world.items(
            rows: [("live", nil), ("k7", "/data/items/k7")], store: "aliases: [/data]", record: #"requires: ["{path}"]"#
        )
        let finding = try #require(try world.scan().findings.first { $0.kind == .dangling })
        #expect(finding.record?.table == "items")
        #expect(finding.record?.key == Array("k7".utf8))
        #expect(finding.record?.requirement == "{path}")
        #expect(finding.path == StorePath("items/k7"))
    }

    @Test func aRequirementFollowsLinksAndABrokenOneIsDangling() throws {
        let world = try World()
        try world.file("target")
        try world.link("items/good", to: "../target")
        try world.link("items/bad", to: "../nothing")
        try world.items(rows: [("good", nil), ("bad", nil)], record: #"requires: ["items/{id}"]"#)
        #expect(try world.verdicts() == "dangling items/bad")
    }

    @Test func requirementsOutsideTheStoreAreLookedAtAndS3IsNot() throws {
        let world = try World()
        try world.file("items/live")
        try world.items(
            rows: [
                ("live", nil), ("there", "/etc/hostname"), ("gone", "/nonexistent/file"), ("cloud", "s3://bucket/x"),
            ],
            record: #"requires: ["{path}"]"#)
        let result = try world.scan()
        #expect(result.findings.filter { $0.kind == .dangling }.map { $0.record?.key } == [Array("gone".utf8)])
        #expect(result.warnings.contains { $0.contains("not checked") })
    }

    @Test(arguments: [
        (#""sh/{id[0:2]}/{id}""#, "sh/ab/abcd"), (#""sh/{id[2:]}/{id}""#, "sh/cd/abcd"),
        (#""sh/{id[:1]}/{id}.x""#, "sh/a/abcd.x"),
        (#"{ sql: "'sh/' || substr(id, 1, 2) || '/' || id" }"#, "sh/ab/abcd"),
    ])
    func templatesSliceAndExpressionsCompute(_ claim: String, _ path: String) throws {
        let world = try World()
        try world.file(path)
        try world.file("sh/zz/orphan")
        try world.items(claims: "[\(claim)]", rows: [("abcd", nil)], entries: "sh/*/*")
        #expect(try world.verdicts() == "orphan sh/zz/orphan")
    }

    @Test func aSliceCountsCharactersNotBytes() throws {
        let world = try World()
        try world.file("sh/é/éa")
        try world.items(claims: #"["sh/{id[0:1]}/{id}"]"#, rows: [("éa", nil)], entries: "sh/*/*")
        #expect(try world.verdicts() == "")
    }

    @Test func integerKeysAndQueriesClaimToo() throws {
        let world = try World()
        try world.file("items/1")
        try world.file("items/10")
        try world.file("items/legacy")
        try world.sql(
            "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE old (o TEXT); INSERT INTO old VALUES ('items/legacy')"
        )
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: t, key: id, claims: ["items/{id}"] }
                - query: SELECT rowid AS key, o AS path FROM old
            """)
        #expect(try world.verdicts() == "orphan items/10")
        #expect(try world.scan().resources[0].otherSources.map(\.rows) == [1])
    }

    @Test func queryColumnsSayMakingAndRequired() throws {
        let world = try World()
        try world.file("items/live")
        try world.sql(
            "CREATE TABLE t (id TEXT, m INT, r INT); INSERT INTO t VALUES ('live',0,0), ('a',1,1), ('b',0,1), ('c',0,0)"
        )
        try world.write(
            """
            items:
              entries: items/*
              records:
                - query: SELECT id AS key, 'items/' || id AS path, m AS making, r AS required FROM t
            """)
        #expect(try world.verdicts() == "dangling items/b")
    }

    @Test func textThatIsNotUTF8MatchesTheSameBytesOnDisk() throws {
        let world = try World()
        try world.makeDirectory("items")
        try world.makeDirectory(bytes: Array("items/".utf8) + [0x66, 0xFF, 0x6F])
        try world.makeDirectory(bytes: Array("items/".utf8) + [0x66, 0xFE, 0x6F])
        try world.items(rows: [])
        try world.sql("INSERT INTO items VALUES (CAST(X'66FF6F' AS TEXT), NULL, NULL)")
        let result = try world.scan()
        // The other name differs in a byte that is no character at all: folded they are alike, so it is kept.
        #expect(result.findings.map(\.kind) == [.nearMiss])
        let other: [UInt8] = Array("items/".utf8) + [0x66, 0xFE, 0x6F]
        #expect(result.findings[0].path.bytes == other)
        #expect(result.resources[0].claimed == 1)
    }

    @Test func causesAreShownWhereTheyCanBeSeen() throws {
        let world = try World()
        for name in ["train_7", "train_8", "train_9", "train_99"] { try world.file("trainings/\(name)/x") }
        try world.file("logs/log_9")
        try world.sql(
            """
            CREATE TABLE trainings (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
            CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, training_id INTEGER REFERENCES trainings(id));
            CREATE TABLE logs (id INTEGER PRIMARY KEY);
            INSERT INTO trainings (id) VALUES (7), (8), (9), (20);
            INSERT INTO checkpoints VALUES (1, 8), (2, 8);
            DELETE FROM trainings WHERE id IN (8, 9, 20);
            INSERT INTO logs VALUES (9);
            """)
        try world.write(
            """
            trainings:
              entries: trainings/*
              shape: '^train_(?<key>[0-9]+)$'
              records: [{ table: trainings, key: id, claims: ["trainings/train_{id}"] }]
            logs:
              entries: logs/*
              shape: '^log_(?<key>[0-9]+)$'
              records: [{ table: logs, key: id, claims: ["logs/log_{id}"] }]
            """)
        let result = try world.scan()
        #expect(
            result.verdicts
                == "orphan trainings/train_8, orphan trainings/train_9, newer_than_catalog trainings/train_99")
        #expect(result.finding("trainings/train_8")?.cause == .childRowsRemain)
        #expect(result.finding("trainings/train_9")?.cause == .siblingRemains)
        #expect(result.finding("trainings/train_99")?.cause == .neverRecorded)
    }
}
