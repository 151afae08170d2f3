internal import FoundlingCore

/// Says what an error of MariaDB or MySQL means for somebody who wants a verdict.
struct MySQLFault {
    let location: String
    /// Whether nothing was read yet: then a lost connection is one that never was.
    var isConnecting = false

    /// - Parameters:
    ///   - number: of the server (1000 and more) or of the client library (2000 and more); see `mysqld_error.h`.
    ///   - message: the server's own words.
    func explain(_ number: UInt32, _ message: String, doing: String) -> FoundlingError {
        let said = Printable.escape(message.split(whereSeparator: \.isNewline).joined(separator: " "))
        switch number {
        case 1045, 1044, 1698, 1251, 1820, 2059, 1524:
            return FoundlingError(
                .catalogDenied, "the database \(location) does not let us in: \(said)",
                hint:
                    "correct user and password: in the URL, in database.password_file or MYSQL_PWD; and GRANT SELECT on "
                    + "the database to that user")
        case 1142, 1143, 1227, 1370:
            return FoundlingError(
                .catalogDenied, "the database refused while \(doing): \(said)",
                hint: "GRANT SELECT on that table to this user")
        case 1049:
            return FoundlingError(
                .catalogMissing, "there is no such database: \(said)", hint: "correct the name in database.url")
        case 1040, 1203, 1226, 1129, 1130:
            return FoundlingError(
                .catalogUnreachable, "the database \(location) takes no connection now: \(said)",
                hint: "try again in a while; foundling needs one connection")
        case 2002, 2003, 2005, 2004, 2001, 2012,
            2006 where isConnecting,
            2013 where isConnecting,
            2055 where isConnecting:
            return FoundlingError(
                .catalogUnreachable, "no connection to the database \(location): \(said)",
                hint: "is the server running there, and may this machine reach it? See host and port of database.url")
        case 2026 where isConnecting:
            return FoundlingError(
                .catalogUnreachable, "no connection to the database \(location): \(said)",
                hint: "TLS failed: see ssl-mode and ssl-ca of database.url, and the server's certificate")
        case 1205, 1213:
            return FoundlingError(
                .catalogLocked, "a table is locked, by a migration perhaps, for more than \(ServerURL.lockTimeout) s",
                hint: "try again when that has finished")
        case 1969, 3024, 1317:
            return FoundlingError(
                .catalogInterrupted, "the database gave up while \(doing): \(said)",
                hint: "nothing was judged. If it needs longer, add ?statement_timeout=SECONDS to database.url")
        case 1412:
            return FoundlingError(
                .catalogInterrupted, "a table was altered while it was read: \(said)",
                hint: "nothing was judged; run it again when the migration has finished")
        case 2006, 2013, 2026, 2055, 1053, 1927, 1152, 1158, 1159, 1160, 1161, 1184, 2027:
            return FoundlingError(
                .catalogInterrupted, "the connection to the database was lost while \(doing): \(said)",
                hint: "nothing was judged: half of the claims would make living files look like orphans. Run it again")
        case 1792, 1290, 1836:
            return FoundlingError(
                .sourceFailed, "the statement changes the database (\(doing)): \(said)",
                hint: "a source may only read: write a SELECT")
        default:
            return FoundlingError(
                .sourceFailed, "the database refused while \(doing): \(said)",
                hint: "correct the manifest; `foundling check` shows every source")
        }
    }
}
