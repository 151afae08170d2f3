import Foundation
import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting
import Testing

/// The generated worlds once more, as real files and links, a real database and a whole scan.
///
/// `FOUNDLING_REAL_WORLD_COUNT` makes more of them, `FOUNDLING_WORLD_SEED` starts elsewhere. Here nothing can be made
/// old, so that what is young in a drawn world is as old as the rest; what is dated ahead is.
@Suite struct RealWorldTests {
    private static let count = Int(ProcessInfo.processInfo.environment["FOUNDLING_REAL_WORLD_COUNT"] ?? "") ?? 400
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FOUNDLING_WORLD_SEED"] ?? "") ?? 1
    private static let parts = 4

    @Test(arguments: 0..<parts)
    func noClaimedEntryOnARealFileSystemIsEverAnOrphan(_ part: Int) throws {
        var (scanned, drawn) = (0, 0)
        for number in stride(from: part, to: Self.count, by: Self.parts) {
            let seed = Self.seed &+ UInt64(number)
            var generator = WorldGenerator(seed: seed &* 2_000_000_011)
            drawn += 1
            if try check(generator.draw(), seed) { scanned += 1 }
        }
        // Some manifests contradict themselves, and some places are a link: then there is no verdict.
        #expect(scanned * 2 > drawn, "only \(scanned) of \(drawn) worlds could be scanned")
    }

    /// - Returns: whether there was a verdict.
    private func check(_ drawn: DrawnWorld, _ seed: UInt64) throws -> Bool {
        let world = try World("worlds")
        let real = Self.moved(drawn, to: world.store)
        try make(real.tree, in: world)
        try write(real, in: world)
        // Rows that are committed while the store is being looked at: after the first of it was listed.
        let once = Once {
            for row in real.rows where row.isLate { try? insert(row, in: world) }
        }
        let result: ScanResult
        do {
            let (manifest, _) = try ManifestReader.read(file: world.manifest, environment: [:])
            result = try Scan(manifest) { progress in
                if case .reading = progress { return }
                once.run()
            }.run()
        } catch {
            // Twins may be told apart by nothing: then they are refused at once.
            let isContradiction = error.code == .manifestInvalid && real.rules.contains { $0.name == "twin" }
            guard isContradiction || [.entryDisputed, .storeEmpty].contains(error.code) else {
                Issue.record("FOUNDLING_WORLD_SEED=\(seed): \(error): \(real.source)")
                return false
            }
            return false
        }
        let oracle = Oracle(real, late: once.hasRun, root: world.store)
        let orphans = Set(result.findings.filter { $0.kind == .orphan }.map(\.path.bytes))
        let near = Set(result.findings.filter { $0.kind == .nearMiss }.map(\.path.bytes))
        if let failure = WorldCheck.compare(orphans, near, oracle) {
            Issue.record("FOUNDLING_WORLD_SEED=\(seed): \(failure.sentence): \(real.source)")
        }
        return true
    }

    // MARK: Making it real

    /// Drawn for /srv/app/data; here the root lies elsewhere, and nothing is young.
    private static func moved(_ drawn: DrawnWorld, to root: String) -> DrawnWorld {
        func moved(_ path: Spelling) -> Spelling {
            let old = Array(DrawnWorld.root.utf8)
            return path.bytes.starts(with: old) ? Spelling(Array(root.utf8) + path.bytes.dropFirst(old.count)) : path
        }
        var world = drawn
        for index in world.rows.indices { world.rows[index].path = moved(world.rows[index].path) }
        for index in world.things.indices {
            world.things[index].target = world.things[index].target.map(moved)
            if world.things[index].age == .young { world.things[index].age = .old }
        }
        return world
    }

    private func make(_ tree: [[UInt8]: DrawnWorld.Thing], in world: World) throws {
        let paths = tree.keys.sorted { $0.count < $1.count }
        for path in paths {
            let thing = try #require(tree[path])
            let full = Self.text(Array((world.store + "/").utf8) + path)
            let made =
                switch thing.kind {
                case .directory: mkdir(full, 0o755)
                case .symlink: symlink(Self.text(thing.target?.bytes ?? [0x78]), full)
                default: Self.touch(full)
                }
            try #require(made == 0, "\(Printable.escape(path)): \(errno)")
            if thing.isPinned {
                try #require(
                    Self.touch(full.dropLast() + Array("/.foundling-keep\0".utf8CString.dropLast()) + [0]) == 0)
            }
        }
        // From the deepest up: what is made in a directory sets its time.
        for path in paths.reversed() where tree[path]?.age == .future {
            var times = [
                timespec(tv_sec: time(nil) + 86_400, tv_nsec: 0), timespec(tv_sec: time(nil) + 86_400, tv_nsec: 0),
            ]
            utimensat(AT_FDCWD, Self.text(Array((world.store + "/").utf8) + path), &times, AT_SYMLINK_NOFOLLOW)
        }
    }

    private static func touch(_ path: [CChar]) -> Int32 {
        let file = open(path, O_CREAT | O_WRONLY, 0o644)
        return file < 0 ? file : close(file)
    }

    private static func text(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    private func insert(_ row: DrawnWorld.Row, in world: World) throws {
        try world.insert(
            "INSERT INTO r\(row.resource) (path, making, released) VALUES (CAST(? AS TEXT), ?, ?)",
            [row.path.bytes, row.isMaking ? 1 : 0, row.isReleased ? 1 : 0])
    }

    private func write(_ drawn: DrawnWorld, in world: World) throws {
        try world.sql("PRAGMA journal_mode = WAL")
        var resources: [String] = []
        for (index, rule) in drawn.rules.enumerated() {
            try world.sql(
                "CREATE TABLE r\(index) (id INTEGER PRIMARY KEY, path TEXT, making INTEGER, released INTEGER)")
            func list(_ values: [String]) -> String { "[" + values.map { "'\($0)'" }.joined(separator: ", ") + "]" }
            var lines = ["\(rule.name):", "  entries: \(list(rule.globs))"]
            if let within = rule.within { lines.append("  within: \(within)") }
            if !rule.except.isEmpty { lines.append("  except: \(list(rule.except))") }
            if let shape = rule.shape { lines.append("  shape: '\(shape.rawValue)'") }
            lines.append("  kind: \(list(rule.kinds.map(\.name).sorted()))")
            lines.append(
                "  records: [{ table: r\(index), key: id, claims: [\"{path}\"], making: making = 1, released: released = 1, "
                    + "may_be_empty: true, may_meet_nothing: true }]")
            resources.append(lines.joined(separator: "\n"))
        }
        for row in drawn.rows where !row.isLate { try insert(row, in: world) }
        try world.write(resources.joined(separator: "\n"), store: "aliases: [/data, data]")
    }
}
