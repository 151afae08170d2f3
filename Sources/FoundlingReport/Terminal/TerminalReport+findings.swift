import FoundlingCore

extension TerminalReport {
    func writeFindings(to out: inout Chunks) throws {
        guard !result.findings.isEmpty else { return try writeCalm(to: &out) }
        for kind in Finding.Kind.reading {
            let count = result.count(kind)
            guard count > 0 else { continue }
            try out.line()
            let title = style.paint(kind.title, kind == .dangling ? .alarm : .heading)
            try out.line("\(title): \(kind.meaning(of: count))")
            let shown = result.first(options.shown(of: count), of: kind)
            if kind == .dangling {
                try writeRecords(shown, to: &out)
                try writeRest(count - options.shown(of: count), to: &out)
            } else {
                try writeEntries(shown, kind, rest: count - options.shown(of: count), to: &out)
            }
        }
    }

    private func writeCalm(to out: inout Chunks) throws {
        let entries = result.resources.reduce(0) { $0 + $1.onDisk }
        let claimed =
            switch entries {
            case 0: "the places that the manifest declares are empty"
            case 1: "the one entry is claimed"
            default: "all \(Count.text(entries)) entries are claimed"
            }
        try out.line()
        try out.line("Nothing to do: \(claimed), and no record misses its files.")
    }

    /// One line each, the path last so that it need not be cut; what they all have in common is said once, below.
    private func writeEntries(
        _ shown: some Sequence<Finding>, _ kind: Finding.Kind, rest: Int, to out: inout Chunks
    ) throws {
        let common = Common(shown)
        let width = common.cause == nil ? common.causes.map(\.words.count).max() ?? 0 : 0
        // Sparse or linked files free less than their size: then each line says what it would give back.
        let frees = kind == .orphan && Outlook(result)?.caveats.isEmpty == false
        func line(_ size: String, _ freed: String, _ age: String, _ cause: String) -> String {
            "  " + right(size, 6) + (frees ? right(freed, 8) : "") + right(age, 9) + "  "
                + (width > 0 ? left(cause, width) + "  " : "")
        }
        try out.line(style.paint(line("Size", "Frees", "Age", "Cause") + "Path", .hint))
        for finding in shown {
            let size = finding.bytes.map { Size.text($0.apparent) } ?? "-"
            let freed = finding.freed.map(Size.text) ?? "-"
            let age = finding.newest.map { Timestamp.age($0, now: result.finished) } ?? "-"
            try out.line(line(size, freed, age, finding.cause.words) + finding.place)
            // Notes on orphans fill a screen that their cause sums up; `foundling explain` tells the whole story.
            if kind != .orphan, common.notes == nil { try writeRemarks(finding, indent: 19, to: &out) }
        }
        try writeRest(rest, to: &out)
        let causes = Cause.allCases.filter(common.causes.contains)
        for cause in causes where kind == .orphan || cause != .unknown {
            try writeHint("\(cause.words): \(cause.meaning)", indent: 2, to: &out)
        }
        if kind != .orphan, let notes = common.notes {
            for note in notes { try writeHint(Sentence.safe(note), indent: 2, to: &out) }
        }
    }

    /// Rows that miss their files: two lines each, because keys and paths may both be long.
    private func writeRecords(_ shown: some Sequence<Finding>, to out: inout Chunks) throws {
        for finding in shown {
            try out.line("  " + finding.place)
            if let record = finding.record {
                let text =
                    "\(Printable.escape(record.table)) row \(Printable.escape(record.key)) requires "
                    + Sentence.safe(record.requirement)
                try writeHint(text, indent: 6, to: &out)
                let recorded = Printable.escape(record.recorded)
                if recorded != finding.place { try writeHint("recorded as \(recorded)", indent: 6, to: &out) }
            }
            try writeRemarks(finding, indent: 6, to: &out)
        }
    }

    private func writeRemarks(_ finding: Finding, indent: Int, to out: inout Chunks) throws {
        if let near = finding.evidence.near { try writeHint(near.sentence(result), indent: indent, to: &out) }
        for note in finding.evidence.notes { try writeHint(Sentence.safe(note), indent: indent, to: &out) }
    }

    private func writeHint(_ text: String, indent: Int, to out: inout Chunks) throws {
        for line in Sentence.wrap(text, width: Self.page - indent) {
            try out.line(String(repeating: " ", count: indent) + style.paint(line, .hint))
        }
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// What several findings share, so that it need not be said of each.
    private struct Common {
        var causes: Set<Cause> = []
        /// The notes of each, where they are the same for all and there is more than one finding.
        var notes: [String]?

        init(_ findings: some Sequence<Finding>) {
            var (count, first, same) = (0, [String](), true)
            for finding in findings {
                causes.insert(finding.cause)
                if count == 0 { first = finding.evidence.notes }
                same = same && finding.evidence.notes == first && finding.evidence.near == nil
                count += 1
            }
            notes = same && count > 1 ? first : nil
        }

        var cause: Cause? { causes.count == 1 ? causes.first : nil }
    }
}
