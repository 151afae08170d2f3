import Foundation
import FoundlingTesting
import Testing

/// What the next command makes of a run that was cut short, where somebody else had a hand in it.
@Suite struct RecoveryTests {
    @Test func whatTookTheNameAtTheLastMomentIsPutBackAfterACrash() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let gone = world.world.store + "/items/gone"
        // Between the last look and the move the application puts something new in its place.
        let swap = "mv '\(gone)' '\(world.world.directory)/elsewhere' && mkdir '\(gone)' && echo new > '\(gone)/new'"
        try world.run("apply", world.plan, fault: "item.move@1:after=kill", at: "item.move@1:before=\(swap)")
        #expect(!world.exists("items/gone"))
        let next = try world.run("pin", "items/nothing")
        #expect(world.exists("items/gone/new"), "\(next.output)\(next.errors)")
        #expect(!next.errors.contains("neither in place nor in the quarantine"), "\(next.errors)")
    }

    @Test func whereItsPlaceIsTakenItIsHeldWithAnAlarm() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let gone = world.world.store + "/items/gone"
        let swap = "mv '\(gone)' '\(world.world.directory)/elsewhere' && mkdir '\(gone)' && echo new > '\(gone)/new'"
        try world.run("apply", world.plan, fault: "item.move@1:after=kill", at: "item.move@1:before=\(swap)")
        try world.world.file("items/gone/newer")
        let next = try world.run("pin", "items/nothing")
        #expect(next.errors.contains("ALARM"), "\(next.output)\(next.errors)")
        #expect(world.exists("items/gone/newer"))
        #expect(try world.inQuarantine().count == 1)
        let run = try #require(world.runs().last)
        #expect(try world.run("purge", run, "--now", "--yes").status == 4)
        #expect(try world.inQuarantine().count == 1)
    }

    @Test func aRestoreOfItsOwnThatWasCutShortIsTriedAgain() throws {
        let world = try ActingWorld()
        try world.makePlan()
        try world.run("apply", world.plan, fault: "item.move@1:after=kill")
        try world.world.sql("INSERT INTO items VALUES ('late', 'items/gone', 'ready')")
        try world.run("pin", "items/nothing", fault: "item.restore@1:before=kill")
        #expect(!world.exists("items/gone"))
        let next = try world.run("pin", "items/nothing")
        #expect(world.exists("items/gone/a.bin"), "\(next.output)\(next.errors)")
    }

    @Test func whatRecoveryFoundIsOnDiskBeforeItIsWrittenDown() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.run("restore", run, fault: "item.restore@1:after=kill")
        try? FileManager.default.removeItem(atPath: world.traceFile)
        try world.run("pin", "items/nothing", trace: true)
        let steps = world.steps()
        let synced = try #require(steps.firstIndex(of: "directory.sync"), "\(steps)")
        let written = try #require(steps.lastIndex(of: "ledger.append"), "\(steps)")
        #expect(synced < written, "\(steps)")
    }
}
