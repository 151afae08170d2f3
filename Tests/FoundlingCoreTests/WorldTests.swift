import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// Generated worlds against the oracle: no claimed entry is ever a candidate, and nothing is kept without an excuse.
///
/// `FOUNDLING_WORLD_COUNT` draws more of them, `FOUNDLING_WORLD_SEED` starts elsewhere.
@Suite struct WorldTests {
    private static let count = Int(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_COUNT"] ?? "") ?? 100_000
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_SEED"] ?? "") ?? 1
    private static let parts = 8

    @Test(arguments: 0..<parts)
    func noClaimedEntryIsEverAnOrphanAndNoOrphanIsKeptWithoutExcuse(_ part: Int) throws {
        let oracle = Oracle(root: WorldGenerator.root, aliases: WorldGenerator.aliases)
        for number in stride(from: part, to: Self.count, by: Self.parts) {
            let seed = Self.seed &* 1_000_000_007 &+ UInt64(number)
            var generator = WorldGenerator(seed: seed)
            let drawn = generator.draw()
            try check(drawn, oracle, seed)
        }
    }

    private func check(_ drawn: WorldGenerator.Drawn, _ oracle: Oracle, _ seed: UInt64) throws {
        let world = try Worldlet(
            store: drawn.entries, claims: drawn.claims.map { .init(bytes: $0) }, resources: WorldGenerator.resources,
            root: WorldGenerator.root, aliases: WorldGenerator.aliases)
        let listing = world.reconciler.listing
        let candidates = Set(world.judgement.candidates)
        let near = Set(world.judgement.nearMisses.map(\.node))
        for node in 1..<max(1, listing.count) where listing.role(of: node) == .entry {
            let path = listing.path(of: node)
            let isClaimed = drawn.claims.contains { oracle.keeps($0, path.bytes) }
            if isClaimed, candidates.contains(node) || near.contains(node) {
                Issue.record("seed \(seed): \(path) is claimed and was not kept as claimed: \(drawn)")
            }
            if !isClaimed, !candidates.contains(node) {
                let tail = path.bytes.starts(with: "shards/".utf8) ? 2 : 1
                let isExcused =
                    near.contains(node) && drawn.claims.contains { oracle.couldMean($0, path.bytes, tail: tail) }
                if !isExcused { Issue.record("seed \(seed): \(path) is claimed by nobody and was kept: \(drawn)") }
            }
        }
    }
}
