import FoundlingCore

/// One finding a row, by RFC 4180, and safe to open in a spreadsheet.
struct CSVReport {
    private static let columns = [
        "kind", "resource", "path", "entry", "cause", "allocated", "apparent", "freed", "newest", "table", "key",
        "requirement",
    ]

    private let result: ScanResult

    init(_ result: ScanResult) { self.result = result }

    func write(to out: inout Chunks) throws {
        try out.write(Self.columns.joined(separator: ",") + "\r\n")
        for finding in result.findings {
            try out.write(cells(finding).map(Self.cell).joined(separator: ",") + "\r\n")
        }
    }

    private func cells(_ finding: Finding) -> [String] {
        [
            finding.kind.rawValue,
            result.name(of: finding.resource) ?? "",
            finding.path.description,
            finding.entry?.name ?? "",
            finding.cause.rawValue,
            finding.bytes.map { String($0.allocated) } ?? "",
            finding.bytes.map { String($0.apparent) } ?? "",
            finding.freed.map { String($0) } ?? "",
            finding.newest.map(Timestamp.iso) ?? "",
            finding.record?.table ?? "",
            finding.record.map { Printable.escape($0.key) } ?? "",
            finding.record?.requirement ?? "",
        ]
    }

    /// Quoted where RFC 4180 needs it; a leading apostrophe keeps a spreadsheet from running a name as a formula.
    static func cell(_ text: String) -> String {
        guard let first = text.utf8.first else { return "" }
        let text = "=+-@\t\r".utf8.contains(first) ? "'" + text : text
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        // Scalars, not characters: a quote followed by a combining accent is one `Character` and would end the cell.
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
