import FoundlingCore

extension TerminalReport {
    /// Which sizes the resource table has to show.
    private enum Sizes {
        case none
        /// Of all entries, or where only orphans were measured, of those.
        case one(String, (ScanResult.ResourceLine) -> Bytes?)
        /// The same, and what they occupy, because the two tell different stories.
        case both(String, (ScanResult.ResourceLine) -> Bytes?)
    }

    /// Resource | On disk | In database | Orphaned | Size | Recovery.
    func resourceGrid() -> Grid {
        let sizes = self.sizes
        var (titles, alignments) = ([String](), [Grid.Alignment]())
        switch sizes {
        case .none: break
        case .one(let title, _): (titles, alignments) = ([title], [.right])
        case .both(let title, _): (titles, alignments) = ([title, "Allocated"], [.right, .right])
        }
        var grid = Grid([.left, .right, .right, .right] + alignments + [.left])
        let header = ["Resource", "On disk", "In database", "Orphaned"] + titles + ["Recovery"]
        grid.add(header.map { Grid.Cell($0, .heading) })
        for line in result.resources {
            grid.add(
                [
                    .init(Printable.escape(line.name)), .init(Count.text(line.onDisk)),
                    .init(Count.text(line.inDatabase)),
                    .init(Count.text(line.orphaned), line.orphaned > 0 ? .heading : .plain),
                ] + cells(line, sizes) + [recovery(line)])
            for source in line.otherSources {
                grid.note("+ \(Printable.escape(source.name)): \(Count.text(source.rows, "row", "rows"))")
            }
        }
        return grid
    }

    private var sizes: Sizes {
        let (title, size): (String, (ScanResult.ResourceLine) -> Bytes?) =
            result.resources.contains { $0.bytes != nil }
            ? ("Size", { $0.bytes }) : ("Orphan size", { $0.orphanedBytes })
        let known = result.resources.compactMap(size)
        if known.isEmpty { return .none }
        // What orphans occupy stands under "Recovery" already, and a page has only so many columns.
        if title != "Size" { return .one(title, size) }
        return known.contains(where: \.differ) ? .both(title, size) : .one(title, size)
    }

    private func cells(_ line: ScanResult.ResourceLine, _ sizes: Sizes) -> [Grid.Cell] {
        func text(_ bytes: UInt64?) -> Grid.Cell { .init(bytes.map(Size.text) ?? "-") }
        return switch sizes {
        case .none: []
        case .one(_, let size): [text(size(line)?.apparent)]
        case .both(_, let size): [text(size(line)?.apparent), text(size(line)?.allocated)]
        }
    }

    private func recovery(_ line: ScanResult.ResourceLine) -> Grid.Cell {
        let freed = line.orphaned > 0 ? line.freed.map { Size.text($0) + " " } ?? "" : ""
        let tone: Style.Tone =
            switch line.recovery {
            case .none, .young: .hint
            case .ready: .heading
            case .needsApproval: .caution
            }
        return .init(freed + line.recovery.words, tone)
    }
}
