import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// Which database it is, and whether it went back: what makes a restored backup and a staging copy harmless.
@Suite struct IdentityTests {
    private func world(_ engine: Engine, server: String? = nil) throws -> World {
        let world = try World(engine: engine, server: server)
        for name in ["a", "b", "c", "d", "e", "orphan"] { try world.file("items/\(name)") }
        try world.sql(
            engine == .postgres
                ? "CREATE TABLE items (n bigserial, id varchar(9) PRIMARY KEY, path varchar(99))"
                : "CREATE TABLE items (n bigint AUTO_INCREMENT UNIQUE, id varchar(9) PRIMARY KEY, path varchar(99))")
        try world.sql("INSERT INTO items (id) VALUES ('a'), ('b'), ('c'), ('d'), ('e')")
        try world.mapItems(#"{ table: items, key: id, claims: ["items/{id}", "{path}"] }"#)
        return world
    }

    private func refuses(_ world: World, _ code: String, _ words: String = "") throws {
        for command in [["plan", "-q", "-o", "again.plan"], ["clean", "--delete-all", "--yes", "-q"]] {
            let outcome = try Program.run(command, in: world.directory)
            #expect(outcome.status == 3, "\(command): \(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("error[\(code)]"), "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(FileManager.default.fileExists(atPath: world.store + "/items/orphan"))
    }

    @Test(arguments: Engine.servers)
    func planApplyRestoreAndPurgeWorkAgainstAServer(engine: Engine) throws {
        let world = try world(engine)
        #expect(try world.run("plan", "-q").status == 0)
        let apply = try world.run("apply", "foundling.plan.jsonl", "-q", "--format", "json")
        #expect(apply.status == 0, "\(apply.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.store + "/items/orphan"))
        let run = try #require(apply.output.firstMatch(of: #/"runs":\["([^"]+)"/#)?.1)
        // A record that appears while it lies there: purge gives it back.
        try world.sql("INSERT INTO items (id) VALUES ('orphan')")
        let purge = try world.run("purge", String(run), "--now", "--yes", "-q")
        #expect(purge.status == 4)
        #expect(purge.output.contains("a false positive, found in time"))
        #expect(FileManager.default.fileExists(atPath: world.store + "/items/orphan"))
    }

    @Test(arguments: Engine.servers)
    func aServerThatWasRestartedBetweenPlanAndApplyIsTheSame(engine: Engine) throws {
        let server = try PrivateServer(engine)
        let world = try world(engine, server: server.url)
        #expect(try world.run("plan", "-q").status == 0)
        try server.restart()
        let apply = try world.run("apply", "foundling.plan.jsonl", "-q")
        #expect(apply.status == 0, "\(apply.output)\(apply.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.store + "/items/orphan"))
    }

    @Test(arguments: Engine.servers)
    func aStagingDatabaseByMistakeRefuses(engine: Engine) throws {
        let world = try world(engine)
        #expect(try world.run("plan", "-q").status == 0)
        let staging = try self.world(engine)
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        try text.replacing(world.url, with: staging.url).write(
            toFile: world.manifest, atomically: true, encoding: .utf8)
        try refuses(world, "database-changed", "accept database")
        #expect(try world.run("apply", "foundling.plan.jsonl", "-q").status == 5)
        try text.write(toFile: world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.run("apply", "foundling.plan.jsonl", "-q").status == 0)
    }

    @Test(arguments: Engine.servers)
    func aTableThatWasRestoredFromABackupRefusesUntilAccepted(engine: Engine) throws {
        let world = try world(engine)
        #expect(try world.run("plan", "-q").status == 0)
        // A dump put back makes its tables anew.
        try awaitAnotherSecond(world)
        try world.sql("CREATE TABLE copy AS SELECT * FROM items; DROP TABLE items")
        try world.sql(
            engine == .postgres
                ? "CREATE TABLE items (n bigserial, id varchar(9) PRIMARY KEY, path varchar(99)); INSERT INTO items SELECT * FROM copy"
                : "CREATE TABLE items (n bigint AUTO_INCREMENT UNIQUE, id varchar(9) PRIMARY KEY, path varchar(99)); INSERT INTO items SELECT * FROM copy"
        )
        try refuses(world, "database-changed", "table items")
        #expect(try world.run("accept", "database", "-q", "--reason", "restored on purpose").status == 0)
        #expect(try world.run("plan", "-q").status == 0)
    }

    /// MariaDB notes to the second when a table was made.
    private func awaitAnotherSecond(_ world: World) throws {
        guard world.server?.engine == .mariadb else { return }
        let made = try world.server!.ask(Self.created)
        while try world.server!.ask("SELECT now()") <= made {}
    }

    private static let created =
        "SELECT create_time FROM information_schema.tables WHERE table_schema = database() AND table_name = 'items'"

    @Test(arguments: Engine.servers)
    func numbersThatAreUnusedAgainRefuse(engine: Engine) throws {
        let world = try world(engine)
        try world.sql("INSERT INTO items (id) VALUES ('x1'), ('x2')")
        #expect(try world.run("plan", "-q").status == 0)
        try world.sql("DELETE FROM items WHERE id LIKE 'x%'")
        try world.sql(
            engine == .postgres
                ? "SELECT setval('items_n_seq', 5)" : "ALTER TABLE items AUTO_INCREMENT = 6, ALGORITHM = INPLACE")
        // MariaDB notes that as a table made anew, unless it is in the same second.
        if engine == .postgres { return try refuses(world, "database-went-back", "items: 7 then, 5 now") }
        let outcome = try world.run("plan", "-q")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("error[database-"), "\(outcome.errors)")
    }

    @Test(.enabled(if: Engine.mariadb.server != nil, "needs MariaDB: script/test"))
    func aCounterThatRunsAheadAndARestartAreNoStepBackwards() throws {
        let server = try PrivateServer(.mariadb)
        let world = try world(.mariadb, server: server.url)
        // It reserves by powers of two, and gives back what it did not use.
        for letter in ["y", "z"] { try world.sql("INSERT INTO items (id) SELECT concat('\(letter)', id) FROM items") }
        #expect(try world.run("plan", "-q").status == 0)
        try world.sql("SET GLOBAL time_zone = '+05:00'")
        #expect(try world.run("plan", "-q").status == 0, "times of creation are the same everywhere")
        let counter =
            "SELECT auto_increment FROM information_schema.tables WHERE table_schema = database() AND table_name = 'items'"
        let before = try world.server!.ask(counter)
        try server.restart()
        #expect(try world.server!.ask(counter) != before, "or this proves nothing")
        let again = try world.run("plan", "-q")
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test(arguments: Engine.servers)
    func aTableThatTheManifestNamesSinceIsNoOtherDatabase(engine: Engine) throws {
        let world = try world(engine)
        #expect(try world.run("plan", "-q").status == 0)
        try world.sql("CREATE TABLE thumbnails (id varchar(9)); INSERT INTO thumbnails VALUES ('a')")
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: items, key: id, claims: ["items/{id}", "{path}"] }
                - { table: thumbnails, key: id, claims: ["items/{id}"] }
            """)
        let outcome = try world.run("plan", "-q")
        #expect(outcome.errors.contains("error[schema-changed]"), "\(outcome.errors)")
        #expect(try world.run("accept", "schema", "-q").status == 0)
        #expect(try world.run("plan", "-q").status == 0)
    }

    @Test(arguments: Engine.servers)
    func aMigrationThatChangedMappedColumnsRefusesUntilAccepted(engine: Engine) throws {
        let world = try world(engine)
        #expect(try world.run("plan", "-q").status == 0)
        try awaitAnotherSecond(world)
        try world.sql("ALTER TABLE items ADD COLUMN other integer")
        if engine == .postgres {
            #expect(try world.run("plan", "-q").status == 0, "a column that is not mapped does not matter")
        }
        try world.sql(
            engine == .postgres
                ? "ALTER TABLE items ALTER COLUMN path TYPE varchar(200)" : "ALTER TABLE items MODIFY path varchar(200)"
        )
        if engine == .mariadb {
            // To MariaDB every ALTER makes the table anew.
            try refuses(world, "database-changed", "table items")
            #expect(try world.run("accept", "database", "-q").status == 0)
        }
        let accepted = try world.run("plan", "-q")
        #expect(accepted.status == 3)
        #expect(accepted.errors.contains("error[schema-changed]"), "\(accepted.errors)")
        #expect(try world.run("accept", "schema", "-q").status == 0)
        #expect(try world.run("plan", "-q").status == 0)
    }

    @Test(arguments: Engine.servers)
    func aReplicaIsScannedWithABannerAndNeverPlannedOn(engine: Engine) throws {
        let server = try PrivateServer(engine)
        let world = try world(engine, server: server.url)
        #expect(try world.run("plan", "-q").status == 0)
        if engine == .postgres {
            let replica = try Replica(of: server, world.server!)
            let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
            try text.replacing(world.url, with: replica.url).write(
                toFile: world.manifest, atomically: true, encoding: .utf8)
            try expectBanner(world)
        } else {
            try world.sql("SET GLOBAL read_only = 1")
            try expectBanner(world)
        }
    }

    private func expectBanner(_ world: World) throws {
        let scan = try world.run("scan", "-q")
        #expect(scan.status == 0, "\(scan.errors)")
        #expect(scan.output.hasPrefix("REPLICA: "))
        #expect(scan.output.contains("items/orphan"))
        try refuses(world, "catalog-replica", "primary")
        #expect(try world.run("accept", "database", "-q").errors.contains("error[catalog-replica]"))
        // With the replica's URL it is another manifest, too.
        #expect([3, 5].contains(try world.run("apply", "foundling.plan.jsonl", "-q").status))
        #expect(FileManager.default.fileExists(atPath: world.store + "/items/orphan"))
    }

    /// A standby of a test's own PostgreSQL server, by the server's own tools.
    private final class Replica {
        let url: String
        private let process: Process
        private let input = Pipe()

        init(of server: PrivateServer, _ database: ServerDatabase) throws {
            let port = try #require(server.url.firstMatch(of: #/:(\d+)\//#)?.1)
            let script = """
                set -e; cd \(server.directory); as=(); [ $EUID != 0 ] || as=(runuser -u nobody --)
                bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1); p=$((\(port) + 1))
                echo 'host replication foundling 127.0.0.1/32 trust' >> data/pg_hba.conf
                "${as[@]}" $bin/pg_ctl -D data reload >&2
                "${as[@]}" $bin/pg_basebackup -d postgres://foundling@127.0.0.1:\(port)/ -D standby -R -c fast >&2
                "${as[@]}" $bin/pg_ctl -D standby -w -l standby.log -o "-p $p -c listen_addresses=127.0.0.1 \\
                  -c unix_socket_directories=\(server.directory) -c fsync=off -c max_connections=50" start >&2
                echo $p; read -r || true; "${as[@]}" $bin/pg_ctl -D standby -m immediate stop >&2
                """
            process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", script]
            let output = Pipe()
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            let own = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
            url = "postgres://foundling@127.0.0.1:\(own)/\(database.name)"
        }

        deinit {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }
}
