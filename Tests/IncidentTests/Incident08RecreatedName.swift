import Foundation
import FoundlingTesting
import Testing

/// A deletion was addressed to a name. By the time it was carried out a new file had that name, and the new one went
/// (django-cleanup#116; fluss#3488, where a database was made anew under the old one's name).
@Suite("Incident 8: a name made anew while its deletion is under way") struct Incident08RecreatedName {
    @Test(arguments: Engine.available) func theSameKeyMadeAnewKeepsItsFiles(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        world.giveUp("datasets/ds1")
        try FileManager.default.removeItem(atPath: world.store + "/datasets/ds1")
        try world.dataset("ds1")
        try world.drain()
        #expect(try world.tasks() == ["done datasets ds1"])
    }

    @Test(arguments: Engine.available) func aFileWrittenAnewBeforeItsRowIsYoung(_ engine: Engine) throws {
        let world = try IncidentWorld(
            engine, safety: "min_age: 1h\n  max_orphans: 100%\n  max_bytes: 100%")
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        // The new one is uploaded, and its row will be committed in a while.
        try world.live("datasets/ds1/data", "the new one")
        try world.drain(4)
        #expect(try world.tasks("ready") == ["ready datasets ds1"])
    }

    @Test(arguments: Engine.available) func aRowThatComesAtTheVeryMoveKeepsItsFiles(_ engine: Engine) throws {
        for step in ["receipt.sync@1:before", "item.move@1:before", "item.move@1:after"] {
            let world = try IncidentWorld(engine)
            try world.installTriggers()
            try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
            try world.drain(with: ["FOUNDLING_AT": "\(step)=\(world.shell(world.row("ds1")))"])
        }
    }

    @Test func anotherFileOfThatNameIsNotTheOneThatWasPlanned() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        try FileManager.default.removeItem(atPath: world.store + "/datasets/old")
        try world.live("datasets/old/data", "another one, whose row comes later")
        try world.act("apply plan", ["skipped": 1, "moved": 2], exits: 4)
    }

    @Test(arguments: Engine.available) func whatHasTheNameByNowIsNeverReplacedNorRemoved(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let run = try world.clean()
        try world.dataset("old")
        try world.act("restore \(run)", ["restored": 2, "failed": 1], exits: 4)
        let again = try world.clean(["moved": 2])
        try world.act("purge \(again) --now --yes", ["purged": 2])
        // The old one: a record names its place, and other files lie there. Somebody should look.
        try world.act("purge \(run) --now --yes", ["held": 1], exits: 4)
        #expect(try world.inQuarantine().count == 1)
    }
}
