import Foundation
import FoundlingSeam
import FoundlingTesting
import Testing

/// Files are written first and their records committed later. A sweeper that looked in between took them for orphans:
/// uploads of more than a few minutes were lost (seaweedfs#7730), and files of commits under way (iceberg#4194,
/// paimon#3074, where reading the records before listing the files was the cause).
@Suite("Incident 5: written before it is committed, and a window too short") struct Incident05WriteBeforeCommit {
    /// The default age, and moments of this host's clock an hour before it is reached and one after.
    private static let day = "min_age: 24h"
    private static let tooSoon = ["FOUNDLING_CLOCK": "82800"]
    private static let later = ["FOUNDLING_CLOCK": "90000"]

    @Test(arguments: Engine.available) func whatIsYoungMayYetBeCommitted(_ engine: Engine) throws {
        let world = try IncidentWorld(engine, safety: Self.day)
        let young = IncidentWorld.orphans.filter { !$0.contains("checkpoints") }.map { "young \($0)" }
        #expect(try world.findings(with: Self.tooSoon) == young, "and nothing is judged inside what is young")
        try world.run("plan -q -o plan", with: Self.tooSoon)
        #expect(try !String(contentsOfFile: world.world.directory + "/plan", encoding: .utf8).contains("datasets/old"))
        #expect(try world.findings(with: Self.later) == IncidentWorld.asEver)
    }

    /// The listing, the reading, the last look and the move: a record may be committed at any moment between them.
    @Test func aRecordCommittedAtAnyStepOfAPlanAndItsApplySavesItsFiles() async throws {
        let probe = try IncidentWorld(.sqlite, "probe")
        let trace = probe.world.directory + "/trace"
        try probe.run("plan -q -o plan", with: ["FOUNDLING_TRACE": trace])
        let planning = try CrashPoint.points(inTrace: trace)
        try FileManager.default.removeItem(atPath: trace)
        try probe.run("apply plan -q", with: ["FOUNDLING_TRACE": trace])
        let applying = try CrashPoint.points(inTrace: trace)
        #expect(applying.contains { $0.step == .itemMove })
        try await AtOnce.forEach(planning) { try commit("plan", at: $0) }
        try await AtOnce.forEach(applying) { try commit("apply", at: $0) }
    }

    /// Commits the record of an orphan right before a step, and expects its file to be there in the end.
    private func commit(_ act: String, at point: CrashPoint) throws {
        let world = try IncidentWorld(.sqlite, "commit")
        try world.need("datasets/old/data")
        let late = "\(point):before=\(world.shell(world.row("old")))"
        try world.run("plan -q -o plan", with: act == "plan" ? ["FOUNDLING_AT": late] : [:])
        // While it moves a file is where it should be only before and after.
        let applied = try Program.run(
            ["apply", "plan", "-q"], in: world.world.directory,
            environment: act == "apply" ? ["FOUNDLING_AT": late] : [:])
        let told = "\(act) \(point): \(applied.output)\(applied.errors)"
        #expect(applied.status == 0, "\(told)")
        // After the last of these looks the quarantine is what is left.
        if !world.exists("datasets/old/data") {
            #expect(point.step == .ledgerAppend || point.step == .directorySync, "\(told)")
            let run = try #require(try world.inQuarantine().first { $0.hasPrefix("20") }).prefix { $0 != "/" }
            try world.run("purge \(run) --now --yes -q", exits: 4)
        }
        world.expectNothingLost(told)
    }

    @Test(arguments: Engine.available) func aRecordCommittedWhileItsFilesMoveGetsThemBack(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.need("datasets/old/data")
        let late = "item.move@3:after=\(world.shell(world.row("old")))"
        try world.act("apply plan", ["rescued": 1, "moved": 2], with: ["FOUNDLING_AT": late])
    }

    /// An age below what an application needs is its owner's mistake; the quarantine is there for that.
    @Test(arguments: Engine.available) func aCommitLongAfterTheMoveStillFindsItsFiles(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let run = try world.clean()
        try world.sql(world.row("old"))
        let purge = try world.act("purge \(run) --now --yes", ["rescued": 1, "purged": 2], exits: 4)
        #expect(purge.output.contains("\"alarm\":true"), "\(purge.output)")
        try world.need("datasets/old/data")
        #expect(try world.findings().isEmpty)
    }

    @Test func theNewestThingInsideCounts() throws {
        let world = try IncidentWorld(.sqlite, safety: "min_age: 1h")
        try world.world.file("datasets/old/deep/er/x")
        for path in ["datasets/old/deep/er", "datasets/old/deep", "datasets/old/data", "datasets/old"] {
            world.date(path, 1_500_000_000)
        }
        #expect(try world.findings().contains("young datasets/old"))
    }

    @Test(arguments: Engine.available) func nothingInsideWhatIsBeingMadeIsJudged(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("UPDATE trainings SET status = 'running' WHERE id = 1")
        // It is writing this very checkpoint.
        try world.need("trainings/train_1/checkpoints/step_9/data")
        #expect(try world.findings() == ["orphan datasets/old", "orphan trainings/train_4"])
        try world.clean(["moved": 2])
    }
}
