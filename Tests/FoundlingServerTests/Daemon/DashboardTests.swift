import Foundation
import FoundlingTesting
import Testing

/// The dashboard's forms and sessions, without a browser: what a browser sends is what anybody may send.
@Suite struct DashboardTests {
    /// A person in a browser: a cookie, and the token of its session's forms.
    private struct Person {
        let served: ServedWorld
        let cookie: String
        let csrf: String

        /// Signs in.
        init(_ served: ServedWorld, as role: String) throws {
            self.served = served
            let answer = try served.submit("/session", ["token": try served.token(role), "next": "/orphans"])
            #expect(answer.status == 303, "\(answer.status)")
            #expect(answer.headers["location"] == "/orphans")
            let header = try #require(answer.headers["set-cookie"])
            #expect(header.contains("HttpOnly") && header.contains("SameSite=Strict"))
            cookie = String(header.split(separator: ";")[0])
            let page = try served.send("GET", "/", headers: ["Cookie": cookie])
            csrf = page.body.firstMatch(of: /name="csrf" value="([0-9a-f]+)"/).map { String($0.1) } ?? ""
        }

        func get(_ path: String) throws -> HTTPExchange.Answer {
            try served.send("GET", path, headers: ["Cookie": cookie])
        }

        func submit(
            _ path: String, _ fields: [String: String], csrf: String? = nil, headers: [String: String] = [:]
        ) throws -> HTTPExchange.Answer {
            try served.submit(
                path, fields.merging(["csrf": csrf ?? self.csrf]) { $1 },
                headers: headers.merging(["Cookie": cookie]) { $1 })
        }

        /// Waits until an activity that a form began is over; its state.
        func finish(_ answer: HTTPExchange.Answer) throws -> String {
            #expect(answer.status == 303, "\(answer.status) \(answer.body)")
            let id = try #require(answer.headers["location"]?.firstMatch(of: /activity=([0-9a-f-]+)/)?.1)
            var state = ""
            _ = wait {
                state = (try? self.get("/api/v1/activities/\(id)"))?.json["state"] as? String ?? ""
                return !["", "queued", "running"].contains(state)
            }
            return state
        }
    }

    private static let pages = [
        "/", "/orphans", "/dangling", "/plan", "/quarantine", "/runs", "/tasks", "/health", "/login",
    ]

    @Test func everyPageIsThereAndAllowsNothingFromElsewhere() throws {
        let served = try ServedWorld()
        try served.scanned()
        for path in Self.pages {
            let page = try served.get(path)
            #expect(page.status == 200, "\(path): \(page.body)")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
            #expect(!page.body.contains(served.world.directory), "\(path)")
            #expect(!page.body.contains(" style=") && !page.body.contains("onclick"), "\(path)")
        }
        #expect(try served.get("/style.css").headers["content-type"] == "text/css; charset=utf-8")
    }

    @Test func nobodyActsWithoutSigningIn() throws {
        let served = try ServedWorld()
        try served.scanned()
        for path in [
            "/scan", "/plan", "/orphans/act", "/plan/apply", "/runs/restore", "/runs/purge", "/quarantine/purge",
            "/tasks/retry",
        ] {
            let answer = try served.submit(path, ["csrf": "", "act": "plan", "path": "items/lost1"])
            #expect(answer.status == 401, "\(path)")
        }
        #expect(try served.get("/api/v1/plans").items.isEmpty)
        #expect(try served.submit("/session", ["token": "fdl_aaaaaaaa_nonsense"]).status == 401)
        #expect(try served.submit("/session", ["token": ""]).status == 401)
    }

    @Test func aFormIsOnlyTakenFromAPageOfItsOwnSession() throws {
        let served = try ServedWorld()
        try served.scanned()
        let person = try Person(served, as: "operator")
        let other = try Person(served, as: "operator")
        #expect(person.csrf != other.csrf)
        #expect(try person.submit("/scan", [:], csrf: other.csrf).status == 403)
        #expect(try person.submit("/scan", [:], csrf: "").status == 403)
        #expect(try person.submit("/scan", [:], headers: ["Origin": "https://evil.example"]).status == 403)
        #expect(try person.submit("/scan", [:], headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
        // The cookie alone changes nothing over the API either.
        let api = try served.send("POST", "/api/v1/scans", body: "{}", headers: ["Cookie": person.cookie])
        #expect(api.status == 401)
        #expect(try person.finish(try person.submit("/scan", [:], headers: ["Origin": "http://127.0.0.1"])) == "done")
    }

    @Test func aViewerSeesNoFormAndMayNotSendOne() throws {
        let served = try ServedWorld()
        try served.scanned()
        let viewer = try Person(served, as: "viewer")
        for path in Self.pages where path != "/login" {
            let page = try viewer.get(path)
            let forms = page.body.matches(of: /method="post" action="([^"]+)"/).map { String($0.1) }
            #expect(forms == ["/session/end"], "\(path): \(forms)")
        }
        #expect(try viewer.submit("/scan", [:]).status == 403)
    }

    @Test func fromTheListToQuarantineAndBack() throws {
        let served = try ServedWorld(safety: "min_age: 0s\n  max_orphans: 10%")
        try served.scanned()
        let person = try Person(served, as: "operator")
        #expect(try person.get("/orphans").body.contains("value=\"items/lost1\""))
        let made = try person.submit("/orphans/act", ["act": "plan", "path": "items/lost1"])
        #expect(try person.finish(made) == "done")
        let plan = try person.get("/plan").body
        let hash = try #require(plan.firstMatch(of: /name="hash" value="([0-9a-f]{64})"/)?.1)
        #expect(plan.contains("type how many entries that is"))
        // A count that is not the plan's moves nothing.
        for typed in ["", "2", "one"] {
            let wrong = try person.submit("/plan/apply", ["hash": String(hash), "entries": typed])
            #expect(wrong.status == 409, "\(typed)")
        }
        #expect(try served.quarantined().isEmpty)
        #expect(try person.finish(try person.submit("/plan/apply", ["hash": String(hash), "entries": "1"])) == "done")
        #expect(try served.quarantined() == ["items/lost1"])
        let again = try person.submit("/plan/apply", ["hash": String(hash), "entries": "1"])
        #expect(again.status == 409)
        #expect(again.body.contains("plan-applied"))

        let run = try #require(try served.get("/api/v1/runs").items.first?["run"] as? String)
        #expect(try person.get("/runs/\(run)").body.contains("items/lost1"))
        #expect(try person.finish(try person.submit("/runs/restore", ["run": run])) == "done")
        #expect(served.world.exists("items/lost1"))
    }

    @Test func aPurgeNeedsTheRunsNameTyped() throws {
        let served = try ServedWorld()
        try served.scanned()
        let person = try Person(served, as: "operator")
        #expect(try person.finish(try person.submit("/plan", ["only": "items"])) == "done")
        let hash = try #require(try served.get("/api/v1/plans").items.first?["hash"] as? String)
        #expect(try person.finish(try person.submit("/plan/apply", ["hash": hash])) == "done")
        let run = try #require(try served.get("/api/v1/runs").items.first?["run"] as? String)
        #expect(try person.submit("/runs/purge", ["run": run]).status == 409)
        #expect(try person.submit("/runs/purge", ["run": run, "confirm": "yes"]).status == 409)
        #expect(try person.submit("/quarantine/purge", [:]).status == 409)
        #expect(try served.quarantined().count == 3)
        #expect(try person.finish(try person.submit("/runs/purge", ["run": run, "confirm": run])) == "done")
        #expect(try served.quarantined().isEmpty)
    }

    @Test func aSessionEndsWithItsToken() throws {
        let served = try ServedWorld()
        try served.scanned()
        let person = try Person(served, as: "operator")
        let id = try #require(try served.token("operator").split(separator: "_").dropFirst().first)
        #expect(try served.run("token", "revoke", String(id)).status == 0)
        #expect(try person.submit("/scan", [:]).status == 401)
        #expect(try !person.get("/").body.contains("Signed in as"))
    }

    @Test func signingOutEndsTheSession() throws {
        let served = try ServedWorld()
        let person = try Person(served, as: "operator")
        #expect(try person.submit("/session/end", [:]).status == 303)
        #expect(try person.submit("/scan", [:]).status == 401)
    }

    @Test func whereNobodyMayReadWithoutATokenAPageAsksForOne() throws {
        let served = try ServedWorld(serve: "  anonymous: false")
        let answer = try served.get("/orphans")
        #expect(answer.status == 303)
        #expect(answer.headers["location"] == "/login?next=%2Forphans")
        #expect(try served.get("/login").status == 200)
        #expect(try served.get("/style.css").status == 200)
        #expect(try served.get("/api/v1/orphans").status == 401)
        let viewer = try Person(served, as: "viewer")
        #expect(try viewer.get("/").status == 200)
        #expect(try viewer.get("/api/v1/activities").status == 200)
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=y", "javascript:x",
    ])
    func signingInLeadsToAPageOfOurs(_ next: String) throws {
        let served = try ServedWorld()
        let answer = try served.submit("/session", ["token": try served.token("viewer"), "next": next])
        #expect(answer.headers["location"] == "/", "\(answer.headers)")
    }

    @Test func aFormThatIsNoneIsRefused() throws {
        let served = try ServedWorld()
        let person = try Person(served, as: "operator")
        let bodies = ["a=%", "a=%ff", String(repeating: "a=b&", count: 5_000), "{}"]
        for body in bodies {
            let answer = try served.send(
                "POST", "/scan", body: body,
                headers: ["Cookie": person.cookie, "Content-Type": "application/x-www-form-urlencoded"])
            #expect([400, 403].contains(answer.status), "\(body.prefix(20)): \(answer.status)")
        }
        let json = try served.send("POST", "/scan", body: "{}", headers: ["Cookie": person.cookie])
        #expect(json.status == 415)
        for path in [
            "/orphans?cursor=nonsense", "/tasks?cursor=x", "/runs/%2e%2e", "/runs/x",
            "/orphans?sort=x&cause=y&resource=z",
        ] {
            #expect([200, 400, 404].contains(try person.get(path).status), "\(path)")
        }
    }

    @Test func beforeTheFirstScanPagesSayThatNothingIsKnown() throws {
        let served = try ServedWorld(arguments: ["--port", "0", "--no-first-scan"])
        for path in ["/", "/orphans", "/dangling"] {
            #expect(try served.get(path).body.contains("No scan yet"), "\(path)")
        }
        #expect(try served.get("/api/v1/orphans").code == "never-scanned")
    }
}

extension ServedWorld {
    /// Sends what a form would.
    func submit(
        _ path: String, _ fields: [String: String], headers: [String: String] = [:]
    ) throws -> HTTPExchange.Answer {
        let allowed = CharacterSet.alphanumerics
        let body = fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }.joined(separator: "&")
        return try HTTPExchange.send(
            "POST", path, to: place,
            headers: headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }, body: body)
    }
}
