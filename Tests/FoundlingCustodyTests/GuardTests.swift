import Foundation
import FoundlingTesting
import Testing

/// Limits are approved by whoever looked; identities are accepted by whoever meant the change.
@Suite struct GuardTests {
    private func hash(_ world: ActingWorld) throws -> String {
        let header = try String(contentsOfFile: world.plan, encoding: .utf8).split(separator: "\n")[0]
        return String(try #require(header.firstMatch(of: #/"hash":"([0-9a-f]{64})"/#)).1)
    }

    @Test func aShareOverTheLimitNeedsTheHashOfExactlyThisPlan() throws {
        let world = try ActingWorld(safety: "max_orphans: 20%, max_bytes: 50%")
        try world.makePlan()
        let hash = try hash(world)
        let refused = try world.run("apply", world.plan)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("error[approval-needed]"))
        #expect(refused.errors.contains("3 of 7 entries"), "\(refused.errors)")
        #expect(refused.errors.contains(hash), "the way forward is in the message: \(refused.errors)")
        for wrong in [String(hash.prefix(11)), String(repeating: "0", count: 64), "yes"] {
            let outcome = try world.run("apply", world.plan, "--approve", wrong)
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("error[approval-mismatch]"))
        }
        #expect(try world.inQuarantine().isEmpty)
        let approved = try world.run("apply", world.plan, "--approve", String(hash.prefix(12)))
        #expect(approved.status == 0, "\(approved.errors)")
        #expect(try world.inQuarantine().count == 3)
        try world.expectUndo("approved")
    }

    @Test func yesIsNoApproval() throws {
        let world = try ActingWorld(safety: "max_orphans: 20%")
        let outcome = try world.run("clean", "--delete-all", "--yes")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("error[approval-needed]"), "\(outcome.errors)")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func smallRunsDoNotAddUpToWhatOneLargeRunMayNotDo() throws {
        let world = try ActingWorld(safety: "max_orphans: 43%, max_bytes: 100%")
        // Three of seven are within the limit; two more of what remains are not, whoever takes them.
        try world.apply()
        for name in ["new1", "new2"] { try world.world.file("items/\(name)/x", name) }
        try world.makePlan()
        let outcome = try world.run("apply", world.plan)
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect(outcome.errors.contains("5 of 9 entries would go, recent runs included"), "\(outcome.errors)")
    }

    @Test func aTableThatLostItsRowsNeedsApproval() throws {
        let world = try ActingWorld(safety: "max_orphans: 60%, max_bytes: 100%")
        for number in 0..<20 {
            try world.world.sql("INSERT INTO items VALUES ('\(number)', 'items/x\(number)', 'ready')")
        }
        try world.makePlan()
        try world.world.sql("DELETE FROM items WHERE id < 'a'")
        try world.makePlan()
        let refused = try world.run("apply", world.plan)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("lost 20 of 24 rows since the last plan"), "\(refused.errors)")
        #expect(try world.run("apply", world.plan, "--approve", hash(world)).status == 0)
    }

    /// A change of what the plan rests on, its code, and what accepts it.
    enum Identity: String, CaseIterable, CustomTestStringConvertible {
        case databaseCopied, sequencesBack, columnChanged, storeCopied

        var testDescription: String { rawValue }

        func change(_ world: ActingWorld) throws {
            let database = world.world.database
            switch self {
            case .databaseCopied:
                _ = try Program.execute("/bin/cp", [database, database + ".copy"])
                _ = try Program.execute("/bin/mv", [database + ".copy", database])
            case .sequencesBack: try world.world.sql("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'counted'")
            case .columnChanged:
                try world.world.sql(
                    "ALTER TABLE items RENAME COLUMN path TO old; ALTER TABLE items ADD COLUMN path VARCHAR; UPDATE items SET path = old"
                )
            case .storeCopied:
                let store = world.world.store
                _ = try Program.execute("/bin/cp", ["-a", store, store + ".copy"])
                _ = try Program.execute("/bin/mv", [store, store + ".old"])
                _ = try Program.execute("/bin/mv", [store + ".copy", store])
            }
        }

        var expected: (code: String, accept: String) {
            switch self {
            case .databaseCopied: ("database-changed", "database")
            case .sequencesBack: ("database-went-back", "database")
            case .columnChanged: ("schema-changed", "schema")
            case .storeCopied: ("store-changed", "store")
            }
        }
    }

    @Test(arguments: Identity.allCases)
    func anotherDatabaseSchemaOrStoreRefusesUntilItIsAccepted(_ identity: Identity) throws {
        let world = try ActingWorld("identity-\(identity.rawValue)", record: "making: status = 'pending'")
        try world.world.sql(
            "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO counted (x) VALUES (1),(2),(3),(4),(5)"
        )
        let run = try world.apply()
        #expect(try world.run("restore", run).status == 0)
        try world.makePlan()
        try identity.change(world)
        // An apply of a plan made before, a new plan, and a purge: none goes ahead.
        let applied = try world.run("apply", world.plan)
        #expect(applied.status != 0 && applied.status != 4, "\(applied.output)\(applied.errors)")
        #expect(try world.inQuarantine().isEmpty)
        let refused = try world.run("plan", "-q", "--output", world.plan)
        #expect(refused.status == 3, "\(refused.output)")
        #expect(refused.errors.contains("error[\(identity.expected.code)]"), "\(refused.errors)")
        #expect(refused.errors.contains("foundling accept \(identity.expected.accept)"), "\(refused.errors)")
        let accepted = try world.run("accept", identity.expected.accept, "--reason", "a test")
        #expect(accepted.status == 0, "\(accepted.errors)")
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aPurgeAsksOnlyTheDatabaseThatWasAccepted() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try Identity.databaseCopied.change(world)
        let outcome = try world.run("purge", run, "--now", "--yes")
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect((outcome.output + outcome.errors).contains("database-changed"))
        #expect(try world.inQuarantine().count == 3)
        // Restoring needs no database at all.
        try world.expectUndo("another database")
    }

    @Test func aQuarantineThatIsALinkOrSomebodyElsesIsNotUsed() throws {
        let world = try ActingWorld()
        try world.world.link(".foundling", to: world.world.directory)
        let linked = try world.run("clean", "--delete-all", "--yes")
        #expect(linked.status == 3)
        #expect(linked.errors.contains("error[quarantine-unusable]"), "\(linked.errors)")
        try FileManager.default.removeItem(atPath: world.quarantine)
        try world.world.file(".foundling", "")
        #expect(try world.run("clean", "--delete-all", "--yes").errors.contains("error[quarantine-unusable]"))
        try FileManager.default.removeItem(atPath: world.quarantine)
        try world.world.makeDirectory(".foundling")
        chmod(world.quarantine, 0o777)
        let open = try world.run("clean", "--delete-all", "--yes")
        #expect(open.errors.contains("error[quarantine-unusable]"), "\(open.errors)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func aDirectoryThatHoldsOtherThingsIsNoQuarantine() throws {
        for place in ["items", "./data/items/alive"] {
            let world = try ActingWorld(store: "quarantine: \(place)")
            let before = try TreeSnapshot(world.world.store)
            let outcome = try world.run("clean", "--delete-all", "--yes")
            #expect(outcome.status == 3, "\(outcome.output)")
            #expect(try TreeSnapshot(world.world.store).difference(from: before).isEmpty)
        }
    }

    @Test(arguments: ["lock", "store-id", "ledger.db", "reserve"])
    func nothingInTheQuarantineIsWrittenThroughALink(_ name: String) throws {
        for isHard in [true, false] {
            let world = try ActingWorld("through-\(name)")
            try world.world.makeDirectory(".foundling")
            chmod(world.quarantine, 0o700)
            let live = world.world.store + "/items/alive.txt"
            if isHard {
                try world.world.hardLink(".foundling/\(name)", to: live)
            } else {
                try world.world.link(".foundling/\(name)", to: live)
            }
            let outcome = try world.run("clean", "--delete-all", "--yes")
            #expect(outcome.status != 0 || name == "reserve", "\(outcome.output)")
            #expect(try String(contentsOfFile: live, encoding: .utf8) == "alive too")
        }
    }

    @Test(.enabled(if: geteuid() == 0), arguments: ["./aside", "./aside/below"])
    func aQuarantineOnAnotherMountIsRefused(_ quarantine: String) throws {
        let world = try ActingWorld("mount", store: "quarantine: \(quarantine)")
        let mount = world.world.directory + "/aside"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        try #require(
            try Program.execute("/bin/mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "none", mount]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [mount]) }
        let outcome = try world.run("clean", "--delete-all", "--yes")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("error[quarantine-unusable]"), "\(outcome.errors)")
        #expect(outcome.errors.contains("mount"), "\(outcome.errors)")
    }

    @Test func aQuarantineBesideTheStoreWorks() throws {
        let world = try ActingWorld(store: "quarantine: ./aside")
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        for path in ActingWorld.orphans { #expect(!world.exists(path)) }
        #expect(!world.exists(".foundling"))
        let run = try #require(
            try FileManager.default.contentsOfDirectory(atPath: world.world.directory + "/aside").first {
                $0.hasPrefix("20")
            })
        #expect(try world.run("restore", run).status == 0)
        #expect(try TreeSnapshot(world.world.store).difference(from: world.original).isEmpty)
    }
}
