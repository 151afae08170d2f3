import Foundation
import FoundlingTesting
import Testing

/// A network share was not mounted for an hour. The library scan found nothing behind its rows, called all of them
/// missing, and their owners lost what they had entered (jellyfin#1714, "at least once a month"; immich#17419).
@Suite("Incident 3: storage offline, and every record looks dangling") struct Incident03StoreOffline {
    @Test(arguments: Engine.available) func aStoreThatIsNotThereMakesNothingDangling(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.takeStoreAway()
        let scan = try world.run("scan -q --format json", exits: 3)
        #expect(scan.output.isEmpty && scan.errors.contains("\"store-missing\""), "\(scan.output)\(scan.errors)")
        try world.run("plan -q -o other", exits: 3, error: "store-missing")
        try world.run("apply plan -q", exits: 3, error: "store-missing")
        try world.bringStoreBack()
        #expect(try world.findings() == IncidentWorld.asEver)
        try world.act("apply plan", ["moved": 3])
    }

    @Test(arguments: Engine.available) func anEmptyMountPointIsNoStore(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.takeStoreAway()
        try FileManager.default.createDirectory(atPath: world.world.store, withIntermediateDirectories: false)
        for command in ["scan -q", "plan -q -o other", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "store-empty")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: world.world.store)
        #expect(left.isEmpty, "nothing is made where nothing should be: \(left)")
        try world.bringStoreBack()
        #expect(try world.findings() == IncidentWorld.asEver)
    }

    @Test(arguments: Engine.available) func aWorkerWaitsUntilTheStoreIsBack(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        world.giveUp("datasets/ds1")
        try world.takeStoreAway()
        try world.run("worker --once -q", exits: 3, error: "store-missing")
        try FileManager.default.createDirectory(atPath: world.world.store, withIntermediateDirectories: false)
        try world.run("worker --once -q", exits: 3, error: "store-empty")
        #expect(try world.tasks() == ["ready datasets ds1"])
        try world.bringStoreBack()
        try world.drain()
        #expect(!world.exists("datasets/ds1"))
    }

    @Test(.enabled(if: geteuid() == 0, "mounts need root"))
    func aPlaceThatAnEmptyFileSystemHidesIsNoPlace() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let place = world.world.store + "/datasets"
        try #require(try Program.execute("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "none", place]).status == 0)
        let outcome = try Program.run(["scan", "-q"], in: world.world.directory)
        let clean = try Program.run(["clean", "--delete-all", "--yes"], in: world.world.directory)
        #expect(try Program.execute("/bin/umount", [place]).status == 0)
        for refused in [outcome, clean] {
            #expect(refused.status == 3 && refused.errors.contains("error[listing-incomplete]"), "\(refused)")
        }
        #expect(try world.findings() == IncidentWorld.asEver)
    }

    @Test(arguments: Engine.available) func anEmptyPlaceMakesNoOrphanAndOnlyItsOwnRecordsMissTheirs(
        _ engine: Engine
    ) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        // Half mounted: one directory of the application lies on a disk that is not there.
        let (place, away) = (world.world.store + "/datasets", world.world.directory + "/datasets-away")
        try FileManager.default.moveItem(atPath: place, toPath: away)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let whole = world.hide("datasets")
        let found = try world.findings()
        #expect(
            found.filter { !$0.hasPrefix("dangling datasets/") }
                == IncidentWorld.asEver.filter {
                    !$0.contains("datasets")
                })
        // What the plan would take is all that seems to be there.
        try world.run("apply plan -q", exits: 3, error: "approval-needed")
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: away, toPath: place)
        world.show(whole)
        #expect(try world.findings() == IncidentWorld.asEver)
        try world.act("apply plan", ["moved": 3])
    }

    @Test(arguments: Engine.available) func anotherDiskAtTheSamePlaceIsNotTheStore(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.takeStoreAway()
        // An older copy of the store, say, that somebody mounted instead.
        #expect(try Program.execute("/bin/cp", ["-a", world.store, world.world.store]).status == 0)
        try FileManager.default.removeItem(atPath: world.world.store + "/datasets/ds1")
        for command in ["plan -q -o other", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "store-changed")
        }
        try world.bringStoreBack()
        #expect(try world.findings() == IncidentWorld.asEver)
    }
}
