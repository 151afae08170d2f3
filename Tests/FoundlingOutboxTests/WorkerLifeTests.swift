import Foundation
import FoundlingTesting
import Testing

/// Many workers, long lives and sudden deaths: each task is done once.
@Suite struct WorkerLifeTests {
    // MARK: Many

    @Test(arguments: Engine.available) func twoWorkersDoEachTaskOnce(_ engine: Engine) throws {
        let world = try OutboxWorld(engine, leaves: 400)
        try world.sql("DELETE FROM leaves")
        let workers = try (0..<2).map { _ in
            try Program.start(["worker", "--once", "-q"], in: world.world.directory)
        }
        for worker in workers { worker.waitUntilExit() }
        try world.drain()
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/leaves").isEmpty)
        let ledger = try world.run("ledger", "--format", "json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(ledger.output.utf8)) as? [String: Any])
        let moved = try #require(object["runs"] as? [[String: Any]]).compactMap {
            ($0["states"] as? [String: Int])?["moved"]
        }
        #expect(moved.reduce(0, +) == 400)
        #expect(try world.tasks("done").count == 400)
    }

    /// Ten thousand; as many as `script/torture` asks for.
    @Test func manyTasksAreDoneExactlyOnce() throws {
        let count = ProcessInfo.processInfo.environment["FOUNDLING_TASKS"].flatMap { Int($0) } ?? 10_000
        let world = try OutboxWorld(.sqlite, leaves: count)
        try world.sql("DELETE FROM leaves WHERE id <> 'l1234'")
        try world.drain()
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/leaves") == ["l1234"])
        let done = try world.run("tasks", "list", "--state", "done", "--format", "jsonl").output.split(separator: "\n")
        #expect(done.count == count - 1)
        #expect(done.allSatisfy { $0.contains("\"reason\":\"moved aside\"") })
    }

    // MARK: Its life

    @Test(arguments: Engine.available) func aWorkerLivesOnAndEndsInOrder(_ engine: Engine) throws {
        let world = try OutboxWorld(engine)
        let worker = try Program.start(["worker"], in: world.world.directory)
        defer { worker.terminate() }
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        #expect(wait { !world.exists("leaves/l0") })
        #expect(try world.run("tasks").output.contains("1 worker at work"))
        // A manifest that is wrong stops it; the right one lets it go on.
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try (manifest + "  oops: 1\n").write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        #expect(wait { worker.errors.contains("changed manifest is refused") })
        try world.sql("DELETE FROM leaves WHERE id = 'l1'")
        try manifest.write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        #expect(wait { !world.exists("leaves/l1") })
        #expect(worker.errors.contains("the manifest was read again"))
        // Asked for by a signal, it is read although nothing changed.
        let readings = worker.errors.components(separatedBy: "read again").count
        worker.send(SIGHUP)
        #expect(wait { worker.errors.components(separatedBy: "read again").count > readings })
        worker.terminate()
        worker.waitUntilExit()
        #expect(worker.status == 0, "\(worker.errors)")
        #expect(worker.errors.contains("ended:"))
        #expect(try world.run("tasks").output.contains("no worker"))
    }

    @Test(.enabled(if: Engine.servers.contains(.postgres))) func aWorkerOutlivesARestartOfItsServer() throws {
        let server = try PrivateServer(.postgres)
        let world = try OutboxWorld(.postgres, server: server.url)
        let worker = try Program.start(["worker"], in: world.world.directory)
        defer { worker.terminate() }
        try world.sql("DELETE FROM leaves WHERE id = 'l0'")
        #expect(wait { !world.exists("leaves/l0") })
        try server.restart()
        try world.sql("DELETE FROM leaves WHERE id = 'l1'")
        #expect(wait { !world.exists("leaves/l1") })
    }

    /// Looks again and again, for as long as a busy machine may need.
    private func wait(_ isTrue: () throws -> Bool) rethrows -> Bool {
        let until = Date.now + 60
        while Date.now < until {
            if try isTrue() { return true }
            usleep(100_000)
        }
        return false
    }
}
