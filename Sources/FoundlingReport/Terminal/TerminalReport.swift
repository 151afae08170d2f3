import FoundlingCore

/// The report as a tired person reads it at three in the morning: the disk first, what to type last.
struct TerminalReport {
    /// Nothing but a path is ever wider.
    static let page = 100

    let result: ScanResult
    let options: ReportOptions
    let style: Style

    init(_ result: ScanResult, _ options: ReportOptions) {
        self.result = result
        self.options = options
        style = Style(colour: options.colour)
    }

    func write(to out: inout Chunks) throws {
        try writeBanner(to: &out)
        try writeDisk(to: &out)
        try writeData(to: &out)
        try writeResources(to: &out)
        try writeFindings(to: &out)
        try writeOutlook(to: &out)
        try writeQuarantine(to: &out)
        try writeWarnings(to: &out)
        try writeNext(to: &out)
    }

    func heading(_ title: String, _ rest: String = "") -> String {
        style.paint(title, .heading) + (rest.isEmpty ? "" : ": " + rest)
    }

    /// What makes everything below it doubtful comes first.
    private func writeBanner(to out: inout Chunks) throws {
        let replica = result.certificate.catalog.isReplica ? [ReplicaBanner.text] : []
        for banner in replica + result.doubts.map({ "DOUBT: " + $0 }) {
            for line in Sentence.wrap(Sentence.safe(banner), width: Self.page) {
                try out.line(style.paint(line, .alarm))
            }
            try out.line()
        }
    }

    /// Space that was taken from the application and not yet given back to the disk.
    private func writeQuarantine(to out: inout Chunks) throws {
        guard let quarantine = result.quarantine else { return }
        let now = result.finished
        let due = quarantine.due.map {
            $0 <= now ? "purge due now" : "the first may be purged in \(Timestamp.until($0, now: now))"
        }
        let size =
            quarantine.bytes.differ
            ? "\(Size.text(quarantine.bytes.apparent)) (occupying \(Size.text(quarantine.bytes.allocated)))"
            : Size.text(quarantine.bytes.apparent)
        try out.line()
        try out.line(
            heading("In quarantine", "\(Count.text(quarantine.entries, "entry", "entries")), \(size), not freed yet")
                + (due.map { "; \($0)" } ?? ""))
    }

    private func writeDisk(to out: inout Chunks) throws {
        let disk = result.disk
        try out.line(heading("Disk", "the file system of \(Printable.escape(result.root))"))
        var grid = Grid([.left, .right, .left])
        grid.add(["Total", .init(Size.text(disk.total)), ""])
        grid.add([
            "Used", .init(Size.text(disk.used)),
            .init(
                "\(disk.usedPercent)% as df counts, \(disk.usedPercentWithReserved)% counting reserved blocks as used"),
        ])
        grid.add(["Available", .init(Size.text(disk.available)), ""])
        for line in grid.lines(style) { try out.line(line) }
        let inodes =
            disk.inodes == 0
            ? "without limit on this file system"
            : "\(Count.text(disk.inodesUsed)) of \(Count.text(disk.inodes)) used (\(disk.inodesPercent)%)"
        try out.line("  Inodes     \(inodes)")
    }

    private func writeData(to out: inout Chunks) throws {
        guard let total = result.total else { return }
        let twoSizes = total.differ || result.areas.contains { $0.bytes.differ }
        try out.line()
        try out.line(heading("Data directory", Size.text(total.apparent) + occupying(total)))
        let shown = result.areas.prefix(options.areas(of: result.areas.count))
        var grid = Grid([.right, .right] + (twoSizes ? [.right] : []) + [.left])
        if twoSizes { grid.add([.init("Size", .hint), .init("Share", .hint), .init("Allocated", .hint), ""]) }
        for area in shown {
            grid.add(
                [.init(Size.text(area.bytes.apparent)), .init(Count.share(area.bytes.apparent, of: total.apparent))]
                    + (twoSizes ? [.init(Size.text(area.bytes.allocated))] : []) + [.init("\(area.path)/")])
        }
        for line in grid.lines(style) { try out.line(line) }
        try writeRest(result.areas.count - shown.count, to: &out)
    }

    private func writeResources(to out: inout Chunks) throws {
        guard !result.resources.isEmpty else { return }
        try out.line()
        for line in resourceGrid().lines(style) { try out.line(line) }
        try out.line()
        let orphans = result.count(.orphan)
        let entries = Count.text(orphans, "entry", "entries")
        let text =
            switch (orphans, result.orphanedBytes) {
            case (0, _): "none"
            case (_, let bytes?): size(bytes) + ", \(entries)" + occupying(bytes)
            default: "\(entries), sizes not measured"
            }
        try out.line(style.paint("Total orphaned: \(text)", .heading))
    }

    /// `298G (80% of the data directory)`, the share only where the directory was measured.
    private func size(_ bytes: Bytes) -> String {
        guard let total = result.total else { return Size.text(bytes.apparent) }
        return "\(Size.text(bytes.apparent)) (\(Count.share(bytes.apparent, of: total.apparent)) of the data directory)"
    }

    private func occupying(_ bytes: Bytes) -> String {
        bytes.differ ? ", occupying \(Size.text(bytes.allocated)) on disk" : ""
    }

    private func writeOutlook(to out: inout Chunks) throws {
        guard result.count(.orphan) > 0 else { return }
        try out.line()
        guard let outlook = Outlook(result) else {
            let text = "What a clean-up would give back was not measured: scan without '--sizes none' to know."
            return try out.line(style.paint(text, .hint))
        }
        let inodes = Count.text(outlook.inodes, "inode", "inodes")
        let (before, after) = (outlook.before, outlook.after)
        try out.line(
            heading("After a clean-up", "purging every orphan frees \(Size.text(outlook.freed)) and \(inodes)"))
        try out.line("  Disk use   \(before.usedPercent)% → \(after.usedPercent)% as df counts")
        try out.line(
            "             \(before.usedPercentWithReserved)% → \(after.usedPercentWithReserved)% "
                + "counting reserved blocks as used")
        try out.line("  Available  \(Size.text(before.available)) → \(Size.text(after.available))")
        for caveat in outlook.caveats {
            for line in Sentence.wrap(caveat, width: Self.page - 2) { try out.line("  " + style.paint(line, .caution)) }
        }
    }

    private func writeWarnings(to out: inout Chunks) throws {
        guard !result.warnings.isEmpty else { return }
        try out.line()
        for warning in result.warnings {
            let lines = Sentence.wrap(Sentence.safe(warning), width: Self.page - 9)
            for (i, line) in lines.enumerated() {
                try out.line((i == 0 ? style.paint("Warning:", .alarm) : "        ") + " " + line)
            }
        }
    }

    private func writeNext(to out: inout Chunks) throws {
        guard !options.next.isEmpty else { return }
        try out.line()
        try out.line(heading("Next:"))
        for command in options.next { try out.line("  " + Sentence.safe(command)) }
    }

    func writeRest(_ count: Int, to out: inout Chunks) throws {
        guard count > 0 else { return }
        let text = "… and \(Count.text(count)) more: --limit 0 shows all, --format jsonl gives them to a program"
        try out.line("  " + style.paint(text, .hint))
    }
}
