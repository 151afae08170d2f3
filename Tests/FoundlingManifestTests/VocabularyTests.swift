import FoundlingCore
import FoundlingManifest
import Testing

/// Each level knows its words, needs some of them and has the right kind of value behind each.
@Suite struct VocabularyTests {
    @Test(arguments: [
        (yaml: ManifestText.head("store: { root: d }"), mistake: "1:1: the manifest needs 'database'"),
        (yaml: ManifestText.head("database: { url: 'sqlite:a' }"), mistake: "1:1: the manifest needs 'store'"),
        (yaml: ManifestText.head, mistake: "1:1: the manifest needs 'resources'"),
        (
            yaml: ManifestText.head("database: { writer: 'sqlite:a' }\nstore: { root: d }"),
            mistake: "1:11: 'database' needs 'url'"
        ),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: { aliases: [d] }"),
            mistake: "2:8: 'store' needs 'root'"
        ),
        (
            yaml: ManifestText.resources("  a: { records: [{ table: t, claims: ['{p}'] }] }"),
            mistake: "4:6: a resource needs 'entries'"
        ),
        (yaml: ManifestText.resources("  a: { entries: a/* }"), mistake: "4:6: a resource needs 'records'"),
        (yaml: ManifestText.records("{ key: id, claims: ['{p}'] }"), mistake: "5:1: a record needs 'table' or 'query'"),
        (yaml: ManifestText.records("{ table: t }"), mistake: "5:1: a record needs 'claims'"),
        (yaml: ManifestText.records("{ table: t, claims: [{ }] }"), mistake: "5:22: an expression needs 'sql'"),
    ])
    func whatIsNeededIsMissed(yaml: String, mistake: String) {
        #expect(mistakes(yaml) == [mistake])
    }

    @Test(arguments: [
        (
            yaml: ManifestText.head("database: sqlite\nstore: { root: d }"),
            mistake: "1:11: 'database' must be a mapping of words to values, not a text"
        ),
        (
            yaml: ManifestText.head("database: { url: [a] }\nstore: { root: d }"),
            mistake: "1:18: 'url' must be a text, not a list"
        ),
        (yaml: ManifestText.head("database: { url: '' }\nstore: { root: d }"), mistake: "1:18: 'url' is empty"),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: [d]"),
            mistake: "2:8: 'store' must be a mapping of words to values, not a list"
        ),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: { root: { a: b } }"),
            mistake: "2:16: 'root' must be a text, not a mapping"
        ),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: { root: d, ignore: [[a]] }"),
            mistake: "2:28: an ignored name must be a text, not a list"
        ),
        (
            yaml: ManifestText.head + "safety: 24h\nresources:\n  a: { entries: a, records: [{ query: q }] }",
            mistake: "3:9: 'safety' must be a mapping of words to values, not a text"
        ),
        (
            yaml: ManifestText.head + "resources: [a]",
            mistake: "3:12: 'resources' must be a mapping of names to resources, not a list"
        ),
        (yaml: ManifestText.head + "resources: {}", mistake: "3:12: 'resources' is empty: declare at least one"),
        (yaml: ManifestText.resources("  a:"), mistake: "4:3: resource 'a' has no value"),
        (
            yaml: ManifestText.resources("  a: a/*"),
            mistake: "4:6: a resource must be a mapping of words to values, not a text"
        ),
        (yaml: ManifestText.resource("except: { a: b }"), mistake: "6:13: 'except' must be a text, not a mapping"),
        (yaml: ManifestText.resource("shape: [a]"), mistake: "6:12: 'shape' must be a text, not a list"),
        (yaml: ManifestText.resource("kind: []"), mistake: "6:11: 'kind' is empty"),
        (
            yaml: ManifestText.resources("  a: { entries: [], records: [{ query: q }] }"),
            mistake: "4:17: 'entries' is empty"
        ),
        (
            yaml: ManifestText.resources("  a: { entries: a, records: [] }"),
            mistake: "4:29: 'records' is empty: without records every entry would be an orphan"
        ),
        (
            yaml: ManifestText.resources("  a: { entries: a, records: { query: q } }"),
            mistake: "4:29: 'records' must be a list, not a mapping: begin each record with '-'"
        ),
        (yaml: ManifestText.records("t"), mistake: "5:1: a record must be a mapping of words to values, not a text"),
        (
            yaml: ManifestText.records("{ table: t, claims: '{p}' }"),
            mistake: "5:21: 'claims' must be a list: write [\"{p}\"]"
        ),
        (
            yaml: ManifestText.records("{ table: t, claims: { sql: p } }"),
            mistake: "5:21: 'claims' must be a list, not a mapping"
        ),
        (
            yaml: ManifestText.records("{ table: t, claims: [] }"),
            mistake: "5:21: 'claims' is empty: a table needs at least one"
        ),
        (
            yaml: ManifestText.records("{ table: t, claims: [[a]] }"),
            mistake: "5:22: a claim must be a text or {sql: …}, not a list"
        ),
        (yaml: ManifestText.records("{ table: t, claims: [{ sql: ' ' }] }"), mistake: "5:29: 'sql' is empty"),
        (yaml: ManifestText.records("{ query: \"\\n\" }"), mistake: "5:10: 'query' is empty"),
    ])
    func whatHasTheWrongFormIsRefused(yaml: String, mistake: String) {
        #expect(mistakes(yaml) == [mistake])
    }

    @Test(arguments: [
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a', URl: b }\nstore: { root: d }"),
            mistake: "1:30: unknown word 'URl' in 'database'; did you mean 'url'?"
        ),
        (
            yaml: ManifestText.head("state: x\n" + ManifestText.head),
            mistake: "1:1: unknown word 'state' in the manifest; did you mean 'store'?"
        ),
        (
            yaml: ManifestText.head("triggers: x\n" + ManifestText.head),
            mistake:
                "1:1: unknown word 'triggers' in the manifest; known here: database, store, safety, resources, serve"
        ),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: { root: d, alias: x }"),
            mistake: "2:19: unknown word 'alias' in 'store'; did you mean 'aliases'?"
        ),
        (
            yaml: ManifestText.head("database: { url: 'sqlite:a' }\nstore: { rooot: d }"),
            mistake: "2:10: unknown word 'rooot' in 'store'; did you mean 'root'?"
        ),
        (
            yaml: ManifestText.resource("safety: { minAge: 4h }"),
            mistake: "6:15: unknown word 'minAge' in 'safety'; did you mean 'min_age'?"
        ),
        (
            yaml: ManifestText.resource("safety: { min-age: 4h }"),
            mistake: "6:15: unknown word 'min-age' in 'safety'; did you mean 'min_age'?"
        ),
        (
            yaml: ManifestText.resource("enrties: x"),
            mistake: "6:5: unknown word 'enrties' in a resource; did you mean 'entries'?"
        ),
        (
            yaml: ManifestText.records("{ table: t, claims: [{ sqll: p }] }"),
            mistake: "5:24: unknown word 'sqll' in an expression; did you mean 'sql'?"
        ),
        (
            yaml: ManifestText.resource("\"\\e[2J\": x"),
            mistake: "6:5: unknown word '\\x1B[2J' in a resource; "
                + "known here: entries, within, shape, kind, except, safety, records"
        ),
        (
            yaml: ManifestText.resource("kind: [file, dir]"),
            mistake: "6:18: unknown kind 'dir'; did you mean 'directory'?"
        ),
        (
            yaml: ManifestText.resource("kind: Directory"),
            mistake: "6:11: unknown kind 'Directory'; did you mean 'directory'?"
        ),
        (
            yaml: ManifestText.resource("kind: socket"),
            mistake: "6:11: unknown kind 'socket'; known here: directory, file, symlink"
        ),
    ])
    func anUnknownWordGetsTheNearestOne(yaml: String, mistake: String) {
        #expect(mistakes(yaml) == [mistake])
    }

    @Test func oneValueStandsForAListOfOne() throws {
        let text = ManifestText.head(
            "database: { url: 'sqlite:a' }\nstore: { root: d, aliases: /data, ignore: '*.lock' }")
        let store = try parse(text).manifest.store
        #expect(store.aliases == ["/data"])
        #expect(store.ignore.count == 1)
        let resource = try parse(ManifestText.resource("kind: file\n    except: things/a")).manifest.resources[0]
        #expect(resource.kinds == [.file])
        #expect(resource.except.map(\.text) == ["things/a"])
    }
}
