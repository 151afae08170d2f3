import Foundation
import FoundlingTesting
import Testing

/// What commands make of the manifest's `serve:`.
@Suite struct ServeSettingsTests {
    private func world(_ serve: String) throws -> World {
        let world = try World()
        try world.file("items/kept")
        try world.items(rows: [("kept", nil)])
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        try (text + serve).write(toFile: world.manifest, atomically: true, encoding: .utf8)
        return world
    }

    @Test func checkSaysWhenEachJobIsDue() throws {
        let world = try world(
            """
            serve:
              time_zone: Asia/Kathmandu
              schedules:
                scan: { cron: "0 12 * * *", jitter: 30m, blackout: ["11:00-13:00", "12:30-17:45"] }
                purge: "5 4 1 jan *"

            """)
        let run = try Program.run(["check"], in: world.directory)
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        let heading = try #require(lines.firstIndex(of: "Schedules"))
        let (scan, purge) = (lines[heading + 1], lines[heading + 3])
        #expect(scan.hasPrefix("  scan, which compares and records: next on "))
        #expect(
            scan.hasSuffix(", 17:45 (Asia/Kathmandu), or up to 30m later; not in 11:00-13:00, 12:30-17:45"), "\(scan)")
        #expect(lines[heading + 2] == "  clean: off")
        #expect(purge.hasPrefix("  purge, which removes what is past its retention: next on "))
        #expect(purge.contains("day, 1 January 20"))
        #expect(purge.hasSuffix(", 04:05 (Asia/Kathmandu)"), "\(purge)")
        #expect(lines.last?.hasPrefix("A scan would be believed.") == true)
    }

    @Test func checkSaysNothingOfSchedulesWhereNobodyServes() throws {
        let world = try world("")
        #expect(try !Program.run(["check"], in: world.directory).output.contains("Schedules"))
    }

    /// Also where the manifest says nothing of it, and lies in the store.
    @Test func theStateOfTheDaemonIsNoOrphan() throws {
        let world = try World()
        try world.sql("CREATE TABLE items (id TEXT); INSERT INTO items VALUES ('kept')")
        for file in ["kept", "orphan", ".foundling-serve/tokens", ".foundling-other/tokens"] { try world.file(file) }
        let text = """
            database: { url: "sqlite:../app.db" }
            store: { root: . }
            safety: { min_age: 0s }
            resources:
              items: { entries: ["[a-z]*", ".*"], records: [{ table: items, key: id, claims: ["{id}"] }] }

            """
        try text.write(toFile: world.store + "/foundling.yaml", atomically: true, encoding: .utf8)
        let run = try Program.run(["scan", "-q", "--format", "jsonl"], in: world.store)
        let orphans = ["kept", "orphan", ".foundling-serve", ".foundling-other"].filter { name in
            run.output.split(separator: "\n").contains {
                $0.contains(#""kind":"orphan""#) && $0.contains(#""path":"\#(name)""#)
            }
        }
        #expect(orphans == ["orphan", ".foundling-other"], "\(run.output)\(run.errors)")
    }
}
