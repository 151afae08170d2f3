package import FoundlingCore

/// What would go, ready to be reviewed in any format.
package struct PlanReport: Sendable {
    private let plan: Plan
    /// Empty for a rehearsal, which nobody can apply.
    private let hash: String
    private let file: String?
    private let purges: Bool
    private let style: Style
    private let limit: Int
    private let next: [String]

    /// - Parameters:
    ///   - purges: whether what goes is removed for good at once.
    ///   - limit: items that the table shows; 0 shows all.
    ///   - next: the commands to type next.
    package init(
        _ plan: Plan, hash: String, file: String?, purges: Bool = false, colour: Bool = false, limit: Int = 20,
        next: [String]
    ) {
        self.plan = plan
        self.hash = hash
        self.file = file
        self.purges = purges
        style = Style(colour: colour)
        self.limit = limit == 0 ? .max : limit
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            switch format {
            case .table, .html: try table(&out)
            case .json: try document(&out)
            case .jsonl: for item in plan.items { try out.line(JSONObject(item).json) }
            case .csv: try csv(&out)
            case .markdown: try markdown(&out)
            }
        }
    }

    // MARK: Terminal

    private func table(_ out: inout Chunks) throws {
        guard !plan.items.isEmpty else {
            try out.line("Nothing to move aside: no orphan that the plan may take.")
            return try writeNext(&out)
        }
        try out.line(style.paint(purges ? "Would remove for good" : "Would move aside", .heading))
        var totals = Grid([.left, .right, .right, .right])
        totals.add([.init("Resource", .hint), .init("Entries", .hint), .init("Size", .hint), .init("Allocated", .hint)])
        for total in plan.totals {
            totals.add([
                .init(Sentence.safe(total.resource)), .init(Count.text(total.items)),
                .init(Size.text(total.bytes.apparent)),
                .init(Size.text(total.bytes.allocated)),
            ])
        }
        for line in totals.lines(style) { try out.line(line) }
        try out.line()
        var items = Grid([.right, .left])
        for item in largest.prefix(limit) {
            items.add([.init(Size.text(item.bytes.apparent)), .init(item.path.description)])
        }
        for line in items.lines(style) { try out.line(line) }
        if plan.items.count > limit {
            let rest = "  … and \(Count.text(plan.items.count - limit)) more: --limit 0 shows all"
            try out.line(style.paint(rest, .hint))
        }
        try out.line()
        let entries = Count.text(plan.items.count, "entry", "entries")
        try out.line(
            style.paint("Total: \(Size.text(plan.bytes.apparent)), \(entries)", .heading)
                + "; a purge of all of it frees \(Size.text(plan.freed))")
        try writeTrips(&out)
        if !hash.isEmpty {
            try out.line()
            try out.line("Plan \(hash)")
            if let file { try out.line("  in \(Printable.escape(file)), expires \(Timestamp.iso(plan.expires))") }
        }
        try writeNext(&out)
    }

    private func writeTrips(_ out: inout Chunks) throws {
        guard !plan.trips.isEmpty else { return }
        try out.line()
        for trip in plan.trips {
            for (number, line) in Sentence.wrap(Sentence.safe(trip.sentence), width: TerminalReport.page - 7)
                .enumerated()
            {
                try out.line((number == 0 ? style.paint("Guard:", .alarm) : "      ") + " " + line)
            }
        }
        try out.line("  Over a limit of the manifest: look at what is listed, then approve exactly this plan.")
    }

    private func writeNext(_ out: inout Chunks) throws {
        guard !next.isEmpty else { return }
        try out.line()
        try out.line(style.paint("Next:", .heading))
        for command in next { try out.line("  " + Sentence.safe(command)) }
    }

    private var largest: [Plan.Item] {
        plan.items.sorted {
            $0.bytes.apparent != $1.bytes.apparent
                ? $0.bytes.apparent > $1.bytes.apparent : $0.path.bytes.lexicographicallyPrecedes($1.path.bytes)
        }
    }

    // MARK: For programs

    private func document(_ out: inout Chunks) throws {
        let totals = plan.totals.map { JSONObject($0).json }
        let trips = plan.trips.map { JSONObject($0).json }
        try out.write("{\"created\":\"\(Timestamp.iso(plan.created))\",\"expires\":\"\(Timestamp.iso(plan.expires))\"")
        try out.write(",\"freed\":\(plan.freed),\"hash\":\(hash.isEmpty ? "null" : "\"\(hash)\""),\"items\":[")
        for (number, item) in plan.items.enumerated() { try out.write((number > 0 ? "," : "") + JSONObject(item).json) }
        try out.write("],\"manifest\":\(JSONString.quote(plan.manifest)),\"totals\":[\(totals.joined(separator: ","))]")
        try out.line(",\"trips\":[\(trips.joined(separator: ","))],\"version\":1}")
    }

    private func csv(_ out: inout Chunks) throws {
        try out.write("resource,path,kind,cause,allocated,apparent,freed,files,newest\r\n")
        for item in plan.items {
            let cells = [
                item.resource, item.path.description, item.kind.name, item.cause.rawValue, String(item.bytes.allocated),
                String(item.bytes.apparent), String(item.freed), String(item.files),
                item.newest.map(Timestamp.iso) ?? "",
            ]
            try out.write(cells.map(CSVReport.cell).joined(separator: ",") + "\r\n")
        }
    }

    private func markdown(_ out: inout Chunks) throws {
        try out.line("# What would be moved aside\n")
        try out.line("| Resource | Entries | Size | Allocated |\n|---|---:|---:|---:|")
        for total in plan.totals {
            try out.line(
                "| \(MarkdownText.escape(total.resource)) | \(total.items) | \(Size.text(total.bytes.apparent)) "
                    + "| \(Size.text(total.bytes.allocated)) |")
        }
        for trip in plan.trips { try out.line("\n**Guard:** \(MarkdownText.escape(trip.sentence))") }
        if !hash.isEmpty { try out.line("\nPlan `\(hash)`, expires \(Timestamp.iso(plan.expires)).") }
        try out.line("\n| Path | Size | Cause |\n|---|---:|---|")
        for item in largest {
            try out.line(
                "| \(MarkdownText.code(item.path.description, inTable: true)) | \(Size.text(item.bytes.apparent)) | \(item.cause.rawValue) |"
            )
        }
    }
}
