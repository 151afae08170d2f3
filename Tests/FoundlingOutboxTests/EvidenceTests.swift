import Foundation
import FoundlingTesting
import Testing

/// What the outbox saw is evidence for a scan, figures for a monitor, and no more than that.
@Suite struct EvidenceTests {
    private func findings(_ world: OutboxWorld) throws -> [String: [String: Any]] {
        let scan = try world.run("scan", "--format", "jsonl", "-q")
        var found: [String: [String: Any]] = [:]
        for line in scan.output.split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            found[object["path"] as? String ?? ""] = object
        }
        return found
    }

    @Test(arguments: Engine.available) func anOrphanWhoseDeletionWasSeenSaysWhoDidIt(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        try world.world.file("leaves/nobody/x")
        try world.sql("DELETE FROM leaves WHERE id IN ('l0', 'l1')")
        try world.sql(
            "UPDATE \(world.outbox) SET state = 'dead', attempts = 12, reason = 'it is open in backup' WHERE record_key = 'l1'"
        )
        let found = try findings(world)
        #expect(found["leaves/nobody"]?["cause"] as? String == "unknown")
        #expect(found["leaves/l0"]?["cause"] as? String == "deleted")
        #expect(found["leaves/l1"]?["cause"] as? String == "cleanup_failed")
        let notes = "\(found["leaves/l0"]?["evidence"] ?? "") \(found["leaves/l1"]?["evidence"] ?? "")"
        #expect(notes.contains("its record was deleted"), "\(notes)")
        #expect(notes.contains("it is open in backup"), "\(notes)")
        if engine == .postgres { #expect(notes.contains("by foundling with psql"), "\(notes)") }
        if engine == .mariadb { #expect(notes.contains("by foundling@"), "\(notes)") }
        let report = try world.run("scan", "--format", "markdown")
        #expect(report.output.contains("## Root Causes"))
        #expect(report.output.contains("cleanup failed (1 entry)"), "\(report.output)")
        let explained = try world.run("explain", "leaves/l1")
        #expect(explained.output.contains("given up"), "\(explained.output)")
    }

    @Test(.enabled(if: Engine.servers.contains(.postgres))) func whoMayNotReadTheOutboxIsTold() throws {
        let world = try OutboxWorld(.postgres)
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        let role = "reader_\(UUID().uuidString.prefix(8).lowercased())"
        try world.sql("CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON twigs, leaves TO \(role)")
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(of: "foundling@", with: "\(role):x@")
            .write(toFile: world.world.directory + "/reader.yaml", atomically: true, encoding: .utf8)
        let scan = try world.run("scan", "-m", "reader.yaml")
        #expect(scan.status == 0, "\(scan.errors)")
        #expect(scan.output.contains("what the outbox knows of causes cannot be read"), "\(scan.output)")
        try world.sql("GRANT USAGE ON SCHEMA foundling TO \(role); GRANT SELECT ON foundling.outbox TO \(role)")
        #expect(try !world.run("scan", "-m", "reader.yaml").output.contains("cannot be read"))
    }

    @Test func aMonitorFindsTheFiguresInAFile() throws {
        let world = try OutboxWorld(.sqlite)
        try world.sql(
            "DELETE FROM leaves WHERE id IN ('l0', 'l1'); UPDATE \(world.outbox) SET state = 'dead' WHERE record_key = 'l1'"
        )
        let file = world.world.directory + "/foundling.prom"
        #expect(try world.run("scan", "-q", "--metrics-file", file).status == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for line in [
            "foundling_orphans{resource=\"leaves\"} 2", "foundling_entries{resource=\"leaves\"} 4",
            "foundling_outbox_pending 1", "foundling_outbox_dead 1", "foundling_dangling_records{resource=\"twigs\"} 0",
        ] { #expect(text.contains(line + "\n"), "\(text)") }
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /foundling_[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9]+/) != nil, "\(line)")
        }
        let elsewhere = try world.run("scan", "-q", "--metrics-file", "/nowhere/at/all")
        #expect(elsewhere.status == 1 && elsewhere.errors.contains("there is no directory '/nowhere/at'"))
        // A device is written to, never replaced.
        #expect(try world.run("scan", "-q", "--metrics-file", "/dev/null").status == 0)
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
}
