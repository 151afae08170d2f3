import FoundlingCore
import FoundlingManifest
import Testing

/// Where the files are, and what may stand in a path.
@Suite struct StoreTests {
    static func text(_ store: String) -> String {
        ManifestText.head("database: { url: 'sqlite:a' }\nstore: { \(store) }")
    }

    @Test(arguments: [
        ("root: data", "/work/data"), ("root: ./data/", "/work/data"), ("root: .", "/work"),
        ("root: /srv//x", "/srv/x"),
        ("root: ../data", "/work/../data"), ("root: '${HERE}/data'", "/here/data"), ("root: '${NONE:-/srv}'", "/srv"),
    ])
    func rootsAreAbsoluteWithLinksAsTheyAre(store: String, root: String) throws {
        #expect(try parse(Self.text(store), ["HERE": "/here"]).manifest.store.root == root)
    }

    @Test(arguments: [
        ("/", 16), ("//", 16), ("/./", 16), ("..", 16), ("/srv/..", 16), ("../../..", 16), ("'${SLASH}'", 16),
    ])
    func theWholeFileSystemIsNoStore(root: String, column: Int) {
        #expect(
            mistakes(Self.text("root: \(root)"), ["SLASH": "/"])
                == ["2:\(column): 'root' is '/', and a whole file system can't be a store: name a directory"])
    }

    @Test(arguments: [
        ("", "/work/data/.foundling"),
        ("quarantine: .foundling", "/work/data/.foundling"),
        ("quarantine: trash", "/work/data/trash"),
        ("quarantine: ./trash", "/work/trash"),
        ("quarantine: data/trash", "/work/data/trash"),
        ("quarantine: /mnt/q", "/mnt/q"),
        ("quarantine: ../q", "/work/../q"),
        ("quarantine: '${Q}'", "/work/data/q"),
    ])
    func aQuarantineWithoutASlashIsInsideTheRoot(key: String, quarantine: String) throws {
        #expect(try parse(Self.text("root: data, \(key)"), ["Q": "q"]).manifest.store.quarantine == quarantine)
    }

    @Test(arguments: [
        (
            store: "root: data, quarantine: data/",
            mistake: "2:34: 'quarantine' is the root itself: name a directory for what is moved aside"
        ),
        (
            store: "root: data, quarantine: ./data/x/..",
            mistake: "2:34: 'quarantine' is the root itself: name a directory for what is moved aside"
        ),
        (
            store: "root: data, quarantine: .",
            mistake: "2:34: the root lies inside 'quarantine': what is in quarantine would be searched for orphans"
        ),
        (
            store: "root: data, quarantine: /",
            mistake: "2:34: the root lies inside 'quarantine': what is in quarantine would be searched for orphans"
        ),
        (store: "root: 's3://bucket'", mistake: "2:16: 'root' must be a directory, not a URL"),
        (store: "root: \"a\\0\"", mistake: "2:16: 'root' holds a NUL byte, which no path can"),
        (store: "root: '${NONE:-}'", mistake: "2:16: 'root' is empty once its variables are filled in"),
        (store: "root: d, aliases: [a, '']", mistake: "2:32: an alias is empty"),
        (store: "root: d, aliases: [a, ~]", mistake: "2:32: an alias is empty"),
        (store: "root: d, aliases: [['a']]", mistake: "2:29: an alias must be a text, not a list"),
        (store: "root: d, ignore: [a/../b]", mistake: "2:28: ignore 'a/../b': '..' leaves the store"),
        (store: "root: d, ignore: [/]", mistake: "2:28: ignore '/': it names nothing below the root"),
        (store: "root: d, ignore: ['**/x']", mistake: "2:28: ignore '**/x': '**' may only be the last part"),
    ])
    func badPathsAreRefused(store: String, mistake: String) {
        #expect(mistakes(Self.text(store)) == [mistake])
    }

    @Test func variablesAreFilledInAllOfThem() throws {
        let text = ManifestText.head(
            """
            database: { url: "sqlite:${A}", writer: "sqlite:${A}" }
            store: { root: "${A}", aliases: ["/${A}", "${B:-b}/${A}"], quarantine: "/q/${A}" }
            """)
        let manifest = try parse(text, ["A": "a"]).manifest
        #expect(manifest.database.url.location == "/work/a")
        #expect(manifest.database.writer?.location == "/work/a")
        #expect(manifest.store.root == "/work/a")
        #expect(manifest.store.aliases == ["/a", "b/a"])
        #expect(manifest.store.quarantine == "/q/a")
    }

    @Test(
        arguments: [
            ("${A}", ["A": "x${B}y"], "x${B}y"), ("${A:-d}", ["A": ""], "d"), ("${A:-d}", [:], "d"),
            ("${A:-}z", [:], "z"),
            ("$A", ["A": "x"], "$A"), ("a$", [:], "a$"), ("${A}${A}", ["A": "x"], "xx"),
        ] as [(String, [String: String], String)])
    func aVariableIsReplacedOnceAndAsItIs(text: String, environment: [String: String], alias: String) throws {
        let manifest = try parse(Self.text("root: d, aliases: ['\(text)']"), environment).manifest
        #expect(manifest.store.aliases == [alias])
    }

    @Test(
        arguments: [
            (
                "x/${A}/${B}",
                [
                    "2:32: the environment variable A is not set; set it, or write ${A:-default}",
                    "2:37: the environment variable B is not set; set it, or write ${B:-default}",
                ]
            ),
            ("x/${A", ["2:32: '${' without '}'"]),
            ("${A-b}", ["2:30: a variable is written ${NAME} or ${NAME:-default}"]),
            ("${1A}", ["2:30: a variable is written ${NAME} or ${NAME:-default}"]),
            ("${}", ["2:30: a variable is written ${NAME} or ${NAME:-default}"]),
        ] as [(String, [String])])
    func aVariableThatIsNotThereIsNamed(alias: String, found: [String]) {
        #expect(mistakes(Self.text("root: d, aliases: ['\(alias)']"), ["SECRET": "hunter2"]) == found)
    }

    @Test func variablesElsewhereAreOrdinaryText() throws {
        let (manifest, warnings) = try parse(
            ManifestText.resources("  a: { entries: '${A}/*', records: [{ table: '${A}', claims: ['${p}'] }] }"),
            ["A": "x"])
        #expect(manifest.resources[0].entries[0].text == "${A}/*")
        #expect(manifest.resources[0].sources[0].claims[0].text == "${p}")
        #expect(
            warnings.map(\.description)
                == ["foundling.yaml:4:17: glob '${A}/*': '{' stands for itself, nothing is expanded here"])
    }
}
