import Foundation
import FoundlingTesting
import Glibc
import Testing

/// What the daemon does with nobody looking on: no more than the command line would, and never in silence.
@Suite struct UnwatchedTests {
    private static let loose = "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%"

    /// So many seconds ahead that a minute begins just after the daemon's second look at its clock.
    private func ahead(_ seconds: Int) -> [String: String] {
        let now = Int(Date().timeIntervalSince1970)
        return ["FOUNDLING_CLOCK": "\(seconds + 60 - (now + seconds) % 60 - 12)"]
    }

    private func warnings(_ served: ServedWorld) throws -> [String] {
        (try served.get("/api/v1/health").json["warnings"] as? [[String: Any]] ?? []).compactMap {
            $0["kind"] as? String
        }
    }

    private func files(_ served: ServedWorld) throws -> Int {
        try served.world.files().count { $0.hasSuffix("/data") }
    }

    @Test func aDatabasePutBackBetweenAPlanAndAScanIsNotBelieved() throws {
        let served = try ServedWorld(accepts: false, starts: false)
        try served.world.sql(
            "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO counted (x) VALUES (1), (2)")
        #expect(try served.run("plan", "-q", "--output", "plan.jsonl").status == 0)
        try served.world.sql("INSERT INTO counted (x) VALUES (3), (4), (5), (6), (7), (8)")
        try served.start()
        try served.scanned()
        #expect(try served.get("/api/v1/orphans/summary").json["is_recorded"] as? Bool == true)
        // More than when somebody planned, less than a scan has seen since.
        try served.world.sql("UPDATE sqlite_sequence SET seq = 5 WHERE name = 'counted'")
        try served.finish("POST", "/api/v1/scans")
        let summary = try served.get("/api/v1/orphans/summary").json
        #expect(summary["is_recorded"] as? Bool == false)
        #expect((summary["doubts"] as? [String])?.first?.contains("went backwards") == true, "\(summary)")
        #expect(try served.run("plan", "-q", "--output", "other.jsonl").errors.contains("database-went-back"))
    }

    @Test func rowsThatGoLittleByLittleAreMissedHoweverManyScansThereAre() throws {
        let served = try ServedWorld(accepts: false, starts: false) { world in
            try world.items(rows: (0..<20).map { ("i\($0)", nil) }, safety: "min_age: 0s")
            for number in 0..<20 { try world.file("items/i\(number)/data") }
        }
        #expect(try served.run("plan", "-q", "--output", "plan.jsonl").status == 0)
        try served.start()
        try served.scanned()
        // Never a fifth of what the scan before saw.
        for number in 0..<12 {
            try served.world.sql("DELETE FROM items WHERE id = 'i\(number)'")
            if number % 3 == 2 { try served.finish("POST", "/api/v1/scans") }
        }
        #expect(try served.run("plan", "-q", "--output", "plan.jsonl").status == 0)
        let refused = try served.run("apply", "plan.jsonl", "-q")
        #expect(refused.errors.contains("12 of 20 rows"), "\(refused.errors)")
        #expect(try files(served) == 20)
    }

    @Test func aRecordThatComesBackBeforeAPurgeSavesItsFilesAndSomebodyIsTold() throws {
        let served = try ServedWorld(
            serve: "  schedules: {scan: off, purge: \"* * * * *\"}", safety: Self.loose, starts: false)
        #expect(try served.run("apply", "plan.jsonl", "-q").status == 0)
        try served.world.sql("INSERT INTO items VALUES ('lost1', NULL, 'ready')")
        try served.start(environment: ahead(9 * 86_400))
        #expect(wait { served.world.exists("items/lost1/data") }, "\(served.log)")
        #expect(wait { (try? warnings(served))?.contains("quarantine-hit") == true }, "\(served.log)")
        #expect(try served.quarantined().isEmpty)
    }

    @Test func aCleanUpThatALimitHoldsBackIsTold() throws {
        let served = try ServedWorld(
            serve: "  schedules: {scan: off, clean: \"* * * * *\"}",
            safety: "min_age: 0s\n  max_orphans: 10%\n  max_bytes: 100%\n  unattended: true", starts: false)
        #expect(try served.run("scan", "--record", "-q").status == 0)
        try served.start(environment: ahead(7_200))
        #expect(wait { (try? warnings(served))?.contains("guard-tripped") == true }, "\(served.log)")
        #expect(try served.world.files().contains("items/lost1/data"))
        let clean = try served.get("/api/v1/activities").items.first { $0["kind"] as? String == "clean" }
        #expect(clean?["state"] as? String == "refused", "\(clean ?? [:])")
        #expect(((clean?["error"] as? [String: Any])?["code"] as? String) == "approval-needed")
    }

    @Test func aLedgerThatWentAwayIsTold() throws {
        let served = try ServedWorld(starts: false)
        #expect(try served.run("apply", "plan.jsonl", "-q").status == 0)
        for name in ["ledger.db", "ledger.db-journal"] {
            try? FileManager.default.removeItem(atPath: served.world.store + "/.foundling/" + name)
        }
        try served.start()
        #expect(wait { (try? warnings(served))?.contains("guard-tripped") == true }, "\(served.log)")
        let ledger = try served.get("/api/v1/health").json["ledger"] as? [String: Any]
        #expect(ledger?["code"] as? String == "ledger-lost")
    }

    @Test func twentyWhoApplyTheSamePlanAtOnceApplyItOnce() throws {
        let served = try ServedWorld()
        try served.scanned()
        let planned = try served.finish("POST", "/api/v1/plans")
        let hash = try #require((planned["result"] as? [String: Any])?["plan"] as? String)
        let answers = try served.atOnce(
            20, "POST", "/api/v1/runs", as: "operator", body: #"{"act":"apply","plan":"\#(hash)"}"#
        ).map(\.status)
        #expect(answers.count { $0 == 202 } == 1, "\(answers)")
        #expect(answers.count { $0 == 409 } == 19, "\(answers)")
        #expect(wait { (try? served.quarantined().count) == 3 })
        #expect(try served.get("/api/v1/runs").items.count == 1)
    }

    @Test func moreThanMayWaitAreTurnedAwayAndNobodyIsKeptWaiting() throws {
        let served = try ServedWorld()
        let answers = try served.atOnce(60, "POST", "/api/v1/plans", as: "operator", body: "{}").map(\.status)
        #expect(answers.allSatisfy { $0 == 202 || $0 == 429 }, "\(answers)")
        #expect(try served.get("/healthz").status == 200)
        #expect(wait { (try? served.send("POST", "/api/v1/scans", as: "operator").status) == 202 })
    }

    @Test func heldTasksAreApprovedByTheirNumberOfOneResourceToo() throws {
        let served = try ServedWorld(starts: false) { world in
            try world.items(
                rows: (0..<20).map { ("i\($0)", nil) }, safety: "min_age: 0s\n  max_orphans: 10%\n  max_bytes: 100%")
            for number in 0..<20 { try world.file("items/i\(number)/data") }
        }
        #expect(try served.run("triggers", "install").status == 0)
        try served.world.sql("DELETE FROM items WHERE id IN ('i0', 'i1', 'i2', 'i3', 'i4')")
        try served.start()
        #expect(wait { (try? served.get("/api/v1/tasks?state=held"))?.items.count == 5 }, "\(served.log)")
        for body in [
            #"{"order":"approve","resource":"items","count":1}"#, #"{"order":"approve","resource":"items"}"#,
            #"{"order":"approve","resource":"other","count":5}"#, #"{"order":"approve"}"#,
        ] {
            let answer = try served.send("POST", "/api/v1/tasks/orders", as: "operator", body: body)
            #expect(answer.code == "confirmation-needed", "\(body): \(answer.status) \(answer.body)")
        }
        #expect(try files(served) == 20)
        let right = try served.send(
            "POST", "/api/v1/tasks/orders", as: "operator", body: #"{"order":"approve","resource":"items","count":5}"#)
        #expect(right.json["tasks"] as? Int == 5, "\(right.body)")
        #expect(wait { (try? files(served)) == 15 }, "\(served.log)")
    }

    @Test func withItsStreamsClosedAndNoMaskItOpensNothingToOthers() throws {
        let served = try ServedWorld(starts: false)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "umask 0; unset HOME; LANG=C exec \"$0\" serve --socket f.sock 0<&- 1>&- 2>&-", Program.path,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: served.world.directory)
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let socket = HTTPExchange.Place.socket(served.world.directory + "/f.sock")
        #expect(wait { (try? HTTPExchange.send("GET", "/api/v1/orphans/summary", to: socket).status) == 200 })
        for stream in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(process.processIdentifier)/fd/\(stream)")
            #expect(target == "/dev/null")
        }
        let state = served.world.directory + "/.foundling-serve"
        for name in try FileManager.default.contentsOfDirectory(atPath: state) {
            let mode = try FileManager.default.attributesOfItem(atPath: state + "/" + name)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0, "\(name)")
        }
    }
}
