import Foundation
import FoundlingTesting
import Testing

/// What an operator may do over HTTP, and nobody else.
@Suite struct ActingTests {
    private static let mutations = [
        ("POST", "/api/v1/scans"), ("POST", "/api/v1/plans"), ("POST", "/api/v1/runs"),
        ("POST", "/api/v1/tasks/orders"),
        ("POST", "/api/v1/pins"), ("DELETE", "/api/v1/pins?path=items/a"), ("DELETE", "/api/v1/items/a"),
        ("DELETE", "/api/v1/resources/items/records/a"),
    ]

    @Test func nothingChangesWithoutAnOperatorsToken() throws {
        let served = try ServedWorld()
        try served.scanned()
        for (method, path) in Self.mutations {
            let nobody = try served.send(method, path, body: method == "POST" ? "{}" : nil)
            #expect(nobody.status == 401, "\(method) \(path)")
            #expect(nobody.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            let viewer = try served.send(method, path, as: "viewer", body: method == "POST" ? "{}" : nil)
            #expect(viewer.status == 403, "\(method) \(path)")
            let wrong = try served.send(
                method, path, body: method == "POST" ? "{}" : nil,
                headers: ["Authorization": "Bearer fdl_aaaaaaaa_" + String(repeating: "A", count: 43)])
            #expect(wrong.status == 401, "\(method) \(path)")
        }
        let audit = try String(
            contentsOfFile: served.world.directory + "/.foundling-serve/audit.jsonl", encoding: .utf8)
        #expect(audit.split(separator: "\n").count == Self.mutations.count * 3)
        #expect(audit.contains("\"status\":403") && audit.contains("token 'viewer'"))
        #expect(audit.components(separatedBy: "\"code\":\"token-missing\"").count == Self.mutations.count + 1)
        #expect(try served.world.files().contains("items/lost1/data"))
    }

    @Test func aRevokedTokenIsWorthNothingAtOnce() throws {
        let served = try ServedWorld()
        try served.scanned()
        let token = try served.token("operator")
        try served.finish("POST", "/api/v1/scans")
        let id = try #require(token.split(separator: "_").dropFirst().first)
        #expect(try served.run("token", "revoke", String(id)).status == 0)
        #expect(try served.send("POST", "/api/v1/scans", as: "operator").code == "token-invalid")
        #expect(try served.get("/api/v1/orphans/summary", as: "operator").status == 401)
    }

    @Test func aPlanIsMadeAppliedOnceAndTakenBack() throws {
        let served = try ServedWorld()
        try served.scanned()
        let planned = try served.finish("POST", "/api/v1/plans", body: #"{"paths":["items/lost1","items/lost2"]}"#)
        let hash = try #require((planned["result"] as? [String: Any])?["plan"] as? String)
        let plan = try served.get("/api/v1/plans/\(hash)")
        #expect(plan.json["items"] as? Int == 2, "\(plan.body)")
        #expect(try served.get("/api/v1/plans/\(hash)/items?limit=1").items.count == 1)

        let applied = try served.finish(
            "POST", "/api/v1/runs", body: #"{"act":"apply","plan":"\#(hash)","reason":"tidy"}"#)
        #expect(applied["state"] as? String == "done", "\(applied)")
        #expect(try served.quarantined() == ["items/lost1", "items/lost2"])
        let again = try served.send("POST", "/api/v1/runs", as: "operator", body: #"{"act":"apply","plan":"\#(hash)"}"#)
        #expect(again.status == 409)
        #expect(again.code == "plan-applied")

        let run = try #require(try served.get("/api/v1/runs").items.first?["run"] as? String)
        #expect((try served.get("/api/v1/runs/\(run)").json["reason"] as? String)?.contains("token 'operator'") == true)
        #expect((try served.get("/api/v1/runs/\(run)").json["reason"] as? String)?.contains("tidy") == true)
        #expect(try served.get("/api/v1/runs/\(run)/items").items.count == 2)
        let restored = try served.finish("POST", "/api/v1/runs", body: #"{"act":"restore","run":"\#(run)"}"#)
        #expect(restored["state"] as? String == "done", "\(restored)")
        #expect(try served.quarantined().isEmpty)
        #expect(try served.world.files().contains("items/lost2/data"))
    }

    @Test func whatIsOverALimitNeedsExactlyThatPlansHash() throws {
        let served = try ServedWorld(safety: "min_age: 0s\n  max_orphans: 10%")
        try served.scanned()
        let planned = try served.finish("POST", "/api/v1/plans")
        let hash = try #require((planned["result"] as? [String: Any])?["plan"] as? String)
        let refused = try served.send(
            "POST", "/api/v1/runs", as: "operator", body: #"{"act":"apply","plan":"\#(hash)"}"#)
        #expect(refused.code == "approval-needed")
        let other = String(hash.reversed())
        let wrong = try served.send(
            "POST", "/api/v1/runs", as: "operator", body: #"{"act":"apply","plan":"\#(hash)","approve":"\#(other)"}"#)
        #expect(wrong.code == "approval-mismatch")
        #expect(try served.quarantined().isEmpty)
        let applied = try served.finish(
            "POST", "/api/v1/runs", body: #"{"act":"apply","plan":"\#(hash)","approve":"\#(hash)"}"#)
        #expect(applied["state"] as? String == "done", "\(applied)")
        #expect(try served.quarantined().count == 3)
    }

    @Test func aPurgeTakesWhatIsDueAndNamesWhatItRemoved() throws {
        let served = try ServedWorld()
        try served.scanned()
        let planned = try served.finish("POST", "/api/v1/plans")
        let hash = try #require((planned["result"] as? [String: Any])?["plan"] as? String)
        try served.finish("POST", "/api/v1/runs", body: #"{"act":"apply","plan":"\#(hash)"}"#)
        let run = try #require(try served.get("/api/v1/runs").items.first?["run"] as? String)
        // Nothing is due yet.
        let early = try served.finish("POST", "/api/v1/runs", body: #"{"act":"purge"}"#)
        #expect(early["state"] as? String == "done")
        #expect(early["result"] is NSNull)
        #expect(try served.quarantined().count == 3)
        let purged = try served.finish("POST", "/api/v1/runs", body: #"{"act":"purge","run":"\#(run)","now":true}"#)
        let counts = try #require((purged["result"] as? [String: Any])?["counts"] as? [String: Int])
        #expect(counts["purged"] == 3, "\(purged)")
        #expect(try served.quarantined().isEmpty)
    }

    @Test func whatIsAskedForWronglyIsRefusedBeforeAnythingIsTouched() throws {
        let served = try ServedWorld()
        try served.scanned()
        let run = "20260101-000000-abcdef"
        let zeros = String(repeating: "0", count: 64)
        let cases: [(String, Int)] = [
            ("", 400), ("{", 400), ("[]", 400), ("null", 400), ("{}", 400), (#"{"act":"destroy"}"#, 400),
            (#"{"act":"apply"}"#, 400), (#"{"act":"apply","plan":"abc"}"#, 400),
            (#"{"act":"apply","plan":"\#(zeros)"}"#, 404),
            (#"{"act":"apply","plan":"\#(zeros)","run":"\#(run)"}"#, 400),
            (#"{"act":"restore"}"#, 400), (#"{"act":"restore","run":"\#(run)"}"#, 404),
            (#"{"act":"restore","run":"../../etc"}"#, 400), (#"{"act":"purge","now":true}"#, 400),
            (#"{"act":"purge","run":"\#(run)","free":1}"#, 400), (#"{"act":"purge","free":-1}"#, 400),
            (#"{"act":"purge","unverified":true}"#, 400), (#"{"act":"purge","frei":1}"#, 400),
        ]
        for (body, status) in cases {
            let answer = try served.send("POST", "/api/v1/runs", as: "operator", body: body)
            #expect(answer.status == status, "\(body): \(answer.status) \(answer.body)")
        }
        for path in ["../x", "/etc/passwd", "items/../../x", "items//a", "."] {
            let answer = try served.send("POST", "/api/v1/pins", as: "operator", body: #"{"path":"\#(path)"}"#)
            #expect(answer.status == 400, "\(path)")
            #expect(
                try served.send("POST", "/api/v1/plans", as: "operator", body: #"{"paths":["\#(path)"]}"#).status == 400
            )
        }
        let type = try served.send(
            "POST", "/api/v1/pins", as: "operator", body: "path=items/a", headers: ["Content-Type": "text/plain"])
        #expect(type.status == 415)
    }

    @Test func aPinKeepsAnOrphanUntilItIsTakenAway() throws {
        let served = try ServedWorld()
        try served.scanned()
        let pinned = try served.send(
            "POST", "/api/v1/pins", as: "operator", body: #"{"path":"items/lost1","why":"asked for"}"#)
        #expect(pinned.status == 201, "\(pinned.body)")
        #expect((pinned.json["who"] as? String)?.contains("operator") == true)
        try served.finish("POST", "/api/v1/scans")
        #expect(try served.get("/api/v1/orphans").items.count == 2)
        #expect(try served.get("/api/v1/findings?kind=pinned").items.count == 1)
        #expect(try served.send("DELETE", "/api/v1/pins?path=items/lost1", as: "operator").status == 204)
        #expect(try served.send("DELETE", "/api/v1/pins?path=items/lost1", as: "operator").status == 404)
        #expect(try served.get("/api/v1/pins").items.isEmpty)
    }

    @Test(arguments: Engine.available) func aDeletedRecordsFilesFollowInTheBackground(_ engine: Engine) throws {
        let served = try ServedWorld(engine: engine, accepts: true, starts: false)
        #expect(try served.run("triggers", "install").status == 0)
        try served.start()
        try served.scanned()
        #expect(try served.send("DELETE", "/api/v1/items/a", as: "operator").status == 204)
        #expect(wait { !served.world.exists("items/a") }, "\(served.log)")
        #expect(served.world.exists("items/b"))
        #expect(try served.send("DELETE", "/api/v1/items/a", as: "operator").status == 404)
        #expect(try served.send("DELETE", "/api/v1/nothing/a", as: "operator").status == 404)
        #expect(try served.send("DELETE", "/api/v1/items/..%2F..%2Fetc", as: "operator").status == 404)
        // The files go first, and then the task is said to be done.
        var tasks: [[String: Any]] = []
        #expect(
            wait {
                tasks = (try? served.get("/api/v1/tasks?state=done").items) ?? []
                return tasks.count == 1
            })
        #expect(tasks.first?["key"] as? String == "a")
    }

    @Test func aRecordThatOthersReferToStays() throws {
        let served = try ServedWorld(accepts: false, starts: false) { world in
            try world.items(rows: [("a", nil)], safety: "min_age: 0s\n  max_orphans: 100%")
            try world.sql(
                "CREATE TABLE parts (id TEXT PRIMARY KEY, item TEXT REFERENCES items (id)); INSERT INTO parts VALUES ('p', 'a')"
            )
            try world.file("items/a/data")
        }
        #expect(try served.run("plan", "-q", "--output", "plan.jsonl").status == 0)
        #expect(try served.run("triggers", "install").status == 0)
        try served.start()
        let answer = try served.send("DELETE", "/api/v1/items/a", as: "operator")
        #expect(answer.status == 409, "\(answer.body)")
        #expect(answer.code == "record-referred")
        #expect(served.world.exists("items/a"))
    }

    @Test func aPageElsewhereCannotSendWithAPersonsToken() throws {
        let served = try ServedWorld()
        let answer = try served.send(
            "POST", "/api/v1/scans", as: "operator", headers: ["Origin": "https://evil.example"])
        #expect(answer.status == 403)
        let own = try served.send("POST", "/api/v1/scans", as: "operator", headers: ["Origin": "http://127.0.0.1"])
        #expect(own.status == 202 || own.status == 409)
    }
}
