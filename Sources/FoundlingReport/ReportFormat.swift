/// The forms a report comes in.
package enum ReportFormat: String, CaseIterable, Sendable {
    /// For a person at a terminal.
    case table
    /// One document; the contract is `docs/reference/json.md`.
    case json
    /// One finding a line, for programs that read as it comes.
    case jsonl
    /// One finding a row, for spreadsheets.
    case csv
    /// For a ticket or a wiki.
    case markdown
    /// For a browser: one file that needs nothing else.
    case html

    /// Whether errors go to standard error as JSON too.
    package var isJSON: Bool { self == .json || self == .jsonl }
}
