package import FoundlingCore

/// The result of one scan, ready to be written in any format.
package struct ScanReport: Sendable {
    package let result: ScanResult
    package let manifest: Manifest
    package let options: ReportOptions

    package init(_ result: ScanResult, manifest: Manifest, options: ReportOptions = ReportOptions()) {
        self.result = result
        self.manifest = manifest
        self.options = options
    }

    /// Hands the report to `sink` in pieces of about 64 KiB, so that a million findings are never one string.
    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { chunks in
            switch format {
            case .table: try TerminalReport(result, options).write(to: &chunks)
            case .json: try ScanDocument(result, manifest).write(to: &chunks)
            case .jsonl: try writeLines(to: &chunks)
            case .csv: try CSVReport(result).write(to: &chunks)
            case .markdown: try MarkdownReport(result, manifest, options).write(to: &chunks)
            case .html: try HTMLReport(result, manifest, options).write(to: &chunks)
            }
        }
    }

    private func writeLines(to chunks: inout Chunks) throws {
        let json = FindingJSON(FindingWording(result, manifest))
        for finding in result.findings { try chunks.line(json.text(finding)) }
    }
}
