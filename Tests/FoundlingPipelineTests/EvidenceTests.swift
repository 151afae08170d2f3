import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting
import Testing

/// What a report says beside its verdicts is true, too.
@Suite struct EvidenceTests {
    @Test func anExceptedDirectoryStillLeadsToADeclaredPlaceBelowIt() throws {
        let world = try World()
        for path in ["x", "local/kept", "local/orphan", "downloads/tmp"] { try world.file("datasets/\(path)/data") }
        try world.items(
            claims: #"["{path}"]"#, rows: [("1", "datasets/x"), ("2", "datasets/local/kept")],
            entries: "[datasets/*, datasets/local/*]", more: "except: [datasets/local, datasets/downloads]")
        #expect(try world.verdicts() == "orphan datasets/local/orphan")
        // Where nothing else would take it for an entry, the exception can only mean all that lies there.
        let whole = try World()
        for path in ["a/one/x", "a/tmp/y"] { try whole.file("\(path)/data") }
        try whole.items(
            claims: #"["{path}"]"#, rows: [("1", "a/one/x")], entries: "a/*/*", more: "except: a/tmp")
        #expect(try whole.verdicts() == "")
    }

    @Test func aRowThatIsStillThereIsNotSaidToBeGone() throws {
        let world = try World()
        for path in ["q/m_1_Q4", "q/m_1_Q8", "q/m_2_Q4"] { try world.file("\(path)/data") }
        try world.sql(
            """
            CREATE TABLE m (id TEXT PRIMARY KEY, p TEXT); INSERT INTO m VALUES ('m_1', 'q/m_1_Q4');
            CREATE TABLE t (m TEXT REFERENCES m(id)); INSERT INTO t VALUES ('m_1'), ('m_2');
            """)
        try world.write(
            """
            models:
              entries: q/*
              shape: ^(?<key>m_[0-9]+)_Q[0-9]$
              records: [{ table: m, key: id, claims: ["{p}"] }]
            """)
        let result = try world.scan()
        #expect(result.finding("q/m_1_Q8")?.cause == .siblingRemains)
        #expect(result.finding("q/m_2_Q4")?.cause == .childRowsRemain)
    }

    @Test func aClaimBesideNestedEntriesIsNotSaidToKeepThem() throws {
        let world = try World()
        for step in ["c1", "c2"] { try world.file("trainings/t1/checkpoints/\(step)/x") }
        try world.sql("CREATE TABLE t (p TEXT); INSERT INTO t VALUES ('trainings/t1/checkpoints')")
        try world.sql("CREATE TABLE c (p TEXT); INSERT INTO c VALUES ('trainings/t1/checkpoints/c1')")
        try world.write(
            """
            trainings:
              entries: trainings/*
              records: [{ table: t, claims: ["{p}"] }]
            checkpoints:
              within: trainings
              entries: trainings/*/checkpoints/*
              records: [{ table: c, claims: ["{p}"] }]
            """)
        let result = try world.scan()
        #expect(result.verdicts == "orphan trainings/t1/checkpoints/c2")
        #expect(!result.warnings.contains { $0.contains("lies above") }, "\(result.warnings)")
    }

    @Test func aClaimWithAStarIsShownWithWhatItReaches() throws {
        let world = try World()
        try world.file("tmp/2026_j1/x")
        try world.items(
            claims: #"["tmp/*_{id}"]"#, rows: [("j1", nil)], entries: "tmp/*",
            more: #"shape: "^[0-9]+_(?<key>j[0-9]+)$""#)
        let (manifest, _) = try ManifestReader.read(file: world.manifest, environment: [:])
        let rule = try #require(Check(manifest).run().resources.first?.sources.first?.rules.first)
        #expect(rule.met == 1)
        #expect(rule.samples.first?.outcome == "is the entry 'tmp/2026_j1'")
    }

    @Test func aResourceOfWhichEverythingMayBeLeftOverSaysSoInTheManifest() throws {
        let world = try World()
        try world.file("items/stale/x")
        try world.items(claims: #"["{path}"]"#, rows: [("1", "items/never-written")])
        #expect(try world.refusal() == .sourceMeetsNothing)
        try world.write(
            """
            items:
              entries: items/*
              records: [{ table: items, key: id, claims: ["{path}"], may_meet_nothing: true }]
            """)
        #expect(try world.verdicts() == "orphan items/stale")
    }
}
