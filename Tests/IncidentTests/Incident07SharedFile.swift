import Foundation
import FoundlingTesting
import Testing

/// Two rows named one file; when the first was deleted its file went, and the second showed a broken picture
/// (django-cleanup#79). A directory was taken for one owner's although another's files lay in it
/// (laravel-medialibrary#2223).
@Suite("Incident 7: a shared file, and one owner deleted") struct Incident07SharedFile {
    @Test(arguments: Engine.available) func twoRowsOneFile(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql(world.row("twin", path: "datasets/ds1"))
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        try world.clean()
    }

    @Test(arguments: Engine.available) func twoTablesOneFile(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("UPDATE trainings SET checkpoint_dir = 'datasets/ds1/data' WHERE id = 2")
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        try world.clean()
    }

    @Test(arguments: Engine.available) func twoResourcesOneDirectory(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        // A dataset that lies in a training's directory, and outlives it.
        try world.sql("UPDATE datasets SET raw_path = 'trainings/train_9/log' WHERE id = 'ds1'")
        try world.sql("DELETE FROM trainings WHERE id = 9")
        world.giveUp("datasets/ds1")
        try world.clean(["moved": 4])
        #expect(!world.exists("datasets/ds1"))
    }

    @Test(arguments: Engine.available) func aDirectoryGoesOnlyWithTheLastThatClaimsAnythingInIt(_ engine: Engine) throws
    {
        let world = try IncidentWorld(engine)
        try world.sql(
            "UPDATE datasets SET raw_path = 'datasets/ds2/a' WHERE id = 'ds1'; UPDATE datasets SET raw_path = 'datasets/ds2/b' WHERE id = 'ds2'"
        )
        world.giveUp("datasets/ds1")
        for name in ["a", "b"] { try world.live("datasets/ds2/\(name)") }
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds2'")
        world.giveUp("datasets/ds2/b")
        try world.drain()
        #expect(world.exists("datasets/ds2/b"), "a directory is taken whole, or not at all")
        world.giveUp("datasets/ds2")
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        try world.drain()
        #expect(!world.exists("datasets/ds2"))
    }

    @Test(arguments: Engine.available) func theFirstOwnerThatIsDeletedTakesNothingAlong(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql(world.row("twin", path: "/data/datasets/ds1/"))
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        try world.drain()
        #expect(try world.tasks() == ["done datasets ds1"])
        world.giveUp("datasets/ds1")
        try world.sql("DELETE FROM datasets WHERE id = 'twin'")
        try world.drain()
        #expect(!world.exists("datasets/ds1"))
    }

    @Test func aHardLinkInAnOrphanIsNotTheFile() throws {
        let world = try IncidentWorld(.sqlite)
        try world.world.hardLink("datasets/old/same", to: world.store + "/datasets/ds1/data")
        let run = try world.clean()
        try world.act("purge \(run) --now --yes", ["purged": 3])
    }
}
