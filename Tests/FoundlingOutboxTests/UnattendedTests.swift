import Foundation
import FoundlingTesting
import Testing

/// With nobody looking, one observation never kills.
@Suite struct UnattendedTests {
    /// Two hours on, as far as the program's clock goes.
    private static let later = ["FOUNDLING_CLOCK": "7200"]

    private func world(_ safety: String = "unattended: true", leaves: Int = 8) throws -> OutboxWorld {
        let world = try OutboxWorld(
            .sqlite, leaves: leaves, safety: "min_age: 0s\n  max_bytes: 100%\n  \(safety)", installs: false)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        return world
    }

    private func clean(_ world: OutboxWorld, later: Bool = false) throws -> Program.Outcome {
        try world.run("clean", "--unattended", "--format", "json", environment: later ? Self.later : [:])
    }

    @Test func itIsOffUnlessTheManifestAllowsIt() throws {
        let world = try world("retention: 7d")
        let refused = try clean(world)
        #expect(refused.status == 3 && refused.errors.contains("unattended-forbidden"), "\(refused.errors)")
        #expect(try world.run("clean", "--unattended", "--delete-all").status == 64)
    }

    @Test func twoScansThatAgreeAreNeeded() throws {
        let world = try world()
        let first = try clean(world)
        #expect(first.status == 0 && first.output.contains("\"observed\":1"), "\(first.output)\(first.errors)")
        #expect(world.exists("leaves/l0"))
        // Too soon after it.
        #expect(try clean(world).output.contains("\"agreed\":0"))
        let second = try clean(world, later: true)
        #expect(second.status == 0 && second.output.contains("\"moved\":1"), "\(second.output)\(second.errors)")
        #expect(!world.exists("leaves/l0") && world.exists("leaves/l1"))
    }

    @Test func clocksApartStopIt() throws {
        let world = try world()
        #expect(try world.run("scan", "--record", "-q").status == 0)
        let outcome = try world.run(
            "clean", "--unattended", environment: ["FOUNDLING_CLOCK": "7200", "FOUNDLING_SKEW": "10"])
        #expect(outcome.status == 3 && outcome.errors.contains("clocks-apart"), "\(outcome.output)\(outcome.errors)")
        #expect(world.exists("leaves/l0"))
    }

    @Test func aRecordedScanCountsAsOne() throws {
        let world = try world()
        #expect(try world.run("scan", "--record", "-q").status == 0)
        #expect(try clean(world, later: true).output.contains("\"moved\":1"))
    }

    @Test func whatChangedOrWasClaimedInBetweenStays() throws {
        let world = try world()
        #expect(try world.run("scan", "--record", "-q").status == 0)
        try world.world.file("leaves/l0/new", "written since")
        #expect(try clean(world, later: true).output.contains("\"agreed\":0"))
        #expect(world.exists("leaves/l0"))
        let other = try self.world()
        #expect(try other.run("scan", "--record", "-q").status == 0)
        try other.sql("INSERT INTO leaves VALUES ('l0', 't', NULL, '', '')")
        #expect(try other.run("scan", "--record", "-q").status == 0)
        try other.sql("DELETE FROM leaves WHERE id = 'l0'")
        #expect(try clean(other, later: true).output.contains("\"agreed\":0"))
    }

    @Test func noGuardIsAnsweredByNobody() throws {
        let world = try world()
        try world.sql("DELETE FROM leaves WHERE id <> 'l7'")
        #expect(try world.run("scan", "--record", "-q").status == 0)
        try world.world.file("twigs/gone/x")
        for twig in ["v", "w", "x", "y"] {
            try world.sql("INSERT INTO twigs VALUES ('\(twig)', 'b', 'twigs/\(twig)')")
            try world.world.file("twigs/\(twig)/data")
        }
        #expect(try world.run("scan", "--record", "-q").status == 0)
        let cleaned = try clean(world, later: true)
        #expect(
            cleaned.status == 4 && cleaned.output.contains("\"refused\":[\"leaves:"),
            "\(cleaned.output)\(cleaned.errors)")
        // What goes over no limit need not wait for what does.
        #expect(world.exists("leaves/l1") && !world.exists("twigs/gone"))
    }

    @Test func whatIsDueIsPurged() throws {
        let world = try world("unattended: true\n  retention: 1h")
        #expect(try world.run("clean", "--delete-all", "--yes").status == 0)
        let later = try clean(world, later: true)
        #expect(later.status == 0 && later.output.contains("\"purged\":{"), "\(later.output)\(later.errors)")
        #expect(try world.run("ledger").output.contains("purged 1"))
        // Of what it is not trusted with, nothing is purged either.
        let other = try self.world("retention: 1h")
        let manifest = try String(contentsOfFile: other.world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(
            of: "    entries: twigs/*\n", with: "    entries: twigs/*\n    safety: { unattended: true }\n"
        ).write(toFile: other.world.manifest, atomically: true, encoding: .utf8)
        #expect(try other.run("clean", "--delete-all", "--yes").status == 0)
        #expect(try clean(other, later: true).output.contains("\"purged\":null"))
        #expect(try other.run("ledger").output.contains("moved 1"))
    }

    @Test func aPersonAcceptsTheStoreFirst() throws {
        let world = try world()
        try FileManager.default.removeItem(atPath: world.world.store + "/.foundling")
        let refused = try clean(world)
        #expect(refused.status == 3 && refused.errors.contains("nothing-accepted"), "\(refused.errors)")
    }

    @Test func onlyWhatIsTrustedWithItGoes() throws {
        let world = try world("retention: 7d")
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(
            of: "    entries: twigs/*\n", with: "    entries: twigs/*\n    safety: { unattended: true }\n"
        )
        .write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        try world.world.file("twigs/gone/x")
        try world.sql("INSERT INTO twigs VALUES ('v', 'b', 'twigs/v'), ('w', 'b', 'twigs/w'), ('x', 'b', 'twigs/x')")
        for twig in ["v", "w", "x"] { try world.world.file("twigs/\(twig)/data") }
        #expect(try world.run("scan", "--record", "-q").status == 0)
        let cleaned = try clean(world, later: true)
        #expect(cleaned.output.contains("\"moved\":1"), "\(cleaned.output)\(cleaned.errors)")
        #expect(!world.exists("twigs/gone") && world.exists("leaves/l0"))
    }
}
