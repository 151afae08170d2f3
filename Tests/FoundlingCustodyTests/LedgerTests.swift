import Foundation
import FoundlingTesting
import Testing

/// The chain shows whatever was changed in it, and two at once take turns.
@Suite struct LedgerTests {
    private func ledger(_ world: ActingWorld, _ sql: String) throws -> String {
        try Program.execute("/usr/bin/sqlite3", [world.quarantine + "/ledger.db", sql]).output
    }

    @Test func everyLineSaysWhoWhenAndWhy() throws {
        let world = try ActingWorld()
        try world.makePlan()
        #expect(try world.run("apply", world.plan, "--reason", "the disk is full").status == 0)
        let lines = try ledger(world, "SELECT reason, actor, plan, manifest FROM lines WHERE kind = 'intent'")
        #expect(lines.split(separator: "\n").count == 3)
        for line in lines.split(separator: "\n") {
            #expect(line.contains("the disk is full"))
            #expect(line.matches(of: #/[0-9a-f]{64}/#).count == 2, "\(line)")
        }
        #expect(try ledger(world, "SELECT body FROM lines WHERE kind = 'run'").contains("\"sequences\""))
    }

    @Test func aChangedLineAndAMissingOneShow() throws {
        for sql in [
            "UPDATE lines SET body = replace(body, 'gone', 'gome') WHERE seq = (SELECT max(seq) FROM lines WHERE kind='intent')",
            "DELETE FROM lines WHERE seq = (SELECT min(seq) FROM lines WHERE kind='intent')",
            "UPDATE lines SET time = time + 1 WHERE seq = 2",
        ] {
            let world = try ActingWorld()
            try world.apply()
            #expect(try world.run("ledger", "verify").status == 0)
            let changed = try ledger(world, sql + "; SELECT changes()")
            #expect(changed.contains("1"), "\(changed)")
            let outcome = try world.run("ledger", "verify")
            #expect(outcome.status == 1, "\(sql)")
            #expect(outcome.errors.contains("error[ledger-corrupt]"), "\(outcome.errors)")
        }
    }

    @Test func aCutTailShowsAgainstAHeadThatWasNoted() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let head = try #require(try world.json(world.run("ledger", "--format", "json"))["head"] as? String)
        #expect(try world.run("ledger", "verify", "--head", head).status == 0)
        #expect(try world.run("restore", run).status == 0)
        // An older head is still in the chain.
        #expect(try world.run("ledger", "verify", "--head", head).status == 0)
        _ = try ledger(world, "DELETE FROM lines WHERE seq > 3")
        #expect(try world.run("ledger", "verify").status == 0, "nothing in the chain itself shows a cut tail")
        let outcome = try world.run("ledger", "verify", "--head", head)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("error[ledger-corrupt]"))
    }

    @Test(arguments: ["removed", "emptied", "garbage", "without lines"])
    func aLostLedgerStopsEveryPlanUntilSomebodyAccepts(_ loss: String) throws {
        let world = try ActingWorld("lost-\(loss)")
        #expect(try world.run("pin", "items/gone.txt").status == 0)
        let run = try world.apply()
        let file = world.quarantine + "/ledger.db"
        switch loss {
        case "removed": try FileManager.default.removeItem(atPath: file)
        case "emptied": try Data().write(to: URL(fileURLWithPath: file))
        case "garbage": try Data("garbage".utf8).write(to: URL(fileURLWithPath: file))
        default: _ = try ledger(world, "DELETE FROM lines")
        }
        // The pin is lost with it: nothing may go on the word of a ledger that knows of none.
        for arguments in [["clean", "--delete-all", "--yes", "--purge"], ["plan", "-q", "-o", world.plan]] {
            let outcome = try Program.run(arguments, in: world.world.directory)
            #expect(outcome.status == 3, "\(arguments): \(outcome.output)")
            #expect(outcome.errors.contains("error[ledger-lost]"), "\(outcome.errors)")
        }
        #expect(world.exists("items/gone.txt"))
        let listed = try world.run("ledger")
        #expect(listed.output.contains(run) && listed.output.contains("receipts only"), "\(listed.output)")
        // Some of it, then the rest: the new ledger does not hide what the receipt knows.
        #expect(try world.run("restore", run, "--item", "1").status == 0)
        #expect(try world.run("restore", run).status == 0)
        #expect(try TreeSnapshot(world.world.store).difference(from: world.original).isEmpty)
        #expect(try world.run("pin", "items/gone.txt").status == 0)
        #expect(try world.run("accept", "database").status == 0)
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        #expect(world.exists("items/gone.txt") && !world.exists("items/gone"))
    }

    @Test func aPurgeDoesNotTrustABrokenChain() throws {
        let world = try ActingWorld()
        try world.apply()
        _ = try ledger(world, "UPDATE lines SET body = replace(body, '\"retention\":604800', '\"retention\":0')")
        let outcome = try world.run("purge", "--yes")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("error[ledger-corrupt]"), "\(outcome.errors)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aPinHoldsInQuarantineToo() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        #expect(try world.run("pin", "items/gone").status == 0)
        let outcome = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(try world.counts(outcome) == ["held": 1, "purged": 2], "\(outcome.output)")
        #expect(try world.inQuarantine().count == 1)
    }

    @Test(.enabled(if: geteuid() == 0)) func rootActsForTheOwnerOfTheStore() throws {
        let world = try ActingWorld()
        _ = try Program.execute("/bin/chown", ["-R", "65534:65534", world.world.directory])
        #expect(try world.run("pin", "items/nothing", asNobody: true).status == 0)
        let run = try world.apply()
        // What root moved aside, the owner can take back.
        let outcome = try world.run("restore", run, asNobody: true)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func lookingAtALedgerMakesNone() throws {
        let world = try ActingWorld()
        for arguments in [["ledger"], ["pin", "--list"], ["ledger", "verify"], ["clean", "--dry-run"], ["scan"]] {
            _ = try Program.run(arguments, in: world.world.directory)
            #expect(!world.exists(".foundling"), "\(arguments)")
        }
    }

    @Test func twoAtOnceTakeTurns() throws {
        let world = try ActingWorld()
        for number in 0..<200 { try world.world.file("items/more\(number)/x", "x") }
        let before = try TreeSnapshot(world.world.store)
        try world.makePlan()
        let second = world.world.directory + "/second.jsonl"
        #expect(try world.run("plan", "-q", "--output", second).status == 0)
        // Both plans name the same entries; each entry is moved by one of them and by nobody else.
        let script = """
            '\(Program.path)' apply '\(world.plan)' --format json > one.json & \
            '\(Program.path)' apply '\(second)' --format json > two.json; wait
            """
        _ = try Program.execute("/bin/sh", ["-c", script], in: world.world.directory)
        #expect(try world.inQuarantine().count == 203)
        for run in try world.runs() { try world.run("restore", run) }
        #expect(try TreeSnapshot(world.world.store).difference(from: before).isEmpty)
        #expect(try world.run("ledger", "verify").status == 0)
    }

    @Test func aLockLeftByADeadProcessIsNoObstacle() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.run("apply", world.plan, fault: "item.move@1:after=kill")
        #expect(world.exists(".foundling/lock"))
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        #expect(try world.inQuarantine().count == 3)
        try world.expectUndo("a dead holder")
    }

    @Test func whoeverWaitsTooLongIsToldWhoHoldsTheStore() throws {
        let world = try ActingWorld()
        try world.apply()
        // flock(1) takes the same lock; the wait is the program's own 30 seconds.
        let script =
            "flock .foundling/lock '\(Program.path)' -h > /dev/null; flock data/.foundling/lock '\(Program.path)' restore \(try #require(world.runs().last))"
        let outcome = try Program.execute("/bin/sh", ["-c", script], in: world.world.directory)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("error[store-busy]"), "\(outcome.errors)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aPinIsKeptUntilItsDay() throws {
        let world = try ActingWorld()
        #expect(try world.run("pin", "items/gone", "--why", "to compare", "--until", "2199-01-01").status == 0)
        #expect(try world.run("pin", "items/gone.txt", "--until", "2001-01-01").status != 0, "a day in the past")
        let list = try world.run("pin", "--list")
        #expect(list.output.contains("items/gone") && list.output.contains("to compare"), "\(list.output)")
        let scan = try world.json(world.run("scan", "--format", "json"))
        let findings = try #require(scan["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["path"] as? String == "items/gone" && $0["kind"] as? String == "pinned" })
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        #expect(world.exists("items/gone") && !world.exists("items/gone.txt"))
        #expect(try world.run("pin", "--remove", "items/gone").status == 0)
        #expect(try world.run("pin", "--remove", "items/gone").status == 64)
        #expect(try world.run("pin", "items/nothing-here").errors.contains("nothing lies at"))
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        #expect(!world.exists("items/gone"))
    }
}
