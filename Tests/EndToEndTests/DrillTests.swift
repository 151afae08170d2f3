import Foundation
import FoundlingTesting
import Testing

/// The drill passes for real manifests, fails where a guard is missing, and touches nothing of the operator's.
@Suite struct DrillTests {
    private func drill(
        _ manifest: String, _ arguments: String..., environment: [String: String] = [:]
    ) throws -> (status: Int32, document: [String: Any]) {
        let outcome = try Program.run(
            ["drill", "--manifest", manifest, "--format", "json", "-q"] + arguments, environment: environment)
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return (outcome.status, try #require(document, "\(outcome.output)\(outcome.errors)"))
    }

    @Test func everyIncidentPassesForTheExample() throws {
        let url = "postgres://nobody@127.0.0.1:1/nothing"
        let (status, document) = try drill(
            Repository.root + "/Examples/ml-studio/foundling.yaml",
            environment: ["DATABASE_URL": url, "WRITER_URL": url])
        #expect(status == 0, "\(document)")
        let cases = try #require(document["cases"] as? [[String: Any]])
        #expect(Set(cases.compactMap { $0["incident"] as? Int }) == Set(1...17))
        #expect(document["failed"] as? Int == 0 && document["passed"] as? Int ?? 0 >= 40, "\(document)")
        // Nested and dated names, shapes with keys: all of it takes part.
        #expect((document["left_out"] as? [Any])?.isEmpty ?? false, "\(document)")
    }

    @Test(arguments: [
        ("minAge", "5"), ("linkTarget", "14"), ("approvedHash", "17"), ("lostLedger", "15"), ("emptyStore", "3"),
    ])
    func aGuardThatIsMissingShows(_ guarded: String, _ incident: String) throws {
        let world = try World()
        try world.items(rows: [("a", nil)])
        let (status, document) = try drill(
            world.manifest, "--incident", incident, environment: ["FOUNDLING_WITHOUT": guarded])
        #expect(status == 1 && document["failed"] as? Int ?? 0 > 0, "\(document)")
    }

    @Test func limitsThatLetAnEmptyTableRemoveEverythingShow() throws {
        let world = try World()
        try world.items(
            rows: [("a", nil)], safety: "max_orphans: 100%\n  max_bytes: 100%",
            record: "may_be_empty: true\nmay_meet_nothing: true")
        let (status, document) = try drill(world.manifest, "--incident", "1", "--keep")
        #expect(status == 1, "\(document)")
        let failed = try #require(document["cases"] as? [[String: Any]]).filter { $0["outcome"] as? String == "failed" }
        #expect(failed.contains { ($0["reason"] as? String)?.contains("exits with 0") ?? false }, "\(failed)")
        for one in failed {
            let sandbox = try #require(one["sandbox"] as? String)
            #expect(FileManager.default.fileExists(atPath: sandbox + "/foundling.yaml"))
            try FileManager.default.removeItem(atPath: (sandbox as NSString).deletingLastPathComponent)
            break
        }
    }

    @Test func nothingOfTheOperatorsIsTouched() throws {
        let world = try World()
        try world.file("items/a/x")
        try world.file("items/o/x")
        try world.items(rows: [("a", nil)])
        let before = try TreeSnapshot(world.directory)
        #expect(try drill(world.manifest, "--incident", "8").status == 0)
        #expect(try TreeSnapshot(world.directory).difference(from: before).isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0)) func aSandboxWithoutRoomIsNoFailureOfTheManifest() throws {
        let world = try World()
        try world.items(rows: [("a", nil)])
        let small = try world.makeDirectory("small")
        try #require(try Program.execute("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "none", small]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [small]) }
        let outcome = try Program.run(
            ["drill", "--manifest", world.manifest, "--incident", "8"], environment: ["TMPDIR": small])
        #expect(outcome.status == 3 && outcome.errors.contains("error[no-space]"), "\(outcome.output)\(outcome.errors)")
    }

    @Test func whatCannotBeDrilledIsSaid() throws {
        let world = try World()
        try world.items(rows: [("a", nil)], more: "shape: '^(?=a)(?<key>.+)$'")
        let outcome = try Program.run(["drill", "--manifest", world.manifest])
        #expect(outcome.status == 1 && outcome.errors.contains("error[drill-impossible]"), "\(outcome.errors)")
        #expect(try Program.run(["drill", "--manifest", world.manifest, "--incident", "18"]).status == 64)
    }
}
