import Foundation
import FoundlingTesting
import Testing

/// A deletion that takes its files along: paths, row and task in one transaction.
@Suite struct DeleteTests {
    @Test(arguments: Engine.available) func aRecordGoesWithItsCascades(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 2)
        let shown = try world.run("delete", "twigs", "t", "--dry-run")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("2 rows of"), "\(shown.output)")
        for path in ["twigs/t", "leaves/l0", "leaves/l1"] { #expect(shown.output.contains(path), "\(shown.output)") }
        #expect(try world.events() == [])
        #expect(try world.run("delete", "twigs", "t").errors.contains("confirmation-needed"))
        let deleted = try world.run("delete", "twigs", "t", "--yes", "--format", "json")
        #expect(deleted.status == 0 && deleted.output.contains("\"tasks\":3"), "\(deleted.output)\(deleted.errors)")
        #expect(
            try world.events() == [
                "deleted leaves l0: leaves/l0", "deleted leaves l1: leaves/l1", "deleted twigs t: twigs/t",
            ])
        try world.drain()
        #expect(!world.exists("twigs/t") && !world.exists("leaves/l0") && world.exists("twigs/u"))
        let again = try world.run("delete", "twigs", "t", "--yes")
        #expect(again.status == 1 && again.errors.contains("record-unknown"), "\(again.errors)")
    }

    @Test(arguments: Engine.available) func withoutTriggersItWalksTheCascades(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 2, installs: false)
        let none = try world.run("delete", "twigs", "t", "--yes")
        #expect(none.status == 1 && none.errors.contains("outbox-missing"), "\(none.errors)")
        #expect(try world.run("triggers", "install", "--outbox-only").status == 0)
        #expect(try world.run("delete", "twigs", "t", "--yes").status == 0)
        #expect(
            try world.events() == [
                "requested leaves l0: leaves/l0", "requested leaves l1: leaves/l1", "requested twigs t: twigs/t",
            ])
        try world.drain()
        #expect(!world.exists("twigs/t") && !world.exists("leaves/l1"))
    }

    @Test(arguments: Engine.available) func rowsThatReferAreNamed(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql(
            """
            CREATE TABLE nests
                (id VARCHAR(20) PRIMARY KEY, leaf VARCHAR(200), FOREIGN KEY (leaf) REFERENCES leaves (id));
            INSERT INTO nests VALUES ('n1', 'l0'), ('n2', 'l0')
            """)
        let direct = try world.run("delete", "leaves", "l0", "--yes")
        #expect(direct.status == 3 && direct.errors.contains("record-referred"), "\(direct.errors)")
        #expect(direct.errors.contains("2 rows of") && direct.errors.contains("nests (leaf)"), "\(direct.errors)")
        // The twig would take the leaf along, and the leaf may not go.
        let above = try world.run("delete", "twigs", "t", "--dry-run")
        #expect(above.status == 3 && above.errors.contains("nests (leaf)"), "\(above.errors)")
        #expect(try world.events() == [])
        #expect(try world.run("delete", "leaves", "l1", "--yes").status == 0)
    }

    @Test(arguments: Engine.available) func anApplicationTellsByItself(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        #expect(try world.run("triggers", "install", "--outbox-only").status == 0)
        func enqueue(_ resource: String, _ key: String) -> String {
            switch engine {
            case .postgres: "SELECT foundling.enqueue('\(resource)', '\(key)')"
            case .mariadb: "CALL foundling_enqueue('\(resource)', '\(key)')"
            case .sqlite: "INSERT INTO foundling_enqueue (resource, record_key) VALUES ('\(resource)', '\(key)')"
            }
        }
        try world.sql("BEGIN; \(enqueue("leaves", "l0")); DELETE FROM leaves WHERE id = 'l0'; COMMIT")
        try world.sql("BEGIN; \(enqueue("leaves", "l1")); DELETE FROM leaves WHERE id = 'l1'; ROLLBACK")
        try world.sql(enqueue("leaves", "nobody"))
        #expect(try world.events() == ["requested leaves l0: leaves/l0"])
        #expect(throws: (any Error).self) { try world.sql(enqueue("sheets", "l0")) }
        // Said too early, or by mistake: the record is there, and so is its claim.
        try world.sql(enqueue("leaves", "l2"))
        try world.drain()
        #expect(!world.exists("leaves/l0") && world.exists("leaves/l2"))
    }

    @Test(arguments: Engine.available) func onlyTheVeryKeyIsMeant(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        try world.sql(
            "CREATE TABLE photos (id INTEGER PRIMARY KEY, path VARCHAR(200)); INSERT INTO photos VALUES (4, 'photos/4')"
        )
        try world.world.write(
            """
            photos:
              entries: photos/*
              records:
                - { table: photos, key: id, claims: ["{path}"], may_meet_nothing: true }
            leaves:
              entries: leaves/*
              records:
                - { table: leaves, key: id, claims: ["leaves/{id}"] }
            """, safety: "min_age: 0s")
        #expect(try world.run("triggers", "install", "--outbox-only").status == 0)
        for (resource, key) in [
            ("photos", "4abc"), ("photos", " 4"), ("photos", "4.0"), ("photos", "nan"), ("leaves", "L0"),
            ("leaves", "l0 "),
        ] {
            let outcome = try world.run("delete", resource, key, "--yes")
            #expect(
                outcome.status == 1 && outcome.errors.contains("record-unknown"),
                "\(key): \(outcome.output)\(outcome.errors)")
            let call =
                switch engine {
                case .postgres: "SELECT foundling.enqueue('\(resource)', '\(key)')"
                case .mariadb: "CALL foundling_enqueue('\(resource)', '\(key)')"
                case .sqlite: "INSERT INTO foundling_enqueue (resource, record_key) VALUES ('\(resource)', '\(key)')"
                }
            if engine != .mariadb { try world.sql(call) } else { try? world.sql(call) }
        }
        #expect(try world.events() == [])
        #expect(try world.run("delete", "photos", "4", "--yes").status == 0)
    }

    @Test(arguments: Engine.available) func aWriterThatLeadsElsewhereIsRefused(_ engine: Engine) throws {
        let (world, other) = (try OutboxWorld(engine), try OutboxWorld(engine))
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        let url = engine == .sqlite ? "sqlite:\(other.world.database)" : other.world.url
        try manifest.replacingOccurrences(of: "\nstore:", with: "\n  writer: \"\(url)\"\nstore:")
            .write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        for arguments in [["delete", "leaves", "l0", "--yes"], ["triggers", "install"], ["worker", "--once"]] {
            let outcome = try Program.run(arguments, in: world.world.directory)
            #expect(outcome.status == 3 && outcome.errors.contains("writer-elsewhere"), "\(outcome.errors)")
        }
        #expect(try other.events() == [])
        let own =
            engine == .sqlite
            ? "sqlite:\(world.world.database)" : world.world.url + (engine == .postgres ? "?application_name=w" : "")
        try manifest.replacingOccurrences(of: "\nstore:", with: "\n  writer: \"\(own)\"\nstore:")
            .write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.run("triggers", "install").status == 0)
    }

    @Test func keysAreNeverSQL() throws {
        for engine in Engine.available {
            let world = try OutboxWorld(engine)
            let outcome = try world.run("delete", "leaves", "x' OR '1'='1", "--yes")
            #expect(outcome.status == 1 && outcome.errors.contains("record-unknown"), "\(outcome.errors)")
            let escaped = try world.run("delete", "leaves", "\\' OR 1=1 -- ", "--yes")
            #expect(escaped.status == 1, "\(escaped.errors)")
            #expect(try world.events() == [])
        }
    }
}
