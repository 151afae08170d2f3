internal import FoundlingCore

/// The report as one file to open in a browser, to send to somebody, or to print: no network, no script.
///
/// Written section by section, and no section holds more than some hundred rows: a million findings make a page that
/// opens.
struct HTMLReport {
    /// Rows of one kind, however many are asked for: beyond, a browser is no tool to read them with.
    static let mostRows = 500

    let result: ScanResult
    let manifest: Manifest
    let options: ReportOptions
    private let counts: [Finding.Kind: Int]

    init(_ result: ScanResult, _ manifest: Manifest, _ options: ReportOptions) {
        self.result = result
        self.manifest = manifest
        self.options = options
        counts = result.findings.indices.reduce(into: [:]) { $0[result.findings[$1].kind, default: 0] += 1 }
    }

    func write(to out: inout Chunks) throws {
        let templates = try Templates()
        try out.write(templates.render(head, .reportHead))
        try out.write(templates.render(disk, .reportDisk))
        if !result.resources.isEmpty { try out.write(templates.render(resources, .reportResources)) }
        if count(.orphan) > 0 {
            if let map { try out.write(templates.render(map, .reportMap)) }
            try out.write(templates.render(CausesView(causes: causes), .reportCauses))
            try out.write(templates.render(orphans, .reportOrphans))
        }
        if count(.dangling) > 0 { try out.write(templates.render(records, .reportRecords)) }
        if !keptKinds.isEmpty { try out.write(templates.render(kept, .reportKept)) }
        if let areas { try out.write(templates.render(areas, .reportAreas)) }
        if !options.next.isEmpty { try out.write(templates.render(NextView(commands: options.next), .reportNext)) }
        try out.write(templates.render(certificate, .reportCertificate))
        try out.write(templates.render(FootView(), .reportFoot))
    }

    func count(_ kind: Finding.Kind) -> Int { counts[kind] ?? 0 }

    /// How many of `count` have a row.
    func rows(of count: Int) -> Int { min(options.shown(of: count), Self.mostRows) }

    /// Nothing where all are shown.
    func shown(of count: Int) -> String {
        let shown = rows(of: count)
        return shown < count ? "\(Count.text(shown)) of \(Count.text(count)) shown." : ""
    }

    /// How to see those that have no row.
    func more(of count: Int) -> String? {
        let rest = count - rows(of: count)
        guard rest > 0 else { return nil }
        let limit = count <= Self.mostRows ? "--limit 0" : "--limit \(Self.mostRows)"
        let more = rows(of: count) < min(count, Self.mostRows) ? "\(limit) shows more, " : ""
        return "… and \(Count.text(rest)) more: \(more)--format jsonl has all"
    }

    var keptKinds: [Finding.Kind] {
        Finding.Kind.reading.filter { $0 != .orphan && $0 != .dangling && count($0) > 0 }
    }

    private struct NextView: Sendable { let commands: [String] }

    private struct CausesView: Sendable { let causes: [CauseRow] }

    private struct FootView: Sendable {
        let note =
            "Made by foundling scan. Sizes are powers of 1024, rounded up, as du -h prints them; times are UTC. "
            + "A scan changes nothing."
    }
}
