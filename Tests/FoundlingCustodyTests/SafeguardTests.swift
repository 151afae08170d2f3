import Foundation
import FoundlingCore
import FoundlingCustody
import FoundlingTesting
import Testing

/// Guards that stand beside others, each where it alone counts.
@Suite struct SafeguardTests {
    private func item(
        _ world: ActingWorld, _ outcome: Program.Outcome, _ path: String = "items/gone"
    ) throws -> (state: String, reason: String) {
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == path }, "\(outcome.output)")
        return (item["state"] as? String ?? "", item["reason"] as? String ?? "")
    }

    // MARK: Before a run

    @Test func aShareOfBytesOverTheLimitNeedsApprovalToo() throws {
        let world = try ActingWorld(safety: "max_orphans: 100%, max_bytes: 10%")
        try world.run("plan", "-q", "--output", world.plan)
        let outcome = try world.run("apply", world.plan)
        #expect(outcome.status == 3 && outcome.errors.contains("approval-needed"), "\(outcome.errors)")
        #expect(world.exists("items/gone"))
    }

    @Test func whatAPlanSaysThereIsOfAResourceIsNotBelieved() throws {
        let world = try ActingWorld(safety: "max_orphans: 20%, max_bytes: 100%")
        try world.run("plan", "-q", "--output", world.plan)
        let text = Array(try Data(contentsOf: URL(fileURLWithPath: world.plan)))
        var (plan, _) = try PlanFile.decode(text, name: "plan")
        plan.trips = []
        for index in plan.wholes.indices { plan.wholes[index].items *= 1_000 }
        try Data(PlanFile.encode(plan).text).write(to: URL(fileURLWithPath: world.plan))
        let outcome = try world.run("apply", world.plan)
        #expect(outcome.status == 3 && outcome.errors.contains("approval-needed"), "\(outcome.errors)")
        #expect(world.exists("items/gone"))
    }

    @Test func clocksApartWidenTheAge() throws {
        let world = try ActingWorld()
        // The host's clock runs an hour ahead of the store's: nothing is as old as it looks.
        let outcome = try Program.run(
            ["plan", "--output", world.plan], in: world.world.directory, environment: ["FOUNDLING_SKEW": "3600"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = Array(try Data(contentsOf: URL(fileURLWithPath: world.plan)))
        #expect(try PlanFile.decode(text, name: "plan").plan.items.isEmpty)
    }

    @Test func aChangedLedgerStopsAnApply() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let changed = try Program.execute(
            "/usr/bin/env", ["sqlite3", world.quarantine + "/ledger.db", "UPDATE lines SET reason = 'x' WHERE seq = 1"])
        #expect(changed.status == 0)
        let outcome = try world.run("apply", world.plan)
        #expect(outcome.status == 1 && outcome.errors.contains("ledger-corrupt"), "\(outcome.errors)")
        #expect(world.exists("items/gone"))
    }

    // MARK: The last look

    @Test func whatIsClaimedBeforeItsMoveNeverLeavesItsPlace() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let row = "sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
        let outcome = try world.run(
            "apply", world.plan, "--format", "json", at: "ledger.append@3:after=\(row)", trace: true)
        #expect(try item(world, outcome).state == "rescued")
        #expect(!world.steps().contains("item.return"), "\(world.steps())")
    }

    @Test func aKeepFileAboveStopsAMove() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.world.file("items/.foundling-keep")
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try item(world, outcome).reason.contains("above it holds a .foundling-keep"), "\(outcome.output)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test(.enabled(if: geteuid() == 0)) func aFileMountedOverAFileInAnEntryKeepsIt() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let target = world.world.store + "/items/gone/a.bin"
        try #require(
            try Program.execute("/bin/mount", ["--bind", world.world.store + "/items/alive.txt", target]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [target]) }
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try item(world, outcome).reason.contains("another file system is mounted here"), "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin"))
    }

    @Test(.enabled(if: geteuid() == 0)) func aFileMountedOverAnEntryKeepsIt() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let target = world.world.store + "/items/gone.txt"
        try #require(
            try Program.execute("/bin/mount", ["--bind", world.world.store + "/items/alive.txt", target]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [target]) }
        let outcome = try world.run("apply", world.plan, "--format", "json")
        let found = try item(world, outcome, "items/gone.txt")
        #expect(found.reason.contains("another file system is mounted here"), "\(outcome.output)")
    }

    @Test func whatIsWrittenToWhileItMovesGoesBack() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let write = "for file in \(world.quarantine)/2*/1/a.bin; do echo late >> $file; done"
        let outcome = try world.run("apply", world.plan, "--format", "json", at: "item.move@1:after=\(write)")
        #expect(try item(world, outcome).reason.contains("written to while it was moved"), "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin"))
    }

    // MARK: Recovery and giving back

    @Test func aNameMadeAnewIsNotTakenForWhatWasToMove() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.run("apply", world.plan, fault: "item.move@1:before=kill")
        // The application removes it and makes another of that name: what became of ours nobody here knows.
        try FileManager.default.removeItem(atPath: world.world.store + "/items/gone")
        try world.world.file("items/gone/new")
        let next = try world.run("pin", "items/nothing")
        #expect(next.errors.contains("neither in place nor in the quarantine"), "\(next.output)\(next.errors)")
        #expect(world.exists("items/gone/new"))
    }

    @Test func whatWasPutInItsPlaceInQuarantineIsNotGivenBack() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let aside = world.quarantine + "/" + run + "/1"
        try FileManager.default.moveItem(atPath: aside, toPath: world.world.directory + "/away")
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: false)
        let outcome = try world.run("restore", run, "--format", "json")
        #expect(outcome.status == 4, "\(outcome.output)")
        #expect(try item(world, outcome).reason.contains("something else lies in its place"), "\(outcome.output)")
        #expect(!world.exists("items/gone"))
    }

    @Test func aReceiptThatNamesAQuarantineIsNotBelieved() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try FileManager.default.removeItem(atPath: world.quarantine + "/ledger.db")
        let path = world.quarantine + "/" + run + "/receipt.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "\"items/gone\"", with: "\".foundling/gone\"")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try world.run("restore", run, "--format", "json")
        #expect(try item(world, outcome, ".foundling/gone").reason.contains("not believed"), "\(outcome.output)")
        #expect(!world.exists(".foundling/gone"))
    }

    // MARK: Removing for good

    @Test func whatIsClaimedBeforeAPurgeIsNeverSetAside() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone/a.bin', 'ready')")
        try world.run("purge", run, "--now", "--yes", trace: true)
        #expect(world.steps().filter { $0 == "purge.begin" }.count == 2, "\(world.steps())")
        #expect(world.exists("items/gone/a.bin"))
    }

    @Test func aRemainderThatSomebodyWroteToIsHeld() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@4:after=kill")
        try world.run("pin", "items/nothing")
        let aside = world.quarantine + "/" + run + "/1"
        let left = try FileManager.default.subpathsOfDirectory(atPath: aside).sorted().first {
            var status = stat()
            return lstat(aside + "/" + $0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: aside + "/" + (try #require(left))))
        try file.seekToEnd()
        try file.write(contentsOf: Data("late".utf8))
        try file.close()
        let outcome = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(outcome.status == 4, "\(outcome.output)")
        #expect(try item(world, outcome).reason.contains("wrote to what is left of it"), "\(outcome.output)")
    }

    @Test func whatALinkInSomethingHeldLeadsToIsHeld() throws {
        let world = try ActingWorld()
        try world.world.link("items/gone/to", to: "../gone.txt")
        let run = try world.apply()
        try Data("late".utf8).write(to: URL(fileURLWithPath: "\(world.quarantine)/\(run)/1/late"))
        _ = try world.run("purge", run, "--now", "--yes")
        let again = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(again.status == 4, "\(again.output)")
        #expect(try world.inQuarantine().count == 2, "\(again.output)")
    }

    @Test func aPurgeInAnotherStoreThanTheAcceptedOneRemovesNothing() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try String(repeating: "ab", count: 16).write(
            toFile: world.quarantine + "/store-id", atomically: false, encoding: .utf8)
        let outcome = try world.run("purge", run, "--now", "--yes")
        #expect(outcome.status == 3 && outcome.errors.contains("store-changed"), "\(outcome.output)\(outcome.errors)")
        #expect(try world.inQuarantine().count == 3)
    }
}
