package import FoundlingCore

/// What a drill came to, incident by incident.
package struct DrillReport: Sendable {
    private let result: DrillResult
    private let style: Style
    private let flag: String

    package init(_ result: DrillResult, colour: Bool = false, flag: String = "") {
        self.result = result
        style = Style(colour: colour)
        self.flag = flag
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json { try document(&out) } else { try table(&out) }
        }
    }

    private func cases(_ incident: Incident) -> [DrillResult.Case] { result.cases.filter { $0.incident == incident } }

    private func table(_ out: inout Chunks) throws {
        let shaped = result.resources.map(Printable.escape).joined(separator: ", ")
        for line in Sentence.wrap(
            "In a sandbox shaped like this manifest (\(shaped)); of yours nothing was touched, nor read but the manifest.",
            width: TerminalReport.page)
        { try out.line(line) }
        for (resource, reason) in result.leftOut {
            let words = "\(Printable.escape(resource)) took no part: \(reason)."
            for line in Sentence.wrap(words, width: TerminalReport.page) { try out.line(style.paint(line, .caution)) }
        }
        try out.line()
        var grid = Grid([.right, .left, .right, .left])
        grid.add(["", "Incident", "Cases", ""].map { .init($0, .hint) })
        for incident in Incident.allCases {
            let cases = cases(incident)
            guard !cases.isEmpty else { continue }
            let failed = cases.filter { $0.outcome == .failed }
            let tried = cases.filter { $0.outcome != .skipped }
            grid.add([
                .init(String(incident.rawValue)), .init(incident.title), .init(String(tried.count)),
                failed.isEmpty ? .init(tried.isEmpty ? "not tried" : "passed") : .init("FAILED", .alarm),
            ])
            for one in cases where one.outcome != .passed {
                grid.note("\(one.outcome.rawValue): \(one.claim): \(one.reason ?? "")")
                if let sandbox = one.sandbox { grid.note("look at \(Printable.escape(sandbox))") }
            }
        }
        for line in grid.lines(style) { try out.line(line) }
        try out.line()
        try verdict(&out)
    }

    private func verdict(_ out: inout Chunks) throws {
        let (passed, failed, skipped) = (result.count(.passed), result.count(.failed), result.count(.skipped))
        var sentence = "\(Count.text(passed)) of \(Count.text(passed + failed, "case", "cases")) passed"
        if skipped > 0 { sentence += ", \(Count.text(skipped)) could not be tried here" }
        sentence += "; \(Count.text(result.commands, "command was", "commands were")) run."
        try out.line(style.paint(sentence, failed > 0 ? .alarm : .plain))
        guard failed > 0 else { return }
        try out.line("Do not arm anything by this manifest before you know why.")
        try out.line(style.paint("  foundling drill\(flag) --keep", .hint))
    }

    private func document(_ out: inout Chunks) throws {
        let cases = result.cases.map { one -> String in
            var object = JSONObject()
            object.field("claim", one.claim)
            object.field("incident", one.incident.rawValue)
            object.field("outcome", one.outcome.rawValue)
            object.field("reason", one.reason)
            object.field("sandbox", one.sandbox)
            object.field("title", one.incident.title)
            return object.json
        }
        let leftOut = result.leftOut.map { resource, reason -> String in
            var object = JSONObject()
            object.field("reason", reason)
            object.field("resource", resource)
            return object.json
        }
        try out.line(
            "{\"cases\":[\(cases.joined(separator: ","))],\"commands\":\(result.commands),"
                + "\"failed\":\(result.count(.failed)),\"left_out\":[\(leftOut.joined(separator: ","))],"
                + "\"passed\":\(result.count(.passed)),\"resources\":\(JSONObject.array(result.resources)),"
                + "\"skipped\":\(result.count(.skipped)),\"version\":1}")
    }
}
