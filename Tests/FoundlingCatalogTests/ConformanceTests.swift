import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// What holds for every engine alike.
@Suite struct ConformanceTests {
    /// Nothing may be skipped where it counts.
    @Test func everyEngineIsTriedInCI() {
        guard ProcessInfo.processInfo.environment["CI"] != nil else { return }
        #expect(Engine.available == Engine.allCases)
    }

    @Test(arguments: Engine.available)
    func findsOrphansDanglingRecordsAndNearMisses(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["alive", "by-path", "orphan", "Case"] { try world.file("items/\(name)/x") }
        try world.items(
            rows: [("alive", nil), ("2", "items/by-path/x"), ("3", "items/case"), ("gone", "items/gone")],
            record: #"requires: ["{path}"]"#)
        #expect(
            try world.verdicts()
                == "near_miss items/Case, dangling items/case, dangling items/gone, orphan items/orphan")
    }

    @Test(arguments: Engine.available)
    func conditionsAreTheEnginesOwnAndNullIsFalse(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["ready", "deleted", "null", "making"] { try world.file("items/\(name)") }
        try world.sql(
            """
            CREATE TABLE items (id VARCHAR(20) PRIMARY KEY, status VARCHAR(20), flag INTEGER);
            INSERT INTO items VALUES ('ready', 'ready', 1), ('deleted', 'deleted', 1), ('null', NULL, NULL),
                ('making', 'running', 0), ('later', 'running', 0), ('missing', 'ready', 1), ('unneeded', 'ready', 0)
            """)
        try world.mapItems(
            """
            { table: items, key: id, claims: ["items/{id}"], released: status = 'deleted',
                    making: "status IN ('running', 'queued')", requires: ["items/{id}"], requires_when: flag = 1 }
            """)
        #expect(try world.verdicts() == "orphan items/deleted, dangling items/missing")
        #expect(try world.scan().certificate.sources[0][0].making == 2)
    }

    @Test(arguments: Engine.available)
    func aQueryMayBeASource(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["a", "b", "orphan"] { try world.file("items/\(name)") }
        try world.sql(
            """
            CREATE TABLE runs (id INTEGER PRIMARY KEY, output VARCHAR(99), state INTEGER);
            INSERT INTO runs VALUES (1, 'items/a', 1), (2, 'items/b', 0), (3, 'items/gone', 1), (4, 'items/off', 0)
            """)
        // A reserved word there.
        let key = engine == .mariadb ? "`key`" : "key"
        try world.mapItems("{ query: \"SELECT id AS \(key), output AS path, state AS required FROM runs\" }")
        #expect(try world.verdicts() == "dangling items/gone, orphan items/orphan")
    }

    @Test(arguments: Engine.available, ["DELETE FROM runs", "DROP TABLE runs", "INSERT INTO runs VALUES (9)"])
    func aQueryThatWritesIsRefusedAndChangesNothing(engine: Engine, sql: String) throws {
        let world = try World(engine: engine)
        try world.file("items/a")
        try world.sql("CREATE TABLE runs (id INTEGER); INSERT INTO runs VALUES (1)")
        try world.mapItems("{ query: \"\(sql)\" }")
        #expect(try world.refusal()?.code == .sourceFailed)
        try world.mapItems("{ query: \"SELECT id AS path FROM runs\", may_be_empty: false }")
        // The row is still there: it claims what is not, and so the resource meets nothing.
        #expect(try world.refusal()?.code == .sourceMeetsNothing)
    }

    @Test(arguments: Engine.available)
    func aRecordCommittedAfterTheListingSavesItsFiles(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/live")
        try world.file("items/new")
        try world.items(rows: [("live", nil)])
        let once = Once { try? world.sql("INSERT INTO items VALUES ('new', NULL, '')") }
        let result = try world.scan { if case .listing(let names) = $0, names >= 3 { once.run() } }
        #expect(once.hasRun)
        #expect(result.count(.orphan) == 0)
    }

    @Test(arguments: Engine.available)
    func aClaimThatMovesToATableReadAlreadyIsNotLost(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/moved")
        if engine == .sqlite { try world.sql("PRAGMA journal_mode = WAL") }
        let rows = (0..<9000).map { "('row\($0)')" }.joined(separator: ", ")
        try world.sql(
            """
            CREATE TABLE first (id VARCHAR(20)); CREATE TABLE second (id VARCHAR(20));
            INSERT INTO first VALUES \(rows); INSERT INTO second VALUES ('moved')
            """)
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: first, key: id, claims: ["items/{id}"] }
                - { table: second, key: id, claims: ["items/{id}"] }
            """)
        let once = Once { try? world.sql("UPDATE first SET id = 'moved' WHERE id = 'row1'; DELETE FROM second") }
        let result = try world.scan { if case .reading(let rows) = $0, rows < 9000 { once.run() } }
        #expect(once.hasRun)
        #expect(result.count(.orphan) == 0)
        #expect(result.resources[0].claimed == 1)
    }

    @Test(arguments: Engine.available)
    func whatDoesNotFitTheDatabaseRefusesAndSaysWhatWouldFit(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        func refusal(_ record: String) throws -> FoundlingError {
            try world.mapItems(record)
            return try #require(try world.refusal())
        }
        let table = try refusal(#"{ table: itens, key: id, claims: ["{id}"] }"#)
        #expect(table.code == .tableMissing)
        #expect(table.hint.contains("'items'"))
        let column = try refusal(#"{ table: items, key: id, claims: ["{paht}"] }"#)
        #expect(column.code == .columnMissing)
        #expect(column.hint.contains("'path'"))
        let broken = try refusal(#"{ table: items, key: id, claims: ["items/{id}", { sql: "nope(id)" }] }"#)
        #expect(broken.code == .sourceFailed)
        #expect(broken.summary.contains("sql: nope(id)"))
        let condition = try refusal(#"{ table: items, key: id, claims: ["items/{id}"], released: "staus = 'x'" }"#)
        #expect(condition.code == .sourceFailed)
        #expect(condition.summary.contains("released: staus"))
        // One proof a source: `check` goes on after each.
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: itens, key: id, claims: ["{id}"] }
                - { table: items, key: id, claims: [{ sql: "nope(id)" }] }
                - { table: items, key: id, claims: ["items/{id}"] }
            """)
        let check = try world.run("check", "--format", "json")
        let codes = check.output.matches(of: #/"code" ?: ?"([a-z-]+)"/#).map { String($0.1) }
        #expect(codes == ["table-missing", "source-failed"])
    }

    @Test(arguments: Engine.available)
    func zeroRowsRefuse(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/a")
        try world.items(rows: [])
        #expect(try world.refusal()?.code == .sourceEmpty)
    }

    @Test(arguments: Engine.available)
    func aPathThatIsTooLongRefuses(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/a")
        try world.sql(
            "CREATE TABLE items (id VARCHAR(20), path \(engine == .mariadb ? "LONGTEXT" : "TEXT"))")
        try world.sql("INSERT INTO items VALUES ('a', 'items/a')")
        let long = engine == .sqlite ? "replace(hex(zeroblob(33554432)), '00', 'xx')" : "repeat('x', 67108864)"
        try world.sql("INSERT INTO items VALUES ('long', \(long))")
        try world.mapItems(#"{ table: items, key: id, claims: ["{path}"] }"#)
        let refusal = try world.refusal()
        #expect(refusal?.code == .pathUndecodable)
        #expect(refusal?.summary.contains("row 'long'") == true)
    }

    @Test(arguments: Engine.available)
    func rowsThatReferToWhatIsGoneAreEvidence(engine: Engine) throws {
        let world = try World(engine: engine)
        try world.file("items/gone")
        try world.file("items/here")
        let check = engine == .mariadb ? "SET foreign_key_checks = 0; " : ""
        let trick = engine == .postgres ? "ALTER TABLE parts DISABLE TRIGGER ALL; " : ""
        try world.sql(
            """
            \(check)CREATE TABLE items (id VARCHAR(20) PRIMARY KEY);
            CREATE TABLE parts (id INTEGER, item VARCHAR(20), FOREIGN KEY (item) REFERENCES items(id));
            \(trick)INSERT INTO items VALUES ('here'); INSERT INTO parts VALUES (1, 'gone'), (2, 'gone')
            """)
        try world.write(
            """
            items:
              entries: items/*
              shape: '^(?<key>.*)$'
              records:
                - { table: items, key: id, claims: ["items/{id}"] }
            """)
        let finding = try #require(try world.scan().findings.first)
        #expect(finding.cause == .childRowsRemain)
    }
}

/// Work that is done the first time somebody asks for it.
final class Once: @unchecked Sendable {
    private(set) var hasRun = false
    private let work: () -> Void

    init(_ work: @escaping () -> Void) { self.work = work }

    func run() {
        if hasRun { return }
        hasRun = true
        work()
    }
}
