internal import FoundlingCore

/// Who may use the daemon.
package struct TokenReport: Sendable {
    /// A token without anything secret.
    package struct Row: Sendable {
        package let id: String
        package let name: String
        package let role: String
        package let created: Int64
        /// nil is never.
        package let expires: Int64?

        package init(id: String, name: String, role: String, created: Int64, expires: Int64?) {
            self.id = id
            self.name = name
            self.role = role
            self.created = created
            self.expires = expires
        }
    }

    private let rows: [Row]
    private let now: Int64
    private let style: Style

    /// - Parameter now: nanoseconds since 1970, for tokens that are not valid any more.
    package init(_ rows: [Row], now: Int64, colour: Bool = false) {
        self.rows = rows
        self.now = now
        style = Style(colour: colour)
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json {
                let rows = self.rows.map { object($0).json }
                try out.line("{\"tokens\":[\(rows.joined(separator: ","))],\"version\":1}")
            } else {
                try table(&out)
            }
        }
    }

    private func table(_ out: inout Chunks) throws {
        guard !rows.isEmpty else { return try out.line("There are no tokens.") }
        var grid = Grid([.left, .left, .left, .left, .left])
        grid.add(["Token", "Name", "Role", "Created", "Expires"].map { .init($0, .hint) })
        for row in rows {
            grid.add([
                .init(row.id), .init(Printable.escape(row.name)), .init(row.role), .init(Timestamp.iso(row.created)),
                .init(expiry(row), isExpired(row) ? .caution : .plain),
            ])
        }
        for line in grid.lines(style) { try out.line(line) }
    }

    private func isExpired(_ row: Row) -> Bool { row.expires.map { $0 <= now } ?? false }

    /// When a token ends, in words.
    private func expiry(_ row: Row) -> String {
        guard let expires = row.expires else { return "never" }
        return isExpired(row)
            ? "EXPIRED \(Timestamp.iso(expires))"
            : "in \(Timestamp.until(expires, now: now)), \(Timestamp.iso(expires))"
    }

    private func object(_ row: Row) -> JSONObject {
        var object = JSONObject()
        object.field("created", Timestamp.iso(row.created))
        object.field("expired", json: isExpired(row) ? "true" : "false")
        object.field("expires", row.expires.map(Timestamp.iso))
        object.field("id", row.id)
        object.field("name", row.name)
        object.field("role", row.role)
        return object
    }

    /// One new token with its secret, for a program: one line.
    package static func created(_ row: Row, secret: String) -> String {
        var object = JSONObject()
        object.field("created", Timestamp.iso(row.created))
        object.field("expires", row.expires.map(Timestamp.iso))
        object.field("id", row.id)
        object.field("name", row.name)
        object.field("role", row.role)
        object.field("secret", secret)
        object.field("version", 1)
        return object.json + "\n"
    }
}
