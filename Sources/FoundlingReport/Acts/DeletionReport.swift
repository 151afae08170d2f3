package import FoundlingCore

/// What deleting a record came to, or would.
package struct DeletionReport: Sendable {
    private let outcome: DeletionOutcome
    private let style: Style
    private let next: [String]
    private let isQuestion: Bool

    /// - Parameter isQuestion: whether a person is asked next whether to go ahead.
    package init(_ outcome: DeletionOutcome, colour: Bool = false, isQuestion: Bool = false, next: [String]) {
        self.outcome = outcome
        self.isQuestion = isQuestion
        style = Style(colour: colour)
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json { try document(&out) } else { try table(&out) }
        }
    }

    private func table(_ out: inout Chunks) throws {
        let name = "\(outcome.resource) '\(Printable.escape(outcome.key))'"
        let rows = outcome.rows.map { "\(Count.text($0.count, "row", "rows")) of \(Printable.escape($0.table))" }
            .joined(separator: ", ")
        try out.line(
            style.paint(outcome.isRehearsal ? "Deleting \(name) would take" : "Deleted \(name)", .heading)
                + ": \(rows).")
        if outcome.paths.isEmpty { try out.line("They claim no files.") }
        for (resource, path) in outcome.paths {
            try out.line("  \(resource): \(Printable.escape(TasksReport.text(path)))")
        }
        if !outcome.isRehearsal {
            try out.line(
                outcome.tasks > 0
                    ? "\(Count.text(outcome.tasks, "task", "tasks")) noted: a worker takes the files along."
                    : "Nothing was noted: there are no files to take along.")
        } else if !isQuestion {
            try out.line(
                outcome.hasTriggers
                    ? "Nothing was changed. Triggers would note what goes."
                    : "Nothing was changed. There are no triggers: this command would note what goes.")
        }
        guard !next.isEmpty else { return }
        try out.line()
        for command in next { try out.line(style.paint("  " + command, .hint)) }
    }

    private func document(_ out: inout Chunks) throws {
        let rows = outcome.rows.map { table, count -> String in
            var object = JSONObject()
            object.field("rows", count)
            object.field("table", table)
            return object.json
        }
        let paths = outcome.paths.map { resource, path -> String in
            var object = JSONObject()
            object.field("path", TasksReport.text(path))
            if let bytes = TasksReport.bytes([path]) {
                object.field("path_bytes", json: String(bytes.dropFirst().dropLast()))
            }
            object.field("resource", resource)
            return object.json
        }
        var object = JSONObject()
        object.field("has_triggers", json: outcome.hasTriggers ? "true" : "false")
        object.field("is_dry_run", json: outcome.isRehearsal ? "true" : "false")
        object.field("key", outcome.key)
        object.field("paths", json: "[\(paths.joined(separator: ","))]")
        object.field("resource", outcome.resource)
        object.field("rows", json: "[\(rows.joined(separator: ","))]")
        object.field("tasks", outcome.tasks)
        object.field("version", 1)
        try out.line(object.json)
    }
}
