import FoundlingCore

/// Understands the spellings of a database URL that applications use, SQLAlchemy's among them.
///
/// No message repeats any of a URL: any part of it may be a password, or have come from the environment.
struct DatabaseURLReader {
    /// What relative paths are relative to.
    let directory: String
    let exists: (String) -> Bool

    /// Why a text is no database URL.
    struct Invalid: Error {
        let reason: String
    }

    private static let schemes = ["sqlite", "file", "postgres", "postgresql", "mysql", "mariadb"]
    private static let memory = Invalid(reason: "a database in memory is gone when its program ends: name a file")

    func read(_ text: String) throws(Invalid) -> DatabaseURL {
        guard !text.utf8.contains(0) else { throw Invalid(reason: "a NUL byte, which no URL can hold") }
        guard let (written, rest) = Self.split(text) else {
            throw Invalid(reason: "a database URL begins with a scheme; for an SQLite file write sqlite:PATH")
        }
        // `+driver` is the application's choice of library and says nothing about the database.
        let scheme = String(written.prefix { $0 != "+" }).lowercased()
        switch scheme {
        case "sqlite": return DatabaseURL(engine: .sqlite, location: try sqlite(rest))
        case "file": return DatabaseURL(engine: .sqlite, location: try file(rest))
        case "postgres", "postgresql": return try server(.postgres, scheme, rest)
        case "mysql", "mariadb": return try server(.mysql, scheme, rest)
        default:
            if let word = NearestWord.to(scheme, among: Self.schemes) {
                throw Invalid(reason: "unknown database scheme; did you mean '\(word)'?")
            }
            throw Invalid(reason: "unknown database scheme: write sqlite:PATH, postgres://… or mysql://…")
        }
    }

    private static func split(_ text: String) -> (scheme: String, rest: String)? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon]
        let isScheme = scheme.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), .dot: true
            case UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isScheme, let first = scheme.utf8.first, !(0x30...0x39).contains(first) else { return nil }
        return (String(scheme), String(text[text.utf8.index(after: colon)...]))
    }

    private func server(_ engine: DatabaseURL.Engine, _ scheme: String, _ rest: String) throws(Invalid) -> DatabaseURL {
        guard rest.hasPrefix("//"), rest.utf8.count > 2 else {
            throw Invalid(reason: "write \(scheme)://user@host/database")
        }
        // What a library takes apart differently than its user meant could end up in a message: half a password.
        let (address, query) = Self.cut(rest, at: "?")
        let authority = address.dropFirst(2).prefix { $0 != "/" }
        guard authority.count(where: { $0 == "@" }) <= 1, !address.dropFirst(2 + authority.count).contains("@"),
            !query.contains("@")
        else {
            throw Invalid(
                reason:
                    "an '@' where none may be: in a password write @ : / ? # % as %40 %3A %2F %3F %23 %25, or leave the "
                    + "password to database.password_file")
        }
        let parameters = query.split(separator: "&").map { Self.cut(String($0), at: "=") }
            .map { $0.after.isEmpty ? $0.before : "\($0.before)=\(path(of: $0.before, $0.after))" }
        let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        return DatabaseURL(engine: engine, location: "\(scheme):\(address)\(suffix)")
    }

    /// Parameters that name files: relative ones are relative to the manifest, like every path in it.
    private static let filesParameters: Set<String> = [
        "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile", "ssl-ca", "ssl-cert", "ssl-key",
        "read-default-file",
    ]

    private func path(of name: String, _ value: String) -> String {
        let word = name.lowercased().split(separator: "_").joined(separator: "-")
        let first = value.first
        // `system` is libpq's word for the machine's own authorities.
        guard Self.filesParameters.contains(word), first != "/", first != "~", first != "%", value != "system" else {
            return value
        }
        let folder = directory.utf8.map { byte -> String in
            let isSafe = byte > 0x20 && byte < 0x7F && !"%&#+=?@".utf8.contains(byte)
            return isSafe ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return "\(folder)/\(value)"
    }

    /// `sqlite:PATH` is the path as it is; with slashes it is a URL, which may have a query.
    private func sqlite(_ rest: String) throws(Invalid) -> String {
        guard rest.hasPrefix("//") else { return try path(rest) }
        let url = rest.dropFirst(2)
        let (location, query) = Self.cut(String(url), at: "?")
        try refuse(query: query)
        guard !location.isEmpty else { throw Self.memory }
        guard location.hasPrefix("/") else {
            throw Invalid(reason: "sqlite:// has no host: write sqlite:PATH")
        }
        if location.hasPrefix("//") { return try path(location) }
        return try ambiguous(String(location.dropFirst()))
    }

    /// `sqlite:///x`: relative in SQLAlchemy, absolute elsewhere. The file that is there decides.
    private func ambiguous(_ name: String) throws(Invalid) -> String {
        let relative = try path(name)
        let absolute = FilePath.absolute("/" + name, in: directory)
        guard relative != absolute, exists(absolute) else { return relative }
        guard !exists(relative) else {
            throw Invalid(
                reason: "sqlite:/// means an absolute path to some and a relative one to others, and both files exist: "
                    + "write sqlite:PATH")
        }
        return absolute
    }

    /// SQLite's own URIs.
    private func file(_ rest: String) throws(Invalid) -> String {
        let (beforeFragment, _) = Self.cut(rest, at: "#")
        var (location, query) = Self.cut(beforeFragment, at: "?")
        try refuse(query: query)
        if location.hasPrefix("//") {
            let authority = location.dropFirst(2).prefix { $0 != "/" }
            guard authority.isEmpty || authority == "localhost" else {
                throw Invalid(reason: "file:// has no host but localhost: write file:PATH")
            }
            location = String(location.dropFirst(2 + authority.count))
        }
        let bytes = FoldedHash.unescaped(Array(location.utf8))
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Invalid(reason: "its percent escapes spell no path")
        }
        return try path(decoded)
    }

    private func path(_ text: String) throws(Invalid) -> String {
        guard !text.isEmpty, !text.hasPrefix(":memory:") else { throw Self.memory }
        return FilePath.absolute(text, in: directory)
    }

    private func refuse(query: String) throws(Invalid) {
        for parameter in query.split(whereSeparator: { $0 == "&" || $0 == ";" }) {
            let (name, value) = Self.cut(String(parameter), at: "=")
            if name == "immutable", !["0", "no", "off", "false"].contains(value.lowercased()) {
                throw Invalid(
                    reason: "immutable=1 makes SQLite pass over the write-ahead log, and with it the newest records: "
                        + "leave it out")
            }
            if name == "mode", value == "memory" { throw Self.memory }
        }
    }

    private static func cut(_ text: String, at separator: Character) -> (before: String, after: String) {
        guard let index = text.firstIndex(of: separator) else { return (text, "") }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
}
