internal import FoundlingCore

/// Adds measurements up by resource, by area and over all, each inode once.
struct Sums {
    let total: Bytes?
    let areas: [ScanResult.Area]
    let allOrphans: (bytes: Bytes, freed: UInt64, inodes: Int)?
    private let byResource: [Int: Bytes]
    private let nested: Set<Int>
    private let orphansByResource: [Int: (bytes: Bytes, freed: UInt64)]

    init(
        _ measured: Scan.Measured, _ listing: Listing, _ layout: Layout, _ findings: [Finding]
    ) {
        let measurements = measured.measurements
        nested = Set(layout.places.filter(\.isNested).map(\.resource))
        var orphans: [Int: [Int]] = [:]
        if measured.choice != .none {
            for finding in findings where finding.kind == .orphan {
                guard let resource = finding.resource, let node = finding.node,
                    let target = measured.targets[node]
                else { continue }
                orphans[resource, default: []].append(target)
            }
        }
        orphansByResource = orphans.mapValues { (measurements.bytes(of: $0), measurements.freed(by: $0).bytes) }
        if measured.choice == .none {
            allOrphans = nil
        } else {
            let everyOrphan = orphans.values.joined()
            let freed = measurements.freed(by: everyOrphan)
            allOrphans = (measurements.bytes(of: everyOrphan), freed.bytes, freed.inodes)
        }
        guard measured.choice == .all else {
            (total, areas, byResource) = (nil, [], [:])
            return
        }
        var entries: [Int: [Int]] = [:]
        var below: [Listing.Node: [Int]] = [:]
        var everything: [Int] = []
        for (node, target) in measured.targets where !listing.isNested(node) {
            everything.append(target)
            if listing.role(of: node) == .entry {
                entries[layout.places[listing.place(of: node)].resource, default: []].append(target)
            }
            if let top = Self.top(of: node, listing) { below[top, default: []].append(target) }
        }
        byResource = entries.mapValues { measurements.bytes(of: $0) }
        total = measurements.bytes(of: everything)
        areas = below.map { ScanResult.Area(path: listing.path(of: $0), bytes: measurements.bytes(of: $1)) }
            .sorted {
                (max($0.bytes.allocated, $0.bytes.apparent), $1.path.description) > (
                    max($1.bytes.allocated, $1.bytes.apparent), $0.path.description
                )
            }
    }

    /// The directory directly below the root that `node` lies in or is; nil for the root and for plain files beside it.
    private static func top(of node: Listing.Node, _ listing: Listing) -> Listing.Node? {
        guard node != 0 else { return nil }
        var next = node
        while listing.parent(of: next) != 0 { next = listing.parent(of: next) }
        return listing.kind(of: next) == .directory ? next : nil
    }

    /// nil where not everything was measured; nested entries are measured as part of what holds them.
    func entryBytes(_ resource: Int) -> Bytes? {
        total == nil || nested.contains(resource) ? nil : byResource[resource] ?? Bytes()
    }

    func orphanBytes(_ resource: Int) -> (bytes: Bytes, freed: UInt64)? {
        orphansByResource[resource] ?? (allOrphans == nil ? nil : (Bytes(), 0))
    }
}
