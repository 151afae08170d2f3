import FoundlingCore
import FoundlingManifest
import Testing

/// The spellings of a database URL.
@Suite struct DatabaseURLTests {
    static func text(_ url: String) -> String {
        ManifestText.head("database: { url: '\(url)' }\nstore: { root: data }")
    }

    @Test(arguments: [
        ("sqlite:app.db", "/work/app.db"),
        ("sqlite:./app.db", "/work/app.db"),
        ("sqlite:/srv/app.db", "/srv/app.db"),
        ("sqlite:a?b.db", "/work/a?b.db"),
        ("SQLite:app.db", "/work/app.db"),
        ("sqlite:////srv/app.db", "/srv/app.db"),
        ("sqlite:///app.db", "/work/app.db"),
        ("sqlite:///dir/app.db?timeout=5", "/work/dir/app.db"),
        ("sqlite+aiosqlite:///app.db", "/work/app.db"),
        ("sqlite+pysqlite:////srv/app.db", "/srv/app.db"),
        ("file:app.db", "/work/app.db"),
        ("file:/srv/app.db?mode=ro&cache=private", "/srv/app.db"),
        ("file:///srv/a%20b.db", "/srv/a b.db"),
        ("file://localhost/srv/app.db#x", "/srv/app.db"),
        ("file:app.db?immutable=0", "/work/app.db"),
    ])
    func sqliteNamesAFile(url: String, location: String) throws {
        #expect(try parse(Self.text(url)).manifest.database.url == DatabaseURL(engine: .sqlite, location: location))
    }

    @Test(arguments: [
        (existing: "/nothing", location: "/work/srv/app.db"),
        (existing: "/work/srv/app.db", location: "/work/srv/app.db"),
        (existing: "/srv/app.db", location: "/srv/app.db"),
    ])
    func threeSlashesMeanTheFileThatIsThere(existing: String, location: String) throws {
        let url = try parse(Self.text("sqlite:///srv/app.db"), existing: [existing]).manifest.database.url
        #expect(url.location == location)
    }

    @Test func threeSlashesAreRefusedWhereBothFilesAreThere() {
        #expect(
            mistakes(Self.text("sqlite:///srv/app.db"), existing: ["/srv/app.db", "/work/srv/app.db"]) == [
                "1:18: 'url': sqlite:/// means an absolute path to some and a relative one to others, "
                    + "and both files exist: write sqlite:PATH"
            ])
    }

    @Test(arguments: [
        ("postgres://u@h/d", DatabaseURL.Engine.postgres, "postgres://u@h/d"),
        ("postgresql://u:p@h:5432/d?sslmode=require", .postgres, "postgresql://u:p@h:5432/d?sslmode=require"),
        ("postgresql+asyncpg://u:p@h/d", .postgres, "postgresql://u:p@h/d"),
        ("POSTGRES://u@h/d", .postgres, "postgres://u@h/d"),
        ("postgres:///d", .postgres, "postgres:///d"),
        ("mysql://u:p@h/d", .mysql, "mysql://u:p@h/d"),
        ("mysql+pymysql://u:p@h/d", .mysql, "mysql://u:p@h/d"),
        ("mariadb+mariadbconnector://u@h/d", .mysql, "mariadb://u@h/d"),
        ("postgres://u@h/d?sslrootcert=ca.crt&x=y", .postgres, "postgres://u@h/d?sslrootcert=/work/ca.crt&x=y"),
        ("postgres://u@h/d?sslrootcert=system", .postgres, "postgres://u@h/d?sslrootcert=system"),
        ("mysql://u@h/d?ssl_ca=/etc/ca.crt", .mysql, "mysql://u@h/d?ssl_ca=/etc/ca.crt"),
        ("postgres://u:a:b%40c@h/d", .postgres, "postgres://u:a:b%40c@h/d"),
    ])
    func serversKeepTheirURLWithoutTheDriver(url: String, engine: DatabaseURL.Engine, location: String) throws {
        #expect(try parse(Self.text(url)).manifest.database.url == DatabaseURL(engine: engine, location: location))
    }

    @Test(arguments: [
        "postgres://u:pa@zzz/word@h/d", "postgres://u:p@zzz@h/d", "mysql://u:p@zzz@h:1/d", "postgres://u:pa?zzz@h/d",
        "mysql://u:pa/zzz@h/d",
    ])
    func aPasswordThatSomeLibraryWouldCutInTwoIsRefused(url: String) throws {
        let mistake = try #require(mistakes(Self.text(url)).first)
        #expect(mistake.contains("%40"))
        #expect(!mistake.contains("zzz"))
    }

    @Test(arguments: [
        ("app.db", "a database URL begins with a scheme; for an SQLite file write sqlite:PATH"),
        ("/srv/app.db", "a database URL begins with a scheme; for an SQLite file write sqlite:PATH"),
        ("./a:b.db", "a database URL begins with a scheme; for an SQLite file write sqlite:PATH"),
        ("host=h password=x", "a database URL begins with a scheme; for an SQLite file write sqlite:PATH"),
        ("sqlite::memory:", "a database in memory is gone when its program ends: name a file"),
        ("sqlite:///:memory:", "a database in memory is gone when its program ends: name a file"),
        ("sqlite:", "a database in memory is gone when its program ends: name a file"),
        ("sqlite://", "a database in memory is gone when its program ends: name a file"),
        ("file::memory:?cache=shared", "a database in memory is gone when its program ends: name a file"),
        ("file:x?mode=memory", "a database in memory is gone when its program ends: name a file"),
        ("sqlite://app.db", "sqlite:// has no host: write sqlite:PATH"),
        ("file://h/app.db", "file:// has no host but localhost: write file:PATH"),
        ("file:a%00b", "its percent escapes spell no path"),
        ("file:a%FF", "its percent escapes spell no path"),
        (
            "file:app.db?immutable=1",
            "immutable=1 makes SQLite pass over the write-ahead log, and with it the newest records: leave it out"
        ),
        (
            "sqlite:///app.db?mode=ro&immutable=true",
            "immutable=1 makes SQLite pass over the write-ahead log, and with it the newest records: leave it out"
        ),
        ("postgress://u@h/d", "unknown database scheme; did you mean 'postgres'?"),
        ("sqlit:app.db", "unknown database scheme; did you mean 'sqlite'?"),
        ("mongodb://u@h/d", "unknown database scheme: write sqlite:PATH, postgres://… or mysql://…"),
        ("user:secret@h/d", "unknown database scheme: write sqlite:PATH, postgres://… or mysql://…"),
        ("postgres:d", "write postgres://user@host/database"),
        ("mysql://", "write mysql://user@host/database"),
    ])
    func anythingElseIsRefused(url: String, reason: String) {
        #expect(mistakes(Self.text(url)) == ["1:18: 'url': \(reason)"])
    }

    @Test func theWriterIsHeldToTheSameRules() throws {
        func text(_ writer: String) -> String {
            ManifestText.head("database: { url: 'postgres://h/d', writer: '\(writer)' }\nstore: { root: d }")
        }
        #expect(
            mistakes(text("x")) == [
                "1:44: 'writer': a database URL begins with a scheme; for an SQLite file write sqlite:PATH"
            ])
        #expect(
            mistakes(text("mysql://h/d")) == [
                "1:44: 'writer' is a mysql URL and 'url' is postgres: both must lead to the same database"
            ])
        #expect(
            mistakes(text("x${W}")) == ["1:46: the environment variable W is not set; set it, or write ${W:-default}"])
        // Only some machines have a writer, and a scan needs none.
        #expect(try parse(text("${W}")).manifest.database.writer == nil)
        #expect(try parse(text("${W:-}")).manifest.database.writer == nil)
        #expect(mistakes(Self.text("${U:-}")) == ["1:18: 'url' is empty once its variables are filled in"])
        #expect(try parse(Self.text("${U}"), ["U": " sqlite:a.db\n"]).manifest.database.url.location == "/work/a.db")
    }
}
