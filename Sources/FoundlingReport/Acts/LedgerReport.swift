package import FoundlingCore

/// Every run and what of it lies in quarantine.
package struct LedgerReport: Sendable {
    private let runs: [RunSummary]
    private let unlisted: [String]
    private let head: String
    private let now: Int64
    private let style: Style
    private let next: [String]

    /// - Parameters:
    ///   - unlisted: runs in the quarantine of which the ledger knows nothing.
    ///   - now: nanoseconds since 1970, for what is due when.
    package init(
        _ runs: [RunSummary], unlisted: [String] = [], head: String, now: Int64, colour: Bool = false, next: [String]
    ) {
        self.runs = runs
        self.unlisted = unlisted
        self.head = head
        self.now = now
        style = Style(colour: colour)
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json { try document(&out) } else { try table(&out) }
        }
    }

    private func table(_ out: inout Chunks) throws {
        if !unlisted.isEmpty {
            try out.line(style.paint("Known from their receipts only, since the ledger was lost:", .caution))
            for run in unlisted { try out.line("  \(run)") }
            try out.line()
        }
        guard !runs.isEmpty else {
            try out.line(unlisted.isEmpty ? "No runs yet." : "No runs under this ledger yet.")
            return try writeNext(&out)
        }
        var grid = Grid([.left, .left, .left, .right, .left])
        grid.add(["Run", "By", "Items", "In quarantine", "Purge due"].map { .init($0, .hint) })
        for run in runs {
            let states = ItemState.allCases.compactMap { state in
                run.states[state].map { "\(state.rawValue) \(Count.text($0))" }
            }
            grid.add([
                .init(run.run), .init(Printable.escape(run.actor.description)),
                .init((["planned \(Count.text(run.planned))"] + states).joined(separator: ", ")),
                .init(run.due == nil ? "-" : Size.text(run.inQuarantine.apparent)), .init(due(run)),
            ])
            if run.unsettled > 0 {
                grid.note(
                    "cut short with \(Count.text(run.unsettled, "item", "items")) under way: the next command that changes "
                        + "anything settles them")
            }
            if let reason = run.reason { grid.note(Sentence.safe(reason)) }
        }
        for line in grid.lines(style, page: 160) { try out.line(line) }
        try out.line()
        try out.line("Ledger head \(head)")
        try writeNext(&out)
    }

    private func writeNext(_ out: inout Chunks) throws {
        guard !next.isEmpty else { return }
        try out.line()
        try out.line(style.paint("Next:", .heading))
        for command in next { try out.line("  " + Sentence.safe(command)) }
    }

    private func due(_ run: RunSummary) -> String {
        guard let due = run.due else { return "-" }
        return due <= now ? "now" : "in " + Timestamp.until(due, now: now)
    }

    private func document(_ out: inout Chunks) throws {
        try out.write("{\"head\":\(JSONString.quote(head)),\"runs\":[")
        for (number, run) in runs.enumerated() { try out.write((number > 0 ? "," : "") + JSONObject(run).json) }
        try out.line("],\"unlisted\":\(JSONObject.array(unlisted)),\"version\":1}")
    }
}
