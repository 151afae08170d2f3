internal import FoundlingCore

extension HTMLReport {
    /// Orphans as areas.
    struct Map: Sendable {
        let svg: String
        let legend: [(tone: String, name: String)]
    }

    /// Orphans of which each has a tile, and the share of all below which it has not.
    private static let (mostTiles, smallest) = (80, 0.004)

    /// Nil where no orphan has a size.
    var map: Map? {
        let findings = result.findings
        let all = result.orphanedBytes.map { Double($0.apparent) } ?? 0
        guard all > 0 else { return nil }
        var groups: [Int: [TreemapChart.Item]] = [:]
        var rests: [Int: (count: Int, size: UInt64)] = [:]
        var tiles = 0
        for i in findings.indices where findings[i].kind == .orphan {
            let (group, size) = (findings[i].resource ?? -1, findings[i].bytes?.apparent ?? 0)
            if tiles < Self.mostTiles, Double(size) >= all * Self.smallest {
                let path = findings[i].path
                let label = Printable.escape(path.components.last ?? [])
                groups[group, default: []].append(.init(name: path.description, label: label, size: size))
                tiles += 1
            } else {
                let rest = rests[group] ?? (0, 0)
                rests[group] = (rest.count + 1, rest.size.addingReportingOverflow(size).partialValue)
            }
        }
        let shown = Set(groups.keys).union(rests.keys).sorted().map { group in
            TreemapChart.Group(
                name: Printable.escape(result.name(of: group < 0 ? nil : group) ?? "no resource"),
                items: groups[group] ?? [], rest: rests[group] ?? (0, 0))
        }
        guard let svg = TreemapChart(shown).svg(id: "map-svg", title: "Orphans by size") else { return nil }
        return Map(svg: svg, legend: shown.enumerated().map { (TreemapChart.tone($0), $1.name) })
    }

    /// One cause and what it explains.
    struct CauseRow: Sendable {
        let cause: String
        let entries: String
        let size: String
        let resources: String
        let meaning: String
    }

    /// What is known comes first, what is not known last.
    var causes: [CauseRow] {
        var tallies: [Cause: (count: Int, size: UInt64?, resources: [Int: Int])] = [:]
        let findings = result.findings
        for i in findings.indices where findings[i].kind == .orphan {
            var tally = tallies[findings[i].cause] ?? (0, nil, [:])
            tally.count += 1
            if let size = findings[i].bytes?.apparent {
                tally.size = (tally.size ?? 0).addingReportingOverflow(size).partialValue
            }
            if let resource = findings[i].resource { tally.resources[resource, default: 0] += 1 }
            tallies[findings[i].cause] = tally
        }
        return (Cause.allCases.filter { $0 != .unknown } + [.unknown]).compactMap { cause in
            guard let tally = tallies[cause] else { return nil }
            let resources = tally.resources.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\(Count.text($0.value)) of \(Printable.escape(result.name(of: $0.key) ?? "?"))" }
            return CauseRow(
                cause: cause.words, entries: Count.text(tally.count), size: tally.size.map(Size.text) ?? "–",
                resources: resources.joined(separator: ", "), meaning: cause.meaning)
        }
    }
}
