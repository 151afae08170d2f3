import Foundation
import FoundlingTesting
import Testing

/// Deleting `/1001` asked for everything that begins with it, and `/10011` went as well (Umbraco-S3-Provider#22); so
/// did sites whose name was the beginning of another's (pages-core#1417).
@Suite("Incident 10: a prefix that hits siblings") struct Incident10Prefix {
    @Test(arguments: Engine.available) func oneIsNotTen(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("DELETE FROM trainings WHERE id = 1")
        world.giveUp("trainings/train_1")
        // Its checkpoints go with it, and not one by one.
        try world.clean(["moved": 3])
        #expect(!world.exists("trainings/train_1"))
    }

    @Test(arguments: Engine.available) func aSuffixMakesAnotherName(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        // Of the one the sibling is orphaned, of the other the one that its sibling's name begins with.
        try world.world.file("datasets/ds1_backup/x")
        try world.dataset("ds2_backup")
        try world.sql("DELETE FROM datasets WHERE id = 'ds2'")
        world.giveUp("datasets/ds2")
        try world.run("plan -q -o plan")
        try world.act("apply plan --approve \(world.planHash())", ["moved": 5])
        #expect(!world.exists("datasets/ds1_backup") && !world.exists("datasets/ds2"))
    }

    @Test(arguments: Engine.available) func aShardIsNotThePrefixOfAnother(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.edit("entries: datasets/*", "entries: [datasets/*, shards/*/*]")
        for name in ["ab/abcd", "abc/abcd", "a/b"] { try world.live("shards/\(name)/x") }
        try world.world.file("shards/ab/ab/x")
        for (number, name) in ["ab/abcd", "abc/abcd", "a/b"].enumerated() {
            try world.sql(world.row("s\(number)", path: "shards/\(name)"))
        }
        #expect(try world.findings() == (IncidentWorld.asEver + ["orphan shards/ab/ab"]).sorted())
        try world.clean(["moved": 4])
    }

    @Test(arguments: Engine.available) func aWorkerTakesTheOneThatWasDeleted(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql(
            "DELETE FROM datasets WHERE id = 'ds1'; DELETE FROM checkpoints WHERE training = 1; DELETE FROM trainings WHERE id = 1"
        )
        world.giveUp("datasets/ds1")
        world.giveUp("trainings/train_1")
        _ = try Program.run(["worker", "--once", "-q"], in: world.world.directory)
        world.expectNothingLost("worker")
        #expect(!world.exists("datasets/ds1"))
    }

    @Test func theFirstItemOfARunIsNotTheTenth() throws {
        let world = try IncidentWorld(.sqlite)
        for number in 1...9 { try world.world.file("datasets/more\(number)/x") }
        try world.run("plan -q -o plan")
        let applied = try world.act("apply plan --approve \(world.planHash())", ["moved": 12])
        let run = try #require(applied.output.firstMatch(of: #/"runs":\["([^"]+)"/#)?.1)
        try world.act("restore \(run) --item 1", ["restored": 1])
        #expect(try world.inQuarantine().count == 11)
    }
}
