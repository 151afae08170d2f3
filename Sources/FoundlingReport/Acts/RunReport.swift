package import FoundlingCore

/// What an apply, a restore or a purge came to, in numbers that are never mixed.
package struct RunReport: Sendable {
    private let outcome: RunOutcome
    private let style: Style
    private let next: [String]
    private let isStory: Bool
    private let flag: String
    private static let shown = 20

    /// - Parameters:
    ///   - isStory: what the ledger remembers of a run, not what a command just did.
    ///   - flag: ` --manifest FILE`, where commands to type need it.
    package init(
        _ outcome: RunOutcome, colour: Bool = false, isStory: Bool = false, flag: String = "", next: [String]
    ) {
        self.outcome = outcome
        self.flag = flag
        self.isStory = isStory
        style = Style(colour: colour)
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            switch format {
            case .json: try document(&out)
            case .jsonl: for item in outcome.items { try out.line(JSONObject(item).json) }
            case .table, .csv, .markdown, .html: try table(&out)
            }
        }
    }

    // MARK: Terminal

    private func table(_ out: inout Chunks) throws {
        for alarm in outcome.items where alarm.isAlarm {
            try out.line(style.paint("ALARM", .alarm) + " \(alarm.path): " + Sentence.safe(alarm.reason ?? ""))
        }
        if !outcome.runs.isEmpty {
            try out.line(
                style.paint(outcome.runs.count == 1 ? "Run" : "Runs", .heading) + " "
                    + outcome.runs.joined(separator: ", "))
        }
        try out.line("  " + counts)
        if let stopped = outcome.stopped {
            try out.line(
                style.paint("Stopped[\(stopped.code.rawValue)]:", .alarm) + " " + Sentence.safe(stopped.summary))
            for detail in stopped.details { try out.line("  " + Sentence.safe(detail)) }
            if !stopped.hint.isEmpty { try out.line("  hint: " + Sentence.safe(stopped.hint)) }
        }
        try isStory ? writeItems(&out) : writeRest(&out)
        try out.line()
        try isStory ? writeWhereabouts(&out) : writeSpace(&out)
        // What recovery found was told before the work began.
        for note in outcome.notes {
            for (number, line) in Sentence.wrap(Sentence.safe(note), width: TerminalReport.page - 6).enumerated() {
                try out.line((number == 0 ? style.paint("Note:", .caution) : "     ") + " " + line)
            }
        }
        if outcome.act == .apply, !isStory, outcome.count(.moved) > 0 {
            try out.line()
            try out.line(
                "To take it back without Foundling: sh "
                    + ShellWord.quoted(Array("\(outcome.quarantine)/\(outcome.runs[0])/undo.sh".utf8))
            )
        }
        if !outcome.head.isEmpty {
            try out.line("Ledger head \(outcome.head)")
            try out.line(
                style.paint(
                    "  noted elsewhere, it proves later that nothing was cut off: foundling ledger verify\(flag) --head "
                        + outcome.head.prefix(16), .hint
                ))
        }
        if !next.isEmpty {
            try out.line()
            try out.line(style.paint("Next:", .heading))
            for command in next { try out.line("  " + Sentence.safe(command)) }
        }
    }

    private var counts: String {
        var parts = ["planned \(Count.text(outcome.planned))"]
        for state in [ItemState.moved, .restored, .purged, .rescued, .skipped, .held, .failed, .lost] {
            let count = outcome.count(state) - (state == .skipped ? unreached : 0)
            let isAlwaysShown = state == outcome.wanted || [.rescued, .skipped, .failed].contains(state)
            if count > 0 || isAlwaysShown { parts.append("\(state.rawValue) \(Count.text(count))") }
        }
        if unreached > 0 { parts.append("\(RunOutcome.notReached) \(Count.text(unreached))") }
        return parts.joined(separator: " · ")
    }

    private var unreached: Int { outcome.items.count { $0.reason == RunOutcome.notReached } }

    /// Every item with its number, which `restore --item` takes.
    private func writeItems(_ out: inout Chunks) throws {
        var grid = Grid([.right, .right, .left, .left])
        grid.add([.init("Item", .hint), .init("Size", .hint), .init("State", .hint), .init("Path", .hint)])
        for item in outcome.items {
            grid.add([
                .init(String(item.number)), .init(Size.text(item.bytes.apparent)), .init(item.state.rawValue),
                .init(item.path.description),
            ])
            if item.state == .held, let reason = item.reason { grid.note(Sentence.safe(reason)) }
        }
        for line in grid.lines(style) { try out.line(line) }
    }

    private func writeRest(_ out: inout Chunks) throws {
        let others = outcome.items.filter { $0.state != outcome.wanted || $0.reason != nil }.filter { !$0.isAlarm }
            .filter { $0.reason != RunOutcome.notReached }
        for item in others.prefix(Self.shown) {
            let text = "\(item.state.rawValue)  \(item.path)\(item.reason.map { ": " + Sentence.safe($0) } ?? "")"
            try out.line("  " + style.paint(text, .caution))
        }
        if others.count > Self.shown {
            try out.line(
                style.paint("  … and \(Count.text(others.count - Self.shown)) more: --format jsonl shows all", .hint))
        }
    }

    /// What of a run is where now.
    private func writeWhereabouts(_ out: inout Chunks) throws {
        let aside = outcome.items.filter { $0.state == .moved || $0.state == .held }
        let bytes = aside.reduce(into: Bytes()) { $0 += $1.bytes }
        try out.line(
            aside.isEmpty
                ? "Nothing of it lies in quarantine any more."
                : "\(Count.text(aside.count, "entry", "entries")), \(both(bytes)), in quarantine.")
    }

    private func both(_ bytes: Bytes) -> String {
        bytes.differ
            ? "\(Size.text(bytes.apparent)) (occupying \(Size.text(bytes.allocated)))" : Size.text(bytes.apparent)
    }

    private func writeSpace(_ out: inout Chunks) throws {
        switch outcome.act {
        case .apply where outcome.count(.purged) > 0: try writeFreed(&out)
        case .apply:
            let moved = outcome.bytes(.moved)
            guard let run = outcome.runs.first, outcome.count(.moved) > 0 else {
                return try out.line("Nothing was moved.")
            }
            try out.line("\(both(moved)) moved aside, 0 B freed yet; `foundling purge\(flag) \(run) --now` frees it.")
        case .restore:
            let back = outcome.items.filter { $0.state == .restored && $0.reason != RunOutcome.backAlready }
            let (count, bytes) = (back.count, back.reduce(into: Bytes()) { $0 += $1.bytes })
            try out.line(
                count > 0
                    ? "\(both(bytes)) put back, compared with what the receipt says of \(count == 1 ? "it" : "them")."
                    : "Nothing was put back.")
        case .purge: try writeFreed(&out)
        }
    }

    private func writeFreed(_ out: inout Chunks) throws {
        guard outcome.count(.purged) > 0 else {
            return try out.line(
                outcome.count(.failed) > 0
                    ? "No entry was removed whole; of those that failed, some files may be gone."
                    : "Nothing was removed.")
        }
        let gained = outcome.gained
        try out.line(
            "Removed \(Count.text(outcome.count(.purged), "entry", "entries")), which held \(Size.text(outcome.freed(.purged)))."
        )
        // Others write to the same disk: its own figures are no measure of what was removed, and all that counts.
        let change =
            gained >= 0
            ? "\(Size.text(UInt64(gained))) more is free" : "\(Size.text(UInt64(-gained))) less is free: others wrote"
        try out.line(
            "  On the disk \(change); available \(Size.text(outcome.before.available)) → "
                + Size.text(outcome.after.available))
    }

    // MARK: For programs

    private func document(_ out: inout Chunks) throws {
        var counts = JSONObject()
        for state in ItemState.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            counts.field(state.rawValue, outcome.count(state))
        }
        try out.write("{\"act\":\"\(outcome.act.rawValue)\",\"after\":\(JSONObject(outcome.after).json)")
        try out.write(
            ",\"before\":\(JSONObject(outcome.before).json),\"counts\":\(counts.json),\"exit\":\(outcome.exit.rawValue)"
        )
        try out.write(",\"gained\":\(outcome.gained),\"head\":\(JSONString.quote(outcome.head)),\"items\":[")
        for (number, item) in outcome.items.enumerated() {
            try out.write((number > 0 ? "," : "") + JSONObject(item).json)
        }
        try out.write("],\"notes\":\(JSONObject.array(outcome.notes)),\"planned\":\(outcome.planned)")
        try out.write(
            ",\"quarantine\":\(JSONString.quote(outcome.quarantine)),\"recovered\":\(JSONObject.array(outcome.recovered))"
        )
        try out.write(",\"runs\":\(JSONObject.array(outcome.runs)),\"stopped\":\(stopped)")
        try out.line(",\"version\":1}")
    }

    private var stopped: String {
        guard let error = outcome.stopped else { return "null" }
        var object = JSONObject()
        object.field("code", error.code.rawValue)
        object.field("details", json: JSONObject.array(error.details))
        object.field("hint", error.hint)
        object.field("summary", error.summary)
        return object.json
    }
}
