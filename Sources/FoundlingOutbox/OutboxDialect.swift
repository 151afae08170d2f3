internal import FoundlingCatalog
internal import FoundlingCore

/// What differs between engines in the SQL of the outbox: expressions that triggers evaluate in the application's own
/// connection, so nothing but old syntax and built-in functions.
struct OutboxDialect: Sendable {
    let engine: DatabaseURL.Engine
    let base: Dialect
    /// Milliseconds since 1970 by the database's clock, whatever time zone the session has.
    let now: String
    /// Who is connected, and with which program; NULL where the engine does not tell.
    let actor: String
    let program: String
    /// Behind a SELECT: rows that others work on are passed over, and those that are left are ours.
    let claiming: String
    /// Types of the outbox's columns.
    let types: Types

    struct Types: Sendable {
        let id: String
        let name: String
        let text: String
        let number: String
        let ending: String
    }

    init(_ dialect: Dialect) {
        base = dialect
        engine = dialect.engine
        switch dialect.engine {
        case .sqlite:
            now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
            (actor, program, claiming) = ("NULL", "NULL", "")
            types = Types(id: "INTEGER PRIMARY KEY", name: "TEXT", text: "TEXT", number: "INTEGER", ending: "")
        case .postgres:
            now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
            (actor, program) = ("session_user", "current_setting('application_name', true)")
            claiming = " FOR UPDATE SKIP LOCKED"
            // No sequence: it would change what the application's lastval() says.
            types = Types(
                id: "uuid PRIMARY KEY DEFAULT gen_random_uuid()", name: "text", text: "text", number: "bigint",
                ending: "")
        case .mysql:
            now = "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000)"
            (actor, program) = ("USER()", "NULL")
            claiming = " FOR UPDATE SKIP LOCKED"
            types = Types(
                id: "BIGINT AUTO_INCREMENT PRIMARY KEY", name: "VARCHAR(190)", text: "MEDIUMTEXT", number: "BIGINT",
                ending: " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4")
        }
    }

    func concatenated(_ parts: [String]) -> String {
        guard parts.count > 1 else { return parts.first ?? "''" }
        return engine == .mysql ? "CONCAT(\(parts.joined(separator: ", ")))" : parts.joined(separator: " || ")
    }

    /// A value as text, as a scan reads it.
    func text(_ value: String, of column: Column? = nil) -> String {
        let type = column?.type.lowercased() ?? ""
        switch engine {
        case .sqlite: return value
        case .postgres where type == "boolean": return "CASE WHEN \(value) THEN 't' WHEN NOT \(value) THEN 'f' END"
        case .postgres: return "(\(value))::text"
        case .mysql: return "CAST(\(value) AS CHAR CHARACTER SET utf8mb4)"
        }
    }

    /// The bytes of a text in hexadecimal digits; NULL where it is NULL or empty.
    func hex(_ text: String) -> String {
        switch engine {
        case .postgres: "NULLIF(encode(convert_to(\(text), 'UTF8'), 'hex'), '')"
        case .sqlite, .mysql: "NULLIF(hex(\(text)), '')"
        }
    }

    /// Every spelling of a column in a path; UUIDs that are kept as bytes have two.
    ///
    /// - Parameter row: what stands before the column's name: `OLD.`, or nothing.
    func spellings(of column: Column, in row: String = "") -> [String] {
        let name = row + base.quoted(column.name)
        let type = column.type.lowercased()
        switch engine {
        case .postgres where type == "bytea":
            let digits = "encode(\(name), 'hex')"
            let dashed = #"'^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\1-\2-\3-\4-\5'"#
            return ["regexp_replace(\(digits), \(dashed))", digits]
        case .mysql where type == "binary(16)":
            return [dashed("LOWER(HEX(\(name)))"), "LOWER(HEX(\(name)))"]
        // As the bytes that they are: what is no UTF-8 is a path all the same.
        case .mysql where type.hasPrefix("varbinary") || type.hasPrefix("binary") || type.hasSuffix("blob"):
            return [name]
        case .sqlite where type.isEmpty || type.contains("blob"):
            let digits = "lower(hex(\(name)))"
            return [dashed(digits), digits].map { "CASE typeof(\(name)) WHEN 'blob' THEN \($0) ELSE \(name) END" }
        default: return [text(name, of: column)]
        }
    }

    private func dashed(_ digits: String) -> String {
        let pieces = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { "substr(\(digits), \($0), \($1))" }
        return concatenated(Array(pieces.map { [$0] }.joined(separator: ["'-'"])))
    }

    func slice(_ text: String, _ from: Int, _ to: Int?) -> String {
        guard from > 0 || to != nil else { return text }
        return "substr(\(text), \(from + 1)\(to.map { ", \($0 - from)" } ?? ""))"
    }
}
