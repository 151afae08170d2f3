import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// The generated worlds once more, as real files, a real database and a whole scan.
///
/// `FOUNDLING_REAL_WORLD_COUNT` makes more of them, `FOUNDLING_WORLD_SEED` starts elsewhere.
@Suite struct RealWorldTests {
    private static let count = Int(ProcessInfo.processInfo.environment["FOUNDLING_REAL_WORLD_COUNT"] ?? "") ?? 1_000
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_SEED"] ?? "") ?? 1
    private static let parts = 4

    @Test(arguments: 0..<parts)
    func noClaimedEntryOnARealFileSystemIsEverAnOrphan(_ part: Int) throws {
        for number in stride(from: part, to: Self.count, by: Self.parts) {
            let seed = Self.seed &* 2_000_000_011 &+ UInt64(number)
            var generator = WorldGenerator(seed: seed)
            try check(generator.draw(), seed)
        }
    }

    private func check(_ drawn: WorldGenerator.Drawn, _ seed: UInt64) throws {
        let world = try World("worlds")
        // Spelt for /srv/app/data; here the root lies elsewhere.
        let root = Array(world.store.utf8)
        let claims = drawn.claims.map { claim in
            claim.starts(with: "/srv/app/data".utf8) ? root + claim.dropFirst("/srv/app/data".utf8.count) : claim
        }
        let made = try drawn.entries.filter { try make($0, in: world) }
        try world.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, path TEXT); CREATE TABLE none (id TEXT, path TEXT)")
        // So that the mapping is seen to reach the store, whatever else was drawn.
        try world.file("items/anchor")
        try world.insert("INSERT INTO t (path) VALUES ('items/anchor')", [])
        for claim in claims { try world.insert("INSERT INTO t (path) VALUES (CAST(? AS TEXT))", [claim]) }
        try world.write(
            """
            items:
              entries: items/*
              records: [{ table: t, key: id, claims: ["{path}"] }]
            shards:
              entries: shards/*/*
              records: [{ table: none, key: id, claims: ["{path}"], may_be_empty: true }]
            """, store: "aliases: [/data, data]")
        let oracle = Oracle(root: world.store, aliases: WorldGenerator.aliases)
        let result = try world.scan(sizes: SizeChoice.none)
        let orphans = Set(result.findings.filter { $0.kind == .orphan }.map(\.path.bytes))
        for entry in made.map({ $0.last == 0x2F ? Array($0.dropLast()) : $0 }) where orphans.contains(entry) {
            if claims.contains(where: { oracle.keeps($0, entry) }) {
                Issue.record("seed \(seed): \(Printable.escape(entry)) is claimed and called an orphan: \(drawn)")
            }
        }
    }

    /// False where the generator drew a name that is a directory and a file at once.
    private func make(_ entry: [UInt8], in world: World) throws -> Bool {
        let parts = entry.split(separator: 0x2F)
        for depth in 1...parts.count {
            do {
                try world.makeDirectory(bytes: Array(parts.prefix(depth).joined(separator: [0x2F])))
            } catch let error as POSIXError where error.code == .EEXIST {
                continue
            }
        }
        return true
    }
}
