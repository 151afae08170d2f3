import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// Values as they occur in real schemas.
@Suite struct TypeTests {
    /// One column of a table, what it holds, and the entry that it must keep.
    @Test(
        arguments: Engine.servers.flatMap { engine in
            (engine == .postgres ? Self.postgres : Self.mariadb).map { (engine, $0) }
        })
    func aValueNamesItsEntry(_ engine: Engine, _ row: (type: String, value: String, name: String)) throws {
        let world = try World(engine: engine)
        try world.file("items/\(row.name)/x")
        try world.file("items/orphan")
        try world.sql(
            "CREATE TABLE t (pk INTEGER PRIMARY KEY, v \(row.type)); INSERT INTO t VALUES (1, \(row.value)), (2, NULL)")
        try world.mapItems(#"{ table: t, key: v, claims: ["items/{v}"] }"#)
        #expect(try world.verdicts() == "orphan items/orphan", "\(row.type) \(row.value)")
    }

    private static let uuid = "6f1c9a2e-0b7d-4c3a-9f10-1234567890ab"
    private static let hex = "6f1c9a2e0b7d4c3a9f101234567890ab"

    private static let postgres: [(type: String, value: String, name: String)] = [
        ("uuid", "'\(uuid)'", uuid), ("text", "'a b'", "a b"), ("bigint", "42", "42"), ("numeric", "7", "7"),
        ("varchar(9)", "'é'", "é"), ("char(12)", "'short'", "short"), ("bpchar", "'x '", "x"), ("name", "'n'", "n"),
        ("bytea", "'\\x\(hex)'", uuid), ("bytea", "'\\x\(hex)'", hex),
        ("bytea", "'items-as-bytes-1'", "items-as-bytes-1"),
        ("text", "E'back\\\\slash'", "back\\slash"), ("text", "E'line\\nbreak'", "line\nbreak"),
        ("text", "E'\\ttab\\r\\x08\\x0b\\f'", "\ttab\r\u{8}\u{B}\u{C}"), ("text", "E'\\\\N'", "\\N"),
        ("text", "E'\\\\.'", "\\."), ("text", "E'a\\\\tb\\\\\\\\'", "a\\tb\\\\"),
        ("date", "'2026-01-02'", "2026-01-02"),
    ]

    private static let mariadb: [(type: String, value: String, name: String)] = [
        ("uuid", "'\(uuid)'", uuid), ("varchar(99)", "'a b'", "a b"), ("bigint unsigned", "42", "42"),
        ("decimal(9,0)", "7", "7"), ("varchar(9) CHARACTER SET latin1", "'é'", "é"), ("char(12)", "'short'", "short"),
        ("binary(16)", "unhex('\(hex)')", uuid), ("binary(16)", "unhex('\(hex)')", hex),
        ("varbinary(99)", "'as bytes'", "as bytes"), ("blob", "'blob'", "blob"),
        ("varbinary(16)", "unhex('\(hex)')", uuid), ("blob", "unhex('\(hex)')", hex),
        ("varbinary(16)", "'sixteen.letters!'", "sixteen.letters!"),
        ("enum('One','two')", "'One'", "One"), ("varchar(99) COLLATE utf8mb4_bin", "'back\\\\slash'", "back\\slash"),
        ("date", "'2026-01-02'", "2026-01-02"), ("longtext", "'long'", "long"),
    ]

    @Test(arguments: Engine.servers)
    func aCaseInsensitiveCollationMergesNoTwoFiles(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["File", "file", "FILE"] { try world.file("items/\(name)") }
        let type =
            engine == .postgres ? "text COLLATE insensitive" : "varchar(99) COLLATE utf8mb4_general_ci"
        if engine == .postgres {
            try world.sql(
                "CREATE COLLATION insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
        }
        try world.sql("CREATE TABLE t (id INTEGER, v \(type)); INSERT INTO t VALUES (1, 'File'), (2, 'file')")
        try world.mapItems(#"{ table: t, key: id, claims: ["items/{v}"] }"#)
        // The third nearly has its name: kept, and said.
        #expect(try world.verdicts() == "near_miss items/FILE")
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func aViewThatMayBeReadIsReadThoughItsTablesMayNotBeLocked() throws {
        let world = try World(engine: .postgres)
        for name in ["a", "orphan"] { try world.file("items/\(name)") }
        let role = "r_" + world.server!.name
        try world.sql(
            "CREATE TABLE plain (id text, secret text); INSERT INTO plain VALUES ('a', 'x'); CREATE ROLE \(role) LOGIN "
                + "PASSWORD 'x'; GRANT SELECT (id) ON plain TO \(role); CREATE VIEW shown WITH (security_invoker = true) AS "
                + "SELECT id FROM plain; GRANT SELECT ON shown TO \(role)")
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try world.mapItems(#"{ table: shown, key: id, claims: ["items/{id}"] }"#)
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        try text.replacing("foundling@", with: "\(role):x@").write(
            toFile: world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.verdicts() == "orphan items/orphan")
    }

    @Test(arguments: Engine.servers)
    func quotedAndMixedCaseNamesAreFoundAndSoAreOtherSchemas(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["a", "b", "orphan"] { try world.file("items/\(name)") }
        let q = engine == .postgres ? "\"" : "`"
        try world.sql(
            """
            CREATE TABLE \(q)My Items\(q) (\(q)The Id\(q) INTEGER, \(q)Path\(q) VARCHAR(99));
            INSERT INTO \(q)My Items\(q) VALUES (1, 'items/a');
            CREATE SCHEMA other_\(world.server!.name); CREATE TABLE other_\(world.server!.name).rows (path VARCHAR(99));
            INSERT INTO other_\(world.server!.name).rows VALUES ('items/b')
            """)
        defer { try? world.sql("DROP SCHEMA other_\(world.server!.name)") }
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: '"My Items"', key: The Id, claims: ["{Path}"] }
                - { table: other_\(world.server!.name).rows, claims: ["{path}"] }
            """)
        #expect(try world.verdicts() == "orphan items/orphan")
    }

    @Test(arguments: Engine.servers)
    func viewsAndPartitionedTablesAreReadWhole(engine: Engine) throws {
        let world = try World(engine: engine)
        for name in ["1", "2", "viewed", "orphan"] { try world.file("items/\(name)") }
        try world.sql(
            engine == .postgres
                ? """
                CREATE TABLE parts (id INTEGER NOT NULL) PARTITION BY RANGE (id);
                CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (2);
                CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
                INSERT INTO parts VALUES (1), (2);
                CREATE VIEW seen AS SELECT 'items/viewed'::text AS path
                """
                : """
                CREATE TABLE parts (id INTEGER NOT NULL) PARTITION BY RANGE (id)
                  (PARTITION a VALUES LESS THAN (2), PARTITION b VALUES LESS THAN MAXVALUE);
                INSERT INTO parts VALUES (1), (2);
                CREATE VIEW seen AS SELECT 'items/viewed' AS path
                """)
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: parts, key: id, claims: ["items/{id}"] }
                - { table: seen, claims: ["{path}"] }
            """)
        #expect(try world.verdicts() == "orphan items/orphan")
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func enumsArraysAndDocumentsOfPostgres() throws {
        let world = try World(engine: .postgres)
        for name in ["a", "b", "c", "d", "tomb"] { try world.file("items/\(name)") }
        try world.sql(
            """
            CREATE TYPE state AS ENUM ('READY', 'DELETED');
            CREATE TABLE t (id text, state state, meta jsonb, files varchar[]);
            INSERT INTO t VALUES ('a', 'READY', '{"backup": "items/b"}', '{items/c,items/d}'), ('tomb', 'DELETED', '{}', NULL)
            """)
        try world.write(
            """
            items:
              entries: items/*
              records:
                - { table: t, key: id, claims: ["items/{id}", { sql: "meta->>'backup'" }], released: state = 'DELETED' }
                - { query: "SELECT id AS key, unnest(files) AS path FROM t" }
            """)
        #expect(try world.verdicts() == "orphan items/tomb")
        for column in ["meta", "files"] {
            try world.mapItems("{ table: t, key: id, claims: [\"{\(column)}\"] }")
            let refusal = try #require(try world.refusal())
            #expect(refusal.code == .sourceFailed, "\(column)")
            #expect(refusal.summary.contains("not a path"))
        }
        try world.mapItems(#"{ table: t, key: id, claims: ["items/{id}"], released: state = 'Deleted' }"#)
        let refusal = try #require(try world.refusal())
        #expect(refusal.summary.contains("released: state = 'Deleted'"))
    }

    @Test(.enabled(if: Engine.mariadb.server != nil, "needs MariaDB: script/test"))
    func pipesAndTablesWithoutSnapshotsAreRefusedOnMariaDB() throws {
        let world = try World(engine: .mariadb)
        try world.file("items/a")
        try world.sql("CREATE TABLE t (id VARCHAR(9)); INSERT INTO t VALUES ('a')")
        try world.mapItems(#"{ table: t, key: id, claims: [{ sql: "'items/' || id" }] }"#)
        let pipes = try #require(try world.refusal())
        #expect(pipes.hint.contains("CONCAT"))
        try world.mapItems(#"{ table: t, key: id, claims: [{ sql: "concat('items/', id, '')" }, { sql: "'||'" }] }"#)
        #expect(try world.verdicts() == "")
        try world.sql("ALTER TABLE t ENGINE = MyISAM")
        let engine = try #require(try world.refusal())
        #expect(engine.summary.contains("MyISAM"))
        #expect(engine.hint.contains("ENGINE=InnoDB"))
        let nul =
            "CREATE TABLE n (id VARCHAR(9), path VARBINARY(99)); INSERT INTO n VALUES ('a', 'items/a'), ('b', 'x\\0y')"
        try world.sql(nul)
        try world.mapItems(#"{ table: n, key: id, claims: ["{path}"] }"#)
        #expect(try world.refusal()?.code == .pathUndecodable)
    }

    @Test(.enabled(if: Engine.postgres.server != nil, "needs PostgreSQL: script/test"))
    func aMaterializedViewAndHiddenRowsAreRefused() throws {
        let world = try World(engine: .postgres)
        try world.file("items/a")
        try world.items(rows: [("a", nil)])
        try world.sql("CREATE MATERIALIZED VIEW old AS SELECT * FROM items")
        try world.mapItems(#"{ table: old, key: id, claims: ["items/{id}"] }"#)
        #expect(try world.refusal()?.summary.contains("materialized view") == true)
        let role = "r_" + world.server!.name
        try world.sql(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT SELECT ON items TO \(role);
            ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY rows ON items USING (id <> 'a')
            """)
        defer { try? world.sql("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try world.mapItems(#"{ table: items, key: id, claims: ["items/{id}"] }"#)
        #expect(try world.verdicts() == "")
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        try text.replacing("foundling@", with: "\(role):x@").write(
            toFile: world.manifest, atomically: true, encoding: .utf8)
        #expect(try world.refusal()?.code == .rowSecurity)
        try world.sql("ALTER ROLE \(role) BYPASSRLS")
        #expect(try world.verdicts() == "")
    }
}
