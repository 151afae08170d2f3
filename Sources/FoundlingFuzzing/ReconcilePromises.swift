internal import FoundlingCore
internal import FoundlingTesting

/// No claimed entry is an orphan, and no orphan is kept without an excuse: as the oracle of the tests says it.
enum ReconcilePromises {
    /// The oracle compares everything with everything.
    private static let most = 24

    static func check(_ input: [UInt8]) throws(Broken) {
        var fields = Fields(input)
        let half = Int(fields.next().count % 8)
        let parts = fields.remaining()
        // Of directories and links only the names differ here.
        let entries = parts.prefix(half).filter {
            StorePath($0).map { $0.components.allSatisfy { (1...255).contains($0.count) } } ?? false
                && $0.last != UInt8(ascii: "@") && !$0.isEmpty
        }
        // Of a URL with a host the oracle knows nothing.
        let claims = parts.dropFirst(half).prefix(most).map { Array($0.prefix(512)) }
            .filter { !$0.starts(with: "file://".utf8) || $0.starts(with: "file:///".utf8) }
        guard
            let world = try? Worldlet(
                store: Array(entries), claims: claims.map { .init(bytes: $0) }, resources: FlatOracle.resources,
                root: DrawnWorld.root, aliases: DrawnWorld.aliases)
        else { return }
        try check(world, claims)
    }

    private static func check(_ world: Worldlet, _ claims: [[UInt8]]) throws(Broken) {
        let oracle = FlatOracle(root: DrawnWorld.root, aliases: DrawnWorld.aliases)
        let listing = world.reconciler.listing
        let candidates = Set(world.judgement.candidates)
        let near = Set(world.judgement.nearMisses.map(\.node))
        for node in 1..<max(1, listing.count) where listing.role(of: node) == .entry {
            let path = listing.path(of: node)
            let isClaimed = claims.contains { $0 == path.bytes || oracle.keeps($0, path.bytes) }
            if isClaimed {
                try promise(
                    !candidates.contains(node) && !near.contains(node), "\(path) is claimed, and not kept as claimed")
            } else if !candidates.contains(node) {
                let tail = path.bytes.starts(with: "shards/".utf8) ? 2 : 1
                try promise(
                    near.contains(node) && claims.contains { oracle.couldMean($0, path.bytes, tail: tail) },
                    "\(path) is claimed by nobody, and was kept")
            }
        }
    }
}
