internal import FoundlingCore
internal import Foundation

/// What libmariadb is told: the manifest's URL taken apart.
///
/// Passwords come from the URL, `password_file`, `MYSQL_PWD` or an option file.
struct MySQLSettings {
    var host: String?
    var port: UInt32 = 0
    var user: String?
    var password: String?
    var database: String?
    var socket: String?
    var tls = TLS.preferred
    var authority: String?
    var certificate: String?
    var key: String?
    var optionFile: String?
    var optionGroup: String?
    /// Seconds to wait for a connection.
    var connectTimeout = 10
    var statementTimeout = ServerURL.statementTimeout

    /// How much the connection must be protected, in MySQL's words.
    enum TLS: String, CaseIterable {
        case disabled, preferred, required
        case verifyAuthority = "verify-ca"
        case verifyIdentity = "verify-identity"

        /// Whether a connection without TLS will not do.
        var isDemanded: Bool { self != .disabled && self != .preferred }

        init?(word: String) {
            switch word.lowercased().split(separator: "_").joined(separator: "-") {
            case "disable", "disabled", "false", "0": self = .disabled
            case "prefer", "preferred", "allow": self = .preferred
            case "require", "required", "true", "1": self = .required
            case "verify-ca": self = .verifyAuthority
            case "verify-identity", "verify-full": self = .verifyIdentity
            default: return nil
            }
        }
    }

    /// Where the database is, without any secret.
    var location: String {
        let server = host.map { port == 0 ? $0 : "\($0):\(port)" } ?? socket ?? "this machine's socket"
        return "\(database ?? "the default database") at \(server)"
    }

    init(_ database: Manifest.Database) throws(FoundlingError) {
        guard let parts = URLComponents(string: database.url.location), parts.fragment == nil else {
            throw FoundlingError(
                .manifestInvalid, "the database URL cannot be taken apart",
                hint:
                    "write mysql://user:password@host:port/database, with @ : / ? # % in the password as %40 %3A %2F %3F "
                    + "%23 %25; or leave the password to database.password_file or MYSQL_PWD")
        }
        host = parts.host.flatMap { $0.isEmpty ? nil : $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]")) }
        // A number too long for a port is none to Foundation, as if it were not there.
        let isWritten = parts.rangeOfPort.map { !$0.isEmpty } ?? false
        guard let number = UInt16(exactly: parts.port ?? (isWritten ? -1 : 0)) else {
            throw FoundlingError(
                .manifestInvalid, "the database URL's port is none", hint: "write a whole number from 1 to 65535")
        }
        port = UInt32(number)
        user = parts.user
        password = parts.password
        let name = parts.path.drop { $0 == "/" }
        self.database = name.isEmpty ? nil : String(name)
        for item in parts.queryItems ?? [] { try take(item.name, item.value ?? "") }
        // An authority is there to be checked against.
        if authority != nil, tls == .preferred { tls = .verifyAuthority }
        if let file = database.passwordFile, password == nil { password = try ServerURL.password(in: file) }
        if password == nil { password = ProcessInfo.processInfo.environment["MYSQL_PWD"] }
        if self.database == nil, optionFile == nil {
            throw FoundlingError(
                .manifestInvalid, "the database URL names no database", hint: "write mysql://user@host/database")
        }
    }

    private static let names = [
        "connect_timeout", "statement_timeout", "unix_socket", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key",
        "read_default_file", "read_default_group", "charset",
    ]

    private mutating func take(_ name: String, _ value: String) throws(FoundlingError) {
        switch name.lowercased().split(separator: "_").joined(separator: "-") {
        case "connect-timeout": connectTimeout = try ServerURL.seconds(value, of: name)
        case "statement-timeout": statementTimeout = try ServerURL.seconds(value, of: name)
        case "unix-socket", "socket": (socket, host) = (value, nil)
        case "ssl-mode", "sslmode", "ssl":
            guard let mode = TLS(word: value) else {
                throw FoundlingError(
                    .manifestInvalid, "the database URL's '\(Printable.escape(name))' is none that is known",
                    hint: "one of: " + TLS.allCases.map(\.rawValue).joined(separator: ", "))
            }
            tls = mode
        case "ssl-ca", "sslrootcert": authority = value
        case "ssl-cert": certificate = value
        case "ssl-key": key = value
        case "read-default-file": optionFile = value
        case "read-default-group": optionGroup = value
        // Always utf8mb4: with less, a name would come back with `?` in it.
        case "charset": break
        default:
            let nearest = Nearest.word(to: name, in: Self.names).map { "did you mean '\($0)'?" }
            throw FoundlingError(
                .manifestInvalid, "the database URL has a parameter '\(Printable.escape(name))', unknown to foundling",
                hint: nearest ?? "leave it out: it is meant for the application's own driver")
        }
    }
}
