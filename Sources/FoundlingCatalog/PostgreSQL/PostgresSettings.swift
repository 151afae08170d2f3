internal import CPostgres
internal import FoundlingCore
internal import Foundation

/// What libpq is told: the manifest's URL, and what it leaves open.
///
/// Passwords come from the URL, `password_file`, `PGPASSWORD`, `~/.pgpass` or a service file, as libpq does it.
struct PostgresSettings {
    /// Keywords of libpq with their values.
    let options: [(keyword: String, value: String)]
    /// Where the database is, without any secret.
    let location: String
    /// Seconds that reading may take.
    let statementTimeout: Int

    /// Seconds to wait for a connection, for each host named: longer than a busy server needs, short enough to be told.
    private static let connectTimeout = 10

    init(_ database: Manifest.Database) throws(FoundlingError) {
        var (url, query) = ServerURL.cut(database.url.location)
        var timeout = ServerURL.statementTimeout
        let known = Self.keywords()
        var kept: [String] = []
        for (name, value) in query {
            switch name {
            case "statement_timeout": timeout = try ServerURL.seconds(value, of: name)
            // asyncpg's word for sslmode.
            case "ssl": kept.append("sslmode=\(value == "true" ? "require" : value)")
            case _ where known.contains(name): kept.append("\(name)=\(value)")
            default:
                let nearest = Nearest.word(to: name, in: known.sorted()).map { "did you mean '\($0)'?" }
                // Behind a password that holds an '&', a name is the rest of it.
                let shown = kept.contains { $0.contains("password=") } ? "" : " '\(Printable.escape(name))'"
                throw FoundlingError(
                    .manifestInvalid, "the database URL has a parameter\(shown), unknown to libpq",
                    hint: nearest ?? "leave it out: it is meant for the application's own driver")
            }
        }
        if !kept.isEmpty { url += "?" + kept.joined(separator: "&") }
        var options = try Self.parse(url)
        func add(_ keyword: String, _ value: String) {
            if !options.contains(where: { $0.keyword == keyword }) { options.append((keyword, value)) }
        }
        if let file = database.passwordFile { add("password", try ServerURL.password(in: file)) }
        add("connect_timeout", "\(Self.connectTimeout)")
        add("application_name", "foundling")
        // A server that is gone without a word is noticed within a minute.
        for (keyword, value) in [("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3")] {
            add(keyword, value)
        }
        options.removeAll { $0.keyword == "client_encoding" }
        options.append(("client_encoding", "UTF8"))
        self.options = options
        statementTimeout = timeout
        func value(_ keyword: String) -> String? { options.first { $0.keyword == keyword }?.value }
        if let service = value("service") {
            location = "service \(service)"
        } else {
            let host = value("host") ?? value("hostaddr")
            // Of several hosts each has its port, or none.
            let port = value("port").map { $0.contains(",") ? "" : ":\($0)" } ?? ""
            let at = host.map { $0 + port }
            let database = value("dbname") ?? value("user") ?? "the default database"
            location = "\(database) at \(at ?? "this machine's socket")"
        }
    }

    /// Every keyword of this libpq.
    private static func keywords() -> Set<String> {
        guard let list = PQconndefaults() else { return [] }
        defer { PQconninfoFree(list) }
        var (words, at) = (Set<String>(), list)
        while let keyword = at.pointee.keyword {
            words.insert(String(cString: keyword))
            at += 1
        }
        return words
    }

    private static func parse(_ url: String) throws(FoundlingError) -> [(keyword: String, value: String)] {
        var message: UnsafeMutablePointer<CChar>?
        guard let list = PQconninfoParse(url, &message) else {
            // libpq's own words may repeat a part of the URL, and any part may be the password.
            if let message { PQfreemem(message) }
            throw FoundlingError(
                .manifestInvalid, "libpq cannot take the database URL apart",
                hint:
                    "write postgres://user:password@host:port/database, with @ : / ? # % in the password as %40 %3A %2F "
                    + "%3F %23 %25; or leave the password to ~/.pgpass, PGPASSWORD or database.password_file")
        }
        defer { PQconninfoFree(list) }
        var options: [(keyword: String, value: String)] = []
        var at = list
        while let keyword = at.pointee.keyword {
            if let value = at.pointee.val { options.append((String(cString: keyword), String(cString: value))) }
            at += 1
        }
        return options
    }
}
