internal import CPostgres
internal import FoundlingCore

/// Says what a PostgreSQL error means for somebody who wants a verdict.
struct PostgresFault {
    let location: String
    /// Whether the server never said a word: then it is the connection that failed.
    let isConnecting: Bool

    /// - Parameters:
    ///   - state: SQLSTATE; empty where libpq itself failed, which means that the connection is gone.
    ///   - message: the server's own words, which name tables and columns but no values of a URL.
    func explain(_ state: String, _ message: String, doing: String) -> FoundlingError {
        let said = Self.line(message)
        switch state {
        case "28000" where said.contains("permission denied for database"):
            return FoundlingError(
                .catalogDenied, "the database \(location) does not let us in: \(said)",
                hint: "GRANT CONNECT ON DATABASE … TO this role")
        case "28P01", "28000":
            return FoundlingError(
                .catalogDenied, "the database \(location) does not let us in: \(said)",
                hint: "correct user and password: in the URL, in database.password_file, PGPASSWORD or ~/.pgpass")
        case "3D000":
            return FoundlingError(
                .catalogMissing, "there is no such database: \(said)", hint: "correct the name in database.url")
        case "53300", "57P03":
            return FoundlingError(
                .catalogUnreachable, "the database \(location) takes no connection now: \(said)",
                hint: "try again in a while; foundling needs one connection")
        case "42501":
            return FoundlingError(
                .catalogDenied, "the database refused while \(doing): \(said)",
                hint: "GRANT USAGE ON the schema and SELECT ON the table to this role; if rows are hidden from it by "
                    + "row-level security, use a role that sees all of them (BYPASSRLS)")
        case "57014":
            return FoundlingError(
                .catalogInterrupted, "the database gave up while \(doing): \(said)",
                hint: "nothing was judged. If it needs longer, add ?statement_timeout=SECONDS to database.url")
        case "55P03":
            return FoundlingError(
                .catalogLocked, "a table is locked, by a migration perhaps, for more than \(ServerURL.lockTimeout) s",
                hint: "try again when that has finished")
        case "25006":
            return FoundlingError(
                .sourceFailed, "the statement changes the database (\(doing)): \(said)",
                hint: "a source may only read: write a SELECT")
        case "40001", "40P01":
            return FoundlingError(
                .catalogInterrupted, "the database broke off while \(doing): \(said)",
                hint: "nothing was judged; run it again")
        case "" where isConnecting && said.contains("invalid") && said.contains(" value"):
            return FoundlingError(
                // Its own words quote the value, which may be a password whose host was forgotten.
                .manifestInvalid, "libpq does not take a part of the database URL: its port, or a parameter",
                hint: "write postgres://user:password@host:port/database?parameter=value")
        case "" where isConnecting:
            return FoundlingError(
                .catalogUnreachable, "no connection to the database \(location): \(said)", hint: Self.hint(said))
        case "", "57P01", "57P02", "08006", "08003", "08001":
            return FoundlingError(
                .catalogInterrupted, "the connection to the database was lost while \(doing): \(said)",
                hint: "nothing was judged: half of the claims would make living files look like orphans. Run it again")
        default:
            return FoundlingError(
                .sourceFailed, "the database refused while \(doing): \(said)",
                hint: "correct the manifest; `foundling check` shows every source")
        }
    }

    /// What to look at when nothing answers; what it says is only for people, so reading it is safe.
    private static func hint(_ said: String) -> String {
        said.contains("SSL") || said.contains("certificate")
            ? "TLS failed: see sslmode and sslrootcert of database.url, and the server's certificate"
            : "is the server running there, and may this machine reach it? See host and port of database.url"
    }

    /// A message in one line that cannot lie on the screen.
    static func line(_ message: String) -> String {
        let lines = message.split(whereSeparator: \.isNewline).map { $0.drop { $0.isWhitespace } }
        return Printable.escape(lines.joined(separator: " "))
    }
}
