import Foundation
import FoundlingTesting
import Testing

/// A worker takes what nobody claims any more, once, whatever happens to it on the way.
@Suite struct WorkerTests {
    // MARK: What it must not take

    @Test(arguments: Engine.available) func aSharedDirectoryGoesWithItsLastClaim(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql(
            "INSERT INTO leaves VALUES ('s1', 't', 'leaves/shared', 'ready', ''), ('s2', 't', 'leaves/shared', 'ready', '')"
        )
        try world.world.file("leaves/shared/data")
        try world.sql("DELETE FROM leaves WHERE id = 's1'")
        try world.drain()
        #expect(world.exists("leaves/shared/data"))
        #expect(try world.tasks("done").first?["reason"] as? String == "kept: a record claims it")
        try world.sql("DELETE FROM leaves WHERE id = 's2'")
        try world.drain()
        #expect(!world.exists("leaves/shared"))
    }

    @Test(arguments: Engine.available) func aNameThatIsUsedAgainIsKept(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try world.sql("INSERT INTO leaves VALUES ('l0', 't', NULL, 'ready', '')")
        try world.drain()
        #expect(world.exists("leaves/l0/data"))
    }

    @Test(arguments: Engine.available) func aPathNarrowedIntoTheOldOneKeepsIt(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("UPDATE twigs SET path = 'twigs/t/inner' WHERE id = 't'")
        #expect(try world.events() == ["changed twigs t: twigs/t"])
        try world.drain()
        #expect(world.exists("twigs/t/data"))
    }

    @Test func whatIsYoungMayBeForARecordToCome() throws {
        let world = try OutboxWorld(.sqlite, safety: "min_age: 1h\n  max_orphans: 100%\n  max_bytes: 100%")
        // A deletion that is dated ahead proves nothing either.
        try world.sql(
            "DELETE FROM leaves WHERE id IN ('l0', 'l1'); UPDATE \(world.outbox) SET at = at + 3600000 WHERE record_key = 'l1'"
        )
        try world.drain(4)
        #expect(world.exists("leaves/l0/data") && world.exists("leaves/l1/data"))
        let waiting = try #require(try world.tasks("ready").first)
        #expect(waiting["attempts"] as? Int == 0)
        #expect((waiting["reason"] as? String)?.contains("younger than min_age") == true)
        try world.sql("UPDATE \(world.outbox) SET due = 0")
        try world.drain(environment: ["FOUNDLING_CLOCK": "7200"])
        #expect(!world.exists("leaves/l0") && !world.exists("leaves/l1"))
    }

    @Test func oneHugeEntryIsHeldByItsSize() throws {
        let world = try OutboxWorld(.sqlite, leaves: 20, safety: "min_age: 0s")
        try world.world.file("leaves/l0/huge", String(repeating: "x", count: 2_000_000))
        try world.sql("DELETE FROM leaves WHERE id IN ('l0')")
        try world.drain(4)
        #expect(world.exists("leaves/l0"))
        #expect((try world.tasks("held").first?["reason"] as? String)?.contains("of its bytes would go") == true)
        try world.sql("DELETE FROM leaves WHERE id IN ('l1')")
        try world.drain()
        #expect(!world.exists("leaves/l1"))
    }

    @Test func whatCannotBeLookedAtIsNotGone() throws {
        let world = try OutboxWorld(.sqlite)
        let leaves = world.world.store + "/leaves"
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try FileManager.default.removeItem(atPath: leaves + "/l0")
        try FileManager.default.moveItem(atPath: leaves, toPath: leaves + "-away")
        // A link that leads round and round: nobody can say what is behind it.
        try FileManager.default.createSymbolicLink(atPath: leaves, withDestinationPath: "leaves")
        _ = try world.run("worker", "--once", "-q")
        #expect(try world.tasks("done").isEmpty)
    }

    @Test func whatARecordStillNamesOtherwiseWaits() throws {
        let world = try OutboxWorld(.sqlite, safety: "min_age: 1h\n  max_orphans: 100%\n  max_bytes: 100%")
        // The application says where it will be before it moves it there.
        try world.sql("UPDATE twigs SET path = 'twigs/new' WHERE id = 't'; UPDATE \(world.outbox) SET at = at + 10000")
        try world.drain(4)
        #expect(world.exists("twigs/t/data"))
        #expect((try world.tasks("ready").first?["reason"] as? String)?.contains("may yet be moved") == true)
    }

    @Test func whatHoldsANestedEntryIsNotTakenWithIt() throws {
        let world = try World()
        try world.sql(
            """
            CREATE TABLE runs (id TEXT PRIMARY KEY); CREATE TABLE points (id TEXT PRIMARY KEY, path TEXT);
            INSERT INTO runs VALUES ('r1'), ('r2');
            INSERT INTO points
                VALUES ('p1', 'runs/new/points/p1'), ('p2', 'runs/r1/points/p2'), ('p3', 'runs/r1/points/p3')
            """)
        for path in ["new/points/p1", "r1/points/p2", "r1/points/p3", "r2"] { try world.file("runs/\(path)/x") }
        try world.write(
            """
            runs:
              entries: runs/*
              records:
                - { table: runs, key: id, claims: ["runs/{id}"] }
            points:
              within: runs
              entries: runs/*/points/*
              records:
                - { table: points, key: id, claims: ["{path}"], may_be_empty: true }
            """, safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        for arguments in [["plan", "-q", "--output", "p"], ["triggers", "install"]] {
            let outcome = try Program.run(arguments, in: world.directory)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
        // Of runs/new the record is not committed yet; its one point is taken back.
        try world.sql(
            "INSERT INTO points VALUES ('p4', 'runs/new/points/never'); DELETE FROM points WHERE id IN ('p1', 'p2', 'p4')"
        )
        let outcome = try Program.run(["worker", "--once"], in: world.directory)
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(FileManager.default.fileExists(atPath: world.store + "/runs/new/points/p1/x"))
        #expect(!FileManager.default.fileExists(atPath: world.store + "/runs/r1/points/p2"))
        #expect(FileManager.default.fileExists(atPath: world.store + "/runs/r1/points/p3/x"))
    }

    @Test func aPathThatMayMeanTwoEntriesTakesNeither() throws {
        let world = try World()
        try world.sql(
            "CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT); INSERT INTO items VALUES ('a', 'data/items/a'), ('b', 'items/b')"
        )
        for path in ["items/a", "items/b", "data/items/a"] { try world.file("\(path)/x") }
        try world.write(
            """
            items:
              entries: [items/*, data/items/*]
              records:
                - { table: items, key: id, claims: ["{path}"] }
            """, store: "aliases: [data]", safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        for arguments in [["plan", "-q", "--output", "p"], ["triggers", "install"]] {
            #expect(try Program.run(arguments, in: world.directory).status == 0)
        }
        try world.sql("DELETE FROM items WHERE id = 'a'")
        let outcome = try Program.run(["worker", "--once"], in: world.directory)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for path in ["items/a", "data/items/a"] {
            #expect(FileManager.default.fileExists(atPath: world.store + "/\(path)/x"))
        }
    }

    @Test func whatIsPinnedKeptOrOpenStays() throws {
        let world = try OutboxWorld(.sqlite)
        #expect(try world.run("pin", "leaves/l0").status == 0)
        try world.world.file("leaves/l1/.foundling-keep", "asked for")
        let open = try FileHandle(forReadingFrom: URL(fileURLWithPath: world.world.store + "/leaves/l2/data"))
        defer { try? open.close() }
        try world.sql("DELETE FROM leaves")
        try world.drain(4)
        for leaf in ["l0", "l1", "l2"] { #expect(world.exists("leaves/\(leaf)"), "\(leaf)") }
        #expect(!world.exists("leaves/l3"))
        let failed = try #require(try world.tasks("ready").first)
        #expect((failed["reason"] as? String)?.contains("is open") == true, "\(failed)")
        #expect(failed["attempts"] as? Int == 1)
        #expect(try world.tasks("done").filter { ($0["reason"] as? String)?.hasPrefix("kept: ") ?? false }.count == 2)
    }

    @Test func deletionsThatStillWaitCountWithThoseThatAreDue() throws {
        let world = try OutboxWorld(.sqlite, leaves: 20, safety: "min_age: 0s\n  max_bytes: 100%")
        try world.sql("DELETE FROM leaves WHERE id <> 'l1'")
        try world.sql("UPDATE \(world.outbox) SET due = at + 3600000 WHERE record_key NOT IN ('l0', 'l2')")
        try world.drain(4)
        #expect(world.exists("leaves/l0") && world.exists("leaves/l2"))
        let held = try world.tasks("held")
        #expect(held.count == 2, "\(held)")
    }

    @Test func aStoreThatIsNotTheRightOneLosesNothing() throws {
        let world = try OutboxWorld(.sqlite)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try FileManager.default.moveItem(atPath: world.world.store, toPath: world.world.store + "-away")
        #expect(try world.run("worker", "--once", "-q").status == 3)
        #expect(try world.tasks("ready").count == 1)
        try FileManager.default.createDirectory(atPath: world.world.store, withIntermediateDirectories: true)
        #expect(try world.run("worker", "--once", "-q").status != 0)
        #expect(try world.tasks("ready").count == 1)
        try FileManager.default.removeItem(atPath: world.world.store)
        try FileManager.default.moveItem(atPath: world.world.store + "-away", toPath: world.world.store)
        try world.drain()
        #expect(!world.exists("leaves/l0"))
    }

    @Test func anEmptyMountPointIsNoStore() throws {
        let world = try OutboxWorld(.sqlite)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try FileManager.default.moveItem(atPath: world.world.store, toPath: world.world.store + "-away")
        try FileManager.default.createDirectory(atPath: world.world.store, withIntermediateDirectories: false)
        let outcome = try world.run("worker", "--once", "-q")
        #expect(outcome.status == 3 && outcome.errors.contains("not mounted"), "\(outcome.errors)")
        // Nothing was made where nothing should be.
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store).isEmpty)
        #expect(try world.tasks("ready").count == 1)
    }

    @Test func nobodyAcceptedNothingMoves() throws {
        let world = try OutboxWorld(.sqlite)
        try FileManager.default.removeItem(atPath: world.world.store + "/.foundling")
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        for _ in 0..<2 {
            let outcome = try world.run("worker", "--once", "-q")
            #expect(outcome.status == 3 && outcome.errors.contains("foundling plan"), "\(outcome.errors)")
        }
        #expect(world.exists("leaves/l0"))
        // Nor is anything made.
        #expect(!world.exists(".foundling"))
    }

    /// What is left of jobs in `tmp/*_{id}` when the one whose key is 5 was deleted, and a worker has been there.
    private func leftOfJobs(
        _ name: String = #function, key: String, rows: String, names: [String], shape: String
    ) throws -> [String] {
        let world = try World(name)
        try world.sql("CREATE TABLE jobs (id \(key) PRIMARY KEY); INSERT INTO jobs VALUES \(rows)")
        for name in names { try world.file("tmp/\(name)/x") }
        try world.write(
            """
            jobs:
              entries: tmp/*
              shape: '\(shape)'
              records:
                - { table: jobs, key: id, claims: ["tmp/*_{id}"] }
            """, safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        for arguments in [["plan", "-q", "--output", "p"], ["triggers", "install"]] {
            #expect(try Program.run(arguments, in: world.directory).status == 0)
        }
        try world.sql("DELETE FROM jobs WHERE id IN (\(key == "TEXT" ? "'5'" : "5"))")
        #expect(try Program.run(["worker", "--once"], in: world.directory).status == 0)
        return try FileManager.default.contentsOfDirectory(atPath: world.store + "/tmp").sorted()
    }

    @Test func aPartOfANameThatTheRowDoesNotKnowIsFoundByKey() throws {
        let left = try leftOfJobs(
            key: "INTEGER", rows: "(5), (15), (16)", names: ["20260101_5", "20260101_15", "20260102_16"],
            shape: "^[0-9]+_(?<key>[0-9]+)$")
        #expect(left == ["20260101_15", "20260102_16"])
    }

    @Test func anothersFileThatFitsThePatternStays() throws {
        // The row of '1_5' is not committed yet.
        let left = try leftOfJobs(
            key: "TEXT", rows: "('5'), ('16')", names: ["20260101_5", "20260101_1_5", "20260102_16"],
            shape: "^[0-9]{8}_(?<key>.+)$")
        #expect(left == ["20260101_1_5", "20260102_16"])
    }

    // MARK: The share guard

    @Test(arguments: Engine.available) func aMistakenDeleteIsHeldUntilAPersonApproves(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 20, safety: "min_age: 0s\n  max_bytes: 100%")
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try world.drain()
        try world.sql("DELETE FROM leaves WHERE id <> 'l1'")
        try world.drain(4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/leaves").count == 19)
        #expect(try world.tasks("held").count == 18)
        let listed = try world.run("tasks")
        #expect(listed.status == 4 && listed.output.contains("held until a person approves"), "\(listed.output)")
        #expect(try world.run("tasks", "approve").errors.contains("confirmation-needed"))
        #expect(try world.run("tasks", "approve", "--count", "17").status == 3)
        let approved = try world.run("tasks", "approve", "--resource", "leaves", "--count", "18")
        #expect(approved.output.contains("18 tasks approved"), "\(approved.output)\(approved.errors)")
        try world.drain()
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/leaves") == ["l1"])
        // What was approved does not count against what comes after.
        try world.sql("INSERT INTO leaves VALUES ('n1', 't', NULL, '', ''), ('n2', 't', NULL, '', '')")
        for number in 1...9 { try world.world.file("leaves/n\(number)/x") }
        try world.sql("DELETE FROM leaves WHERE id = 'n1'")
        try world.drain()
        #expect(!world.exists("leaves/n1"))
    }

    @Test func exactlyTheTaskThatIsNamedIsApproved() throws {
        let world = try OutboxWorld(.sqlite, leaves: 12, safety: "min_age: 0s\n  max_bytes: 100%")
        try world.sql("DELETE FROM leaves")
        try world.drain(4)
        #expect(try world.run("tasks", "approve", "99", "--count", "1").errors.contains("task-unknown"))
        #expect(try world.run("tasks", "approve", "1", "--count", "1").output.contains("1 task approved"))
        #expect(try world.tasks("held").count == 11)
        let listed = try world.run("tasks", "--limit", "3")
        #expect(listed.output.contains("and 9 more"), "\(listed.output)")
    }

    @Test func smallDeletionsDoNotAddUpUnseen() throws {
        let world = try OutboxWorld(.sqlite, leaves: 20, safety: "min_age: 0s\n  max_bytes: 100%")
        for number in 0..<4 {
            try world.sql("DELETE FROM leaves WHERE id = 'l\(number)'")
            try world.drain()
        }
        try world.sql("DELETE FROM leaves WHERE id = 'l4'")
        try world.drain(4)
        #expect(try world.tasks("held").count == 1)
    }

    // MARK: Failure

    @Test func aFailureIsTriedAgainAndThenGivenUp() throws {
        let world = try OutboxWorld(.sqlite)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        try world.drain(4, environment: ["FOUNDLING_FAULT": "item.move@1:before=5"])
        let waiting = try #require(try world.tasks("ready").first)
        #expect((waiting["reason"] as? String)?.contains("Input/output error") == true, "\(waiting)")
        #expect(waiting["attempts"] as? Int == 1 && waiting["due"] is String)
        // Its time has not come.
        try world.drain()
        #expect(world.exists("leaves/l0"))
        try world.sql("UPDATE \(world.outbox) SET due = 0, attempts = 11")
        try world.drain(4, environment: ["FOUNDLING_FAULT": "item.move@1:before=5"])
        #expect(try world.tasks("dead").count == 1)
        let listed = try world.run("tasks")
        #expect(listed.status == 4 && listed.output.contains("1 task given up"), "\(listed.output)")
        #expect(try world.run("tasks", "retry").output.contains("1 task will be tried again"))
        try world.drain()
        #expect(!world.exists("leaves/l0"))
        #expect(try world.run("tasks").status == 0)
    }

    @Test(arguments: Engine.available) func aTaskThatKillsItsWorkerDoesNotLoop(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DELETE FROM leaves WHERE id IN ('l0', 'l1')")
        for _ in 0..<8 {
            // Whoever comes to the one item dies of it.
            let child = try world.run(
                "worker", "--once", "-q",
                environment: [
                    "FOUNDLING_AT":
                        "item.move@1:before=test \"$(ls \(world.world.store)/leaves | head -1)\" = l0 && kill -9 $PPID"
                ])
            _ = child
            try world.sql("UPDATE \(world.outbox) SET lease = 1 WHERE state = 'leased'")
        }
        let dead = try #require(try world.tasks("dead").first)
        #expect((dead["reason"] as? String)?.contains("went away while it had it, 3 times") == true, "\(dead)")
        #expect(world.exists("leaves/l0"))
    }

    @Test(arguments: Engine.available) func aWorkerWhoseLeaseRanOutMovesNothing(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        let set = "UPDATE \(world.outbox) SET worker = 'another'"
        let command: String
        switch engine {
        case .sqlite: command = "sqlite3 \(world.world.database) \"\(set)\""
        case .postgres: command = "psql -q -d \(world.world.url) -c \"\(set)\""
        case .mariadb:
            let parts = try #require(URLComponents(string: world.world.url))
            command =
                "mariadb --no-defaults -h \(parts.host ?? "") -P \(parts.port ?? 0) -u \(parts.user ?? "") "
                + "\(parts.path.dropFirst()) -e \"\(set)\""
        }
        // Slow, and alive: somebody else has its task by the time it comes to move.
        for step in ["receipt.sync@2:before", "item.move@1:after"] {
            let outcome = try world.run("worker", "--once", "-q", environment: ["FOUNDLING_AT": "\(step)=\(command)"])
            #expect(outcome.status == 3 && outcome.errors.contains("lease-lost"), "\(outcome.output)\(outcome.errors)")
            #expect(world.exists("leaves/l0/data"), "\(step)")
            #expect(try world.tasks("leased").first?["worker"] as? String == "another")
            try world.sql("UPDATE \(world.outbox) SET state = 'ready', worker = NULL")
        }
        try world.drain()
        #expect(!world.exists("leaves/l0"))
    }

    @Test func whatWasPutBackByUsIsNotTakenForWritten() throws {
        let world = try OutboxWorld(.sqlite, safety: "min_age: 2s\n  max_orphans: 100%\n  max_bytes: 100%")
        // No time of change can be set: what is to be older than its deletion must be.
        let made = Date.now
        while Date.now < made + 2.6 { _ = try world.run("scan", "-q") }
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        let set = "UPDATE \(world.outbox) SET worker = 'another'"
        let outcome = try world.run(
            "worker", "--once", "-q",
            environment: ["FOUNDLING_AT": "item.move@1:after=sqlite3 \(world.world.database) \"\(set)\""])
        #expect(outcome.status == 3 && world.exists("leaves/l0"), "\(outcome.errors)")
        // Its move and its return set a time, later than its record's deletion.
        try world.sql("UPDATE \(world.outbox) SET state = 'ready', worker = NULL")
        try world.drain()
        #expect(!world.exists("leaves/l0"))
    }

    @Test func whatWasTouchedSinceItCameBackIsYoungWhateverAClockSaid() throws {
        let world = try OutboxWorld(.sqlite, safety: "min_age: 2s\n  max_orphans: 100%\n  max_bytes: 100%")
        let made = Date.now
        while Date.now < made + 2.6 { _ = try world.run("scan", "-q") }
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        let set = "UPDATE \(world.outbox) SET worker = 'another'"
        // This host's clock is ahead, and is set right afterwards.
        let outcome = try world.run(
            "worker", "--once", "-q",
            environment: [
                "FOUNDLING_CLOCK": "60", "FOUNDLING_AT": "item.move@1:after=sqlite3 \(world.world.database) \"\(set)\"",
            ])
        #expect(outcome.status == 3 && world.exists("leaves/l0"), "\(outcome.errors)")
        // The application takes it as it is, for a record that is still to come.
        chmod(world.world.store + "/leaves/l0", 0o755)
        try world.sql("UPDATE \(world.outbox) SET state = 'ready', worker = NULL, due = 0")
        try world.drain(4)
        #expect(world.exists("leaves/l0/data"))
    }
}
