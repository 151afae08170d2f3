import Foundation
import FoundlingTesting
import Testing

/// An upload met a layer that was there already, so it was not written again, and its age stayed that of years ago: the
/// collector took it a moment later (harbor#23116). An attachment was attached between the check and the purge
/// (rails#33438).
@Suite("Incident 6: an old item used again") struct Incident06ReuseWithoutFreshening {
    @Test(arguments: Engine.available) func whatIsUsedAgainByAnotherTableStays(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.need("datasets/old/data")
        try world.sql("UPDATE trainings SET checkpoint_dir = 'datasets/old/data' WHERE id = 1")
        try world.act("apply plan", ["rescued": 1, "moved": 2])
    }

    @Test(arguments: Engine.available) func whatIsUsedAgainWhileItLiesInQuarantineComesBack(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let run = try world.clean()
        try world.sql("UPDATE trainings SET checkpoint_dir = '/data/datasets/old' WHERE id = 1")
        let purge = try world.act("purge \(run) --now --yes", ["rescued": 1, "purged": 2], exits: 4)
        #expect(purge.output.contains("\"alarm\":true"), "\(purge.output)")
        try world.need("datasets/old/data")
        try world.run("ledger verify -q")
    }

    @Test func aTouchSavesWhatIsToBeUsedAgain() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        try world.need("datasets/old/data")
        world.date("datasets/old/data", 1_700_000_000)
        try world.act("apply plan", ["skipped": 1, "moved": 2], exits: 4)
    }

    @Test func whatSomebodyReadsStays() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        try world.need("datasets/old/data")
        let reader = try FileHandle(forReadingFrom: URL(fileURLWithPath: world.store + "/datasets/old/data"))
        try world.act("apply plan", ["skipped": 1, "moved": 2], exits: 4)
        try reader.close()
    }

    @Test func aLinkToItSavesIt() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        try world.need("datasets/old/data")
        try world.world.link("trainings/train_2/input", to: "../../datasets/old")
        try world.act("apply plan", ["rescued": 1, "moved": 2])
        #expect(try world.findings().isEmpty, "and it keeps what it leads to from now on")
    }

    @Test(arguments: Engine.available) func aWorkerSparesWhatANewRowUsesAgain(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'; \(world.row("again", path: "datasets/ds1/data"))")
        try world.drain()
        #expect(try world.tasks() == ["done datasets ds1"])
        // As late as after its move.
        try world.sql("DELETE FROM datasets WHERE id = 'ds2'")
        let late = "item.move@1:after=\(world.shell(world.row("late", path: "datasets/ds2")))"
        try world.drain(with: ["FOUNDLING_AT": late])
    }

    @Test(arguments: Engine.available) func aRecordThatComesAsThePurgeSetsItAsideGetsItBack(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let run = try world.clean()
        let late = "purge.begin@3:after=\(world.shell(world.row("old")))"
        try world.act(
            "purge \(run) --now --yes", ["rescued": 1, "purged": 2], exits: 4, with: ["FOUNDLING_AT": late])
        try world.need("datasets/old/data")
    }
}
