import Foundation
import FoundlingTesting
import Testing

/// Stores that a scan meets on real machines: unreadable, mounted over, read-only, very deep, full of look-alikes.
@Suite struct HostileStoreTests {
    private func world(_ name: String, safety: String = "min_age: 0s") throws -> World {
        let world = try World(name)
        try world.file("items/live")
        try world.file("items/orphan/x")
        try world.items(rows: [("live", nil)], safety: safety)
        return world
    }

    private func kinds(_ world: World, asNobody: Bool = false) throws -> [String] {
        let run = try Program.run(["scan", "--format", "jsonl", "--quiet"], in: world.directory, asNobody: asNobody)
        #expect(run.status == 0, "\(run.errors)")
        return try run.output.split(separator: "\n").map { line in
            let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return "\(finding?["kind"] ?? "") \(finding?["path"] ?? "")"
        }.sorted()
    }

    @Test func aDirectoryThatMayNotBeReadInsideAnEntryKeepsIt() throws {
        let world = try world("locked")
        try world.file("items/locked/secret/file")
        chmod(world.store + "/items/locked/secret", 0)
        defer { chmod(world.store + "/items/locked/secret", 0o755) }
        #expect(try kinds(world, asNobody: true) == ["orphan items/orphan", "partial items/locked"])
    }

    @Test func aPlaceThatMayNotBeListedRefusesEverything() throws {
        let world = try world("closed")
        chmod(world.store + "/items", 0)
        defer { chmod(world.store + "/items", 0o755) }
        let run = try Program.run(["scan"], in: world.directory, asNobody: true)
        #expect(run.status == 3)
        #expect(run.errors.contains("listing-incomplete"))
    }

    @Test func aDatabaseThatMayNotBeReadRefuses() throws {
        let world = try world("unreadable")
        chmod(world.database, 0)
        let run = try Program.run(["scan"], in: world.directory, asNobody: true)
        #expect(run.status == 3)
        #expect(run.errors.contains("catalog-unreadable"))
    }

    @Test(.enabled(if: geteuid() == 0, "bind mounts need root"))
    func aMountInsideAnEntryKeepsIt() throws {
        let world = try world("mount")
        try world.makeDirectory("items/held/inner")
        let mounted = world.store + "/items/held/inner"
        #expect(try Program.execute("/usr/bin/mount", ["--bind", "/usr", mounted]).status == 0)
        defer { _ = try? Program.execute("/usr/bin/umount", [mounted]) }
        #expect(try kinds(world) == ["orphan items/orphan", "partial items/held"])
    }

    @Test(.enabled(if: geteuid() == 0, "mounts need root"))
    func anEntryThatIsAMountIsKept() throws {
        let world = try world("mounted")
        let mounted = try world.makeDirectory("items/volume")
        #expect(try Program.execute("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted]).status == 0)
        defer { _ = try? Program.execute("/usr/bin/umount", [mounted]) }
        #expect(try kinds(world) == ["orphan items/orphan", "partial items/volume"])
    }

    @Test(.enabled(if: geteuid() == 0, "mounts need root"))
    func aPlaceThatIsAMountOfItsOwnRefuses() throws {
        let world = try world("place")
        let mounted = world.store + "/items"
        #expect(try Program.execute("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted]).status == 0)
        defer { _ = try? Program.execute("/usr/bin/umount", [mounted]) }
        let run = try Program.run(["scan"], in: world.directory)
        #expect(run.status == 3)
        #expect(run.errors.contains("listing-incomplete"))
    }

    @Test(.enabled(if: geteuid() == 0, "mounts need root"))
    func aReadOnlyFileSystemIsScannedLikeAnyOther() throws {
        let world = try world("readonly")
        let mount = try Program.execute("/usr/bin/mount", ["--bind", "-o", "ro", world.directory, world.directory])
        #expect(mount.status == 0)
        defer { _ = try? Program.execute("/usr/bin/umount", [world.directory]) }
        #expect(try kinds(world) == ["orphan items/orphan"])
    }

    @Test func aTree5000DirectoriesDeepIsMeasured() throws {
        let world = try world("deep")
        try world.makeDeep("items/deep", levels: 5000)
        defer { _ = try? Program.execute("/bin/rm", ["-rf", world.store + "/items/deep"]) }
        let run = try Program.run(["scan", "--format", "jsonl"], in: world.directory)
        #expect(run.output.contains(#""kind":"orphan""#))
        let line = try #require(run.output.split(separator: "\n").first { $0.contains("items/deep") })
        #expect(line.contains(#""files":1"#))
    }

    @Test func linkLoopsAndSpecialFilesAreSeenAndLeft() throws {
        let world = try world("loops")
        try world.link("items/loop", to: "loop")
        try world.link("items/one/two", to: "../../items")
        #expect(mkfifo(world.store + "/items/pipe", 0o644) == 0)
        #expect(
            try kinds(world) == [
                "orphan items/loop", "orphan items/one", "orphan items/orphan", "unrecognised items/pipe",
            ])
    }

    @Test func entriesThatDifferByCaseOrUnicodeFormAreDifferent() throws {
        let world = try World()
        for name in ["\u{E9}", "e\u{301}", "A", "a"] { try world.file("items/" + name) }
        try world.items(rows: [("\u{E9}", nil), ("a", nil)])
        #expect(try kinds(world) == ["near_miss items/A", "near_miss items/e\u{301}"])
    }

    @Test func theRootOfTheMachineIsRefused() throws {
        let world = try world("slash")
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8).replacing("root: data", with: "root: /")
        try Data(text.utf8).write(to: URL(fileURLWithPath: world.manifest))
        #expect(try Program.run(["scan"], in: world.directory).status != 0)
        try FileManager.default.createSymbolicLink(atPath: world.directory + "/slash", withDestinationPath: "/")
        try Data(text.replacing("root: /", with: "root: slash").utf8).write(to: URL(fileURLWithPath: world.manifest))
        let run = try Program.run(["scan"], in: world.directory)
        #expect(run.status == 3)
        #expect(run.errors.contains("store-forbidden"))
    }

    @Test func aRootThatIsALinkIsTheStoreItLeadsTo() throws {
        let world = try world("rootlink")
        try FileManager.default.createSymbolicLink(atPath: world.directory + "/link", withDestinationPath: "data")
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8).replacing(
            "root: data", with: "root: link")
        try Data(text.utf8).write(to: URL(fileURLWithPath: world.manifest))
        try world.insert("INSERT INTO items VALUES (?, ?, '')", ["q", world.store + "/items/orphan/x"])
        #expect(try kinds(world) == [])
    }
}
