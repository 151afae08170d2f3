import FoundlingCore
import FoundlingManifest
import Testing

/// The manifest of the design document, and the smallest one: what they come to.
@Suite struct CompleteManifestTests {
    static let everything = #"""
        database:
          url: ${DATABASE_URL}
          writer: ${FOUNDLING_WRITER_URL}
        store:
          root: data
          aliases: [/data, data]
          quarantine: .foundling
          ignore: [lost+found, "*.lock", /tmp/*.part]
        safety:
          min_age: 12h
          retention: 2w
          max_orphans: 12.5%
          max_bytes: 60%
        resources:
          trainings:
            entries: trainings/*
            shape: '^train_(?<key>[0-9a-f]{8})$'
            kind: [directory, symlink]
            records:
              - table: trainings
                key: id
                claims: ["trainings/{id}", "{checkpoint_dir}"]
                making: status IN ('pending','paused')
                released: deleted_at IS NOT NULL
                requires: ["{checkpoint_dir}", ["a/{id}", { sql: "b || id" }]]
                requires_when: status = 'completed'
                may_be_empty: true
          checkpoints:
            within: trainings
            entries: trainings/*/checkpoints/checkpoint_*
            records:
              - { table: checkpoints, key: id, claims: ["{storage_path}"], requires: ["{storage_path}"] }
          datasets:
            entries: [datasets/*, datasets/local/*]
            except: [datasets/downloads, datasets/local]
            safety: { retention: 30d }
            records:
              - table: 'public."data sets"'
                claims: ["{raw_path}", { sql: "'datasets/' || replace(hf_repo_id,'/','_')" }]
              - query: SELECT id AS key, output AS path FROM legacy_outputs;
                may_be_empty: false
        """#

    static let environment = [
        "DATABASE_URL": "postgresql+asyncpg://u:p@h/d", "FOUNDLING_WRITER_URL": "postgres://w@h/d",
    ]

    @Test func everyKeyArrives() throws {
        let (manifest, warnings) = try parse(Self.everything, Self.environment)
        #expect(warnings.isEmpty)
        #expect(manifest.file == "/work/foundling.yaml")
        #expect(manifest.database.url == DatabaseURL(engine: .postgres, location: "postgresql://u:p@h/d"))
        #expect(manifest.database.writer == DatabaseURL(engine: .postgres, location: "postgres://w@h/d"))
        #expect(manifest.store.root == "/work/data")
        #expect(manifest.store.aliases == ["/data", "data"])
        #expect(manifest.store.quarantine == "/work/data/.foundling")
        #expect(manifest.store.ignore == ["lost+found", "*.lock", "/tmp/*.part"].compactMap(IgnoreRule.init))
        #expect(manifest.resources.map(\.name) == ["trainings", "checkpoints", "datasets"])
    }

    @Test func everyWordOfAResourceArrives() throws {
        let resources = try parse(Self.everything, Self.environment).manifest.resources
        let (trainings, checkpoints, datasets) = (resources[0], resources[1], resources[2])
        #expect(trainings.entries.map(\.text) == ["trainings/*"])
        #expect(trainings.shape?.pattern == "^train_(?<key>[0-9a-f]{8})$")
        #expect(trainings.kinds == [.directory, .symlink])
        #expect(trainings.safety == Safety(minAge: 43_200, retention: 1_209_600, maxOrphans: 0.125, maxBytes: 0.6))
        #expect(checkpoints.within == "trainings")
        #expect(checkpoints.kinds == [.directory, .file, .symlink])
        #expect(datasets.entries.map(\.text) == ["datasets/*", "datasets/local/*"])
        #expect(datasets.except.map(\.text) == ["datasets/downloads", "datasets/local"])
        #expect(datasets.safety == Safety(minAge: 43_200, retention: 2_592_000, maxOrphans: 0.125, maxBytes: 0.6))
    }

    @Test func everyWordOfARecordArrives() throws {
        let resources = try parse(Self.everything, Self.environment).manifest.resources
        let training = resources[0].sources[0]
        #expect(training.rows == .table(schema: nil, name: "trainings"))
        #expect(training.key == "id")
        #expect(training.claims.map(\.text) == ["trainings/{id}", "{checkpoint_dir}"])
        #expect(training.making == "status IN ('pending','paused')")
        #expect(training.released == "deleted_at IS NOT NULL")
        #expect(training.requires.map { $0.map(\.text) } == [["{checkpoint_dir}"], ["a/{id}", "sql: b || id"]])
        #expect(training.requiresWhen == "status = 'completed'")
        #expect(training.mayBeEmpty)
        #expect(training.line == 20)
        let (dataset, legacy) = (resources[2].sources[0], resources[2].sources[1])
        #expect(dataset.rows == .table(schema: "public", name: "data sets"))
        #expect(dataset.claims.last == .expression("'datasets/' || replace(hf_repo_id,'/','_')"))
        #expect(dataset.line == 38)
        #expect(legacy.rows == .query("SELECT id AS key, output AS path FROM legacy_outputs"))
        #expect(!legacy.mayBeEmpty)
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let (manifest, warnings) = try parse(
            ManifestText.resources("  things: { entries: things/*, records: [{ table: t, claims: ['{p}'] }] }"))
        #expect(warnings.isEmpty)
        #expect(manifest.database.url == DatabaseURL(engine: .sqlite, location: "/work/app.db"))
        #expect(manifest.database.writer == nil)
        #expect(manifest.store.aliases.isEmpty && manifest.store.ignore.isEmpty)
        #expect(manifest.store.quarantine == "/work/data/.foundling")
        let things = manifest.resources[0]
        #expect(things.safety == .standard)
        #expect(things.kinds == [.directory, .file, .symlink])
        #expect(things.within == nil && things.shape == nil && things.except.isEmpty)
        let source = things.sources[0]
        #expect(source.key == nil && source.making == nil && source.released == nil && source.requiresWhen == nil)
        #expect(source.requires.isEmpty && !source.mayBeEmpty)
    }

    @Test func oneResourceOverridesSingleKeys() throws {
        let text =
            ManifestText.head + """
                safety: { min_age: 1h, max_bytes: 10% }
                resources:
                  a: { entries: a/*, safety: { min_age: 3d }, records: [{ table: t, claims: ['{p}'] }] }
                  b: { entries: b/*, records: [{ table: t, claims: ['{p}'] }] }
                """
        let resources = try parse(text).manifest.resources
        #expect(resources[0].safety == Safety(minAge: 259_200, retention: 604_800, maxOrphans: 0.2, maxBytes: 0.1))
        #expect(resources[1].safety == Safety(minAge: 3_600, retention: 604_800, maxOrphans: 0.2, maxBytes: 0.1))
    }

    @Test func allMistakesAreToldAtOnceInTheOrderOfTheFile() {
        let text = """
            databse: { url: "sqlite:app.db" }
            store:
              root: data
              root: other
              quarantine: [a]
            safety: { min_age: 24, max_orphans: 0.2 }
            resources:
              Things:
                entries: /abs
                records:
                  - { tabel: things, claim: ["{path}"] }
                  - { table: things, claims: ["{path"], may_be_empty: yes }
            """
        #expect(
            mistakes(text) == [
                "1:1: unknown word 'databse' in the manifest; did you mean 'database'?",
                "4:3: 'root' is here twice: line 3 has it already",
                "5:15: 'quarantine' must be a text, not a list",
                "6:20: 'min_age': a span of time needs a unit: write 24s, 24m, 24h, 7d or 2w",
                "6:37: 'max_orphans': a share is written with %: 20%",
                "8:3: 'Things' is no name for a resource: a lower-case letter, then letters, digits, '-' or '_' "
                    + "(it becomes the option --NAME-only)",
                "9:14: glob '/abs': it is absolute; globs are read from the root of the store",
                "11:11: unknown word 'tabel' in a record; did you mean 'table'?",
                "11:26: unknown word 'claim' in a record; did you mean 'claims'?",
                "12:36: a claim: '{' without '}'",
                "12:59: 'may_be_empty' is true or false, not 'yes'",
            ])
    }

    @Test func theErrorCountsItsMistakes() {
        func error(_ text: String) -> FoundlingError? {
            do throws(FoundlingError) {
                _ = try ManifestText.reader(file: "conf/foundling.yaml").parse(text)
                return nil
            } catch { return error }
        }
        let one = error(ManifestText.head)
        #expect(one?.code == .manifestInvalid)
        #expect(one?.summary == "1 mistake in conf/foundling.yaml")
        #expect(one?.details == ["conf/foundling.yaml:1:1: the manifest needs 'resources'"])
        #expect(error("{}")?.summary == "3 mistakes in conf/foundling.yaml")
    }
}
