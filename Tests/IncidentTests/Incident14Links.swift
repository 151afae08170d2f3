import Foundation
import FoundlingTesting
import Testing

/// A cleaner of temporary files followed a link to where it led, as root, and emptied the machine's own file system
/// (cups#1448). Others looked at a name and opened it later, when it had become a link (linux-pam#994).
@Suite("Incident 14: links") struct Incident14Links {
    /// A directory beside the store, with a file that lives.
    private func outside(_ world: IncidentWorld) throws -> String {
        let directory = world.world.directory + "/outside"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try "outside".write(toFile: directory + "/file", atomically: true, encoding: .utf8)
        return directory
    }

    private func expectWhole(_ directory: String) {
        #expect((try? String(contentsOfFile: directory + "/file", encoding: .utf8)) == "outside")
    }

    @Test func whatALinkInAnOrphanLeadsToIsNotTouched() throws {
        let world = try IncidentWorld(.sqlite)
        let outside = try outside(world)
        try world.world.link("datasets/old/out", to: outside)
        try world.world.link("datasets/old/in", to: "../ds1")
        try world.world.link("datasets/old/root", to: "/")
        try world.world.link("datasets/to-outside", to: outside)
        try world.world.link("datasets/to-living", to: "ds2")
        let run = try world.clean(["moved": 5])
        try world.act("purge \(run) --now --yes", ["purged": 5])
        expectWhole(outside)
    }

    @Test(arguments: Engine.available) func aPlaceThatIsALinkIsNotLookedInto(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let outside = try outside(world)
        for name in ["ds1", "foreign"] {
            try FileManager.default.createDirectory(
                atPath: outside + "/" + name, withIntermediateDirectories: true)
        }
        try FileManager.default.moveItem(
            atPath: world.store + "/datasets", toPath: world.world.directory + "/datasets-away")
        try world.world.link("datasets", to: outside)
        world.giveUp("datasets")
        let found = try world.findings().filter { $0.hasPrefix("orphan") }
        #expect(found == ["orphan trainings/train_1/checkpoints/step_9", "orphan trainings/train_4"])
        try world.clean(["moved": 2])
        expectWhole(outside)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).count == 3)
    }

    @Test(arguments: ["receipt.sync@1:before", "ledger.append@3:after"])
    func aPlaceThatBecomesALinkAfterThePlanGivesNothingAway(_ step: String) throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let (data, elsewhere) = (world.world.store, world.world.directory + "/elsewhere")
        let swap = "mv '\(data)/datasets' '\(elsewhere)' && ln -s '\(elsewhere)' '\(data)/datasets'"
        try world.act("apply plan", ["skipped": 1, "moved": 2], exits: 4, with: ["FOUNDLING_AT": "\(step)=\(swap)"])
        #expect(FileManager.default.fileExists(atPath: elsewhere + "/old/data"))
    }

    @Test(arguments: Engine.available) func aLinkThatIsClaimedKeepsWhatItLeadsTo(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        // Moved to where there is room, and linked: the record knows the link alone.
        try FileManager.default.moveItem(
            atPath: world.store + "/trainings/train_7", toPath: world.store + "/datasets/moved-train_7")
        try world.world.link("trainings/train_7", to: "../datasets/moved-train_7")
        try world.clean()
        #expect(world.exists("datasets/moved-train_7/log"))
    }

    @Test(arguments: Engine.available) func aRecordThatGoesThroughALinkKeepsWhatTheKernelOpens(_ engine: Engine) throws
    {
        let world = try IncidentWorld(engine)
        try world.live("datasets/2026/data")
        try world.world.link("current", to: "datasets/2026")
        try world.sql(world.row("now", path: "current/data"))
        try world.clean()
    }

    @Test func aQuarantineThatIsALinkTakesNothing() throws {
        let world = try IncidentWorld(.sqlite)
        let outside = try outside(world)
        try world.world.link(".foundling", to: outside)
        try world.run("clean --delete-all --yes -q", exits: 3, error: "quarantine-unusable")
        for orphan in IncidentWorld.orphans { #expect(world.exists(orphan)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["file"])
    }
}
