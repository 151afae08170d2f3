package import FoundlingCore

/// Triggers of a database, and what they cannot see.
package struct TriggersReport: Sendable {
    private let report: TriggerReport
    private let style: Style
    private let next: [String]

    package init(_ report: TriggerReport, colour: Bool = false, next: [String]) {
        self.report = report
        style = Style(colour: colour)
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json { try document(&out) } else { try table(&out) }
        }
    }

    private func table(_ out: inout Chunks) throws {
        for note in report.notes { try out.line(note.prefix(1).uppercased() + note.dropFirst() + ".") }
        if !report.hasOutbox {
            try out.line(style.paint("There is no outbox '\(report.database)' to work with.", .caution))
        }
        if !report.triggers.isEmpty {
            var grid = Grid([.left, .left, .left, .left])
            grid.add(["Table", "Resource", "Sees", "State"].map { .init($0, .hint) })
            for trigger in report.triggers {
                grid.add([
                    .init(Printable.escape(trigger.table)), .init(Printable.escape(trigger.resource ?? "several")),
                    .init(Self.words(trigger.event)),
                    .init(trigger.state.rawValue, trigger.state.isGood ? .plain : .caution),
                ])
                if let reason = trigger.reason { grid.note(Sentence.safe(reason)) }
            }
            for line in grid.lines(style) { try out.line(line) }
        }
        if !report.stale.isEmpty {
            try out.line()
            try out.line(
                style.paint(
                    "\(Count.text(report.stale.count, "trigger", "triggers")) that this manifest does not ask for: "
                        + report.stale.joined(separator: ", "), .caution))
        }
        if !report.blindSpots.isEmpty {
            try out.line()
            try out.line(style.paint("What no trigger can see here", .heading))
            for (tables, reason) in grouped {
                for line in Sentence.wrap(
                    "\(tables.joined(separator: ", ")): \(reason)", width: TerminalReport.page - 4)
                {
                    try out.line("  " + line)
                }
            }
        }
        guard !next.isEmpty else { return }
        try out.line()
        for command in next { try out.line(style.paint("  " + command, .hint)) }
    }

    /// Blind spots that several tables share, once.
    private var grouped: [(tables: [String], reason: String)] {
        var groups: [(tables: [String], reason: String)] = []
        for (table, reason) in report.blindSpots {
            let name = Printable.escape(table)
            if let index = groups.firstIndex(where: { $0.reason == reason }) {
                if !groups[index].tables.contains(name) { groups[index].tables.append(name) }
            } else {
                groups.append(([name], reason))
            }
        }
        return groups
    }

    private static func words(_ event: String) -> String {
        switch event {
        case "deleted": "rows deleted"
        case "changed": "claims changed"
        case "truncated": "all rows truncated"
        case "cascades": "what cascades from it"
        default: event
        }
    }

    private func document(_ out: inout Chunks) throws {
        let triggers = report.triggers.map { trigger -> String in
            var object = JSONObject()
            object.field("event", trigger.event)
            object.field("name", trigger.name)
            object.field("reason", trigger.reason)
            object.field("resource", trigger.resource)
            object.field("state", trigger.state.rawValue)
            object.field("table", trigger.table)
            return object.json
        }
        let spots = report.blindSpots.map { table, reason -> String in
            var object = JSONObject()
            object.field("reason", reason)
            object.field("table", table)
            return object.json
        }
        let stale = report.stale
        try out.line(
            "{\"blind_spots\":[\(spots.joined(separator: ","))],\"is_whole\":\(report.isWhole),"
                + "\"outbox\":\(report.hasOutbox),\"stale\":\(JSONObject.array(stale)),"
                + "\"triggers\":[\(triggers.joined(separator: ","))],\"version\":1}")
    }
}
