import Foundation
import FoundlingTesting
import Testing

/// A removal of unused media took 22,942 files and 238 GB, ten times what its administrator expected, and asked nobody
/// (mastodon#33948). Users of another tool have long asked for a largest number of deletions (rclone#1032).
@Suite("Incident 17: an unexpected magnitude, and no brake") struct Incident17Magnitude {
    @Test(arguments: Engine.available) func ninetyEightOfAHundredNeedAPersonWhoNamesThisPlan(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        for number in 0..<600 { try world.world.file("datasets/heap\(number)", "x") }
        try world.run("plan -q -o plan")
        let refused = try world.run("apply plan -q", exits: 3, error: "approval-needed")
        let hash = try world.planHash()
        #expect(refused.errors.contains("601 of 613 entries") && refused.errors.contains(hash), "\(refused.errors)")
        for wrong in ["yes", String(repeating: "0", count: 64), String(hash.prefix(11))] {
            try world.run("apply plan -q --approve \(wrong)", exits: 3, error: "approval-mismatch")
        }
        try world.run("clean --delete-all --yes -q", exits: 3, error: "approval-needed")
        #expect(try world.inQuarantine().isEmpty)
        // The approval of one plan is not that of another.
        try world.world.file("datasets/heap-more", "x")
        try world.run("plan -q -o plan")
        try world.run("apply plan -q --approve \(hash)", exits: 3, error: "approval-mismatch")
        try world.act("apply plan --approve \(world.planHash())", ["moved": 604])
    }

    @Test func fewEntriesThatHoldMostOfTheBytesNeedAPersonToo() throws {
        let world = try IncidentWorld(.sqlite)
        try world.world.file("datasets/old/huge", String(repeating: "x", count: 3_000_000))
        try world.run("plan -q -o plan")
        let refused = try world.run("apply plan -q", exits: 3, error: "approval-needed")
        #expect(refused.errors.contains("bytes"), "\(refused.errors)")
    }

    @Test func smallRunsAddUp() throws {
        let world = try IncidentWorld(.sqlite)
        try world.clean()
        try world.world.file("datasets/next1/x")
        try world.clean(["moved": 1])
        for number in 2...3 { try world.world.file("datasets/next\(number)/x") }
        try world.run("plan -q -o plan")
        let refused = try world.run("apply plan -q", exits: 3, error: "approval-needed")
        #expect(refused.errors.contains("recent runs included"), "\(refused.errors)")
    }

    @Test(arguments: Engine.available) func aMistakenDeleteOfAllButOneWaitsForAPerson(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id <> 'ds1'")
        try world.drain(4)
        #expect(try world.tasks("held").count == 11)
        #expect(try world.inQuarantine().isEmpty)
        try world.run("tasks", exits: 4, says: "held until a person approves")
        try world.run("tasks approve --count 10", exits: 3, error: "approval-needed")
        // It was a mistake; the rows come back, and nothing was lost.
        let rows = try world.names(in: "datasets").filter { $0 != "ds1" && $0 != "old" }
        for name in rows { try world.sql(world.row(name)) }
        try world.run("tasks approve --count 11")
        try world.drain()
        #expect(try world.findings() == IncidentWorld.asEver)
    }

    @Test(arguments: Engine.available) func aTableThatIsEmptyAllAtOnceTakesNothingAlong(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets")
        let outcome = try Program.run(["worker", "--once", "-q"], in: world.world.directory)
        #expect([3, 4].contains(outcome.status), "\(outcome.output)\(outcome.errors)")
        world.expectNothingLost("worker")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "TRUNCATE is seen on PostgreSQL alone: script/test"))
    func aTruncatedTableIsAPersonsAffair() throws {
        let world = try IncidentWorld(.postgres)
        try world.installTriggers()
        try world.sql("BEGIN; TRUNCATE datasets; \(world.row("ds1")); COMMIT")
        try world.drain(4)
        #expect(try world.inQuarantine().isEmpty)
        try world.run("tasks approve --count 1", exits: 3, error: "approval-needed")
    }

    @Test func withNobodyLookingNothingGoesOverALimit() throws {
        let world = try IncidentWorld(.sqlite, safety: "min_age: 0s\n  unattended: true")
        try world.accept()
        for number in 0..<50 { try world.world.file("datasets/heap\(number)", "x") }
        try world.run("clean --unattended -q")
        let second = try world.run("clean --unattended -q", exits: 4, with: ["FOUNDLING_CLOCK": "7200"])
        #expect(second.output.contains("eft to a person"), "\(second.output)\(second.errors)")
        #expect(try world.names(in: "datasets").count == 63)
    }
}
