import Foundation
import FoundlingTesting
import Testing

/// A clean-up listed a mount that answered for six of 147,166 names, believed that this was all, and deleted the
/// records of the rest (infinidysk#154). Another took its own tool's error text for paths (gitlab#211950).
@Suite("Incident 2: a partial listing taken as complete") struct Incident02PartialListing {
    @Test func aPlaceThatMayNotBeListedLeavesNoVerdictAboutAnyOther() throws {
        let world = try IncidentWorld(.sqlite)
        chmod(world.world.store + "/datasets", 0)
        defer { chmod(world.world.store + "/datasets", 0o755) }
        let outcome = try Program.run(["scan"], in: world.world.directory, asNobody: true)
        #expect(outcome.status == 3, "\(outcome.output)")
        #expect(outcome.errors.contains("error[listing-incomplete]"), "\(outcome.errors)")
        #expect(!outcome.output.contains("trainings/train_4"), "no verdict is none at all: \(outcome.output)")
    }

    @Test func whatCannotBeSeenWholeIsKept() throws {
        let world = try IncidentWorld(.sqlite)
        try world.world.file("datasets/old/secret/x")
        chmod(world.world.store + "/datasets/old/secret", 0)
        defer { chmod(world.world.store + "/datasets/old/secret", 0o755) }
        #expect(
            try world.findings(asNobody: true) == [
                "orphan trainings/train_1/checkpoints/step_9", "orphan trainings/train_4", "partial datasets/old",
            ])
    }

    @Test func anErrorMessageIsANameLikeAnyOther() throws {
        let world = try IncidentWorld(.sqlite)
        let names = [
            "datasets/ls: cannot open directory 'ds1': Permission denied", "datasets/ds1\nds2", "datasets/-rf",
            "datasets/error: datasets\\ds3: stale file handle", "datasets/$(rm ds5)",
        ]
        for name in names { try world.world.file(name + "/x", "nobody's") }
        try world.run("plan -q -o plan")
        try world.act("apply plan --approve \(world.planHash())", ["moved": 8])
        for name in names { #expect(!world.exists(name)) }
    }

    @Test func namesThatComeAndGoWhileItListsChangeNothingElse() throws {
        let world = try IncidentWorld(.sqlite)
        let churn = """
            cd '\(world.world.store)/datasets'
            while [ ! -e ../../enough ]; do for n in 1 2 3 4 5 6 7 8; do mkdir t$n; done; rmdir t*; done
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", churn]
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            _ = FileManager.default.createFile(atPath: world.world.directory + "/enough", contents: nil)
            process.waitUntilExit()
        }
        for _ in 0..<8 {
            let found = try world.findings().filter { !$0.contains("datasets/t") }
            #expect(found == IncidentWorld.asEver)
        }
    }

    @Test func whatVanishesBetweenTheScanAndThePlanIsSaidAndNothingElseIsTaken() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let gone = "rm -r '\(world.world.store)/datasets/old'"
        try world.run("plan -o plan", with: ["FOUNDLING_AT": "lock.write@2:after=\(gone)"])
        try world.act("apply plan", ["moved": 2])
        // One that vanishes after the plan is no success, and no reason to stop.
        let late = try IncidentWorld(.sqlite, "late")
        try late.accept()
        try FileManager.default.removeItem(atPath: late.world.store + "/datasets/old")
        try late.act("apply plan", ["moved": 2, "skipped": 1], exits: 4)
    }

    @Test func aDirectoryOfManyPagesIsReadToItsEnd() throws {
        let world = try IncidentWorld(.sqlite)
        for number in 0..<3_000 { try world.live("datasets/many\(number)", "") }
        let values = (0..<3_000).map { "('many\($0)', 'datasets/many\($0)', 'ready')" }
        try world.sql("INSERT INTO datasets VALUES \(values.joined(separator: ", "))")
        try world.clean()
    }
}
