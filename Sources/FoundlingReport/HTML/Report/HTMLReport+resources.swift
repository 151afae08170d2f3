internal import FoundlingCore

extension HTMLReport {
    /// The table that everything else explains.
    struct Resources: Sendable {
        let total: String
        let sizeTitles: [String]
        let resources: [Row]

        struct Row: Sendable {
            let name: String
            let sources: [String]
            let onDisk: String
            let inDatabase: String
            let orphaned: String
            let tone: String
            let shareSVG: String
            let sizes: [String]
            let frees: String
            let recovery: String
            let badge: String
        }
    }

    var resources: Resources {
        let all = result.resources
        let measuresAll = all.contains { $0.bytes != nil }
        func size(_ line: ScanResult.ResourceLine) -> Bytes? { measuresAll ? line.bytes : line.orphanedBytes }
        let known = all.compactMap(size)
        let title = measuresAll ? "Size" : "Orphan size"
        let titles = known.isEmpty ? [] : known.contains(where: \.differ) ? [title, "Allocated"] : [title]
        return Resources(
            total: total, sizeTitles: titles,
            resources: all.map { line in
                let bytes = size(line)
                let texts = [bytes.map { Size.text($0.apparent) } ?? "–", bytes.map { Size.text($0.allocated) } ?? "–"]
                return row(line, Array(texts.prefix(titles.count)))
            })
    }

    private func row(_ line: ScanResult.ResourceLine, _ sizes: [String]) -> Resources.Row {
        Resources.Row(
            name: Printable.escape(line.name),
            sources: line.otherSources.map {
                "\(Printable.escape($0.name)): \(Count.text($0.rows, "row", "rows"))"
            },
            onDisk: Count.text(line.onDisk), inDatabase: Count.text(line.inDatabase),
            orphaned: Count.text(line.orphaned), tone: line.orphaned > 0 ? "some" : "none",
            shareSVG: line.orphaned > 0 ? ShareBar.svg(Double(line.orphaned) / Double(max(1, line.onDisk))) : "",
            sizes: sizes, frees: line.orphaned > 0 ? line.freed.map(Size.text) ?? "–" : "–",
            recovery: line.recovery.words, badge: line.recovery.badge)
    }

    private var total: String {
        let orphans = count(.orphan)
        let entries = Count.text(orphans, "entry", "entries")
        return switch (orphans, result.orphanedBytes) {
        case (0, _): "Total orphaned: none"
        case (_, let bytes?):
            "Total orphaned: \(Size.text(bytes.apparent)), \(entries)"
                + (bytes.differ ? ", occupying \(Size.text(bytes.allocated)) on disk" : "")
        default: "Total orphaned: \(entries), sizes not measured"
        }
    }
}

extension ScanResult.Recovery {
    /// The class of its badge.
    fileprivate var badge: String {
        switch self {
        case .none, .young: "plain"
        case .ready: "ready"
        case .needsApproval: "caution"
        }
    }
}
