import Foundation
import FoundlingTesting
import Testing

/// What an apply does where the world moved on since the plan.
@Suite struct ApplyTests {
    /// Something that happens between the plan and the apply, and why the entry then stays.
    enum Change: String, CaseIterable, CustomTestStringConvertible {
        case claimed, claimedBelow, claimedWhileMoving, making, near
        case written, grown, touched, newFile, keepFile, pinned
        case replacedByLink, madeAgain, gone

        var testDescription: String { rawValue }

        func happen(in world: ActingWorld) throws {
            let gone = world.world.store + "/items/gone"
            switch self {
            case .claimed: try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'ready')")
            case .claimedBelow: try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone/a.bin', 'ready')")
            case .claimedWhileMoving: break
            case .making: try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'pending')")
            case .near: try world.world.sql("INSERT INTO items VALUES ('late', 'items/GONE', 'ready')")
            case .written:
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: gone + "/a.bin"))
                try file.write(contentsOf: Data("b".utf8))
                try file.close()
            case .grown: try world.world.file("items/gone/deep/er/b.bin", "more")
            case .touched: #expect(chmod(gone + "/deep/er", 0o700) == 0)
            case .newFile: try world.world.file("items/gone/new", "")
            case .keepFile: try world.world.file("items/gone/.foundling-keep", "")
            case .pinned: #expect(try world.run("pin", "items/gone", "--why", "for a test").status == 0)
            case .replacedByLink:
                try FileManager.default.moveItem(atPath: gone, toPath: world.world.directory + "/elsewhere")
                try world.world.link("items/gone", to: "alive")
            case .madeAgain:
                try FileManager.default.moveItem(atPath: gone, toPath: world.world.directory + "/elsewhere")
                try FileManager.default.copyItem(atPath: world.world.directory + "/elsewhere", toPath: gone)
            case .gone: try FileManager.default.removeItem(atPath: gone)
            }
        }

        /// The state that the item ends in, and words of the reason.
        var expected: (state: String, reason: String) {
            switch self {
            case .claimed, .claimedBelow: ("rescued", "claims it now")
            case .claimedWhileMoving: ("rescued", "claims it now")
            case .making: ("rescued", "being made")
            case .near: ("rescued", "nearly names it")
            case .written, .grown, .touched, .newFile: ("skipped", "changed since it was planned")
            case .keepFile: ("skipped", ".foundling-keep")
            case .pinned: ("skipped", "pinned")
            case .replacedByLink: ("skipped", "it is a symlink now")
            case .madeAgain: ("skipped", "something else has its name")
            case .gone: ("skipped", "gone")
            }
        }
    }

    @Test(arguments: Change.allCases)
    func whatChangedSinceThePlanStays(_ change: Change) throws {
        let world = try ActingWorld("change-\(change.rawValue)", record: "making: status = 'pending'")
        try world.makePlan()
        try change.happen(in: world)
        let before = try TreeSnapshot(world.world.store + "/items/")
        let row = "sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
        let outcome = try world.run(
            "apply", world.plan, "--format", "json",
            at: change == .claimedWhileMoving ? "item.move@1:after=\(row)" : nil)
        // That a record saved its files is as it should be.
        #expect(outcome.status == (change.expected.state == "rescued" ? 0 : 4), "\(outcome.output)\(outcome.errors)")
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["state"] as? String == change.expected.state, "\(item)")
        #expect((item["reason"] as? String ?? "").contains(change.expected.reason), "\(item)")
        #expect(try world.counts(outcome) == [change.expected.state: 1, "moved": 2], "\(outcome.output)")
        #expect(world.exists("items/gone") == (change != .gone))
        // What stayed is as it was, byte for byte.
        let after = try TreeSnapshot(world.world.store + "/items/")
        let stays = before.lines.filter { !$0.contains("gone.txt") && !$0.contains("gone-link") }
        for line in stays where line.contains("gone/") { #expect(after.lines.contains(line), "\(line)") }
    }

    @Test func aFileThatIsOpenForWritingStays() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let held = try FileHandle(forUpdating: URL(fileURLWithPath: world.world.store + "/items/gone/deep/er/b.bin"))
        let outcome = try world.run("apply", world.plan, "--format", "json")
        try held.close()
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["state"] as? String == "skipped")
        #expect((item["reason"] as? String ?? "").contains("'deep/er/b.bin' is open"), "\(item)")
        #expect(world.exists("items/gone/deep/er/b.bin"))
    }

    @Test(.enabled(if: geteuid() == 0)) func anEntryThatWasMountedOverStays() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let target = world.world.store + "/items/gone/deep"
        try #require(
            try Program.execute("/bin/mount", ["--bind", world.world.store + "/items/alive", target]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [target]) }
        let outcome = try world.run("apply", world.plan, "--format", "json")
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["state"] as? String == "skipped", "\(item)")
        #expect(try world.counts(outcome)["moved"] == 2)
        #expect(world.exists("items/alive/data.bin"))
    }

    @Test func aRowThatAppearsWhileTheLedgerIsWrittenIsSeen() throws {
        let world = try ActingWorld()
        try world.makePlan()
        // Between the intents and the first move: the last claim that a move may rest on is read after it.
        let row = "sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
        let outcome = try world.run("apply", world.plan, "--format", "json", at: "ledger.append@3:after=\(row)")
        #expect(try world.counts(outcome) == ["rescued": 1, "moved": 2], "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin"))
    }

    @Test func whatComesBackFindsItsPlaceTakenAndIsHeldWithAnAlarm() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let gone = world.world.store + "/items/gone"
        let command =
            "mkdir '\(gone)' && sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
        let outcome = try world.run("apply", world.plan, "--format", "json", at: "item.move@1:after=\(command)")
        #expect(outcome.status == 4)
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["state"] as? String == "held")
        #expect(item["alarm"] as? Bool == true)
        #expect((item["reason"] as? String ?? "").contains("foundling restore"), "\(item)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aDatabaseThatGoesAwayHalfWayLeavesEverythingWhereItWas() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let outcome = try world.run(
            "apply", world.plan, "--format", "json",
            at: "item.move@1:after=mv '\(world.world.database)' '\(world.world.database).away'")
        #expect(outcome.status != 0)
        try FileManager.default.moveItem(atPath: world.world.database + ".away", toPath: world.world.database)
        #expect(try world.inQuarantine().isEmpty, "\(outcome.output)\(outcome.errors)")
        try world.expectUndo("the database went away")
    }

    @Test func anOrdinaryUserMovesWhatIsItsOwnAndSaysWhatIsNot() throws {
        let world = try ActingWorld()
        _ = try Program.execute("/bin/chown", ["-R", "65534:65534", world.world.directory])
        #expect(try world.run("plan", "-q", "--output", world.plan, asNobody: true).status == 0)
        let outcome = try world.run("apply", world.plan, "--format", "json", asNobody: true)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let before = try TreeSnapshot(world.world.store)
        let run = try #require(world.runs().last)
        #expect(try world.run("restore", run, asNobody: true).status == 0)
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
        #expect(before != (try TreeSnapshot(world.world.store)))
        guard geteuid() == 0 else { return }
        // A directory of somebody else's: nothing in it may be renamed by nobody.
        _ = try Program.execute("/bin/chown", ["root:root", world.world.store + "/items"])
        #expect(try world.run("plan", "-q", "--output", world.plan, asNobody: true).status == 0)
        let refused = try world.run("apply", world.plan, "--format", "json", asNobody: true)
        #expect(refused.status == 4, "\(refused.output)\(refused.errors)")
        #expect(try world.counts(refused) == ["failed": 3])
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func aHardLinkToALivingFileFreesNothingAndHarmsNothing() throws {
        let world = try ActingWorld()
        try world.world.hardLink("items/gone/shared.bin", to: world.world.store + "/items/alive/data.bin")
        let run = try world.apply()
        #expect(try world.run("purge", run, "--now", "--yes").status == 0)
        let alive = try String(contentsOfFile: world.world.store + "/items/alive/data.bin", encoding: .utf8)
        #expect(alive == "alive")
    }
}
