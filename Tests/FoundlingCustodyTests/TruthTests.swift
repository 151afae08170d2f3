import Foundation
import FoundlingTesting
import Testing

/// What a command says it did is what it did, also where it was stopped, and its exit code says the same.
@Suite struct TruthTests {
    @Test func aRestoreThatIsStoppedSaysWhatIsBack() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        // The files are back; only the ledger could not say so any more.
        let outcome = try world.run("restore", run, fault: "ledger.append@3:before=5")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("restored 3"), "\(outcome.output)")
        #expect(outcome.output.contains("Stopped["), "\(outcome.output)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
        let next = try world.run("restore", run)
        #expect(next.status == 0, "\(next.output)\(next.errors)")
        #expect(next.output.contains("it was back already"), "\(next.output)")
    }

    @Test func aPurgeThatIsStoppedSaysWhatIsGone() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let outcome = try world.run("purge", run, "--now", "--yes", fault: "ledger.append@3:before=5")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("purged 3"), "\(outcome.output)")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func anApplyThatIsStoppedAfterItMovedIsPartial() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let outcome = try world.run("apply", world.plan, fault: "ledger.append@4:before=5")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aReaderThatGoesAwayDoesNotHideWhatWasDone() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let held = try FileHandle(forUpdating: URL(fileURLWithPath: world.world.store + "/items/gone/a.bin"))
        defer { try? held.close() }
        let shell = try Program.execute(
            "/bin/bash",
            [
                "-c",
                "cd '\(world.world.directory)' && '\(Program.path)' apply '\(world.plan)' | true; echo ${PIPESTATUS[0]}",
            ])
        #expect(shell.output.contains("4"), "one item was open: \(shell.output)\(shell.errors)")
        let full = try Program.execute(
            "/bin/bash", ["-c", "cd '\(world.world.directory)' && '\(Program.path)' ledger > /dev/full; echo $?"])
        #expect(full.output.contains("1"), "\(full.output)")
        #expect(full.errors.contains("the output cannot be written"), "\(full.errors)")
    }

    @Test func theUndoScriptPutsBackWhatAPurgeHadBegunToRemoveAndSaysSo() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@4:after=kill")
        let script = try Program.execute("/bin/sh", ["\(world.quarantine)/\(run)/undo.sh"])
        #expect(script.status == 1, "what is incomplete is no success")
        #expect(script.errors.contains("was being removed for good"), "\(script.errors)")
        #expect(try world.inQuarantine().isEmpty)
        #expect(world.exists("items/gone"))
    }

    @Test func aRunThatItsScriptPutBackIsNoError() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        #expect(try Program.execute("/bin/sh", ["\(world.quarantine)/\(run)/undo.sh"]).status == 0)
        let outcome = try world.run("restore", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("it was back already"), "\(outcome.output)")
    }

    @Test func aLineThatNobodyCanReadDoesNotStandInTheWayOfRestoring() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        _ = try Program.execute(
            "/usr/bin/sqlite3",
            [world.quarantine + "/ledger.db", "UPDATE lines SET body = '{}' WHERE kind = 'intent' AND item = 1"])
        #expect(try world.run("purge", run, "--now", "--yes").errors.contains("error[ledger-corrupt]"))
        try world.world.file("items/another/x", "gone too")
        try world.makePlan()
        #expect(try world.run("apply", world.plan).errors.contains("error[ledger-corrupt]"))
        let outcome = try world.run("restore", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func aPlanOfAStoreWhoseLedgerWasLostIsNotApplied() throws {
        let world = try ActingWorld()
        try world.run("pin", "items/gone.txt")
        try world.makePlan()
        try FileManager.default.removeItem(atPath: world.quarantine + "/ledger.db")
        for arguments in [["apply", world.plan], ["apply", world.plan, "--purge"]] {
            let outcome = try Program.run(arguments, in: world.world.directory)
            #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("error[ledger-lost]"), "\(outcome.errors)")
        }
        #expect(try world.inQuarantine().isEmpty)
        // What was moved before the loss is not removed on the word of a ledger that knows no pins either.
        let other = try ActingWorld()
        let run = try other.apply()
        try FileManager.default.removeItem(atPath: other.quarantine + "/ledger.db")
        let purged = try other.run("purge", run, "--now", "--yes")
        #expect(purged.status == 3, "\(purged.output)\(purged.errors)")
        #expect(purged.errors.contains("error[ledger-lost]"), "\(purged.errors)")
        let unverified = try other.run("purge", run, "--unverified", "--confirm", run)
        #expect(unverified.status == 0, "\(unverified.output)\(unverified.errors)")
        #expect(unverified.output.contains("the ledger was lost before"), "\(unverified.output)")
        #expect(try other.inQuarantine().isEmpty)
    }

    @Test func aScanOfAnotherDatabaseThanTheAcceptedOneSaysSoFirst() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try FileManager.default.copyItem(atPath: world.world.database, toPath: world.world.database + ".copy")
        try FileManager.default.removeItem(atPath: world.world.database)
        try FileManager.default.moveItem(atPath: world.world.database + ".copy", toPath: world.world.database)
        let scanned = try world.run("scan")
        #expect(scanned.output.hasPrefix("DOUBT: this is another database"), "\(scanned.output)")
        #expect(try world.run("scan", "-q", "--format", "json").output.contains("another database"))
    }

    @Test func anAlarmIsNeverASuccess() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try FileManager.default.removeItem(atPath: "\(world.quarantine)/\(run)/1")
        let outcome = try world.run("clean", "--delete-all", "--yes", "-q")
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("ALARM: 1 item of an earlier run is neither in place nor in the quarantine"))
    }

    @Test func aFileThatKeepsADirectoryAboveEntriesKeepsThemAll() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.world.file("items/.foundling-keep", "asked for by the studio")
        let planned = try world.run("plan", "--output", world.plan + "2")
        #expect(planned.output.contains("Unclaimed, and kept: 3 pinned") || planned.output.contains("Nothing to move"))
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(try world.counts(outcome) == ["skipped": 3], "\(outcome.output)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
        // In the root of the store it keeps everything.
        let other = try ActingWorld()
        try other.world.file(".foundling-keep", "")
        #expect(try other.run("clean", "--delete-all", "--yes").output.contains("Nothing to move aside"))
    }

    @Test func whatVanishesFromAPurgeIsNotCalledRemoved() throws {
        let world = try ActingWorld()
        for number in 0..<200 { try world.world.file("items/gone/many/\(number)", "x") }
        let run = try world.apply()
        let outcome = try world.run(
            "purge", run, "--now", "--yes", "--format", "json",
            at: "purge.unlink@20:after=mv '\(world.quarantine)/\(run)/purging-1' '\(world.world.directory)/away'")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome) == ["failed": 1, "purged": 2], "\(outcome.output)")
        #expect(try world.counts(world.run("ledger", run, "--format", "json"))["lost"] == 1)
    }

    @Test func aPurgeCutShortIsKnownFromItsReceiptToo() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.run("purge", run, "--now", "--yes", fault: "purge.begin@3:after=kill")
        for suffix in ["", "-journal"] {
            try? FileManager.default.removeItem(atPath: world.quarantine + "/ledger.db" + suffix)
        }
        let outcome = try world.run("restore", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func whatIsHeldIsNotRemovedUnasked() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'ready')")
        try world.world.file("items/gone/other", "made anew")
        #expect(
            try world.counts(world.run("purge", run, "--now", "--yes", "--format", "json")) == ["held": 1, "purged": 2])
        let outcome = try world.run("purge", run, "--unverified", "--confirm", run, "--format", "json")
        #expect(try world.counts(outcome) == ["held": 1], "\(outcome.output)")
        #expect(try world.inQuarantine() == [run + "/1"])
    }

    @Test func nothingIsRestoredIntoTheQuarantineNotEvenThroughALink() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try FileManager.default.createSymbolicLink(
            atPath: world.world.directory + "/way", withDestinationPath: world.quarantine)
        for directory in [world.quarantine, world.world.directory + "/way", world.world.directory + "/way/\(run)"] {
            let outcome = try world.run("restore", run, "--to", directory)
            #expect(outcome.errors.contains("lies in the quarantine"), "\(directory): \(outcome.errors)")
        }
        try world.expectUndo("after refusals")
    }

    @Test(.enabled(if: geteuid() == 0)) func whoMayNotReadTheQuarantineIsToldSoAndNotThatNothingWasDone() throws {
        let world = try ActingWorld()
        _ = try Program.execute("/bin/chmod", ["755", world.world.directory])
        try world.apply()
        for arguments in [["ledger"], ["ledger", "verify"], ["pin", "--list"]] {
            let outcome = try Program.run(arguments, in: world.world.directory, asNobody: true)
            #expect(outcome.status == 3, "\(arguments): \(outcome.output)")
            #expect(outcome.errors.contains("as root"), "\(outcome.errors)")
        }
        let scanned = try Program.run(["scan"], in: world.world.directory, asNobody: true)
        #expect(scanned.output.contains("DOUBT: pins cannot be read"), "\(scanned.output)\(scanned.errors)")
        let silent = try Program.run(["scan", "-q", "--format", "json"], in: world.world.directory, asNobody: true)
        #expect(silent.output.contains("pins cannot be read"))
    }

    @Test func everyCommandInAHintNamesTheManifest() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let outcome = try Program.run(
            ["restore", "--manifest", world.world.manifest, "20200101-000000-abcdef"], in: "/tmp")
        #expect(outcome.errors.contains("`foundling ledger --manifest \(world.world.manifest)`"), "\(outcome.errors)")
        let shown = try Program.run(["apply", "--manifest", world.world.manifest, world.plan], in: "/tmp")
        #expect(shown.errors.contains("--manifest \(world.world.manifest)`"), "\(shown.errors)")
        #expect(try world.run("restore", run).status == 0)
    }
}
