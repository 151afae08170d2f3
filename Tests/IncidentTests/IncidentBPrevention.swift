import Foundation
import FoundlingTesting
import Testing

/// A file was removed by a hook before its transaction was rolled back: the row stayed and pointed at nothing
/// (django-cleanup#43). The other way round a rolled-back row left its file for good.
@Suite("Incident B1: a deletion that is rolled back") struct IncidentB1Rollback {
    @Test(arguments: Engine.available) func whatIsRolledBackLeavesNoTask(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("BEGIN; DELETE FROM datasets WHERE id = 'ds1'; DELETE FROM trainings WHERE id = 1; ROLLBACK")
        #expect(try world.tasks().isEmpty)
        try world.sql("BEGIN; SAVEPOINT s; DELETE FROM datasets WHERE id = 'ds2'; ROLLBACK TO SAVEPOINT s; COMMIT")
        try world.drain()
        #expect(try world.tasks().isEmpty)
        #expect(try world.findings() == IncidentWorld.asEver)
    }
}

/// A job was put into its queue before the transaction was committed, ran at once, saw the row still there, and the
/// file was left for good (rails#35386); a purge ran although the row stayed.
@Suite("Incident B2: a job that runs before its transaction commits") struct IncidentB2JobBeforeCommit {
    @Test(arguments: Engine.available) func aWorkerSeesNothingBeforeTheCommitAndAllAfterIt(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        let early = try world.during("DELETE FROM datasets WHERE id = 'ds1'", run: "worker --once -q", ends: "COMMIT")
        // One SQLite file has one writer: there a worker waits, and says so if that takes too long.
        #expect(early == (engine == .sqlite ? 3 : 0))
        #expect(try world.tasks() == ["ready datasets ds1"])
        world.giveUp("datasets/ds1")
        try world.drain()
        #expect(try world.tasks() == ["done datasets ds1"])
        #expect(!world.exists("datasets/ds1"))
    }

    @Test(arguments: Engine.available) func aScanInTheMidstOfATransactionSeesNoneOfIt(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        if engine == .sqlite { try world.sql("PRAGMA journal_mode = WAL") }
        try world.accept()
        let during = try world.during(
            "DELETE FROM datasets WHERE id = 'ds1'", run: "clean --delete-all --yes -q", ends: "ROLLBACK")
        #expect(during == 0)
        #expect(try world.inQuarantine().count == 3)
        #expect(try world.findings().isEmpty)
    }
}

/// The database deleted rows by a cascade, and the framework's hooks, which would have removed their files, never ran
/// (laravel-medialibrary#3419).
@Suite("Incident B3: a cascade that hooks do not see") struct IncidentB3Cascade {
    @Test(arguments: Engine.available) func whatACascadeDeletesTakesItsFilesAlong(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        // The training's directory is needed by another row; only its checkpoints have no record any more.
        try world.sql("UPDATE trainings SET checkpoint_dir = 'trainings/train_2' WHERE id = 3")
        try world.sql("DELETE FROM trainings WHERE id = 2")
        for step in 1...2 { world.giveUp("trainings/train_2/checkpoints/step_\(step)") }
        try world.drain()
        let ours = try world.tasks("done").filter { $0.contains("step_") }
        #expect(ours == (1...2).map { "done checkpoints trainings/train_2/checkpoints/step_\($0)" })
        #expect(!world.exists("trainings/train_2/checkpoints/step_1") && world.exists("trainings/train_2/log"))
    }
}

/// A row was replaced by one statement, deletion and insertion in one, and the file that both name went with the old
/// one; or an upsert changed the path, and the old file stayed for good.
@Suite("Incident B4: REPLACE and upsert") struct IncidentB4Replace {
    private func upsert(_ engine: Engine, _ path: String) -> [String] {
        let row = "INTO datasets VALUES ('ds1', '\(path)', 'ready')"
        let onConflict = "INSERT \(row) ON CONFLICT (id) DO UPDATE SET raw_path = excluded.raw_path"
        return switch engine {
        case .sqlite: ["REPLACE \(row)", onConflict]
        case .postgres: [onConflict]
        case .mariadb: ["REPLACE \(row)", "INSERT \(row) ON DUPLICATE KEY UPDATE raw_path = VALUES(raw_path)"]
        }
    }

    @Test(arguments: Engine.available) func aRowReplacedByItselfKeepsItsFile(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        for statement in upsert(engine, "datasets/ds1") { try world.sql(statement) }
        try world.drain()
        #expect(try world.tasks("ready", "leased", "held", "dead").isEmpty)
        #expect(try world.findings() == IncidentWorld.asEver)
    }

    @Test(arguments: Engine.available) func aPathThatAnUpsertChangesGivesUpTheOldOne(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.live("datasets/new/data")
        try world.sql(try #require(upsert(engine, "datasets/new").last))
        world.giveUp("datasets/ds1")
        try world.drain()
        #expect(!world.exists("datasets/ds1"))
    }
}

/// A broker gave one job to two workers, because the first was slow to say that it had done it (celery#5935).
@Suite("Incident B5: two workers, one task") struct IncidentB5Duplicates {
    @Test(arguments: Engine.available) func twoWorkersDoEachTaskOnce(_ engine: Engine) throws {
        let world = try IncidentWorld(engine, safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        try world.installTriggers()
        for number in 1...9 where number != 4 {
            try world.sql("DELETE FROM datasets WHERE id = 'ds\(number)'")
            world.giveUp("datasets/ds\(number)")
        }
        let workers = try (0..<2).map { _ in
            try Program.start(["worker", "--once", "-q"], in: world.world.directory)
        }
        for worker in workers {
            worker.waitUntilExit()
            #expect(worker.status == 0, "\(worker.errors)")
        }
        world.expectNothingLost("two workers")
        #expect(try world.tasks().allSatisfy { $0.hasPrefix("done") })
        #expect(try world.inQuarantine().count == 8)
        try world.run("ledger verify -q")
    }
}

/// A queue had no consumer since an upgrade, and nobody noticed until the disk was full (gitlab#362841).
@Suite("Incident B6: a queue without a consumer") struct IncidentB6NoConsumer {
    @Test(arguments: Engine.available) func tasksThatNobodyTakesAreShownWithAnExitCode(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.run("tasks")
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        world.giveUp("datasets/ds1")
        try world.sql("UPDATE \(world.outbox) SET due = due - 180000, at = at - 180000")
        let told = try world.run("tasks", exits: 4)
        #expect(told.output.contains("no worker"), "\(told.output)")
        try world.drain()
        try world.run("tasks")
    }
}
