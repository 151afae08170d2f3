import Foundation
import FoundlingTesting
import Testing

/// A list of orphans was made, and carried out later: by then some of the files had records again, and went all the
/// same (immich#30933; huggingface#4797, where a second look under a lock was the remedy).
@Suite("Incident 4: a stale finding carried out later") struct Incident04StaleFinding {
    @Test(arguments: Engine.available) func whatIsClaimedSinceThePlanStays(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.need("datasets/old/data")
        try world.sql(world.row("old"))
        try world.act("apply plan", ["rescued": 1, "moved": 2])
    }

    @Test(arguments: Engine.available) func aPlanIsNoPlanAfterAnHour(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        try world.run("apply plan -q", exits: 5, error: "plan-expired", with: ["FOUNDLING_CLOCK": "3660"])
        #expect(try world.inQuarantine().isEmpty)
        try world.act("apply plan", ["moved": 3], with: ["FOUNDLING_CLOCK": "3000"])
    }

    @Test(arguments: Engine.available) func aPlanIsCarriedOutOnce(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let run = try world.clean()
        // Its run is taken back, and what it named is there again, and needed.
        try world.run("restore \(run) -q")
        try world.need("datasets/old/data")
        let again = try world.run("apply plan -q", exits: 5, error: "plan-applied")
        #expect(again.errors.contains(run), "it names the run: \(again.errors)")
    }

    @Test(arguments: Engine.available) func aPlanOfAnotherManifestIsNoPlan(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        // Since then somebody has noticed that a second column names files, too.
        try world.edit(#"claims: ["{raw_path}"]"#, #"claims: ["{raw_path}", "datasets/{id}"]"#)
        try world.run("apply plan -q", exits: 5, error: "plan-stale")
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func aPlanThatSomebodyWroteIntoIsNoPlan() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let file = world.world.directory + "/plan"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new) in [
            ("datasets/old", "datasets/ds1"), ("datasets/old", "datasets"), ("datasets/old", "../app.db"),
        ] {
            try text.replacingOccurrences(of: old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
            try world.run("apply plan -q", exits: 1, error: "plan-invalid")
        }
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func aPlanOfAnotherStoreIsNoPlan() throws {
        let world = try IncidentWorld(.sqlite)
        let other = try IncidentWorld(.sqlite, "other")
        try world.accept()
        try other.accept()
        try other.run("apply \(world.world.directory)/plan -q", exits: 5, error: "plan-stale")
        for each in [world, other] { #expect(try each.inQuarantine().isEmpty) }
    }
}
