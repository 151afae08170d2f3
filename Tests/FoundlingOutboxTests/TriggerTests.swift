import Foundation
import FoundlingTesting
import Testing

/// Whatever takes a record away is noted, on every engine; and the application never notices.
@Suite struct TriggerTests {
    @Test(arguments: Engine.available) func deletingARowTakesItsFilesAlong(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DELETE FROM leaves WHERE id = 'l1'")
        #expect(try world.events() == ["deleted leaves l1: leaves/l1"])
        try world.drain()
        #expect(!world.exists("leaves/l1"))
        #expect(world.exists("leaves/l0") && world.exists("leaves/l2") && world.exists("twigs/t"))
        #expect(try world.tasks("done").first?["reason"] as? String == "moved aside")
        #expect(try world.run("tasks").status == 0)
    }

    @Test(arguments: Engine.available) func deletingManyAtOnceNotesEach(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 300)
        try world.sql("DELETE FROM leaves WHERE id <> 'l7'")
        #expect(try world.events().count == 299)
        try world.drain()
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/leaves") == ["l7"])
    }

    @Test(arguments: Engine.available) func aCascadeFourDeepIsSeen(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 2)
        try world.sql("UPDATE leaves SET path = 'leaves/elsewhere' WHERE id = 'l1'")
        try world.world.file("leaves/elsewhere/x")
        try world.sql("DELETE FROM roots WHERE id = 'r'")
        #expect(
            try world.events() == [
                "deleted leaves l0: leaves/l0", "deleted leaves l1: leaves/l1 leaves/elsewhere",
                "deleted twigs t: twigs/t", "deleted twigs u: twigs/u",
            ])
        try world.drain()
        for path in ["leaves/l0", "leaves/l1", "leaves/elsewhere", "twigs/t", "twigs/u"] {
            #expect(!world.exists(path), "\(path)")
        }
    }

    @Test(arguments: Engine.available) func aChangedClaimReleasesWhatItWas(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("UPDATE twigs SET path = 'twigs/new' WHERE id = 't'")
        // Only the case differs: another path all the same.
        try world.sql("UPDATE twigs SET path = 'twigs/U' WHERE id = 'u'")
        try world.sql("UPDATE leaves SET secret = 'other' WHERE id = 'l0'")
        #expect(try world.events() == ["changed twigs t: twigs/t", "changed twigs u: twigs/u"])
        try world.drain()
        #expect(!world.exists("twigs/t"))
        // It is nearly what the record says now, and a scan would keep it, too.
        #expect(world.exists("twigs/u"))
    }

    @Test(arguments: Engine.available) func aReleasedRowGivesUpWhatItHad(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("UPDATE leaves SET status = 'gone' WHERE id = 'l2'")
        #expect(try world.events() == ["released leaves l2: leaves/l2"])
        // It owns nothing any more, so that there is nothing left to note.
        try world.sql("DELETE FROM leaves WHERE id = 'l2'")
        #expect(try world.events().count == 1)
        try world.drain()
        #expect(!world.exists("leaves/l2"))
    }

    @Test(arguments: Engine.servers) func whatTheApplicationsOwnTriggersChangeIsSeen(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        if engine == .postgres {
            try world.sql(
                """
                CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN NEW.path := NEW.path || ''-moved''; RETURN NEW; END';
                CREATE TRIGGER move BEFORE UPDATE ON twigs FOR EACH ROW EXECUTE FUNCTION move()
                """)
        } else {
            try world.sql(
                "CREATE TRIGGER move BEFORE UPDATE ON twigs FOR EACH ROW SET NEW.path = CONCAT(NEW.path, '-moved')")
        }
        // The statement names another column than the one that changes.
        try world.sql("UPDATE twigs SET branch = 'b' WHERE id = 't'")
        #expect(try world.events() == ["changed twigs t: twigs/t"])
    }

    @Test(arguments: Engine.available) func whatIsRolledBackIsNotNoted(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("BEGIN; DELETE FROM leaves WHERE id = 'l0'; ROLLBACK")
        try world.sql(
            "BEGIN; DELETE FROM leaves WHERE id = 'l1'; SAVEPOINT s; DELETE FROM leaves WHERE id = 'l2'; "
                + "ROLLBACK TO SAVEPOINT s; COMMIT")
        #expect(try world.events() == ["deleted leaves l1: leaves/l1"])
    }

    @Test(arguments: Engine.available) func upsertsAreNoDeletions(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let row = "INSERT INTO twigs VALUES ('t', 'b', 'twigs/t')"
        switch engine {
        case .sqlite, .postgres: try world.sql("\(row) ON CONFLICT (id) DO UPDATE SET path = 'twigs/t'")
        case .mariadb: try world.sql("\(row) ON DUPLICATE KEY UPDATE path = 'twigs/t'")
        }
        #expect(try world.events() == [])
    }

    @Test func replaceIsSeenWhereTheEngineShowsIt() throws {
        let lite = try OutboxWorld(.sqlite)
        try lite.sql("PRAGMA recursive_triggers = ON; REPLACE INTO twigs VALUES ('u', 'b', 'twigs/new')")
        #expect(try lite.events().contains("deleted twigs u: twigs/u"))
        let status = try lite.run("triggers", "status")
        #expect(status.output.contains("REPLACE deletes without firing a trigger"))
        guard Engine.servers.contains(.mariadb) else { return }
        let maria = try OutboxWorld(.mariadb)
        try maria.sql("REPLACE INTO twigs VALUES ('u', 'b', 'twigs/u')")
        try maria.drain()
        // The row that came in its place claims the same.
        #expect(maria.exists("twigs/u"))
        #expect(try maria.events("done").contains("deleted twigs u: twigs/u"))
    }

    @Test(arguments: Engine.servers) func truncateAsksForAScanOrIsNamed(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("TRUNCATE TABLE leaves")
        let status = try world.run("triggers", "status")
        guard engine == .postgres else {
            #expect(status.output.contains("TRUNCATE fires no trigger here"), "\(status.output)")
            return
        }
        #expect(try world.events() == ["truncated leaves -: "])
        try world.drain(4)
        let held = try #require(try world.tasks("held").first)
        #expect((held["reason"] as? String)?.contains("foundling scan") == true)
        #expect(world.exists("leaves/l0"))
    }

    @Test(.enabled(if: Engine.servers.contains(.postgres))) func rowsOfPartitionsAreSeenWhicheverWayTheyGo() throws {
        let world = try OutboxWorld(.postgres, installs: false)
        try world.sql(
            """
            CREATE TABLE parts (id text, part int, path text, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
            CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
            INSERT INTO parts VALUES ('a', 1, 'parts/a'), ('b', 2, 'parts/b'), ('c', 1, 'parts/c'), ('d', 1, 'parts/d')
            """)
        try world.world.write(
            "parts:\n  entries: parts/*\n  records:\n    - { table: parts, key: id, claims: [\"{path}\"] }")
        try world.install()
        try world.sql("DELETE FROM parts WHERE id = 'a'; DELETE FROM parts_2; UPDATE parts SET part = 2 WHERE id = 'c'")
        #expect(
            try world.events() == [
                "deleted parts a: parts/a", "deleted parts b: parts/b", "deleted parts c: parts/c",
            ])
        try world.sql(
            "CREATE TABLE parts_3 PARTITION OF parts FOR VALUES IN (3); INSERT INTO parts VALUES ('e', 3, 'parts/e')")
        try world.sql("DELETE FROM parts_3")
        #expect(try world.events().contains("deleted parts e: parts/e"))
    }

    @Test(.enabled(if: Engine.servers.contains(.mariadb))) func rowsOfPartitionsAreSeenOnMariaDB() throws {
        let world = try OutboxWorld(.mariadb, installs: false)
        try world.sql(
            """
            CREATE TABLE parts (id INT PRIMARY KEY, path TEXT) PARTITION BY HASH (id) PARTITIONS 3;
            INSERT INTO parts VALUES (1, 'parts/a'), (2, 'parts/b'), (3, 'parts/c')
            """)
        try world.world.write(
            "parts:\n  entries: parts/*\n  records:\n    - { table: parts, key: id, claims: [\"{path}\"], may_be_empty: true }"
        )
        try world.install()
        try world.sql("DELETE FROM parts WHERE id = 1; UPDATE parts SET id = 5 WHERE id = 2; DELETE FROM parts")
        #expect(
            try world.events() == [
                "deleted parts 1: parts/a", "deleted parts 3: parts/c", "deleted parts 5: parts/b",
            ])
    }

    @Test(arguments: Engine.servers) func aBrokenOutboxNeverFailsTheApplication(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DROP TABLE \(world.outbox)")
        try world.sql("DELETE FROM leaves WHERE id = 'l0'; UPDATE twigs SET path = 'twigs/x' WHERE id = 't'")
        try world.sql("DELETE FROM roots WHERE id = 'r'")
        #expect(try world.run("triggers", "status").status == 4)
        #expect(try world.run("worker", "--once").errors.contains("outbox-missing"))
        #expect(try world.run("worker", "--once").status == 1)
        // Installing again mends it.
        try world.install()
    }

    @Test(arguments: Engine.available) func anOutboxOfAnotherVersionIsNotWorkedOn(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'; UPDATE \(world.meta) SET value = '0' WHERE name = 'version'")
        let refused = try world.run("worker", "--once")
        #expect(refused.status == 1 && refused.errors.contains("version 0"), "\(refused.errors)")
        #expect(try world.run("triggers", "status").status == 4)
        try world.install()
        try world.drain()
        #expect(!world.exists("leaves/l0"))
    }

    @Test(arguments: Engine.available) func removingLeavesTheSchemaAsItWas(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        let before = try world.schema()
        #expect(!before.isEmpty)
        try world.install()
        #expect(try world.schema() != before)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        let removed = try world.run("triggers", "remove")
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(removed.output.contains("1 task was not done"))
        #expect(try world.schema() == before)
        try world.sql("DELETE FROM leaves WHERE id = 'l1'")
        // Twice is once.
        #expect(try world.run("triggers", "remove").status == 0)
    }

    @Test(arguments: Engine.available) func installingTwiceChangesNothing(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let once = try world.schema()
        let again = try world.run("triggers", "install")
        #expect(again.output.contains("0 triggers made"), "\(again.output)")
        #expect(try world.schema() == once)
    }

    @Test(arguments: Engine.available) func aChangedManifestReplacesItsTriggers(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(of: "claims: [\"{path}\"]", with: "claims: [\"twigs/{id}\"]")
            .write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.run("triggers", "status").status == 4)
        let installed = try world.run("triggers", "install")
        #expect(
            installed.status == 0 && installed.output.contains("older removed"),
            "\(installed.output)\(installed.errors)")
        try world.sql("UPDATE twigs SET path = 'elsewhere' WHERE id = 't'; DELETE FROM twigs WHERE id = 'u'")
        #expect(try world.events() == ["deleted twigs u: twigs/u"])
    }

    @Test(arguments: Engine.available) func whatIsPrintedCanBeMigrated(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        let script = try world.run("triggers", "install", "--print")
        #expect(script.status == 0, "\(script.errors)")
        #expect(try world.run("triggers", "status").status == 4)
        if engine == .mariadb {
            let parts = try #require(URLComponents(string: world.world.url))
            let file = world.world.directory + "/m.sql"
            try script.output.write(toFile: file, atomically: true, encoding: .utf8)
            let client = try Program.execute(
                "/bin/sh",
                [
                    "-c",
                    "mariadb --no-defaults -h \(parts.host ?? "") -P \(parts.port ?? 0) -u \(parts.user ?? "") \(parts.path.dropFirst()) < \(file)",
                ])
            #expect(client.status == 0, "\(client.errors)")
        } else {
            try world.sql(script.output)
        }
        let status = try world.run("triggers", "status")
        #expect(status.status == 0, "\(status.output)")
    }

    @Test(arguments: Engine.available) func theOutboxHoldsNothingButClaims(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("UPDATE leaves SET path = 'leaves/p' WHERE id = 'l0'; DELETE FROM leaves")
        let rows: String
        switch engine {
        case .sqlite:
            rows = try Program.execute(
                "/usr/bin/env", ["sqlite3", world.world.database, "SELECT * FROM \(world.outbox)"]
            ).output
        case .postgres, .mariadb: rows = try world.world.server?.ask("SELECT * FROM \(world.outbox)") ?? ""
        }
        #expect(rows.contains("l0"))
        #expect(!rows.contains("hunter2") && !rows.contains("68756e74657232"))
    }

    @Test(arguments: Engine.available) func statusProvesByACanaryThatLeavesNoTrace(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let status = try world.run("triggers", "status", "--format", "json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        let triggers = try #require(object["triggers"] as? [[String: Any]])
        let states = triggers.filter { ["deleted", "changed"].contains($0["event"] as? String) }
            .map { "\($0["table"] ?? "") \($0["event"] ?? "") \($0["state"] ?? "")" }
        #expect(
            Set(states) == [
                "twigs deleted proven", "twigs changed proven", "leaves deleted proven", "leaves changed proven",
            ])
        #expect(try world.events() == [])
        // One that is not there any more is told of, and one that was switched off.
        let name = try #require(
            triggers.first { $0["table"] as? String == "leaves" && $0["event"] as? String == "deleted" }?["name"]
                as? String)
        switch engine {
        case .postgres: try world.sql("ALTER TABLE leaves DISABLE TRIGGER \(name)")
        case .mariadb, .sqlite: try world.sql("DROP TRIGGER \(name)")
        }
        let broken = try world.run("triggers", "status")
        #expect(broken.status == 4)
        #expect(broken.output.contains(engine == .postgres ? "disabled" : "missing"), "\(broken.output)")
        try world.install()
    }

    @Test(arguments: Engine.available) func migrationsOfMappedTablesGoThrough(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        switch engine {
        case .postgres:
            try world.sql("ALTER TABLE leaves ALTER COLUMN path TYPE text, DROP COLUMN status")
            try world.sql("DROP TABLE leaves")
        case .mariadb:
            try world.sql("ALTER TABLE leaves MODIFY path TEXT")
            try world.sql("DROP TABLE leaves")
        case .sqlite:
            try world.sql(
                """
                PRAGMA foreign_keys = OFF; BEGIN;
                CREATE TABLE new_leaves (id TEXT PRIMARY KEY, twig TEXT, path TEXT, status TEXT, secret TEXT);
                INSERT INTO new_leaves SELECT * FROM leaves; DROP TABLE leaves;
                ALTER TABLE new_leaves RENAME TO leaves; COMMIT
                """)
            #expect(try world.run("triggers", "status").output.contains("missing"))
        }
        try world.sql("DELETE FROM twigs WHERE id = 'u'")
        let removed = try world.run("triggers", "remove")
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(try !world.schema().contains("foundling_"))
    }

    @Test(arguments: Engine.available) func anOutboxWithoutTriggersIsWholeAsItIs(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        let printed = try world.run("triggers", "install", "--outbox-only", "--print")
        #expect(!printed.output.contains("AFTER DELETE"))
        #expect(try world.run("triggers", "install", "--outbox-only").status == 0)
        #expect(try world.run("triggers", "status").status == 0)
        #expect(try world.run("triggers", "install", "--outbox-only", "--print").output.contains("there already"))
        try world.install()
        #expect(try world.run("triggers", "status").output.contains("proven"))
    }

    @Test(arguments: Engine.servers) func anotherDatabaseOfTheServerKeepsItsTriggers(_ engine: Engine) throws {
        let (one, other) = (try OutboxWorld(engine), try OutboxWorld(engine))
        try one.install()
        #expect(try one.run("triggers", "remove").status == 0)
        #expect(try other.run("triggers", "status").status == 0)
    }

    @Test func aTriggerOfTheApplicationsThatEndsTheTransactionCostsNoRow() throws {
        for event in ["INSERT", "UPDATE OF path"] {
            let world = try OutboxWorld(.sqlite, installs: false)
            try world.sql("CREATE TRIGGER no BEFORE \(event) ON leaves BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
            for _ in 0..<2 { _ = try world.run("triggers", "install") }
            for _ in 0..<3 { _ = try world.run("triggers", "status") }
            let rows = try Program.execute(
                "/usr/bin/env", ["sqlite3", world.world.database, "SELECT count(*) FROM leaves"]
            ).output
            #expect(rows == "4\n", "\(event)")
            #expect(try world.events() == [], "\(event)")
        }
    }

    @Test(.enabled(if: Engine.servers.contains(.postgres))) func noFunctionOfOursRunsWhatOthersWrote() throws {
        let world = try OutboxWorld(.postgres)
        let role = "low_\(UUID().uuidString.prefix(8).lowercased())"
        try world.sql("CREATE ROLE \(role); GRANT ALL ON SCHEMA public TO \(role)")
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        let definers = try world.world.server?.ask(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'foundling'::regnamespace AND prosecdef ORDER BY 1")
        #expect(definers == "note")
        // The one that runs with our rights takes texts, and writes them down.
        #expect(throws: (any Error).self) {
            try world.sql("SET ROLE \(role); SELECT foundling.enqueue('leaves', 'l0')")
        }
        #expect(throws: (any Error).self) {
            try world.sql("SET ROLE \(role); INSERT INTO foundling.outbox DEFAULT VALUES")
        }
        #expect(try world.events() == [])
    }

    @Test(.enabled(if: Engine.servers.contains(.mariadb))) func aDumpGoesIntoAnotherDatabase() throws {
        let (world, other) = (try OutboxWorld(.mariadb), try World("copy", engine: .mariadb))
        let (from, to) = (
            try #require(URLComponents(string: world.world.url)), try #require(URLComponents(string: other.url))
        )
        let login = "--no-defaults -h \(from.host ?? "") -P \(from.port ?? 0) -u \(from.user ?? "")"
        let copied = try Program.execute(
            "/bin/sh",
            [
                "-c",
                "mariadb-dump \(login) --routines --triggers \(from.path.dropFirst()) | mariadb \(login) \(to.path.dropFirst())",
            ])
        #expect(copied.status == 0, "\(copied.errors)")
        try other.sql("DELETE FROM leaves WHERE id = 'l0'")
        #expect(try world.events() == [])
        #expect(try other.server?.ask("SELECT count(*) FROM foundling_outbox") == "1")
    }

    @Test(.enabled(if: Engine.servers.contains(.postgres))) func aTriggerSpellsAPathAsAScanDoes() throws {
        let world = try OutboxWorld(.postgres, installs: false)
        try world.sql(
            """
            CREATE TABLE shots (id char(3) PRIMARY KEY, found timestamptz, tg_op text);
            INSERT INTO shots VALUES ('ab', '2026-03-01 23:30:00+00', 'x')
            """)
        try world.world.write(
            """
            shots:
              entries: shots/*
              records:
                - { table: shots, key: id, claims: [{ sql: "'shots/' || to_char(found, 'YYYY-MM-DD') || '_' || id::text || tg_op" }], may_be_empty: true }
            """)
        try world.install()
        try world.sql("SET timezone = 'Asia/Tokyo'; DELETE FROM shots")
        #expect(try world.events() == ["deleted shots ab: shots/2026-03-01_abx"])
    }

    @Test(arguments: Engine.servers) func aCanaryUsesUpNoNumber(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, installs: false)
        let serial = engine == .postgres ? "id serial PRIMARY KEY" : "id INT AUTO_INCREMENT PRIMARY KEY"
        try world.sql("CREATE TABLE thumbs (\(serial), photo VARCHAR(20), path TEXT)")
        try world.world.write(
            "thumbs:\n  entries: thumbs/*\n  records:\n    - { table: thumbs, key: photo, claims: [\"{path}\"], may_be_empty: true }"
        )
        try world.install()
        for _ in 0..<3 { #expect(try world.run("triggers", "status").output.contains("proven")) }
        try world.sql("INSERT INTO thumbs (photo, path) VALUES ('a', 'thumbs/a')")
        #expect(try world.world.server?.ask("SELECT id FROM thumbs") == "1")
    }

    @Test(arguments: Engine.available) func twoManifestsOnOneDatabaseKeepApart(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        let other = manifest.replacingOccurrences(of: "  twigs:\n", with: "  sprigs:\n")
            .components(separatedBy: "  leaves:\n")[0]
        try other.write(toFile: world.world.directory + "/other.yaml", atomically: true, encoding: .utf8)
        let refused = try world.run("triggers", "install", "-m", "other.yaml")
        #expect(refused.status == 3 && refused.errors.contains("outbox-foreign"), "\(refused.errors)")
        try other.replacingOccurrences(of: "store:\n", with: "  outbox: second\nstore:\n")
            .write(toFile: world.world.directory + "/other.yaml", atomically: true, encoding: .utf8)
        let installed = try world.run("triggers", "install", "-m", "other.yaml")
        #expect(installed.status == 0, "\(installed.output)\(installed.errors)")
        #expect(try world.run("triggers", "status").status == 0)
        #expect(try world.run("triggers", "remove", "-m", "other.yaml").status == 0)
        #expect(try world.run("triggers", "status").status == 0)
    }
}
