package import FoundlingCore
internal import Foundation

/// What the URLs of database servers have in common.
enum ServerURL {
    /// Seconds that reading all claims may take, unless the URL says otherwise: longer than 100 million rows need,
    /// short enough that a forgotten scan does not hold back a server's clean-up for days.
    static let statementTimeout = 3600
    /// Seconds to wait for a table that a migration has locked.
    static let lockTimeout = 5

    /// A URL before its `?`, and its parameters as they are written.
    static func cut(_ url: String) -> (url: String, query: [(name: String, value: String)]) {
        guard let mark = url.firstIndex(of: "?") else { return (url, []) }
        let query = url[url.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        return (String(url[..<mark]), query)
    }

    static func seconds(_ text: String, of name: String) throws(FoundlingError) -> Int {
        guard let seconds = Int(text), (1...604_800).contains(seconds) else {
            throw FoundlingError(
                .manifestInvalid, "'\(name)' of the database URL is no number of seconds",
                hint: "write a whole number from 1 to 604800")
        }
        return seconds
    }

    /// The first line of a file that holds nothing but a password.
    static func password(in file: String) throws(FoundlingError) -> String {
        guard let data = FileManager.default.contents(atPath: file), data.count <= 4096 else {
            throw FoundlingError(
                .manifestInvalid, "the password file '\(Printable.escape(file))' cannot be read",
                hint: "correct database.password_file, or run as a user who may read it")
        }
        let line = data.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
            throw FoundlingError(
                .manifestInvalid, "the password file '\(Printable.escape(file))' has no password in its first line",
                hint: "write the password there, and nothing else")
        }
        return text
    }
}

extension Catalog {
    /// Where a database is, as it is shown to people: without any secret. Nothing is connected to.
    package static func location(of database: Manifest.Database) throws(FoundlingError) -> String {
        switch database.url.engine {
        case .sqlite: database.url.location
        case .postgres: try PostgresSettings(database).location
        case .mysql: try MySQLSettings(database).location
        }
    }
}
