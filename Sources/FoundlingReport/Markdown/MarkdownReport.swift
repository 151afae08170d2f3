import FoundlingCore

/// The report as a document for a ticket or a wiki, with the headings of the analysis people used to write by hand.
struct MarkdownReport {
    let result: ScanResult
    let manifest: Manifest
    let options: ReportOptions

    init(_ result: ScanResult, _ manifest: Manifest, _ options: ReportOptions) {
        self.result = result
        self.manifest = manifest
        self.options = options
    }

    func write(to out: inout Chunks) throws {
        try out.line("# Disk Space Orphan Analysis")
        try out.line()
        try out.line("\(code(result.root)), \(Timestamp.iso(result.finished))")
        if result.certificate.catalog.isReplica {
            try out.line()
            try out.line("> **\(ReplicaBanner.text)**")
        }
        for doubt in result.doubts {
            try out.line()
            try out.line("> **DOUBT: \(MarkdownText.escape(doubt))**")
        }
        try writeDisk(to: &out)
        try writeData(to: &out)
        try writeResources(to: &out)
        try writeCauses(to: &out)
        try writeSamples(to: &out)
        try writeDangling(to: &out)
        try writeKept(to: &out)
        try writeOutlook(to: &out)
        try writeWarnings(to: &out)
        try writeCertificate(to: &out)
    }

    func heading(_ title: String, to out: inout Chunks) throws {
        try out.line()
        try out.line("## \(title)")
    }

    func code(_ text: String) -> String { MarkdownText.code(Printable.escape(text)) }

    private func writeDisk(to out: inout Chunks) throws {
        let disk = result.disk
        try heading("Current Disk Usage", to: &out)
        try out.line("- **Total Disk:** \(Size.text(disk.total))")
        try out.line(
            "- **Used:** \(Size.text(disk.used)) (\(disk.usedPercentWithReserved)% counting reserved blocks as used, "
                + "\(disk.usedPercent)% as `df` counts)")
        try out.line("- **Available:** \(Size.text(disk.available)) (\(100 - disk.usedPercentWithReserved)%)")
        guard disk.inodes > 0 else { return }
        try out.line(
            "- **Inodes:** \(Count.text(disk.inodesUsed)) of \(Count.text(disk.inodes)) (\(disk.inodesPercent)%)")
    }

    private func writeData(to out: inout Chunks) throws {
        guard let total = result.total else { return }
        let name = result.root.split(separator: "/").last.map(String.init) ?? ""
        try heading("Data Directory Breakdown", to: &out)
        try out.line("- **Total \(MarkdownText.escape(Printable.escape(name)))/:** \(sizes(total))")
        let shown = result.areas.prefix(options.areas(of: result.areas.count))
        for area in shown { try out.line("  - \(MarkdownText.code("\(area.path)/")): \(sizes(area.bytes))") }
        try writeRest(result.areas.count - shown.count, indent: "  ", to: &out)
    }

    private func writeResources(to out: inout Chunks) throws {
        try heading("Orphaned Data Summary", to: &out)
        try out.line()
        try out.line("| Resource | On Disk | In DB | Orphaned | Estimated Size | Recovery Potential |")
        try out.line("|----------|--------:|------:|---------:|---------------:|--------------------|")
        for line in result.resources {
            func cell(_ text: String) -> String { line.orphaned > 0 ? "**\(text)**" : text }
            let size = (line.bytes ?? line.orphanedBytes).map(sizes) ?? "not measured"
            try out.line(
                "| **\(MarkdownText.escape(Printable.escape(line.name)))** | \(Count.text(line.onDisk)) "
                    + "| \(Count.text(line.inDatabase)) | \(cell(Count.text(line.orphaned))) | \(cell(size)) "
                    + "| \(cell(recovery(line))) |")
        }
        for line in result.resources where !line.otherSources.isEmpty {
            let sources = line.otherSources.map { "\(code($0.name)) (\(Count.text($0.rows, "row", "rows")))" }
            try out.line()
            try out.line("\(code(line.name)) is also claimed by \(sources.joined(separator: ", ")).")
        }
        try out.line()
        let orphans = result.count(.orphan)
        let size = result.orphanedBytes.map { "\(total($0)), " } ?? ""
        try out.line("**Total Orphaned: \(orphans == 0 ? "none" : size + Count.text(orphans, "entry", "entries"))**")
    }

    /// `298G (80% of the data directory, 860K on disk)`, as far as it was measured.
    private func total(_ bytes: Bytes) -> String {
        var remarks: [String] = []
        if let total = result.total {
            remarks.append("\(Count.share(bytes.apparent, of: total.apparent)) of the data directory")
        }
        if bytes.differ { remarks.append("\(Size.text(bytes.allocated)) on disk") }
        return Size.text(bytes.apparent) + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))")
    }

    /// `High` is a promise: not made where a purge would free next to nothing of what the files seem to hold.
    private func recovery(_ line: ScanResult.ResourceLine) -> String {
        guard line.orphaned > 0 else { return line.recovery.words == "young" ? "None yet - young" : "N/A" }
        guard let freed = line.freed, let apparent = line.orphanedBytes?.apparent else {
            return "High - \(line.recovery.words)"
        }
        return "\(freed < apparent / 10 ? "Low" : "High") - \(line.recovery.words), frees \(Size.text(freed))"
    }

    private func writeOutlook(to out: inout Chunks) throws {
        guard result.count(.orphan) > 0, let outlook = Outlook(result) else { return }
        let (before, after) = (outlook.before, outlook.after)
        try heading("Expected Recovery", to: &out)
        try out.line(
            "After cleanup: **Free up \(Size.text(outlook.freed)) → Disk usage: \(before.usedPercentWithReserved)% → "
                + "\(after.usedPercentWithReserved)%** (as `df` counts: \(before.usedPercent)% → \(after.usedPercent)%), "
                + "and \(Count.text(outlook.inodes, "inode", "inodes")).")
        for caveat in outlook.caveats {
            try out.line()
            try out.line(caveat)
        }
    }

    private func writeWarnings(to out: inout Chunks) throws {
        if !result.warnings.isEmpty { try heading("Warnings", to: &out) }
        for warning in result.warnings { try out.line("- \(MarkdownText.escape(warning))") }
        guard !options.next.isEmpty else { return }
        try heading("Next Steps", to: &out)
        try out.line(MarkdownText.block(options.next.map(Sentence.safe), language: "bash"))
    }

    func sizes(_ bytes: Bytes) -> String {
        Size.text(bytes.apparent) + (bytes.differ ? " (\(Size.text(bytes.allocated)) on disk)" : "")
    }

    func writeRest(_ count: Int, indent: String = "", to out: inout Chunks) throws {
        guard count > 0 else { return }
        try out.line("\(indent)- … and \(Count.text(count)) more: `--limit 0` shows all")
    }
}
