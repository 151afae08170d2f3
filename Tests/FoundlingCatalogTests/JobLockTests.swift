import Foundation
import FoundlingCatalog
import FoundlingCore
import FoundlingManifest
import FoundlingTesting
import Testing

/// One job of one store runs on one machine at a time.
@Suite struct JobLockTests {
    private func world(_ engine: Engine) throws -> World {
        let world = try World(engine: engine)
        try world.items(rows: [])
        return world
    }

    private func manifest(_ world: World, _ change: (String) -> String = { $0 }) throws -> Manifest {
        let text = change(try String(contentsOfFile: world.manifest, encoding: .utf8))
        let reader = ManifestReader(
            file: world.manifest, environment: [:], workingDirectory: world.directory, exists: { _ in false })
        return try reader.parse(text).manifest
    }

    @Test(arguments: Engine.servers)
    func whoComesSecondGetsNoneUntilTheFirstIsDone(engine: Engine) throws {
        let world = try world(engine)
        let manifest = try manifest(world)
        var first = try JobLock.take("scan", manifest: manifest)
        #expect(first?.isHeld == true)
        #expect(try JobLock.take("scan", manifest: manifest) == nil)
        // Asking does not give it away.
        #expect(first?.isHeld == true)
        #expect(try JobLock.take("purge", manifest: manifest) != nil)
        first = nil
        let second = try #require(try JobLock.take("scan", manifest: manifest))
        second.release()
        #expect(!second.isHeld)
        #expect(try JobLock.take("scan", manifest: manifest) != nil)
    }

    @Test(arguments: Engine.servers)
    func anotherStoreOrDatabaseHasLocksOfItsOwn(engine: Engine) throws {
        let world = try world(engine)
        let first = try JobLock.take("scan", manifest: try manifest(world))
        #expect(first != nil)
        let root = try manifest(world) { $0.replacing("root: data", with: "root: other") }
        #expect(try JobLock.take("scan", manifest: root) != nil)
        let outbox = try manifest(world) { $0.replacing("store:\n", with: "  outbox: other\nstore:\n") }
        #expect(try JobLock.take("scan", manifest: outbox) != nil)
        let database = try ServerDatabase(engine)
        defer { database.remove() }
        let elsewhere = try manifest(world) { $0.replacing(world.url, with: database.url) }
        #expect(try JobLock.take("scan", manifest: elsewhere) != nil)
    }

    /// As when its machine is gone.
    @Test(arguments: Engine.servers)
    func aHolderWhoseConnectionEndsHoldsNoMore(engine: Engine) throws {
        let world = try world(engine)
        let manifest = try manifest(world)
        let first = try #require(try JobLock.take("scan", manifest: manifest))
        if engine == .postgres {
            try world.sql(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'foundling' "
                    + "AND datname = current_database()")
        } else {
            let ids = try world.server!.ask(
                "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
            for id in ids.split(separator: "\n") { try world.sql("KILL CONNECTION \(id)") }
        }
        var second: JobLock?
        while second == nil { second = try JobLock.take("scan", manifest: manifest) }
        #expect(!first.isHeld)
        // Lost is lost.
        second = nil
        #expect(!first.isHeld)
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func anotherProcessThatIsKilledFreesIt() throws {
        let world = try world(.postgres)
        let manifest = try manifest(world)
        let first = try #require(try JobLock.take("scan", manifest: manifest))
        let keys = try world.server!.ask(
            "SELECT format('%s, %s', l.classid::int8::bit(32)::int4, l.objid::int8::bit(32)::int4) FROM pg_locks l "
                + "JOIN pg_database d ON d.oid = l.database "
                + "WHERE locktype = 'advisory' AND datname = current_database()")
        first.release()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "-qXtA", world.url]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data("SELECT pg_advisory_lock(\(keys)); SELECT 'locked';\n".utf8))
        _ = output.fileHandleForReading.availableData
        #expect(try JobLock.take("scan", manifest: manifest) == nil)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        var second: JobLock?
        while second == nil { second = try JobLock.take("scan", manifest: manifest) }
        #expect(second?.isHeld == true)
    }

    /// With nothing but what the guide grants.
    @Test(arguments: Engine.servers)
    func aRoleThatMayOnlyReadMayTakeIt(engine: Engine) throws {
        let world = try world(engine)
        let role = "r_" + world.server!.name
        try world.sql(
            engine == .postgres
                ? "CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON items TO \(role); "
                    + "ALTER ROLE \(role) SET default_transaction_read_only = on"
                : "CREATE USER \(role)@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT ON items TO \(role)@'127.0.0.1'")
        defer {
            try? world.sql(
                engine == .postgres ? "DROP OWNED BY \(role); DROP ROLE \(role)" : "DROP USER \(role)@'127.0.0.1'")
        }
        let manifest = try manifest(world) { $0.replacing("foundling@", with: "\(role):x@") }
        let lock = try #require(try JobLock.take("scan", manifest: manifest))
        #expect(lock.isHeld)
        #expect(try JobLock.take("scan", manifest: manifest) == nil)
    }

    @Test func onSQLiteThereIsNothingToHold() throws {
        let world = try world(.sqlite)
        let manifest = try manifest(world)
        let first = try JobLock.take("scan", manifest: manifest)
        #expect(first?.isHeld == true)
        #expect(try JobLock.take("scan", manifest: manifest)?.isHeld == true)
    }

    @Test func aFileIsLockedByOneUntilHeIsDone() throws {
        let world = try World()
        var first = try FileLock.take("scan", in: world.directory)
        #expect(first != nil)
        #expect(try FileLock.take("scan", in: world.directory) == nil)
        #expect(try FileLock.take("purge", in: world.directory) != nil)
        first = nil
        #expect(try FileLock.take("scan", in: world.directory) != nil)
    }

    @Test func aProcessThatIsKilledFreesItsFile() throws {
        let world = try World()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Without a shell between: who holds it is who is killed.
        process.arguments = ["flock", "--no-fork", world.directory + "/scan.lock", "cat"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data("locked\n".utf8))
        _ = output.fileHandleForReading.availableData
        #expect(try FileLock.take("scan", in: world.directory) == nil)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try FileLock.take("scan", in: world.directory) != nil)
    }

    @Test func whereNoFileCanBeMadeTheDirectoryIsNamed() throws {
        let world = try World()
        #expect {
            _ = try FileLock.take("scan", in: world.directory + "/nowhere")
        } throws: { error in
            let error = error as? FoundlingError
            return error?.code == .system && error?.summary.contains("/nowhere: No such file") == true
        }
        // A link somebody put there leads nowhere.
        try FileManager.default.createSymbolicLink(
            atPath: world.directory + "/scan.lock", withDestinationPath: world.directory + "/victim")
        #expect(throws: FoundlingError.self) { try FileLock.take("scan", in: world.directory) }
        #expect(!FileManager.default.fileExists(atPath: world.directory + "/victim"))
    }
}
