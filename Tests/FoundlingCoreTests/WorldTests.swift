import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// Generated worlds against the oracle: nothing that must stay is ever an orphan, and nothing is kept without excuse.
///
/// `FOUNDLING_WORLD_COUNT` draws more of them, `FOUNDLING_WORLD_SEED` starts elsewhere. A failure is shrunk, and
/// printed so that it can be pasted as ``aLinkInANearMissDoesNotGiveAwayWhatLiesBesideIt()`` was.
@Suite struct WorldTests {
    private static let count = Int(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_COUNT"] ?? "") ?? 8_000
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_SEED"] ?? "") ?? 1
    private static let parts = 8

    @Test(arguments: 0..<parts)
    func noClaimedEntryIsEverAnOrphanAndNoOrphanIsKeptWithoutExcuse(_ part: Int) throws {
        var failed = 0
        for number in stride(from: part, to: Self.count, by: Self.parts) where failed < 3 {
            let seed = Self.seed &+ UInt64(number)
            var generator = WorldGenerator(seed: seed &* 1_000_000_007)
            let drawn = generator.draw()
            guard let failure = WorldCheck.failure(of: drawn) else { continue }
            failed += 1
            let world = Shrinker { WorldCheck.failure(of: $0)?.kind == failure.kind }.shrink(drawn)
            Issue.record(
                """
                FOUNDLING_WORLD_SEED=\(seed) FOUNDLING_WORLD_COUNT=1: \(failure.sentence)
                Shrunk: \(WorldCheck.failure(of: world)?.sentence ?? "")
                \(world.source)
                """)
        }
    }

    @Test func aLinkInANearMissDoesNotGiveAwayWhatLiesBesideIt() {
        let world = DrawnWorld(
            rules: [
                .init("items", ["items/*"]),
                .init("items_in", ["items/*/p_*"], within: "items"),
            ],
            things: [
                .init("items/b/p_", .symlink, to: "[a]")
            ],
            rows: [
                .init(1, "B")
            ])
        #expect(WorldCheck.failure(of: world) == nil)
    }

    @Test func aLinkThatOnlyAnotherLinkKeepsDoesNotSettleWhatItLeadsTo() {
        let world = DrawnWorld(
            rules: [
                .init("items", ["items/*/x.y"]),
                .init("items_in", ["items/*/x.y/p_*"], within: "items"),
                .init("tmp", ["tmp/?"]),
            ],
            things: [
                .init("items/z/x.y/z", .symlink, to: "../../../tmp/%"),
                .init("items/z/x.y/data", age: .young),
                .init("items/T/x.y/p_"),
                .init("tmp/%", .symlink, to: "/data/items/T/x.y/e\u{301}/\u{C9}"),
            ],
            rows: [])
        #expect(WorldCheck.failure(of: world) == nil)
    }

    @Test func aLinkInAnUnclaimedEntryDoesNotSettleThatForWhatLiesAroundItIsClaimed() {
        let world = DrawnWorld(
            rules: [
                .init("items", ["items/*"]),
                .init("items_in", ["items/*/parts/*"], within: "items"),
                .init("items_deep", ["items/*/parts/*/**"], within: "items_in"),
            ],
            things: [
                .init("items/z/parts/z/z/z/z", age: .young),
                .init("items/z/parts/s/z/z/z", .symlink, to: "a "),
            ],
            rows: [
                .init(1, "items/z/parts/z")
            ])
        #expect(WorldCheck.failure(of: world) == nil)
    }

    /// As many as the generator means to draw of each kind: a world without links proves nothing about links.
    @Test func theGeneratorDrawsEveryKindOfTrouble() {
        var seen: [String: Int] = [:]
        for seed in 0..<2_000 {
            var generator = WorldGenerator(seed: UInt64(seed) &* 1_000_000_007)
            let world = generator.draw()
            let oracle = Oracle(world, late: true)
            let scan = MemoryScan(world)
            for (name, isThere) in [
                "disputed": scan == nil, "orphan": scan?.orphans.isEmpty == false, "near": scan?.kept.isEmpty == false,
                "late": scan.map { $0.orphans != $0.secondLook() } ?? false,
                "nested": oracle.entries.values.contains { $0.parent != nil },
                "nested orphan": scan?.orphans.contains { oracle.entries[$0]?.parent != nil } ?? false,
                "link": world.things.contains { $0.kind == .symlink },
                "deep": world.rules.contains { $0.globs[0].hasSuffix("**") },
                "shape": world.rules.contains { $0.shape != nil }, "making": world.rows.contains(where: \.isMaking),
                "young": world.things.contains { $0.age == .young }, "pinned": world.things.contains(where: \.isPinned),
            ] where isThere { seen[name, default: 0] += 1 }
        }
        for name in [
            "disputed", "orphan", "near", "late", "nested", "nested orphan", "link", "deep", "shape", "making", "young",
            "pinned",
        ] {
            #expect(seen[name, default: 0] >= 10, "\(name): \(seen)")
        }
    }
}
