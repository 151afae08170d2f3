import Foundation
import FoundlingTesting
import Glibc
import Testing

/// Clients that mean harm, or that a bad day has made so.
@Suite struct HostileTests {
    @Test func nobodyAndViewersLearnNeitherPathsNorHostsNorUsers() throws {
        let served = try ServedWorld(serve: "  warn: {orphans: 0%}")
        #expect(try served.run("apply", "plan.jsonl", "-q").status == 0)
        try served.scanned()
        let document = try served.get("/api/v1/openapi.json").json
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let run = try #require(try served.get("/api/v1/runs").items.first?["run"] as? String)
        let activity = try #require(
            try served.finish("POST", "/api/v1/plans", body: #"{"paths":["items/none"]}"#)["id"] as? String)
        let hash = try #require(try served.get("/api/v1/plans").items.first?["hash"] as? String)
        let scan = try #require(try served.get("/api/v1/scans").items.first?["id"] as? String)
        let parts = ["certificate", "data", "disk", "warnings", "areas"]
        let host = ProcessInfo.processInfo.hostName
        var asked = 0
        for (path, operations) in paths where operations["get"] != nil {
            var path = path
            for (name, value) in [("{run}", run), ("{hash}", hash)] {
                path = path.replacingOccurrences(of: name, with: value)
            }
            path = path.replacingOccurrences(of: "{id}", with: path.contains("scans") ? scan : activity)
            for part in path.contains("{part}") ? parts : [""] {
                let path = path.replacingOccurrences(of: "{part}", with: part)
                for role in [nil, "viewer"] {
                    let answer = try served.get(path, as: role)
                    asked += answer.status == 200 ? 1 : 0
                    let text = answer.body + "\(answer.headers)"
                    #expect(!text.contains(served.world.directory), "\(path): \(text)")
                    #expect(!text.contains("\"host\":\"\(host)\""), "\(path): \(text)")
                    #expect(!text.contains("\"user\":\"\(NSUserName())\""), "\(path): \(text)")
                }
            }
        }
        #expect(asked > 50, "only \(asked) answers were looked at")
        let mine = try served.get("/api/v1/runs", as: "operator").body
        #expect(mine.contains("\"host\":\"\(host)\""), "an operator sees who did what: \(mine)")
    }

    @Test func whoIsNobodyLearnsOfADatabaseThatIsAwayOnlyThatItIs() throws {
        let served = try ServedWorld(accepts: false, starts: false)
        let text = try String(contentsOfFile: served.world.manifest, encoding: .utf8)
        try text.replacingOccurrences(of: "sqlite:app.db", with: "postgres://clerk:hunter2@localhost:1/app")
            .write(toFile: served.world.manifest, atomically: true, encoding: .utf8)
        try served.start()
        #expect(wait { (try? served.get("/readyz"))?.code == "catalog-unreachable" }, "\(served.log)")
        let ready = try served.get("/readyz").body
        #expect(!ready.contains("localhost") && !ready.contains("clerk") && !ready.contains("port"), "\(ready)")
        for path in ["/api/v1/health", "/api/v1/activities", "/api/v1/scans"] {
            let shown = try served.get(path).body
            #expect(!shown.contains("clerk") && !shown.contains("hunter2"), "\(path): \(shown)")
        }
        #expect(!served.log.contains("hunter2"))
    }

    @Test func aTokenCountsOnceAndInItsPlaceOnly() throws {
        let served = try ServedWorld()
        let token = try served.token("operator")
        let wrong: [[String]] = [
            ["Authorization: Bearer \(token)", "Authorization: Bearer \(token)"],
            ["Authorization: Basic \(Data("operator:\(token)".utf8).base64EncodedString())"],
            ["Authorization: \(token)"], ["Authorization: Bearer"], ["Authorization: Bearer \(token)x"],
            ["X-Authorization: Bearer \(token)"], ["Cookie: token=\(token)"], ["X-Forwarded-User: operator"],
        ]
        for headers in wrong {
            let lines =
                ["POST /api/v1/scans HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Content-Length: 0"] + headers
            let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
            let answer = try HTTPExchange.parse(try HTTPExchange.raw(bytes, to: served.place))
            #expect(answer.status == 401, "\(headers)")
        }
        #expect(try served.send("POST", "/api/v1/scans?token=\(token)").status == 401)
        #expect(try served.send("GET", "/api/v1/orphans?token=\(token)").status == 400)
        #expect(!served.log.contains(token))
        let right = try served.send("POST", "/api/v1/scans", headers: ["authorization": "bEARER \(token)"])
        #expect(right.status == 202 || right.status == 409, "\(right.status)")
    }

    @Test(arguments: ["null", "https://127.0.0.1.evil.example", "http://localhost.", "file://", "//127.0.0.1"])
    func aPageOfNobodysMayNotAct(_ origin: String) throws {
        let served = try ServedWorld()
        #expect(try served.send("POST", "/api/v1/scans", as: "operator", headers: ["Origin": origin]).status == 403)
    }

    @Test func anAddressThatAHeaderClaimsIsNotBelieved() throws {
        let served = try ServedWorld()
        _ = try served.send(
            "DELETE", "/api/v1/pins?path=items/a", as: "operator",
            headers: ["X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"])
        let audit = try String(
            contentsOfFile: served.world.directory + "/.foundling-serve/audit.jsonl", encoding: .utf8)
        #expect(audit.contains("\"from\":\"127.0.0.1\"") && !audit.contains("203.0.113.9"))
    }

    @Test func whoHasNoTokenCannotPushOthersOutOfTheAudit() throws {
        let served = try ServedWorld()
        #expect(try served.send("POST", "/api/v1/pins", as: "operator", body: #"{"path":"items/a"}"#).status == 201)
        let long = "/api/v1/items/" + String(repeating: "k", count: 1_000)
        #expect(try served.atOnce(1_200, "DELETE", long).allSatisfy { $0.status == 401 })
        #expect(try served.send("DELETE", "/api/v1/pins?path=items/a", as: "operator").status == 204)
        let audit = try String(
            contentsOfFile: served.world.directory + "/.foundling-serve/audit.jsonl", encoding: .utf8)
        let lines = audit.split(separator: "\n")
        #expect(lines.count { $0.contains("\"status\":401") } == 1_000)
        #expect(lines.count { $0.contains("token 'operator'") } == 2)
        #expect(lines.allSatisfy { $0.utf8.count < 600 })
        #expect(served.log.contains("attempts without a valid token"))
    }

    @Test func aNameThatActsOnATerminalReachesNoLog() throws {
        let served = try ServedWorld()
        for path in ["/api/v1/items/a%0Aaudit%20%7B%22forged%22", "/api/v1/items/%1B%5B2J%E2%80%AE"] {
            #expect(try served.send("DELETE", path, as: "operator").status == 404)
        }
        #expect(!served.log.contains("\u{1B}") && !served.log.contains("\u{202E}"))
        #expect(!served.log.split(separator: "\n").contains { $0.hasPrefix("audit") })
    }

    @Test func whoLeavesBeforeTheEndTakesNoSeatAlong() throws {
        let served = try ServedWorld()
        try served.scanned()
        let id = try #require(try served.get("/api/v1/activities").items.first?["id"] as? String)
        let heads = try served.atOnce(200, "HEAD", "/api/v1/activities/\(id)/events")
        #expect(heads.count == 200 && heads.allSatisfy { $0.body.isEmpty && $0.status == 200 })
        #expect(try served.get("/api/v1/activities/\(id)/events").body.contains("event: end"))
    }

    @Test func aHeadThatDripsIsGivenUp() throws {
        let served = try ServedWorld()
        guard case .port(let port) = served.place else { return }
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(failed == 0)
        // A byte every two seconds: the wait for an answer is the pause.
        var pause = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &pause, socklen_t(MemoryLayout<timeval>.size))
        let begun = Date()
        var isOpen = true
        for byte in Array("GET /healthz HTTP/1.1\r\nX-Drip: 1234567890".utf8) where isOpen {
            isOpen = [byte].withUnsafeBytes { send(client, $0.baseAddress, 1, Int32(MSG_NOSIGNAL)) } == 1
            var answer: UInt8 = 0
            let count = recv(client, &answer, 1, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) { isOpen = false }
        }
        #expect(!isOpen && Date().timeIntervalSince(begun) < 45)
    }
}
