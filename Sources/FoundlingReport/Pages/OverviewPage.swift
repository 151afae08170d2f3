package import FoundlingCore

/// How the store is, at one glance.
package struct OverviewPage: Sendable {
    let facts: [Fact]
    let gaugeSVG: String?
    let diskWords: String?
    let trendSVG: String?
    let resources: [Row]
    let scanned: String?
    let nextScan: String?
    let isScanning: Bool

    struct Row: Sendable {
        let name: String
        let onDisk: String
        let inDatabase: String
        let orphaned: String
        let shareSVG: String
        let frees: String
        let recovery: String
    }

    /// - Parameters:
    ///   - scan: the newest one, nil before the first.
    ///   - trend: bytes of orphans, a point a scan.
    ///   - nextScan: nanoseconds since 1970; nil where none is planned.
    package init(
        scan: ScanResult?, trend: [TrendLine.Point], nextScan: Int64? = nil, isScanning: Bool = false, now: Int64
    ) {
        self.isScanning = isScanning
        self.nextScan = nextScan.map { "in \(Timestamp.until($0, now: now)), \(Timestamp.iso($0))" }
        scanned = scan.map { "\(Timestamp.age($0.finished, now: now)) ago, \(Timestamp.iso($0.finished))" }
        trendSVG = TrendLine(trend).svg(id: "trend", title: "Orphaned bytes, scan by scan")
        guard let scan else {
            (facts, gaugeSVG, diskWords, resources) = ([], nil, nil, [])
            return
        }
        let (orphans, dangling) = (scan.count(.orphan), scan.count(.dangling))
        let outlook = Outlook(scan)
        facts = [
            Fact(
                "Orphaned", orphans == 0 ? "none" : scan.orphanedBytes.map { Size.text($0.apparent) } ?? "not measured",
                Count.text(orphans, "entry", "entries")),
            Fact("A clean-up frees", outlook.map { Size.text($0.freed) } ?? "not measured"),
            Fact(
                "Dangling records", dangling == 0 ? "none" : Count.text(dangling),
                severity: dangling == 0 ? nil : .alarm),
            Fact(
                "In quarantine", scan.quarantine.map { Size.text($0.bytes.apparent) } ?? "none",
                scan.quarantine.map { "\(Count.text($0.entries, "entry", "entries")), not freed yet" }),
        ]
        let gauge = Gauge(of: scan.disk, freeing: orphans > 0 ? outlook?.freed ?? 0 : 0)
        gaugeSVG = gauge.svg(id: "gauge", title: "How full the disk is")
        diskWords = gauge.parts.map { "\(Size.text($0.size)) \($0.name)" }.joined(separator: ", ")
        resources = scan.resources.map { line in
            Row(
                name: Printable.escape(line.name), onDisk: Count.text(line.onDisk),
                inDatabase: Count.text(line.inDatabase), orphaned: Count.text(line.orphaned),
                shareSVG: line.orphaned > 0 ? ShareBar.svg(Double(line.orphaned) / Double(max(1, line.onDisk))) : "",
                frees: line.orphaned > 0 ? line.freed.map(Size.text) ?? "–" : "–", recovery: line.recovery.words)
        }
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .overviewPage)
    }
}
