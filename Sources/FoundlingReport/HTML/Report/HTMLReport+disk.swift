internal import FoundlingCore

extension HTMLReport {
    /// The file system now, and after a purge of every orphan.
    struct Disk: Sendable {
        let summary: String
        let svg: String
        let legend: [(tone: String, name: String, size: String)]
        let changes: [(name: String, before: String, after: String?)]
        let caveats: [String]
    }

    var disk: Disk {
        let (disk, outlook) = (result.disk, count(.orphan) > 0 ? Outlook(result) : nil)
        let gauge = Gauge(of: disk, freeing: outlook?.freed ?? 0)
        return Disk(
            summary: summary(outlook), svg: gauge.svg(id: "gauge", title: "How full the disk is"),
            legend: gauge.parts.map { ($0.tone.rawValue, $0.name, Size.text($0.size)) },
            changes: changes(outlook), caveats: outlook?.caveats ?? [])
    }

    private func summary(_ outlook: Outlook?) -> String {
        let disk = "The file system of \(Printable.escape(result.root)): \(Size.text(result.disk.total)) in all."
        if let outlook {
            return "\(disk) Purging every orphan frees \(Size.text(outlook.freed)) and "
                + "\(Count.text(outlook.inodes, "inode", "inodes"))."
        }
        guard count(.orphan) > 0 else { return disk }
        return "\(disk) What a clean-up would give back was not measured: scan without --sizes none to know."
    }

    private func changes(_ outlook: Outlook?) -> [(name: String, before: String, after: String?)] {
        let (disk, after) = (result.disk, outlook?.after)
        var changes: [(name: String, before: String, after: String?)] = [
            ("In use as df counts", "\(disk.usedPercent)%", after.map { "\($0.usedPercent)%" }),
            (
                "Counting reserved blocks as used", "\(disk.usedPercentWithReserved)%",
                after.map { "\($0.usedPercentWithReserved)%" }
            ),
            ("Available", Size.text(disk.available), after.map { Size.text($0.available) }),
        ]
        let inodes =
            disk.inodes == 0
            ? "without limit"
            : "\(Count.text(disk.inodesUsed)) of \(Count.text(disk.inodes)) (\(disk.inodesPercent)%)"
        changes.append(("Inodes in use", inodes, nil))
        return changes
    }

    /// The directories directly below the root.
    struct Areas: Sendable {
        let caption: String
        let areas: [Row]
        let more: String?

        struct Row: Sendable {
            let size: String
            let share: String
            let shareSVG: String
            let allocated: String
            let path: String
        }
    }

    var areas: Areas? {
        guard let total = result.total else { return nil }
        let shown = result.areas.prefix(min(options.areas(of: result.areas.count), Self.mostRows))
        let rest = result.areas.count - shown.count
        return Areas(
            caption: "Everything below the root: \(sizes(total))",
            areas: shown.map { area in
                Areas.Row(
                    size: Size.text(area.bytes.apparent),
                    share: Count.share(area.bytes.apparent, of: total.apparent),
                    shareSVG: ShareBar.svg(Double(area.bytes.apparent) / Double(max(1, total.apparent))),
                    allocated: Size.text(area.bytes.allocated), path: area.path.description)
            },
            more: rest > 0 ? "… and \(Count.text(rest)) more: --format json has all" : nil)
    }
}
