import Foundation
import FoundlingTesting
import Testing

/// What may happen to a daemon: signals, bad manifests, databases and stores that go away, hostile clients.
@Suite struct LifeTests {
    @Test func itEndsInGoodOrderWhileSomebodyWatches() throws {
        let served = try ServedWorld()
        try served.scanned()
        try served.stop()
        #expect(served.daemon?.status == 0, "\(served.log)")
        #expect(served.log.contains("ended"))
    }

    @Test func aKilledDaemonKnowsItsFindingsWhenItStartsAgain() throws {
        let served = try ServedWorld()
        try served.scanned()
        let before = try served.get("/api/v1/orphans/summary").body
        served.daemon?.send(SIGKILL)
        served.daemon?.waitUntilExit()
        try served.start()
        #expect(try served.get("/api/v1/orphans/summary").body == before)
        #expect(try served.get("/api/v1/scans").items.count == 1)
    }

    @Test func aChangedManifestIsInForceAfterAHangup() throws {
        let served = try ServedWorld()
        try served.scanned()
        let text = try String(contentsOfFile: served.world.manifest, encoding: .utf8)
        try (text + "  oops: 1\n").write(toFile: served.world.manifest, atomically: true, encoding: .utf8)
        served.daemon?.send(SIGHUP)
        #expect(wait { served.log.contains("changed manifest is refused") })
        #expect(try served.get("/readyz").code == "manifest-invalid")
        #expect(try served.get("/api/v1/orphans/summary").status == 200)
        try (text + "serve: {anonymous: false}\n").write(
            toFile: served.world.manifest, atomically: true, encoding: .utf8)
        served.daemon?.send(SIGHUP)
        #expect(wait { served.log.contains("the manifest was read again") })
        #expect(try served.get("/api/v1/orphans/summary").code == "token-missing")
        #expect(try served.get("/api/v1/orphans/summary", as: "viewer").status == 200)
        #expect(try served.get("/healthz").status == 200)
    }

    @Test func withoutADatabaseItStaysUpAndSaysSo() throws {
        let served = try ServedWorld()
        try served.scanned()
        try FileManager.default.moveItem(atPath: served.world.database, toPath: served.world.directory + "/away.db")
        let scan = try served.finish("POST", "/api/v1/scans")
        #expect(scan["state"] as? String == "refused", "\(scan)")
        #expect(wait { (try? served.get("/readyz"))?.status == 503 })
        #expect(try served.get("/healthz").status == 200)
        let health = try served.get("/api/v1/health").json
        #expect((health["catalog"] as? [String: Any])?["code"] as? String == "catalog-missing", "\(health)")
        // What was found is still told, with the scan's own time.
        #expect(try served.get("/api/v1/orphans").items.count == 3)
        try FileManager.default.moveItem(atPath: served.world.directory + "/away.db", toPath: served.world.database)
        #expect(try served.finish("POST", "/api/v1/scans")["state"] as? String == "done")
        #expect(wait { (try? served.get("/readyz"))?.status == 200 })
    }

    @Test func aStoreThatWentAwayMakesNoRecordDangling() throws {
        let served = try ServedWorld(accepts: true, starts: false) { world in
            try world.items(
                rows: [("a", nil), ("b", nil)], safety: "min_age: 0s\n  max_orphans: 100%",
                record: "requires: [\"items/{id}\"]")
            for name in ["a", "b", "lost"] { try world.file("items/\(name)/data") }
        }
        try served.start()
        try served.scanned()
        #expect(try served.get("/api/v1/dangling").items.isEmpty)
        let away = served.world.directory + "/away"
        try FileManager.default.moveItem(atPath: served.world.store, toPath: away)
        try FileManager.default.createDirectory(atPath: served.world.store, withIntermediateDirectories: true)
        let scan = try served.finish("POST", "/api/v1/scans")
        #expect(scan["state"] as? String == "refused", "\(scan)")
        #expect(try served.get("/api/v1/dangling").items.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: served.world.store).isEmpty)
        #expect(wait { (try? served.get("/readyz"))?.status == 503 })
        try FileManager.default.removeItem(atPath: served.world.store)
        try FileManager.default.moveItem(atPath: away, toPath: served.world.store)
        #expect(try served.finish("POST", "/api/v1/scans")["state"] as? String == "done")
        #expect(try served.get("/api/v1/dangling").items.isEmpty)
    }

    @Test func twoDaemonsShareNoStateDirectory() throws {
        let served = try ServedWorld()
        let second = try served.run("serve", "--port", "0")
        #expect(second.status == 3, "\(second.errors)")
        #expect(second.errors.contains("is in use by another daemon"))
    }

    @Test func aTakenAddressIsSaid() throws {
        let served = try ServedWorld()
        guard case .port(let port) = served.place else { return }
        let other = try ServedWorld("other", starts: false)
        let answer = try other.run("serve", "--port", String(port))
        #expect(answer.status == 1)
        #expect(answer.errors.contains("error[address-unusable]"))
        let remote = try other.run("serve", "--listen", "0.0.0.0:0")
        #expect(remote.errors.contains("--allow-remote"), "\(remote.errors)")
        #expect(try other.run("serve", "--port", "70000").status == 64)
        #expect(try other.run("serve", "--listen", "nonsense").status == 64)
    }

    // MARK: Hostile clients

    @Test func hostileBytesGetAnAnswerOrNothing() throws {
        let served = try ServedWorld()
        let requests: [String] = [
            "GET / HTTP/1.1\r\n\r\n", "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}", "GET",
            "POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
            "POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + String(repeating: "y", count: 100_000) + "\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + String(repeating: "X: y\r\n", count: 500) + "\r\n",
            "GET /" + String(repeating: "a/", count: 6_000)
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            "GET /api/v1/orphans?" + String(repeating: "a=b&", count: 1_500)
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        ]
        for request in requests {
            let answer = String(
                decoding: try HTTPExchange.raw(Array(request.utf8), to: served.place, patience: 3), as: UTF8.self)
            #expect(
                !answer.hasPrefix("HTTP/1.1 2") && !answer.hasPrefix("HTTP/1.1 5"),
                "\(request.prefix(60)): \(answer.prefix(80))")
            #expect(try served.get("/healthz").status == 200)
        }
    }

    @Test func aHugeBodyIsRefusedUnread() throws {
        let served = try ServedWorld()
        let body = #"{"path":""# + String(repeating: "x", count: 3 << 20) + #""}"#
        let answer = try served.send("POST", "/api/v1/pins", as: "operator", body: body)
        #expect(answer.status == 413, "\(answer.status)")
        let deep = String(repeating: "[", count: 200_000)
        #expect(try served.send("POST", "/api/v1/pins", as: "operator", body: deep).status == 400)
        #expect(try served.get("/healthz").status == 200)
    }

    @Test func aSlowClientIsGivenUp() throws {
        let served = try ServedWorld()
        let head =
            "POST /api/v1/pins HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(try served.token("operator"))\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        let begun = Date()
        let answer = String(
            decoding: try HTTPExchange.raw(Array(head.utf8), to: served.place, patience: 40), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer.prefix(100))")
        #expect(Date().timeIntervalSince(begun) < 39)
    }
}
