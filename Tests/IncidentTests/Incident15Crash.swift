import Foundation
import FoundlingTesting
import Testing

/// A repack was interrupted, and its lock broken by hand: what had been moved was in neither place any more
/// (borg#9748, borg#7497). A cleaner deleted first and wrote down afterwards, and a crash in between left a timeline
/// that named files which were gone (hudi#942).
@Suite("Incident 15: a crash half-way") struct Incident15Crash {
    private static let killed: Int32 = 128 + SIGKILL

    /// Steps at which an apply is killed.
    private static let points = [
        "run.make@1:before", "receipt.append@1:after", "receipt.sync@1:before", "ledger.append@3:before",
        "ledger.append@3:after", "item.move@1:before", "item.move@1:after", "item.move@2:after", "item.move@3:after",
        "directory.sync@3:before", "ledger.append@4:before",
    ]

    /// The tree is what it was, but for the time of a directory that an entry in it left and came back to.
    private func expectSame(_ world: IncidentWorld, _ original: TreeSnapshot) throws {
        let difference = try TreeSnapshot(world.world.store).difference(from: original)
            .filter { !$0.contains(" trainings/train_1/checkpoints mode=40755 ") }
        #expect(difference.isEmpty, "\(difference)")
    }

    /// Everything is where it was before the first plan.
    private func expectUndo(_ world: IncidentWorld, _ original: TreeSnapshot) throws {
        try world.run("pin trainings/train_1 -q")
        try world.run("ledger verify -q")
        for run in Set(try world.inQuarantine().map { $0.prefix { $0 != "/" } }) { try world.run("restore \(run) -q") }
        try expectSame(world, original)
        try world.run("ledger verify -q")
    }

    @Test func whereverAnApplyIsKilledItCanBeTakenBack() async throws {
        try await AtOnce.forEach(Self.points) { point in
            let world = try IncidentWorld(.sqlite, "killed")
            let original = try TreeSnapshot(world.world.store)
            try world.accept()
            try world.run("apply plan -q", exits: Self.killed, with: ["FOUNDLING_FAULT": point + "=kill"])
            let atPlace = IncidentWorld.orphans.filter(world.exists).count
            #expect(try atPlace + world.inQuarantine().count == 3, "\(point): each is in exactly one place")
            try expectUndo(world, original)
        }
    }

    @Test func aCrashInTheRecoveryFromACrashLosesNothing() async throws {
        let seconds = [
            "ledger.append@1:before", "ledger.append@1:after", "item.return@1:before", "item.return@1:after",
        ]
        try await AtOnce.forEach(seconds) { second in
            let world = try IncidentWorld(.sqlite, "twice")
            let original = try TreeSnapshot(world.world.store)
            try world.accept()
            try world.run("apply plan -q", exits: Self.killed, with: ["FOUNDLING_FAULT": "item.move@2:after=kill"])
            // A record has come, so that recovery has something to put back, too.
            try world.sql(world.row("old"))
            let recovery = try Program.run(
                ["pin", "trainings/train_1", "-q"], in: world.world.directory,
                environment: ["FOUNDLING_FAULT": second + "=kill"])
            #expect([Self.killed, 0, 4].contains(recovery.status), "\(second): \(recovery.errors)")
            world.expectNothingLost("recovery")
            _ = try Program.run(["pin", "trainings/train_1", "-q"], in: world.world.directory)
            #expect(world.exists("datasets/old/data"), "\(second): what is claimed is back")
            try expectUndo(world, original)
        }
    }

    @Test(arguments: Engine.available) func aWorkerThatIsKilledLeavesItsTaskToTheNext(_ engine: Engine) throws {
        for point in ["item.move@1:before", "item.move@1:after", "ledger.append@4:before"] {
            let world = try IncidentWorld(engine)
            try world.installTriggers()
            try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
            world.giveUp("datasets/ds1")
            try world.drain(Self.killed, with: ["FOUNDLING_FAULT": point + "=kill"])
            // Its lease runs out.
            try world.sql("UPDATE \(world.outbox) SET lease = 1")
            try world.drain()
            #expect(try world.tasks() == ["done datasets ds1"], "\(point)")
            #expect(try !world.exists("datasets/ds1") && world.inQuarantine().count == 1, "\(point)")
            try world.run("ledger verify -q")
        }
    }

    @Test func aPurgeThatIsKilledAsksAgainBeforeItRemovesMore() throws {
        let world = try IncidentWorld(.sqlite)
        let run = try world.clean()
        try world.run(
            "purge \(run) --now --yes -q", exits: Self.killed, with: ["FOUNDLING_FAULT": "purge.begin@3:after=kill"])
        for orphan in ["old"] { try world.sql(world.row(orphan)) }
        try world.act("purge \(run) --now --yes", ["rescued": 1, "purged": 2], exits: 4)
        try world.need("datasets/old/data")
        try world.run("ledger verify -q")
    }

    @Test func aRestoreThatIsKilledIsGoneOnWith() async throws {
        try await AtOnce.forEach(["item.restore@1:before", "item.restore@2:after", "item.restore@3:after"]) { point in
            let world = try IncidentWorld(.sqlite, "restore")
            let original = try TreeSnapshot(world.world.store)
            let run = try world.clean()
            try world.run("restore \(run) -q", exits: Self.killed, with: ["FOUNDLING_FAULT": point + "=kill"])
            try world.run("restore \(run) -q")
            try expectSame(world, original)
        }
    }
}
