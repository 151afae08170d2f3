import FoundlingCore
import FoundlingManifest
import Testing

/// What a table or a query may say of its rows.
@Suite struct RecordTests {
    @Test(
        arguments: [
            ("trainings", nil, "trainings"), ("public.trainings", "public", "trainings"), ("\"order\"", nil, "order"),
            ("\"My Schema\".\"a.b\"", "My Schema", "a.b"), ("s.\"say \"\"hi\"\"\"", "s", "say \"hi\""),
            ("tåg-1", nil, "tåg-1"),
        ] as [(String, String?, String)])
    func tablesAreNamedAsInSQL(text: String, schema: String?, name: String) throws {
        let source = try parse(ManifestText.records("{ table: '\(text)', claims: ['{p}'] }")).manifest.resources[0]
            .sources[0]
        #expect(source.rows == .table(schema: schema, name: name))
    }

    @Test(arguments: [
        ("a.b.c", "write table or schema.table"), ("a.", "a name is empty"), (".a", "a name is empty"),
        ("\"a", "a '\"' is not closed"), ("\"a\"b", "expected '.' between schema and table"),
        ("a b", "put a name with special characters in double quotes, or write a query"),
        ("a; DROP", "put a name with special characters in double quotes, or write a query"),
        ("`a`", "put a name with special characters in double quotes, or write a query"),
    ])
    func otherTablesAreRefused(text: String, reason: String) {
        #expect(
            mistakes(ManifestText.records("{ table: '\(text)', claims: ['{p}'] }"))
                == ["5:10: table \(quotedInMessage(text)): \(reason)"])
    }

    private func quotedInMessage(_ text: String) -> String { "'\(text)'" }

    @Test(arguments: [
        ("key: id", "5:15: 'key' does not go with 'query': select a column named 'key'"),
        ("claims: ['{p}']", "5:15: 'claims' does not go with 'query': its column 'path' is the claim"),
        ("making: a", "5:15: 'making' does not go with 'query': select a column named 'making'"),
        ("released: a", "5:15: 'released' does not go with 'query': leave such rows out of the statement"),
        ("requires: ['{p}']", "5:15: 'requires' does not go with 'query': select a column named 'required'"),
        ("requires_when: a", "5:15: 'requires_when' does not go with 'query': select a column named 'required'"),
        ("table: t", "5:3: a record has 'table' or 'query', not both"),
    ])
    func aQuerySaysEverythingInItsColumns(word: String, mistake: String) {
        #expect(mistakes(ManifestText.records("{ query: 'q', \(word) }")) == [mistake])
    }

    @Test(
        arguments: [
            (
                record: "{ table: t, claims: ['{p}'], requires: ['{p}'] }",
                found: ["5:30: 'requires' needs 'key': a dangling record is named by it"]
            ),
            (
                record: "{ table: t, claims: ['{p}'], requires_when: a }",
                found: ["5:30: 'requires_when' without 'requires' says nothing"]
            ),
            (
                record: "{ table: t, key: k, claims: ['{p}'], requires: [] }",
                found: ["5:48: 'requires' is empty: leave it out"]
            ),
            (
                record: "{ table: t, key: k, claims: ['{p}'], requires: [[]] }",
                found: ["5:49: an empty list in 'requires' can't be satisfied"]
            ),
            (
                record: "{ table: t, key: k, claims: ['{p}'], requires: [[['{p}']]] }",
                found: ["5:50: a requirement must be a text or {sql: …}, not a list"]
            ),
            (
                record: "{ table: t, key: k, claims: ['{p}'], requires: '{p}' }",
                found: ["5:48: 'requires' must be a list: write [\"{p}\"]"]
            ),
            (
                record: "{ table: t, key: k, claims: ['{p}'], requires: ['a/*'] }",
                found: ["5:52: '*' has no place in 'requires': what must be there has to be known whole"]
            ),
            (
                record: "{ table: t, claims: ['{p}'], may_be_empty: 1 }",
                found: ["5:44: 'may_be_empty' is true or false, not '1'"]
            ),
            (
                record: "{ table: t, claims: ['{p}'], may_be_empty: True }",
                found: ["5:44: 'may_be_empty' is true or false, not 'True'"]
            ),
            (
                record: "{ table: t, claims: ['{p}'], making: ' ', released: [a] }",
                found: ["5:38: 'making' is empty", "5:53: 'released' must be a text, not a list"]
            ),
        ] as [(record: String, found: [String])])
    func whatDoesNotGoTogetherIsRefused(record: String, found: [String]) {
        #expect(mistakes(ManifestText.records(record)) == found)
    }

    @Test func sqlLosesTheSpaceAroundItAndAQueryItsSemicolon() throws {
        let text = ManifestText.resources(
            """
              a:
                entries: a/*
                records:
                  - query: |
                      SELECT path
                      FROM t ;
                  - table: t
                    claims: [{ sql: " 'a;' " }]
                    making: >
                      status = 'x'
                      OR status = 'y'
            """)
        let sources = try parse(text).manifest.resources[0].sources
        #expect(sources.map(\.line) == [7, 10])
        #expect(sources[0].rows == .query("SELECT path\nFROM t"))
        #expect(sources[0].name == "query")
        #expect(sources[1].claims == [.expression("'a;'")])
        #expect(sources[1].making == "status = 'x' OR status = 'y'")
    }
}
