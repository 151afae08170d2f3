import Foundation
import FoundlingTesting
import Testing

/// What anybody may ask the running daemon.
@Suite struct ReadingTests {
    @Test func theFirstStartScansAndTheSummaryTells() throws {
        let served = try ServedWorld()
        try served.scanned()
        let summary = try served.get("/api/v1/orphans/summary").json
        #expect(summary["orphans"] as? Int == 3)
        #expect(summary["is_recorded"] as? Bool == true)
        let resources = try #require(summary["by_resource"] as? [[String: Any]])
        #expect(resources.first?["resource"] as? String == "items")
    }

    @Test func orphansComeInPagesThatMissNoneAndRepeatNone() throws {
        let served = try ServedWorld(accepts: false) { world in
            try world.items(rows: [("kept", nil)], safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
            try world.file("items/kept/data")
            for number in 0..<25 {
                try world.file("items/o\(number)/data", String(repeating: "x", count: number * 1_000))
            }
        }
        try served.scanned()
        for sort in ["-size", "size", "path", "-path", "-newest", "first_seen"] {
            var (seen, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try served.get(
                    "/api/v1/orphans?limit=4&sort=\(sort)" + (cursor.map { "&cursor=\($0)" } ?? ""))
                #expect(page.status == 200, "\(page.body)")
                #expect(page.items.count <= 4)
                seen += page.items.compactMap { $0["path"] as? String }
                cursor = page.json["next"] as? String
            } while cursor != nil
            #expect(seen.count == 25, "\(sort)")
            #expect(Set(seen).count == 25, "\(sort)")
        }
        let filtered = try served.get("/api/v1/orphans?contains=o1&sort=path")
        #expect(filtered.items.count == 11)
        #expect(try served.get("/api/v1/orphans?resource=nothing").items.isEmpty)
    }

    @Test func aCursorOfAnotherListOrAnotherScanIsRefused() throws {
        let served = try ServedWorld()
        try served.scanned()
        let cursor = try #require(try served.get("/api/v1/orphans?limit=1").json["next"] as? String)
        #expect(try served.get("/api/v1/orphans?limit=1&sort=path&cursor=\(cursor)").code == "cursor-invalid")
        #expect(try served.get("/api/v1/dangling?limit=1&cursor=\(cursor)").code == "cursor-invalid")
        #expect(try served.get("/api/v1/ledger?limit=1&cursor=\(cursor)").code == "cursor-invalid")
        for bad in ["AAAA", "MQ", "%00", "..%2F..", "x=y", String(repeating: "A", count: 3_000)] {
            #expect(try served.get("/api/v1/orphans?cursor=\(bad)").status == 400, "\(bad)")
        }
        try served.finish("POST", "/api/v1/scans")
        let stale = try served.get("/api/v1/orphans?limit=1&cursor=\(cursor)")
        #expect(stale.status == 410)
        #expect(stale.code == "cursor-stale")
    }

    @Test func whoeverAsksWithoutATokenSeesRelativePathsOnly() throws {
        let served = try ServedWorld()
        try served.scanned()
        for path in [
            "/api/v1/orphans", "/api/v1/findings", "/api/v1/scans/latest/certificate", "/api/v1/ledger",
            "/api/v1/health",
            "/api/v1/disk", "/api/v1/scans/latest/data", "/metrics", "/api/v1/runs",
        ] {
            let answer = try served.get(path)
            #expect(answer.status == 200, "\(path): \(answer.body)")
            #expect(!answer.body.contains(served.world.directory), "\(path): \(answer.body)")
        }
        let certificate = try served.get("/api/v1/scans/latest/certificate", as: "operator")
        #expect(certificate.body.contains(served.world.store))
        #expect(
            !(try served.get("/api/v1/scans/latest/certificate", as: "viewer")).body.contains(served.world.directory))
    }

    @Test func aMistakeInARequestIsNamedWithAllOthers() throws {
        let served = try ServedWorld()
        let answer = try served.get("/api/v1/orphans?limit=0&srot=path&resource=&min_bytes=-1")
        #expect(answer.status == 400)
        #expect(answer.headers["content-type"] == "application/problem+json")
        let details = try #require(answer.json["details"] as? [String])
        #expect(details.count == 4, "\(details)")
        #expect(details.contains { $0.contains("did you mean 'sort'?") })
    }

    @Test(arguments: [
        "/api/v1/nothing", "/api/", "/api/v1/orphans/", "/api/v1/..%2F..%2Fetc%2Fpasswd", "/api/v1/runs/%2e%2e",
        "/api/v1/../../etc/passwd", "/api/%", "/api/v1/scans/%ff",
    ])
    func whatIsNotThereIsAProblemAndNothingElse(_ path: String) throws {
        let served = try ServedWorld()
        let answer = try served.get(path)
        #expect(answer.status == 404 || answer.status == 400, "\(answer.status)")
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(!answer.body.contains("root:"))
    }

    @Test(arguments: ["/api", "//", "/%", "/nothing", "/runs/..%2F..%2Fetc%2Fpasswd", "/health/x", "/?%ff"])
    func aPageThatIsNotThereSaysSoInTheLookOfTheOthers(_ path: String) throws {
        let served = try ServedWorld()
        let answer = try served.get(path)
        #expect(answer.status == 404 || answer.status == 400, "\(answer.status)")
        #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
        #expect(answer.body.contains("<h1>Not shown</h1>") && !answer.body.contains("root:"))
    }

    @Test func theMethodsThatAPathKnowsAreSaid() throws {
        let served = try ServedWorld()
        let answer = try served.send("PUT", "/api/v1/scans", as: "operator", body: "{}")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD, POST")
        let head = try served.send("HEAD", "/healthz")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.headers["content-length"] == "15")
    }

    @Test func anActivityCanBeWatchedToItsEnd() throws {
        let served = try ServedWorld()
        try served.scanned()
        let begun = try served.send("POST", "/api/v1/scans", as: "operator")
        let location = try #require(begun.headers["location"])
        let events = try served.get(location + "/events")
        #expect(events.headers["content-type"] == "text/event-stream")
        #expect(events.body.contains("event: progress\ndata: {"))
        #expect(events.body.contains("event: end\ndata: {"))
        #expect(events.body.hasSuffix("\n\n"))
    }

    @Test func anotherHostsNameIsNotAnswered() throws {
        let served = try ServedWorld(serve: "  hosts: [foundling.example.org]")
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
            let answer = try served.send("GET", "/api/v1/orphans", headers: ["Host": host])
            #expect(answer.status == 421 || answer.status == 400, "\(host): \(answer.status)")
        }
        for host in ["localhost:1234", "127.0.0.1", "foundling.example.org", "FOUNDLING.example.org:443"] {
            #expect(try served.send("GET", "/healthz", headers: ["Host": host]).status == 200, "\(host)")
        }
    }

    @Test func aSocketIsForThisUserAndGroup() throws {
        let served = try ServedWorld(arguments: ["--socket", "f.sock"])
        #expect(try served.get("/healthz").status == 200)
        let attributes = try FileManager.default.attributesOfItem(atPath: served.world.directory + "/f.sock")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o660)
        try served.stop()
        #expect(!FileManager.default.fileExists(atPath: served.world.directory + "/f.sock"))
    }
}
