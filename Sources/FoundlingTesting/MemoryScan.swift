internal import FoundlingCore

/// A drawn world through the product's own hands: listed, reconciled, judged and assessed, all in memory.
package struct MemoryScan {
    /// Paths that the product calls orphans.
    package private(set) var orphans: Set<[UInt8]> = []
    /// Paths that it calls near misses.
    package private(set) var kept: Set<[UInt8]> = []
    private let world: DrawnWorld
    private let tree: [[UInt8]: DrawnWorld.Thing]
    private let layout: Layout
    private let links: MemoryLinks

    /// Seconds since 1970, when it is looked.
    private static let now: Int64 = 1_800_000_000

    /// nil where two resources dispute a path.
    package init?(_ world: DrawnWorld) {
        self.world = world
        tree = world.tree
        links = MemoryLinks(tree, root: DrawnWorld.root)
        layout = Layout(.test(world.resources))
        guard let listing = MemoryTree(tree).list(layout) else { return nil }
        let reconciler = reconciler(listing, late: false)
        reconciler.followLivingLinks(text)
        var findings = assess(reconciler)
        let inner = tree.filter { $0.value.kind == .symlink }.map { StorePath(trusted: $0.key) }
        while reconciler.follow(staying: reconciler.staying(findings, inner), text) { findings = assess(reconciler) }
        orphans = Set(findings.filter { $0.kind == .orphan }.map(\.path.bytes))
        kept = Set(findings.filter { $0.kind == .nearMiss }.map(\.path.bytes))
    }

    private func text(_ path: StorePath) -> [UInt8]? { tree[path.bytes]?.target?.bytes }

    private func reconciler(_ listing: Listing, late: Bool) -> Reconciler {
        let readings = ClaimReadings(root: DrawnWorld.root, aliases: DrawnWorld.aliases)
        let reconciler = Reconciler(listing, layout, readings)
        let links = links
        reconciler.resolve = { bytes in
            let parts = bytes.split(separator: 0x2F).map { Array($0) }
            guard let real = links.real(parts), real != parts else { return nil }
            return StorePath(trusted: Array(real.joined(separator: [0x2F])))
        }
        let row = ClaimRow()
        defer { row.deallocate() }
        for drawn in world.rows where late || !drawn.isLate {
            row.reset(resource: drawn.resource, source: 0)
            row.isMaking = drawn.isMaking
            row.isReleased = drawn.isReleased
            let start = row.mark
            row.append(drawn.path.bytes)
            row.endClaim(0, from: start)
            reconciler.add(row)
        }
        return reconciler
    }

    private func assess(_ reconciler: Reconciler) -> [Finding] {
        let listing = reconciler.listing
        return Assessment(reconciler, reconciler.judge(), now: Self.now * 1_000_000_000, sequences: [:]).findings(
            reportsSizes: false, measured: { _ in nil }
        ) { node in
            let path = listing.path(of: node)
            let own = Spelling(path.bytes).parts
            var measurement = Measurement()
            for (other, thing) in tree where Spelling(other).parts.starts(with: own) {
                measurement.newest = max(measurement.newest, Self.time(thing.age))
            }
            measurement.isPinned = tree[path.bytes]?.isPinned ?? false
            return .init(measurement: measurement)
        }
    }

    private static func time(_ age: DrawnWorld.Age) -> Int64 {
        switch age {
        case .old: (now - 30 * 86_400) * 1_000_000_000
        case .young: (now - 600) * 1_000_000_000
        case .future: (now + 600) * 1_000_000_000
        }
    }

    /// What still goes when the claims are read again, just before anything moves.
    package func secondLook() -> Set<[UInt8]> {
        let wanted = orphans.sorted { $0.lexicographicallyPrecedes($1) }.map {
            (path: StorePath(trusted: $0), kind: tree[$0]?.kind ?? .file)
        }
        let allLinks = tree.filter { $0.value.kind == .symlink }.map(\.key)
        // Whatever holds a link may be claimed by now, and then the link counts.
        let others = allLinks.flatMap { link -> [(path: StorePath, kind: EntryKind)] in
            let parts = Spelling(link).parts
            return (1...parts.count).map { Array(parts[..<$0].joined(separator: [0x2F])) }
                .map { (path: StorePath(trusted: $0), kind: tree[$0]?.kind ?? .directory) }
        }
        let (listing, nodes) = Listing.of(wanted + others, layout)
        let reconciler = reconciler(listing, late: true)
        var going = orphans
        while true {
            let staying = allLinks.filter { link in
                let parts = Spelling(link).parts
                return !(1...parts.count).contains { going.contains(Array(parts[..<$0].joined(separator: [0x2F]))) }
            }
            _ = reconciler.follow(staying: staying.map { StorePath(trusted: $0) }, text)
            let kept = going.filter { path in
                reconciler.node(at: StorePath(trusted: path)).map { reconciler.isClaimed($0) || reconciler.isNear($0) }
                    ?? false
            }
            if kept.isEmpty { break }
            going.subtract(kept)
        }
        var gone: Set<[UInt8]> = []
        for (item, node) in zip(wanted, nodes) where going.contains(item.path.bytes) {
            guard let node, !reconciler.isClaimed(node), !reconciler.isNear(node) else { continue }
            if listing.isNested(node), let parent = listing.enclosingEntry(of: node), !reconciler.isLiving(parent) {
                continue
            }
            gone.insert(item.path.bytes)
        }
        return gone
    }
}
