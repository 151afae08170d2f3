import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// Servers that do not let us in, do not answer, or go away.
@Suite struct ConnectionTests {
    /// A world whose one entry is claimed, and its manifest with another URL.
    private func world(_ engine: Engine, server: String? = nil) throws -> World {
        let world = try World(engine: engine, server: server)
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        return world
    }

    private func refusal(_ world: World, _ change: (String) -> String) throws -> FoundlingError? {
        let original = try String(contentsOfFile: world.manifest, encoding: .utf8)
        defer { try? original.write(toFile: world.manifest, atomically: true, encoding: .utf8) }
        let url = change(world.url)
        #expect(url != world.url)
        try original.replacing(world.url, with: url).write(toFile: world.manifest, atomically: true, encoding: .utf8)
        return try world.refusal()
    }

    @Test(arguments: Engine.servers)
    func whoeverDoesNotLetUsInIsNamedAndThePasswordIsNot(engine: Engine) throws {
        let world = try world(engine)
        let role = "r_" + world.server!.name
        try world.sql(
            engine == .postgres
                ? "CREATE ROLE \(role) LOGIN PASSWORD 'right'; GRANT SELECT ON items TO \(role)"
                : "CREATE USER \(role)@'127.0.0.1' IDENTIFIED BY 'right'; GRANT SELECT ON \(world.server!.name).* TO \(role)@'127.0.0.1'"
        )
        defer {
            try? world.sql(
                engine == .postgres ? "DROP OWNED BY \(role); DROP ROLE \(role)" : "DROP USER \(role)@'127.0.0.1'")
        }
        let denied = try #require(
            try refusal(world) { $0.replacing("foundling@", with: "\(role):s3cr3t-w0rd@") })
        #expect(denied.code == .catalogDenied)
        #expect(!"\(denied)".contains("s3cr3t"))
        #expect(denied.hint.contains("password_file"))
        let missing = try #require(try refusal(world) { $0.replacing(world.server!.name, with: "w_nowhere") })
        #expect(missing.code == .catalogMissing)
        let unreachable = try #require(try refusal(world) { $0.replacing(#/:\d+\//#, with: ":1/") })
        #expect(unreachable.code == .catalogUnreachable)
        #expect(unreachable.summary.contains("127.0.0.1"))
        let nameless = try #require(
            try refusal(world) { $0.replacing("127.0.0.1", with: "no-such-host.invalid") })
        #expect(nameless.code == .catalogUnreachable)
        let parameter = try #require(try refusal(world) { $0 + "?conect_timeout=3&password=x" })
        #expect(parameter.code == .manifestInvalid)
        #expect(parameter.hint.contains("connect_timeout"))
        // The right one, from wherever it may come.
        #expect(try refusal(world) { $0.replacing("foundling@", with: "\(role):right@") } == nil)
        let file = world.directory + "/password"
        try "right\n".write(toFile: file, atomically: true, encoding: .utf8)
        let original = try String(contentsOfFile: world.manifest, encoding: .utf8)
        let url = world.url.replacing("foundling@", with: "\(role)@")
        try original.replacing("  url: \"\(world.url)\"", with: "  url: \"\(url)\"\n  password_file: password")
            .write(toFile: world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.verdicts() == "")
        try original.replacing(world.url, with: url).write(toFile: world.manifest, atomically: true, encoding: .utf8)
        let variable = engine == .postgres ? "PGPASSWORD" : "MYSQL_PWD"
        #expect(try world.run("scan", "-q", environment: [variable: "right"]).status == 0)
        #expect(try world.run("scan", "-q", environment: [variable: "wrong"]).status == 3)
        if engine == .postgres {
            let pass = world.directory + "/pgpass"
            try "127.0.0.1:*:*:\(role):right\n".write(toFile: pass, atomically: true, encoding: .utf8)
            chmod(pass, 0o600)
            #expect(try world.run("scan", "-q", environment: ["PGPASSFILE": pass]).status == 0)
            let service = world.directory + "/services"
            let port = try #require(world.url.firstMatch(of: #/:(\d+)\//#)?.1)
            try "[app]\nhost=127.0.0.1\nport=\(port)\ndbname=\(world.server!.name)\nuser=foundling\n".write(
                toFile: service, atomically: true, encoding: .utf8)
            try original.replacing(world.url, with: "postgres:///?service=app").write(
                toFile: world.manifest, atomically: true, encoding: .utf8)
            #expect(try world.run("scan", "-q", environment: ["PGSERVICEFILE": service]).status == 0)
        }
    }

    @Test(arguments: Engine.servers)
    func tlsIsAsStrictAsTheURLSays(engine: Engine) throws {
        let world = try world(engine)
        let authority = try #require(engine.authority)
        let (mode, file) =
            engine == .postgres ? ("sslmode=verify-full", "sslrootcert") : ("ssl-mode=verify-identity", "ssl-ca")
        #expect(try refusal(world) { $0 + "?\(mode)&\(file)=\(authority)" } == nil)
        // A certificate of another authority.
        let other = world.directory + "/other.crt"
        let made = try Program.execute(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other",
                "-keyout",
                world.directory + "/other.key", "-out", other,
            ])
        #expect(made.status == 0)
        let refused = try #require(try refusal(world) { $0 + "?\(mode)&\(file)=\(other)" })
        #expect(refused.code == .catalogUnreachable)
        #expect(refused.hint.contains("TLS"))
        if engine == .postgres {
            let tls = world.server!.name
            try world.sql(
                "DO $$ BEGIN CREATE ROLE tls_only LOGIN PASSWORD 'x'; EXCEPTION WHEN OTHERS THEN NULL; END $$")
            try world.sql("GRANT SELECT ON items TO tls_only")
            #expect(
                try refusal(world) { $0.replacing("foundling@", with: "tls_only:x@") + "?ssl=require" } == nil, "\(tls)"
            )
            let plain = try #require(
                try refusal(world) { $0.replacing("foundling@", with: "tls_only:x@") + "?sslmode=disable" })
            #expect([.catalogDenied, .catalogUnreachable].contains(plain.code))
        }
    }

    @Test(.enabled(if: Engine.mariadb.server != nil, "needs MariaDB: script/test"))
    func aServerWithoutTLSIsNoServerForAURLThatAsksForIt() throws {
        let server = try PrivateServer(.mariadb, options: "--skip-ssl")
        let world = try world(.mariadb, server: server.url)
        #expect(try refusal(world) { $0 + "?ssl-mode=preferred" } == nil)
        for parameters in ["ssl-mode=required", "ssl-mode=verify-ca", "ssl-ca=\(Engine.mariadb.authority ?? "")"] {
            let refused = try #require(try refusal(world) { $0 + "?" + parameters }, "\(parameters)")
            #expect(refused.code == .catalogUnreachable)
            #expect(refused.hint.contains("TLS"), "\(parameters): \(refused)")
        }
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func everyRefusalOfAServerHasItsOwnCode() throws {
        let world = try world(.postgres)
        let name = world.server!.name
        let role = "r_" + name
        try world.sql("CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON items TO \(role)")
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try world.sql("REVOKE CONNECT ON DATABASE \(name) FROM PUBLIC")
        #expect(try refusal(world) { $0.replacing("foundling@", with: "\(role):x@") }?.code == .catalogDenied)
        try world.sql("GRANT CONNECT ON DATABASE \(name) TO \(role); REVOKE USAGE ON SCHEMA public FROM PUBLIC")
        let hidden = try #require(try refusal(world) { $0.replacing("foundling@", with: "\(role):x@") })
        #expect(hidden.code == .catalogDenied)
        #expect(hidden.hint.contains("GRANT USAGE ON SCHEMA"), "\(hidden)")
        #expect(try refusal(world) { $0 + "?sslmode=bogus" }?.code == .manifestInvalid)
        let hostless = try #require(try refusal(world) { _ in "postgres://app:hunter2/db" })
        #expect(!"\(hostless)".contains("hunter2"))
    }

    /// A snapshot does not see the rows of a table that is rewritten before it is first read, nor those of a new one.
    @Test(
        .enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"),
        arguments: [
            "TRUNCATE late", "ALTER TABLE late ALTER COLUMN id TYPE varchar(50)",
            "CREATE TABLE copy AS SELECT * FROM late; DROP TABLE late; ALTER TABLE copy RENAME TO late",
            "ALTER TABLE late RENAME TO old; ALTER TABLE late2 RENAME TO late",
        ], [true, false])
    func aTableRewrittenWhileItIsReadIsNeverTakenForAnEmptyOne(change: String, mayLock: Bool) throws {
        let world = try world(.postgres)
        try fill(world, rows: 60_000)
        try world.file("items/kept")
        try world.sql("CREATE TABLE late (id varchar(9)); INSERT INTO late VALUES ('kept')")
        try world.sql("CREATE TABLE late2 (id varchar(9)); INSERT INTO late2 VALUES ('other')")
        // Whoever may read columns only cannot lock a table: then it must be noticed afterwards.
        let role = "r_" + world.server!.name
        try world.sql(
            "CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON items TO \(role); "
                + "GRANT SELECT (id) ON late, late2 TO \(role); ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO \(role)"
        )
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: items, key: id, claims: ["items/{id}"] }
                - { table: late, key: id, claims: ["items/{id}"], may_be_empty: true }
            """)
        if !mayLock {
            let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
            try text.replacing(world.url, with: world.url.replacing("foundling@", with: "\(role):x@"))
                .write(toFile: world.manifest, atomically: true, encoding: .utf8)
        }
        let once = Once { try? world.sql("SET lock_timeout = '2s'; " + change) }
        let outcome = Result {
            try world.scan { if case .reading(let rows) = $0, rows > 8000 { once.run() } }
        }
        #expect(once.hasRun)
        switch outcome {
        case .success(let result): #expect(result.count(.orphan) == 0, "\(result.findings.map(\.path))")
        case .failure(let error): #expect((error as? FoundlingError)?.code == .catalogInterrupted, "\(error)")
        }
    }

    /// As online schema changes do it: the new table stands beside the old one until it takes its name.
    @Test(.enabled(if: Engine.mariadb.server != nil, "needs MariaDB: script/test"))
    func aTableThatAnotherTakesThePlaceOfIsReadAsItWas() throws {
        let world = try world(.mariadb)
        try fill(world, rows: 60_000)
        try world.file("items/kept")
        try world.sql(
            "CREATE TABLE late (id varchar(9)); INSERT INTO late VALUES ('kept'); CREATE TABLE late2 (id varchar(9)); "
                + "INSERT INTO late2 VALUES ('other')")
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: items, key: id, claims: ["items/{id}"] }
                - { table: late, key: id, claims: ["items/{id}"] }
            """)
        let once = Once {
            try? world.sql("SET SESSION lock_wait_timeout = 2; RENAME TABLE late TO old, late2 TO late")
        }
        let result = try world.scan { if case .reading(let rows) = $0, rows > 8000 { once.run() } }
        #expect(once.hasRun)
        #expect(result.count(.orphan) == 0, "\(result.findings.map(\.path))")
    }

    @Test(arguments: Engine.servers)
    func aConnectionThatIsLostHalfWayRefusesTheVerdict(engine: Engine) throws {
        let world = try world(engine)
        try fill(world, rows: 60_000)
        let once = Once { try? Self.disconnect(world) }
        #expect {
            _ = try world.scan { if case .reading(let rows) = $0, rows > 8000 { once.run() } }
        } throws: { ($0 as? FoundlingError)?.code == .catalogInterrupted }
        #expect(once.hasRun)
        #expect(try world.verdicts() == "")
    }

    /// Enough rows that the server cannot have sent them all when the first are read.
    private func fill(_ world: World, rows: Int) throws {
        try world.sql(
            world.server!.engine == .postgres
                ? "INSERT INTO items SELECT 'n' || i, repeat('x', 1000), '' FROM generate_series(1, \(rows)) i"
                : "INSERT INTO items SELECT concat('n', seq), repeat('x', 1000), '' FROM \(world.server!.name).seq_1_to_\(rows)"
        )
    }

    private static func disconnect(_ world: World) throws {
        if world.server!.engine == .postgres {
            try world.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'foundling' "
                    + "AND datname = current_database()")
        } else {
            let ids = try world.server!.ask(
                "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
            for id in ids.split(separator: "\n") { try world.sql("KILL CONNECTION \(id)") }
        }
    }

    @Test(arguments: Engine.servers)
    func aServerThatStopsHalfWayRefusesTheVerdictAndTheNextRunGoesOn(engine: Engine) throws {
        let server = try PrivateServer(engine)
        let world = try world(engine, server: server.url)
        try fill(world, rows: 60_000)
        let once = Once { server.stop() }
        #expect {
            _ = try world.scan { if case .reading(let rows) = $0, rows > 8000 { once.run() } }
        } throws: { ($0 as? FoundlingError)?.code == .catalogInterrupted }
        #expect(once.hasRun)
        #expect(try world.refusal()?.code == .catalogUnreachable)
    }

    @Test(arguments: Engine.servers)
    func aStatementThatTakesTooLongRefuses(engine: Engine) throws {
        let world = try world(engine)
        let slow = engine == .postgres ? "pg_sleep(30)" : "sleep(30)"
        try world.mapItems("{ query: \"SELECT 'items/a' AS path, \(slow) AS slept\" }")
        let refused = try #require(try refusal(world) { $0 + "?statement_timeout=1" })
        #expect(refused.code == .catalogInterrupted)
        #expect(refused.hint.contains("statement_timeout"))
    }

    @Test(arguments: Engine.servers)
    func aTableThatAMigrationHasLockedRefusesAfterAWhile(engine: Engine) throws {
        let world = try world(engine)
        let locker = Process()
        locker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let parts = try #require(URLComponents(string: world.url))
        locker.arguments =
            engine == .postgres
            ? ["psql", "-qXtA", world.url]
            : [
                "mariadb", "--no-defaults", "-N", "-n", "-h", "127.0.0.1", "-P", "\(parts.port!)", "-u", "foundling",
                world.server!.name,
            ]
        let (input, output) = (Pipe(), Pipe())
        (locker.standardInput, locker.standardOutput) = (input, output)
        try locker.run()
        defer {
            try? input.fileHandleForWriting.close()
            locker.waitUntilExit()
        }
        let lock = engine == .postgres ? "BEGIN; LOCK TABLE items;" : "LOCK TABLES items WRITE;"
        input.fileHandleForWriting.write(Data("\(lock) SELECT 'locked';\n".utf8))
        _ = output.fileHandleForReading.availableData
        #expect(try world.refusal()?.code == .catalogLocked)
    }

    @Test(arguments: Engine.servers)
    func aTableThatMayNotBeReadRefuses(engine: Engine) throws {
        let world = try world(engine)
        let role = "r_" + world.server!.name
        try world.sql("CREATE TABLE secret (id VARCHAR(9)); INSERT INTO secret VALUES ('x')")
        try world.sql(
            engine == .postgres
                ? "CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON items TO \(role)"
                : "CREATE USER \(role)@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT ON items TO \(role)@'127.0.0.1'")
        defer {
            try? world.sql(
                engine == .postgres ? "DROP OWNED BY \(role); DROP ROLE \(role)" : "DROP USER \(role)@'127.0.0.1'")
        }
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: items, key: id, claims: ["items/{id}"] }
                - { table: secret, key: id, claims: ["items/{id}"] }
            """)
        let denied = try #require(try refusal(world) { $0.replacing("foundling@", with: "\(role):x@") })
        // MariaDB does not even show what may not be read.
        #expect(denied.code == (engine == .postgres ? .catalogDenied : .tableMissing))
        // The rest, with nothing but the rights that the guide grants.
        try world.mapItems(#"{ table: items, key: id, claims: ["items/{id}"] }"#)
        #expect(try refusal(world) { $0.replacing("foundling@", with: "\(role):x@") } == nil)
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func tooManyConnectionsAreSaidToBeThat() throws {
        let world = try world(.postgres)
        let role = "r_" + world.server!.name
        try world.sql("CREATE ROLE \(role) LOGIN PASSWORD 'x' CONNECTION LIMIT 0; GRANT SELECT ON items TO \(role)")
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        let refused = try #require(try refusal(world) { $0.replacing("foundling@", with: "\(role):x@") })
        #expect(refused.code == .catalogUnreachable)
        #expect(refused.hint.contains("one connection"))
    }

    @Test(arguments: Engine.servers)
    func anInterruptedScanLeavesNoQueryRunning(engine: Engine) throws {
        let world = try world(engine)
        let slow = engine == .postgres ? "pg_sleep(60)" : "sleep(60)"
        try world.mapItems("{ query: \"SELECT 'items/a' AS path, \(slow) AS slept\" }")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["scan", "-q"]
        process.currentDirectoryURL = URL(fileURLWithPath: world.directory)
        try process.run()
        let running =
            engine == .postgres
            ? "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'foundling' AND datname = current_database() AND query LIKE '%pg_sleep%'"
            : "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND state = 'User sleep'"
        while process.isRunning, try world.server!.ask(running) == "0" {}
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        while try world.server!.ask(running) != "0" {}
    }
}
