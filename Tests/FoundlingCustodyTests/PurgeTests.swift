import Foundation
import FoundlingTesting
import Testing

/// The only step that cannot be undone asks once more, and stops at whatever is not as it was.
@Suite struct PurgeTests {
    @Test func nothingIsPurgedBeforeItsRetentionEnds() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        for arguments in [["purge", "--yes"], ["purge", run, "--yes"]] {
            let outcome = try Program.run(arguments, in: world.world.directory)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("Nothing is due"), "\(outcome.output)")
        }
        #expect(try world.inQuarantine().count == 3)
        // A retention of no time at all is over at once.
        let short = try ActingWorld(safety: "max_orphans: 100%, max_bytes: 100%, retention: 0s")
        try short.apply()
        #expect(try short.run("purge", "--yes").status == 0)
        #expect(try short.inQuarantine().isEmpty)
    }

    @Test func withoutATerminalNothingIsRemovedUnlessAskedFor() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let outcome = try world.run("purge", run, "--now")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("error[confirmation-needed]"), "\(outcome.errors)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func whatARecordClaimsAgainIsPutBackWithAnAlarm() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone/a.bin', 'ready')")
        let outcome = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(outcome.status == 4, "an alarm is no success")
        #expect(try world.counts(outcome) == ["rescued": 1, "purged": 2], "\(outcome.output)")
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["alarm"] as? Bool == true)
        #expect(world.exists("items/gone/deep/er/b.bin"))
        let shown = try world.run("ledger", run)
        #expect(shown.output.contains("items/gone"), "\(shown.output)")
    }

    /// What happens while something lies in quarantine, and words of why it is then held.
    enum Hold: String, CaseIterable, CustomTestStringConvertible {
        case occupied, making, near, written, replaced, keptOpen

        var testDescription: String { rawValue }

        func happen(in world: ActingWorld, _ run: String) throws {
            let aside = world.quarantine + "/" + run + "/1"
            switch self {
            case .occupied:
                try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'ready')")
                try world.world.file("items/gone/other", "made anew")
            case .making: try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'pending')")
            case .near: try world.world.sql("INSERT INTO items VALUES ('late', 'items/Gone', 'ready')")
            case .written: try Data("late".utf8).write(to: URL(fileURLWithPath: aside + "/late"))
            case .replaced:
                try FileManager.default.moveItem(atPath: aside, toPath: world.world.directory + "/away")
                try FileManager.default.copyItem(atPath: world.world.directory + "/away", toPath: aside)
            case .keptOpen: break
            }
        }

        var words: String {
            switch self {
            case .occupied: "other files lie now"
            case .making: "being made"
            case .near: "nearly names"
            case .written: "wrote to it"
            case .replaced: "something else lies in its place"
            case .keptOpen: "is open"
            }
        }
    }

    @Test(arguments: Hold.allCases) func whatIsDoubtfulIsHeldWithAnAlarm(_ hold: Hold) throws {
        let world = try ActingWorld("hold-\(hold.rawValue)", record: "making: status = 'pending'")
        let run = try world.apply()
        #expect(try world.items(world.run("ledger", run, "--format", "json")).first?["path"] as? String == "items/gone")
        try hold.happen(in: world, run)
        let open = hold == .keptOpen ? world.quarantine + "/" + run + "/1/a.bin" : "/dev/null"
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: open))
        let outcome = try world.run("purge", run, "--now", "--yes", "--format", "json")
        try handle.close()
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(try world.counts(outcome) == ["held": 1, "purged": 2], "\(outcome.output)")
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == "items/gone" })
        #expect(item["alarm"] as? Bool == true)
        #expect((item["reason"] as? String ?? "").contains(hold.words), "\(item)")
        #expect(try world.inQuarantine().count == 1)
        if hold == .keptOpen || hold == .near || hold == .making {
            // It stays restorable.
            #expect(try world.run("restore", run).status == 0)
            #expect(world.exists("items/gone/a.bin"))
        }
    }

    /// Whoever restores wants it back: nothing but a purge removes, and that asks the database anew.
    @Test func aPurgeThatWasCutShortRemovesNothingMoreByItself() throws {
        for point in ["purge.begin@1:after=kill", "ledger.append@2:after=kill"] {
            let world = try ActingWorld()
            let run = try world.apply()
            try world.run("purge", run, "--now", "--yes", fault: point)
            try world.expectUndo("cut short at \(point), before anything was removed")
        }
        let world = try ActingWorld()
        let run = try world.apply()
        try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@2:after=kill")
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'ready')")
        let shown = try world.run("pin", "items/nothing")
        #expect(
            (shown.output + shown.errors).contains("an earlier purge was cut short"), "\(shown.output)\(shown.errors)")
        let again = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(again.status == 4, "\(again.output)")
        #expect(try world.counts(again)["rescued"] == 1, "\(again.output)")
        #expect(world.exists("items/gone"))
    }

    @Test(.enabled(if: geteuid() == 0)) func whatCannotBeRemovedStaysAndCanBeRestored() throws {
        let world = try ActingWorld()
        let guarded = try Program.execute(
            "/usr/bin/chattr", ["+i", world.world.store + "/items/gone/deep/er/b.bin"])
        // tmpfs knows no such attribute.
        guard guarded.status == 0 else { return }
        let run = try world.apply()
        let file = world.quarantine + "/" + run + "/1/deep/er/b.bin"
        defer { _ = try? Program.execute("/usr/bin/chattr", ["-R", "-i", world.world.store]) }
        let outcome = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome)["failed"] == 1, "\(outcome.output)")
        #expect(FileManager.default.fileExists(atPath: file), "it has its name in the quarantine again")
        #expect(try Program.execute("/usr/bin/chattr", ["-i", file]).status == 0)
        let restored = try world.run("restore", run, "--item", "1")
        #expect(world.exists("items/gone/deep/er/b.bin"), "\(restored.output)\(restored.errors)")
    }

    @Test func freeTakesTheOldestUntilItIsEnough() throws {
        let world = try ActingWorld()
        let first = try world.apply()
        try world.world.file("items/later/big", String(repeating: "x", count: 300_000))
        try world.makePlan()
        #expect(try world.run("apply", world.plan).status == 0)
        let outcome = try world.run("purge", "--free", "10K", "--yes", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try world.items(outcome).map { $0["path"] as? String } == ["items/gone"])
        #expect(try world.inQuarantine().allSatisfy { !$0.hasPrefix(first + "/1") })
        #expect(try world.inQuarantine().count == 3)
        for wrong in ["ten", "-1G", "0", "5X"] {
            #expect(try world.run("purge", "--free", wrong, "--yes").status == 64)
        }
    }

    @Test func aRecordCommittedWhileAPurgeGoesOnStillGetsItsFilesBack() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let row = "sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
        // At the last moment before the removal: the entry has lost its name already.
        let outcome = try world.run(
            "purge", run, "--now", "--yes", "--format", "json", at: "purge.begin@3:after=\(row)")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome) == ["rescued": 1, "purged": 2], "\(outcome.output)")
        #expect(world.exists("items/gone/deep/er/b.bin"))
        // Slow purges look again about every second's work, not once at the beginning.
        let slow = try ActingWorld()
        let late = try slow.apply()
        let second =
            "sqlite3 '\(slow.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone-link', 'ready')\""
        let rated = try slow.run(
            "purge", late, "--now", "--yes", "--rate", "5", "--format", "json", at: "purge.unlink@5:after=\(second)")
        #expect(try slow.counts(rated) == ["rescued": 1, "purged": 2], "\(rated.output)")
        #expect(slow.exists("items/gone-link"))
    }

    @Test func withoutADatabaseTheRunMustBeTyped() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try FileManager.default.moveItem(atPath: world.world.database, toPath: world.world.database + ".away")
        #expect(try world.run("purge", run, "--now", "--yes").status != 0)
        #expect(try world.run("purge", run, "--unverified", "--yes").status == 3)
        #expect(try world.run("purge", run, "--unverified", "--confirm", "yes").status == 3)
        #expect(try world.inQuarantine().count == 3)
        let outcome = try world.run("purge", run, "--unverified", "--confirm", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("without asking the database"), "\(outcome.output)")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func orphansThatShareAFileDoNotHoldEachOtherUp() throws {
        let world = try ActingWorld()
        try world.world.file("items/shared1/file", "in both")
        try world.world.hardLink("items/shared2/link", to: world.world.store + "/items/shared1/file")
        try world.world.hardLink("items/shared-file", to: world.world.store + "/items/shared1/file")
        let run = try world.apply()
        let first = try world.items(world.run("ledger", run, "--format", "json"))
        #expect(first.count == 6)
        let one = try world.run("purge", "--free", "1", "--yes", "--format", "json")
        #expect(one.status == 0, "\(one.output)")
        let rest = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(rest.status == 0, "\(rest.output)")
        #expect(try world.inQuarantine().isEmpty)
        // And in one go, where each batch is removed before the next is looked at.
        let other = try ActingWorld()
        try other.world.file("items/a-file", "in both")
        for number in 0..<300 {
            try other.world.hardLink("items/n\(number)", to: other.world.store + "/items/a-file")
        }
        let outcome = try other.run("clean", "--delete-all", "--purge", "--yes", "--format", "json")
        #expect(try other.counts(outcome) == ["purged": 304], "\(outcome.output.suffix(2000))")
    }

    @Test func aPurgeAtARateTakesItsTimeAndRemovesAll() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        #expect(try world.run("purge", run, "--now", "--yes", "--rate", "1000").status == 0)
        #expect(try world.inQuarantine().isEmpty)
        #expect(try world.run("purge", run, "--now", "--yes", "--rate", "0").status == 64)
    }

    @Test func linksInWhatIsPurgedAreRemovedAndNeverFollowed() throws {
        let world = try ActingWorld()
        let outside = world.world.directory + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("live".utf8).write(to: URL(fileURLWithPath: outside + "/live"))
        try world.world.link("items/gone/way-out", to: outside)
        try world.world.link("items/out-link", to: outside)
        let run = try world.apply()
        #expect(try world.run("purge", run, "--now", "--yes").status == 0)
        #expect(try world.inQuarantine().isEmpty)
        #expect(FileManager.default.fileExists(atPath: outside + "/live"))
        for path in ActingWorld.living { #expect(world.exists(path)) }
    }

    @Test func cleanWithPurgeFreesAsItGoes() throws {
        let world = try ActingWorld()
        let outcome = try world.run("clean", "--delete-all", "--purge", "--yes", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(try world.counts(outcome) == ["purged": 3], "\(outcome.output)")
        #expect(try world.inQuarantine().isEmpty)
        for path in ActingWorld.living { #expect(world.exists(path)) }
        #expect(try world.run("ledger", "verify").status == 0)
    }
}
