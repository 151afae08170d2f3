import FoundlingCore
import Testing

@testable import FoundlingCatalog
@testable import FoundlingOutbox

/// The SQL itself, where there is no server to run it: MySQL shares MariaDB's dialect, and must not meet what only
/// MariaDB knows.
@Suite struct DialectTests {
    private func tables(_ dialect: Dialect, isMariaDB: Bool = false) -> OutboxTables {
        OutboxTables(
            "foundling", OutboxDialect(dialect), database: dialect.engine == .mysql ? "app" : nil, isMariaDB: isMariaDB)
    }

    private func source(_ dialect: Dialect, isMariaDB: Bool = false) throws -> ClaimSQL {
        let claims: [ClaimRule] = [
            .template(try ClaimTemplate("shards/{hash[0:2]}/{hash}")), .template(try ClaimTemplate("tmp/*_{id}")),
            .expression("lower(path)"),
        ]
        let record = RecordSource(
            rows: .table(schema: nil, name: "items"), key: "id", claims: claims, released: "status = 'gone'")
        let types = ["id": "int", "hash": "varchar(64)", "path": "text", "status": "varchar(9)", "secret": "text"]
        let table = Table(
            from: (dialect.engine == .mysql ? dialect.quoted("app") + "." : "") + dialect.quoted("items"),
            columns: ["id", "hash", "path", "status", "secret"].map { Column(name: $0, type: types[$0] ?? "") })
        return try ClaimSQL("items", record, table, tables(dialect, isMariaDB: isMariaDB))
    }

    @Test func mySQLIsGivenNothingThatOnlyMariaDBKnows() throws {
        let source = try source(.mysql)
        let builder = MySQLTriggers(tables: source.tables)
        let statements =
            source.tables.creation + source.tables.removal + builder.enqueue([source]).creation
            + [source.change, source.truncation, source.deletion(of: source.row("OLD"))]
        for statement in statements {
            #expect(!statement.contains("OR REPLACE"), "\(statement)")
            #expect(!statement.contains("RETURNING"), "\(statement)")
            #expect(!statement.contains("||"), "\(statement)")
            #expect(!statement.contains("CREATE INDEX IF NOT EXISTS"), "\(statement)")
        }
        #expect(builder.enqueue([source]).creation.first == "DROP PROCEDURE IF EXISTS `app`.`foundling_enqueue`")
        let maria = try self.source(.mysql, isMariaDB: true)
        let replaced = MySQLTriggers(tables: maria.tables).enqueue([maria]).creation
        #expect(replaced.count == 1 && replaced[0].hasPrefix("CREATE OR REPLACE PROCEDURE"))
    }

    @Test(arguments: [Dialect.sqlite, .postgres, .mysql]) func onlyWhatClaimsAreMadeOfIsLookedAt(_ dialect: Dialect)
        throws
    {
        let source = try source(dialect)
        #expect(source.columns.map(\.name) == ["id", "hash", "path", "status"])
        #expect(!source.change.contains("secret") && !source.deletion(of: source.row("OLD")).contains("secret"))
    }

    @Test(arguments: [Dialect.sqlite, .postgres, .mysql]) func literalsAreBytesAndUnknownPartsAreNUL(_ dialect: Dialect)
        throws
    {
        let text = try source(dialect).deletion(of: "x")
        #expect(text.contains("'7368617264732f'"), "shards/: \(text)")
        #expect(text.contains("'746d702f'") && text.contains("'00'") && text.contains("'5f'"), "tmp/ * _: \(text)")
    }

    @Test func pathsComeBackAsTheyWent() {
        #expect(DeletionTask.decode(paths: "6162,,00ff,") == [[0x61, 0x62], [0x00, 0xFF]])
        #expect(DeletionTask.decode(paths: "6162,6,zz,63") == [[0x61, 0x62], [0x63]])
        #expect(DeletionTask.decode(paths: "") == [])
    }

    @Test func namesOfOursAreKnownByTheirForm() {
        #expect(TriggerObject.isOurs("foundling_deleted_items_0123abcd", prefix: "foundling"))
        for name in [
            "foundling_deleted_items", "foundling_other_0123abcd", "my_deleted_items_0123abcd",
            "foundling_b_deleted_x_0123abcd",
        ] {
            #expect(!TriggerObject.isOurs(name, prefix: "foundling"), "\(name)")
        }
    }

    @Test func retriesWaitLongerEachTimeUpToAnHour() {
        for attempt in 1...40 {
            let usual: Int64 = min(3_600_000, 5_000 << Int64(min(attempt - 1, 20)))
            let delay: Int64 = TaskQueue.delay(attempt: attempt)
            #expect(delay >= usual / 2 && delay <= usual + usual / 2, "\(attempt): \(delay)")
        }
    }
}

extension Dialect: CustomTestStringConvertible {
    /// Whose SQL it is.
    public var testDescription: String { "\(engine)" }
}
