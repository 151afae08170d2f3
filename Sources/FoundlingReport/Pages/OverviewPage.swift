package import FoundlingCore

/// How the store is, at one glance.
package struct OverviewPage: Sendable {
    let facts: [Fact]
    let gauge: Dial?
    let diskWords: String?
    let growth: [String]
    let trendSVG: String?
    let resources: [Row]
    let scanned: Moment?
    let nextScan: Moment?
    let isScanning: Bool
    let hasOrphans: Bool

    /// How full the disk is, as a picture with its legend.
    struct Dial: Sendable {
        let svg: String
        let legend: [(tone: String, name: String, size: String)]
    }

    struct Row: Sendable {
        let name: String
        let href: String
        let onDisk: String
        let inDatabase: String
        let orphaned: String
        let shareSVG: String
        let size: String
        let frees: String
        let recovery: String
    }

    /// One line of the founding table.
    package struct Resource: Sendable {
        package var figures: ResourceFigures
        /// What stands between its orphans and their space, in words.
        package var recovery: String

        package init(_ figures: ResourceFigures, recovery: String) {
            self.figures = figures
            self.recovery = recovery
        }
    }

    /// What the newest complete scan found.
    package struct Scan: Sendable {
        package var finished: Int64
        package var resources: [Resource]
        package var orphans: Int
        package var orphanedBytes: Bytes?
        package var freed: UInt64?
        package var dangling: Int
        package var nearMisses: Int

        package init(
            finished: Int64, resources: [Resource], orphans: Int, orphanedBytes: Bytes?, freed: UInt64?, dangling: Int,
            nearMisses: Int
        ) {
            self.finished = finished
            self.resources = resources
            self.orphans = orphans
            self.orphanedBytes = orphanedBytes
            self.freed = freed
            self.dangling = dangling
            self.nearMisses = nearMisses
        }
    }

    /// - Parameters:
    ///   - scan: nil before the first.
    ///   - disk: as it is now; nil where it cannot be looked at.
    ///   - fullAt: when the disk will be full if it goes on growing like this, in nanoseconds since 1970.
    ///   - growth: bytes a day that the disk and the orphans grow by, where that is known.
    ///   - trend: bytes of orphans, a point a scan.
    ///   - nextScan: nanoseconds since 1970; nil where none is planned.
    package init(
        scan: Scan?, disk: DiskSpace?, quarantine: ScanResult.Quarantine?, fullAt: Int64?,
        growth: (used: Double?, orphans: Double?), trend: [TrendLine.Point], nextScan: Int64?, isScanning: Bool,
        now: Int64
    ) {
        self.isScanning = isScanning
        self.nextScan = nextScan.map { Moment(next: $0, now: now) }
        scanned = scan.map { Moment(past: $0.finished, now: now) }
        trendSVG = TrendLine(trend).svg(id: "trend", title: "Orphaned bytes, scan by scan")
        hasOrphans = (scan?.orphans ?? 0) > 0
        facts = Self.facts(scan, disk, quarantine, fullAt, now)
        // What already lies in quarantine comes back as well.
        let freeing = (scan?.freed ?? 0).addingUpTo(quarantine?.bytes.allocated ?? 0)
        let gauge = disk.map { Gauge(of: $0, freeing: freeing) }
        self.gauge = gauge.map { gauge in
            Dial(
                svg: gauge.svg(id: "gauge", title: "How full the disk is, and how full after a clean-up"),
                legend: gauge.parts.map { ($0.tone.rawValue, $0.name, Size.text($0.size)) })
        }
        diskWords = disk.map { disk in
            let after = disk.after(freeing: freeing)
            return "\(Size.text(disk.total)) in all, \(disk.usedPercent)% used"
                + (freeing > 0 ? "; \(after.usedPercent)% once all orphans and the quarantine are purged." : ".")
        }
        self.growth = Self.growth(growth.used, growth.orphans)
        resources = (scan?.resources ?? []).map(Self.row)
    }

    private static func facts(
        _ scan: Scan?, _ disk: DiskSpace?, _ quarantine: ScanResult.Quarantine?, _ fullAt: Int64?, _ now: Int64
    ) -> [Fact] {
        var facts: [Fact] = []
        if let disk {
            let full = fullAt.map { $0 <= now ? "now" : "in \(Timestamp.until($0, now: now))" }
            facts.append(
                Fact(
                    "Disk", "\(disk.usedPercent)% used",
                    "\(Size.text(disk.available)) available"
                        + (full.map { "; full \($0) if it grows on" } ?? ""),
                    severity: disk.usedPercent >= 95 ? .alarm : disk.usedPercent >= 90 ? .caution : nil))
        }
        if let scan {
            facts.append(
                Fact(
                    "Orphaned",
                    scan.orphans == 0 ? "none" : scan.orphanedBytes.map { Size.text($0.allocated) } ?? "not measured",
                    Count.text(scan.orphans, "entry", "entries")))
            facts.append(
                Fact(
                    "A clean-up frees",
                    scan.orphans == 0 ? "nothing" : scan.freed.map { Size.text($0) } ?? "not measured",
                    scan.orphans == 0 ? nil : "once it is moved aside and purged"))
        }
        facts.append(
            Fact(
                "In quarantine", quarantine.map { Size.text($0.bytes.allocated) } ?? "none",
                quarantine.map { quarantine in
                    "\(Count.text(quarantine.entries, "entry", "entries")), not freed yet"
                        + (quarantine.due.map {
                            $0 <= now ? "; purge due" : "; first purge in \(Timestamp.until($0, now: now))"
                        }
                            ?? "")
                }))
        if let scan {
            facts.append(
                Fact(
                    "Dangling records", scan.dangling == 0 ? "none" : Count.text(scan.dangling),
                    scan.dangling == 0 ? nil : "their files are gone", severity: scan.dangling == 0 ? nil : .alarm))
        }
        return facts
    }

    private static func growth(_ used: Double?, _ orphans: Double?) -> [String] {
        func words(_ what: String, _ perDay: Double?) -> String? {
            guard let perDay, perDay.isFinite, abs(perDay) < 1e18 else { return nil }
            let size = Size.text(UInt64(abs(perDay)))
            if abs(perDay) < 1_048_576 { return "\(what): hardly changing" }
            return perDay > 0 ? "\(what): \(size) more a day" : "\(what): \(size) less a day"
        }
        return [words("The disk", used), words("Orphans", orphans)].compactMap { $0 }
    }

    private static func row(_ resource: Resource) -> Row {
        let line = resource.figures
        return Row(
            name: Printable.escape(line.name), href: "/orphans?resource=\(PageLink.escaped(line.name))",
            onDisk: Count.text(line.onDisk),
            inDatabase: Count.text(line.inDatabase), orphaned: Count.text(line.orphaned),
            shareSVG: line.orphaned > 0 ? ShareBar.svg(Double(line.orphaned) / Double(max(1, line.onDisk))) : "",
            size: line.orphaned > 0 ? line.orphanedBytes.map { Size.text($0.allocated) } ?? "–" : "–",
            frees: line.orphaned > 0 ? line.freed.map { Size.text($0) } ?? "–" : "–", recovery: resource.recovery)
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .overviewPage)
    }
}

/// Text as a part of a query.
package enum PageLink {
    package static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
