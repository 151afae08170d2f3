import Foundation
import FoundlingTesting
import Testing

/// A sweeper that knew of pictures and their thumbnails took the site's favicon along (mastodon#30281); others their
/// statistics files (amoro#1959), the logo (paperless#9945), or what lay in the trash to be taken out again
/// (paperless#7132).
@Suite("Incident 12: a kind of reference that the sweeper does not know") struct Incident12UnknownKind {
    @Test func aFileThatNoRuleKnowsIsReportedAndKept() throws {
        let world = try IncidentWorld(.sqlite)
        try world.live("trainings/favicon.ico")
        try world.live("trainings/train_latest/log")
        try world.live("trainings/train_7.json")
        try world.world.link("trainings/current", to: "train_2")
        let found = try world.findings()
        #expect(
            found.filter { $0.hasPrefix("unrecognised") } == [
                "unrecognised trainings/current", "unrecognised trainings/favicon.ico",
                "unrecognised trainings/train_7.json", "unrecognised trainings/train_latest",
            ])
        try world.clean()
        #expect(world.exists("trainings/current"))
    }

    @Test func aPlaceThatTheManifestDoesNotNameIsNotJudged() throws {
        let world = try IncidentWorld(.sqlite)
        try world.live("logos/site.svg")
        try world.live("README")
        #expect(try world.findings() == IncidentWorld.asEver)
        try world.clean()
    }

    @Test(arguments: Engine.available) func rowsThatMovedToATableUnknownToTheManifestLeaveNoVerdict(
        _ engine: Engine
    ) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.sql("CREATE TABLE datasets_v2 AS SELECT * FROM datasets; DELETE FROM datasets")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "source-empty")
        // Half of them, because the migration goes on: more is missing than may go without a person.
        try world.sql("INSERT INTO datasets SELECT * FROM datasets_v2 WHERE id LIKE 'ds1%'")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "approval-needed")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test(arguments: Engine.available) func whatLiesInTheTrashIsClaimedUntilItIsReleased(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql("UPDATE datasets SET status = 'trashed' WHERE id = 'ds1'")
        #expect(try world.findings() == IncidentWorld.asEver)
        // Where the manifest says that the trash is the end, its files may go, and come back with their row.
        try world.edit("      requires: [\"{raw_path}\"]", "      released: status = 'trashed'")
        world.giveUp("datasets/ds1")
        let run = try world.clean(["moved": 4])
        try world.sql("UPDATE datasets SET status = 'ready' WHERE id = 'ds1'")
        try world.act("purge \(run) --now --yes", ["rescued": 1, "purged": 3], exits: 4)
        try world.need("datasets/ds1/data")
    }

    @Test(arguments: Engine.available) func aMappingThatLeadsToAnotherPlaceLeavesNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        // The rows say `disk: archive`, which the manifest's author did not know.
        try world.edit(#"claims: ["{raw_path}"]"#, #"claims: ["archive/{raw_path}/v1"]"#)
        try world.edit("      requires: [\"{raw_path}\"]\n", "")
        try world.run("clean --delete-all --yes -q", exits: 3, error: "source-meets-nothing")
    }
}
