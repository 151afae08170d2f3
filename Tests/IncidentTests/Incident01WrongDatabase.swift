import Foundation
import FoundlingTesting
import Testing

/// A repair command asked a database that had not been migrated yet. What it got was "no such table", it read that as
/// "no rows", and every attachment and large file of the server went as unreferenced (gitea#36227). Others met a table
/// that was half loaded (kandev#1659), or an opt-in for empty tables that let everything pass (opal#924).
@Suite("Incident 1: wrong, empty or unmigrated database") struct Incident01WrongDatabase {
    @Test(arguments: Engine.available) func anEmptiedTableHasNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.sql("DELETE FROM datasets")
        for command in ["scan -q", "plan -q -o other", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "source-empty")
        }
        // Nor may a plan of before be carried out on its word.
        try world.run("apply plan -q", exits: 3, error: "source-empty")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test(arguments: Engine.available) func aTableThatIsNotMigratedYetHasNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("ALTER TABLE checkpoints RENAME TO checkpoint_files")
        for command in ["scan -q", "plan -q -o plan", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "table-missing")
        }
        try world.sql("ALTER TABLE checkpoint_files RENAME TO checkpoints")
        #expect(try world.findings() == IncidentWorld.asEver)
    }

    @Test(arguments: Engine.available) func aColumnThatAMigrationRenamedHasNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("ALTER TABLE datasets RENAME COLUMN raw_path TO path")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "column-missing")
    }

    @Test(arguments: Engine.available) func aFreshSchemaWithTheRightTablesHasNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine, hasRows: false)
        for command in ["scan -q", "plan -q -o plan", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "source-empty")
        }
    }

    @Test(arguments: Engine.available) func stagingByMistakeIsNotTheDatabaseThatWasAccepted(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let staging = try IncidentWorld(engine, "staging")
        try staging.sql("DELETE FROM datasets WHERE id <> 'ds1'; DELETE FROM trainings WHERE id > 2")
        try world.accept()
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try world.point(to: staging)
        for command in ["plan -q -o other", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "database-changed")
        }
        try world.run("apply plan -q", exits: 5, error: "plan-stale")
        #expect(try world.inQuarantine().isEmpty)
        try manifest.write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        try world.act("apply plan", ["moved": 3])
    }

    @Test(arguments: Engine.available) func anOlderBackupIsNotTrustedAndSparesWhatIsNewerThanIt(_ engine: Engine) throws
    {
        let world = try IncidentWorld(engine)
        try world.accept()
        // Back to when the last two trainings were not there yet; their files are.
        try world.sql("DELETE FROM trainings WHERE id > 11")
        switch engine {
        case .sqlite: try world.sql("UPDATE sqlite_sequence SET seq = 11 WHERE name = 'trainings'")
        case .postgres: try world.sql("SELECT setval('trainings_id_seq', 11)")
        case .mariadb: try world.sql("ALTER TABLE trainings AUTO_INCREMENT = 12, ALGORITHM = INPLACE")
        }
        let refused = try world.run("plan -q -o other", exits: 3)
        #expect(refused.errors.contains("error[database-"), "\(refused.errors)")
        try world.run("clean --delete-all --yes -q", exits: 3)
        // Somebody accepts it all the same: numbers that it never gave out are nobody's left-overs.
        try world.run("accept database -q --reason restored")
        try world.clean()
        #expect(
            try world.findings() == ["newer_than_catalog trainings/train_12", "newer_than_catalog trainings/train_13"])
    }

    @Test(arguments: Engine.available) func aTableThatLosesItsRowsAfterThePlanMakesItStale(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.sql("DELETE FROM datasets WHERE id LIKE 'ds1%' OR id IN ('ds2', 'ds3', 'ds5')")
        try world.run("apply plan -q", exits: 5, error: "plan-stale")
        // A plan of now names what the rows that are left do not, and needs a person.
        try world.run("plan -q -o plan")
        let refused = try world.run("apply plan -q", exits: 3, error: "approval-needed")
        #expect(refused.errors.contains("rows since the last plan"), "\(refused.errors)")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "approval-needed")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test(arguments: Engine.available) func leaveToBeEmptyIsNoLeaveToTakeEverything(_ engine: Engine) throws {
        let world = try IncidentWorld(engine, datasets: "may_be_empty: true\nmay_meet_nothing: true")
        try world.sql("DELETE FROM datasets")
        try world.run("plan -q -o plan")
        try world.run("apply plan -q", exits: 3, error: "approval-needed")
        try world.run("clean --datasets-only --yes -q", exits: 3, error: "approval-needed")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func aDatabaseThatIsNotThereIsNotMadeAndHasNoVerdict() throws {
        let world = try IncidentWorld(.sqlite)
        try FileManager.default.moveItem(atPath: world.world.database, toPath: world.world.database + ".away")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "catalog-missing")
        #expect(!FileManager.default.fileExists(atPath: world.world.database))
        try Data().write(to: URL(fileURLWithPath: world.world.database))
        try world.run("clean --delete-all --yes -q", exits: 3, error: "catalog-corrupt")
    }
}
