import Foundation
import FoundlingTesting
import Testing

/// What happens between two looks at an entry, as late as it may: each look is there because of one of these.
@Suite struct LastLookTests {
    private func reason(_ world: ActingWorld, _ outcome: Program.Outcome, _ path: String) throws -> String {
        let item = try #require(try world.items(outcome).first { $0["path"] as? String == path }, "\(outcome.output)")
        return "\(item["state"] ?? ""): \(item["reason"] ?? "")"
    }

    @Test func aLinkThatARecordClaimsByNowSavesWhatItLeadsTo() throws {
        let row = "INSERT INTO items VALUES ('late', 'items/way', 'ready')"
        let world = try ActingWorld()
        try world.world.link("items/way", to: "gone")
        try world.makePlan()
        try world.world.sql(row)
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try world.counts(outcome) == ["rescued": 2, "moved": 2], "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin") && world.exists("items/way"))
        // And as late as the purge. The link went with what it leads to, and only the record of it came back.
        let late = try ActingWorld()
        try late.world.link("items/way", to: "gone")
        let run = try late.apply()
        try late.world.link("items/way", to: "gone")
        try late.world.sql(row)
        let purged = try late.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(try late.counts(purged) == ["rescued": 1, "held": 1, "purged": 2], "\(purged.output)")
        #expect(late.exists("items/gone/a.bin"))
    }

    @Test func aLinkMadeSinceThePlanSavesWhatItLeadsTo() throws {
        let world = try ActingWorld()
        try world.makePlan()
        // Nobody claims it yet; the application may be about to.
        try world.world.link("items/new", to: "gone")
        try world.world.link("items/alive/inside", to: "../gone.txt")
        let outcome = try world.run("apply", world.plan, "--purge", "--format", "json")
        #expect(try world.counts(outcome) == ["rescued": 2, "purged": 1], "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin") && world.exists("items/gone.txt"))
    }

    @Test func whatStaysAfterAllKeepsWhatItsLinksLeadTo() throws {
        /// Two orphans, one with a link to the other.
        func linked(_ name: String) throws -> ActingWorld {
            let world = try ActingWorld(name)
            try world.world.file("items/needed/b", "b")
            try world.world.link("items/user/way", to: "../needed")
            return world
        }
        // A record claims the one that has the link, as late as the apply.
        let claimed = try linked("claimed")
        try claimed.makePlan()
        try claimed.world.sql("INSERT INTO items VALUES ('late', 'items/user', 'ready')")
        let first = try claimed.run("apply", claimed.plan, "--purge", "--format", "json")
        #expect(try claimed.counts(first) == ["rescued": 2, "purged": 3], "\(first.output)")
        #expect(claimed.exists("items/needed/b"))
        // It changed, and is skipped.
        let changed = try linked("changed")
        try changed.makePlan()
        try changed.world.file("items/user/new", "new")
        let second = try changed.run("apply", changed.plan, "--purge", "--format", "json")
        #expect(try changed.counts(second)["skipped"] == 1, "\(second.output)")
        #expect(changed.exists("items/needed/b"), "\(second.output)")
        // Both lie in quarantine, and the one comes back, or is held there.
        for isOccupied in [false, true] {
            let late = try linked("late")
            let run = try late.apply()
            try late.world.sql("INSERT INTO items VALUES ('late', 'items/user', 'ready')")
            if isOccupied { try late.world.file("items/user/else", "other") }
            let purged = try late.run("purge", run, "--now", "--yes", "--format", "json")
            let again = try late.run("purge", run, "--now", "--yes", "--format", "json")
            let isThere = try late.exists("items/needed/b") || late.inQuarantine().count == 2
            #expect(isThere, "\(purged.output)\(again.output)")
        }
    }

    @Test func aRewrittenFileIsNoticedBesideOneThatIsShared() throws {
        let world = try ActingWorld()
        try world.world.file("items/pair1/own", "gone")
        try world.world.file("items/pair1/both", "both")
        try world.world.hardLink("items/pair2", to: world.world.store + "/items/pair1/both")
        try world.makePlan()
        try rewriteSecretly(world.world.store + "/items/pair1/own")
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try reason(world, outcome, "items/pair1").contains("skipped: something in it changed"))
        #expect(try world.counts(outcome)["moved"] == 4)
    }

    @Test func whatCannotBeRemovedDoesNotKeepTheRest() throws {
        let world = try ActingWorld()
        for number in 0..<200 { try world.world.file("items/gone/many/\(number)", "x") }
        let run = try world.apply()
        // A failure that passes is made good by reading the directory again.
        let purged = try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@10:before=1")
        #expect(purged.status == 0, "\(purged.output)\(purged.errors)")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func aRecordThatLeadsThroughALinkToWhatLiesInQuarantineGetsItBack() throws {
        let world = try ActingWorld()
        try world.world.link("links/current", to: "../items/gone")
        // It stays where it is: a link in no declared place keeps what it leads to from the start.
        #expect(try world.run("plan", "-q", "--output", world.plan).status == 0)
        #expect(try !String(contentsOfFile: world.plan, encoding: .utf8).contains("\"items/gone\""))
        try FileManager.default.removeItem(atPath: world.world.store + "/links/current")
        let run = try world.apply()
        try world.world.link("links/current", to: "../items/gone")
        try world.world.sql("INSERT INTO items VALUES ('late', 'links/current', 'ready')")
        let purged = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(try world.counts(purged) == ["rescued": 1, "purged": 2], "\(purged.output)")
        #expect(world.exists("items/gone/a.bin"))
    }

    @Test func whatWasWrittenToAsItWasSetAsideIsHeldByTheNextPurgeToo() throws {
        let write = "echo late > "
        let world = try ActingWorld()
        let run = try world.apply()
        let late = "'\(world.quarantine)/\(run)/purging-1/late'"
        try world.run("purge", run, "--now", "--yes", at: "purge.begin@3:after=\(write)\(late)")
        let again = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(try world.counts(again) == ["held": 1], "\(again.output)")
        // The same where the purge was killed, and what it left was written to.
        let killed = try ActingWorld()
        let second = try killed.apply()
        try killed.run("purge", second, "--now", "--yes", fault: "purge.begin@3:after=kill")
        try Data("late".utf8).write(to: URL(fileURLWithPath: "\(killed.quarantine)/\(second)/purging-1/late"))
        let purged = try killed.run("purge", second, "--now", "--yes", "--format", "json")
        #expect(try killed.counts(purged) == ["held": 1, "purged": 2], "\(purged.output)")
        #expect(try killed.inQuarantine() == [second + "/1"])
    }

    @Test func aPurgeStopsAtWhatIsTakenAwayUnderItsHands() throws {
        let world = try ActingWorld()
        for number in 0..<200 { try world.world.file("items/gone/many/\(number)", "x") }
        let run = try world.apply()
        let path = "\(world.quarantine)/\(run)"
        let outcome = try world.run(
            "purge", run, "--now", "--yes", "--format", "json",
            at: "purge.unlink@20:after=mv '\(path)/purging-1' '\(world.world.store)/items/gone'")
        #expect(outcome.status == 4, "\(outcome.output)")
        #expect(try world.counts(outcome)["purged"] == 2, "\(outcome.output)")
        let left = try FileManager.default.subpathsOfDirectory(atPath: world.world.store + "/items/gone").count
        #expect(left > 100, "\(left) of some 210 are left")
    }

    @Test func whatACrashLeftUnaskedIsAskedAsSoonAsTheDatabaseAnswers() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.run("apply", world.plan, fault: "item.move@3:after=kill")
        try FileManager.default.moveItem(atPath: world.world.database, toPath: world.world.database + ".away")
        for _ in 0..<2 { #expect(try world.run("pin", "items/nothing").errors.contains("ALARM")) }
        try FileManager.default.moveItem(atPath: world.world.database + ".away", toPath: world.world.database)
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone/a.bin', 'ready')")
        #expect(try world.run("pin", "items/nothing").errors.contains("was put back"))
        #expect(world.exists("items/gone/a.bin"))
        let quiet = try world.run("pin", "items/nothing")
        #expect(quiet.status == 0 && quiet.errors.contains("nothing lies at"), "\(quiet.errors)")
    }

    @Test func whatIsWrittenBetweenTheMeasurementAndThePlanIsLeftOut() throws {
        let world = try ActingWorld()
        // The store's clock is asked after the scan and before the plan looks at each orphan.
        let outcome = try world.run(
            "plan", "--output", world.plan, at: "lock.write@5:after=touch '\(world.world.store)/items/gone/a.bin'")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("'items/gone' was written to while the plan was made"), "\(outcome.errors)")
        #expect(try !String(contentsOfFile: world.plan, encoding: .utf8).contains("\"items/gone\""))
    }

    /// Rewrites a file without a trace in its size and modification time.
    private func rewriteSecretly(_ path: String) throws {
        var status = stat()
        #expect(stat(path, &status) == 0)
        let file = open(path, O_WRONLY)
        #expect(write(file, "GONE", 4) == 4)
        var times = [status.st_atim, status.st_mtim]
        #expect(futimens(file, &times) == 0)
        close(file)
    }

    @Test func aFileRewrittenWithItsOldTimeIsNoticedByItsTimeOfChange() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try rewriteSecretly(world.world.store + "/items/gone.txt")
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try reason(world, outcome, "items/gone.txt").contains("skipped: something in it changed"))
        // The same while it lies in quarantine.
        let late = try ActingWorld()
        let run = try late.apply()
        let items = try late.items(late.run("ledger", run, "--format", "json"))
        let number = try #require(items.first { $0["path"] as? String == "items/gone.txt" }?["item"] as? Int)
        try rewriteSecretly("\(late.quarantine)/\(run)/\(number)")
        let purged = try late.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(try reason(late, purged, "items/gone.txt").contains("held: something wrote to it"))
        #expect(try late.inQuarantine().count == 1)
    }

    @Test func whatIsWrittenOrOpenedAsItIsSetAsideIsHeld() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let outcome = try world.run(
            "purge", run, "--now", "--yes", "--format", "json",
            at: "purge.begin@3:after=echo late > '\(world.quarantine)/\(run)/purging-1/late'")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome) == ["held": 1, "purged": 2], "\(outcome.output)")
        #expect(try world.inQuarantine() == [run + "/1"])
        #expect(try world.run("restore", run).status == 4, "it is back, but changed: somebody should look")
        #expect(world.exists("items/gone/late") && world.exists("items/gone/a.bin"))
    }

    @Test func anEntryThatAProcessWorksInStays() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        process.currentDirectoryURL = URL(fileURLWithPath: world.world.store + "/items/gone/deep")
        try process.run()
        defer { process.terminate() }
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try reason(world, outcome, "items/gone").contains("(sleep) works in it"))
        #expect(world.exists("items/gone/a.bin"))
        #expect(try world.counts(outcome)["moved"] == 2)
    }

    @Test func nothingIsTakenFromADirectoryThatWasRenamedMeanwhile() throws {
        let world = try ActingWorld()
        try world.makePlan()
        // Between the look and the move: the cached descriptor would follow it.
        let outcome = try world.run(
            "apply", world.plan, "--format", "json",
            at: "ledger.append@3:after=cd '\(world.world.store)' && mv items old && cp -a old items")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(try world.counts(outcome) == ["skipped": 3], "\(outcome.output)")
        #expect(try reason(world, outcome, "items/gone").contains("renamed or replaced"))
        #expect(try world.inQuarantine().isEmpty)
        for path in ActingWorld.orphans {
            #expect(world.exists(path) && world.exists(path.replacingOccurrences(of: "items/", with: "old/")))
        }
    }

    @Test func nothingIsTakenThroughADirectoryThatBecameALink() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let outcome = try world.run(
            "apply", world.plan, "--format", "json",
            at: "ledger.append@3:after=cd '\(world.world.store)' && mv items old && ln -s old items")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(try world.counts(outcome) == ["skipped": 3], "\(outcome.output)")
        #expect(try world.inQuarantine().isEmpty)
        // What it left open is settled by the next, which is not stopped by it either.
        #expect([0, 4].contains(try world.run("pin", "items/nothing").status))
        #expect(try world.run("ledger", "verify").status == 0)
    }

    @Test(.enabled(if: geteuid() == 0)) func aStoreThatIsUnmountedHalfWayIsWholeWhenItIsMountedAgain() throws {
        let world = try ActingWorld()
        let (store, disk) = (world.world.store, world.world.directory + "/disk")
        try FileManager.default.moveItem(atPath: store, toPath: disk)
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: false)
        func mount() throws {
            try #require(try Program.execute("/bin/mount", ["--bind", disk, store]).status == 0)
        }
        try mount()
        defer { _ = try? Program.execute("/bin/umount", ["-l", store]) }
        try world.makePlan()
        let outcome = try world.run("apply", world.plan, at: "item.move@2:after=umount -l '\(store)'")
        #expect([0, 3, 4].contains(outcome.status), "\(outcome.output)\(outcome.errors)")
        // An empty mount point is no store: nothing is judged, and nothing made in it.
        #expect(try world.run("scan").errors.contains("error[store-empty]"))
        try mount()
        try world.run("pin", "items/nothing")
        try world.expectNothingLost("mounted again")
        try world.expectUndo("mounted again")
    }

    @Test func aRunCutShortLooksAtTheRecordsBeforeAnythingElse() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.run("apply", world.plan, fault: "item.move@3:after=kill")
        #expect(!world.exists("items/gone"))
        let listed = try world.run("ledger")
        #expect(listed.output.contains("cut short with 3 items under way"), "\(listed.output)")
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone/a.bin', 'ready')")
        let next = try world.run("pin", "items/nothing")
        #expect(next.errors.contains("'items/gone' of a run that was cut short was put back"), "\(next.errors)")
        #expect(world.exists("items/gone/a.bin"))
        #expect(try world.inQuarantine().count == 2)
        // Without a database nobody knows: that is an alarm, and no quiet one.
        let blind = try ActingWorld()
        try blind.makePlan()
        try blind.run("apply", blind.plan, fault: "item.move@3:after=kill")
        try FileManager.default.moveItem(atPath: blind.world.database, toPath: blind.world.database + ".away")
        let alarmed = try blind.run("pin", "items/nothing", "--quiet")
        #expect(alarmed.status == 4, "\(alarmed.errors)")
        #expect(alarmed.errors.contains("ALARM"), "\(alarmed.errors)")
    }

    /// Entries inside entries share the fate of what holds them.
    private func nested(_ name: String) throws -> World {
        let world = try World(name)
        for step in 1...2 { try world.file("trainings/t1/checkpoints/checkpoint_\(step)/x.bin") }
        try world.sql(
            """
            CREATE TABLE trainings (id TEXT, status TEXT); INSERT INTO trainings VALUES ('t1', 'completed');
            CREATE TABLE checkpoints (path TEXT);
            INSERT INTO checkpoints VALUES ('trainings/t1/checkpoints/checkpoint_1');
            """)
        try world.write(
            """
            trainings:
              entries: trainings/*
              records: [{ table: trainings, key: id, claims: ["trainings/{id}"], making: status = 'running' }]
            checkpoints:
              within: trainings
              entries: trainings/*/checkpoints/checkpoint_*
              records: [{ table: checkpoints, key: path, claims: ["{path}"] }]
            """, safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        #expect(try Program.run(["plan", "-q"], in: world.directory).status == 0)
        return world
    }

    @Test func whatLiesInAnEntryStaysWhereThatIsBeingMadeUnclaimedOrKeptByNow() throws {
        for (change, words) in [
            ("UPDATE trainings SET status = 'running'", "being made"),
            (
                "UPDATE trainings SET id = 'other'; UPDATE checkpoints SET path = 'trainings/t9/checkpoints/checkpoint_1'",
                "claimed by nobody"
            ),
            ("", "'trainings/t1' above it holds a .foundling-keep"),
        ] {
            let world = try nested("nested")
            if change.isEmpty { try world.file("trainings/t1/.foundling-keep") } else { try world.sql(change) }
            let outcome = try Program.run(
                ["apply", "foundling.plan.jsonl", "--format", "json"], in: world.directory)
            #expect(outcome.output.contains(words), "\(outcome.output)\(outcome.errors)")
            #expect(!outcome.output.contains("\"state\":\"moved\""), "\(outcome.output)")
            #expect(
                FileManager.default.fileExists(atPath: world.store + "/trainings/t1/checkpoints/checkpoint_2/x.bin"))
        }
        let world = try nested("nested")
        let outcome = try Program.run(["apply", "foundling.plan.jsonl"], in: world.directory)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.store + "/trainings/t1/checkpoints/checkpoint_2"))
    }

    @Test func aTreeTooDeepToBeLookedAtIsLeftOutAndHarmsNothing() throws {
        let world = try ActingWorld()
        try world.world.makeDeep("items/gone/down", levels: 5_000)
        defer { _ = try? Program.execute("/bin/rm", ["-rf", world.world.store + "/items/gone"]) }
        let outcome = try world.run("plan", "--output", world.plan)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("'items/gone' is left out"), "\(outcome.errors)")
        #expect(outcome.errors.contains("directories deep"), "\(outcome.errors)")
    }
}
