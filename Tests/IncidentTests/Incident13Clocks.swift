import Foundation
import FoundlingTesting
import Testing

/// A collector measured ages by one clock and was dated by another: a step of NTP, or a host that ran ahead, made what
/// was just written look old, and half of it was deleted (datahike#885, icechunk#2310). The other way round a time in
/// the future never aged (lizardfs#288).
@Suite("Incident 13: clocks") struct Incident13Clocks {
    /// Nine days on, and nine back.
    private static let ahead = ["FOUNDLING_CLOCK": "777600"]
    private static let back = ["FOUNDLING_CLOCK": "-777600"]

    @Test func aTimeInTheFutureKeepsThatEntryAndNoOther() throws {
        let world = try IncidentWorld(.sqlite)
        world.date("datasets/old/data", 4_000_000_000)
        #expect(try world.findings().contains("young datasets/old"))
        try world.clean(["moved": 2])
    }

    @Test func anOldTimeThatCameAlongProvesNoAge() throws {
        let world = try IncidentWorld(.sqlite, safety: "min_age: 24h")
        // As `rsync -a` and `mv` leave it: written years ago, and here for a second.
        world.date("datasets/old/data", 1_500_000_000)
        world.date("datasets/old", 1_500_000_000)
        #expect(try world.findings().contains("young datasets/old"))
        try world.run("clean --delete-all --yes -q")
        #expect(world.exists("datasets/old"))
    }

    @Test(arguments: Engine.available) func aClockThatJumpsAheadAfterThePlanEndsThePlan(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.need("datasets/old/data")
        try world.run("apply plan -q", exits: 5, error: "plan-expired", with: Self.ahead)
    }

    @Test func aPlanFromTheFutureIsNoPlan() throws {
        let world = try IncidentWorld(.sqlite)
        try world.run("plan -q -o plan", with: Self.ahead)
        try world.run("apply plan -q", exits: 5, error: "plan-expired")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test(arguments: Engine.available) func aClockThatJumpsAheadRemovesNothingThatIsClaimed(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.clean()
        try world.sql(world.row("old"))
        // The week of retention seems to be over; the records are asked all the same.
        try world.act("purge --yes", ["rescued": 1, "purged": 2], exits: 4, with: Self.ahead)
        try world.need("datasets/old/data")
        try world.run("scan -q")
    }

    @Test func aClockThatIsSetBackRemovesNothingBeforeItsTime() throws {
        let world = try IncidentWorld(.sqlite)
        try world.run("plan -q -o plan", with: Self.ahead)
        try world.act("apply plan", ["moved": 3], with: Self.ahead)
        try world.run("purge --yes", says: "Nothing is due")
        #expect(try world.inQuarantine().count == 3)
        // Everything on disk seems to come from the future by then, and is kept.
        try world.world.file("datasets/new/x")
        #expect(try world.findings(with: Self.back) == ["young datasets/new"])
    }
}
