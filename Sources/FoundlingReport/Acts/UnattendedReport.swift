package import FoundlingCore

/// What a run with nobody looking came to, in a few lines for a log or a mail.
package struct UnattendedReport: Sendable {
    private let observed: Int
    private let agreed: Int
    private let applied: RunOutcome?
    private let purged: RunOutcome?
    private let refused: [String]
    private let warnings: [String]
    private let style: Style
    private let flag: String

    package init(
        observed: Int, agreed: Int, applied: RunOutcome?, purged: RunOutcome?, refused: [String],
        warnings: [String], colour: Bool = false,
        flag: String
    ) {
        self.observed = observed
        self.agreed = agreed
        self.applied = applied
        self.purged = purged
        self.refused = refused
        self.warnings = warnings
        style = Style(colour: colour)
        self.flag = flag
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .table { try table(&out) } else { try document(&out) }
        }
    }

    private func table(_ out: inout Chunks) throws {
        try out.line(
            "Recorded: \(Count.text(observed, "orphan", "orphans")); an earlier scan agrees on \(Count.text(agreed)).")
        for (name, outcome) in [("Moved aside", applied), ("Purged", purged)] {
            guard let outcome else { continue }
            let counts = ItemState.allCases.compactMap { state -> String? in
                let count = outcome.count(state)
                return count > 0 ? "\(Count.text(count)) \(state.rawValue)" : nil
            }
            try out.line(
                "\(name): \(counts.isEmpty ? "nothing" : counts.joined(separator: ", "))"
                    + (outcome.act == .apply ? ", run \(outcome.runs.joined(separator: ", "))" : ""))
            for item in outcome.items where item.isAlarm {
                try out.line(
                    style.paint("ALARM: \(item.path): \(Sentence.safe(item.reason ?? item.state.meaning))", .alarm))
            }
            if let stopped = outcome.stopped { try out.line(style.paint("Stopped: \(stopped.summary)", .alarm)) }
        }
        for sentence in refused { try out.line(style.paint("Left to a person: \(Sentence.safe(sentence))", .caution)) }
        if !refused.isEmpty { try out.line("  foundling plan\(flag)") }
        for warning in warnings { try out.line("Warning: \(Sentence.safe(warning))") }
        if let run = applied?.runs.first { try out.line("  foundling restore\(flag) \(run)") }
    }

    private func document(_ out: inout Chunks) throws {
        func counts(_ outcome: RunOutcome?) -> JSONObject? {
            outcome.map { outcome in
                var object = JSONObject()
                for state in ItemState.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
                    object.field(state.rawValue, outcome.count(state))
                }
                return object
            }
        }
        var object = JSONObject()
        object.field("agreed", agreed)
        object.field("applied", counts(applied))
        object.field("observed", observed)
        object.field("purged", counts(purged))
        object.field("refused", json: JSONObject.array(refused))
        object.field("run", applied?.runs.first)
        object.field("version", 1)
        object.field("warnings", json: JSONObject.array(warnings))
        try out.line(object.json)
    }
}
