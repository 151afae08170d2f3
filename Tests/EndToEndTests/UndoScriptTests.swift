import Foundation
import FoundlingTesting
import Testing

/// The script that puts a run back is run by root, on a bad day, in a store that others may write in.
@Suite struct UndoScriptTests {
    static var shells: [String] {
        ["/usr/bin/dash", "/usr/bin/bash"].filter { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test(arguments: ["top", "top/mid"], shells) func itFollowsNoLinkWhereADirectoryWas(
        _ swapped: String, _ shell: String
    )
        throws
    {
        let world = try HostileWorld()
        let run = try world.apply()
        let path = world.world.store + "/" + swapped
        #expect(rename(path, path + ".away") == 0)
        #expect(symlink(world.outside, path) == 0)
        let undo = try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"])
        #expect(undo.status == 1)
        #expect(undo.errors.contains("a link, a mount or a file lies where its directory was"), "\(undo.errors)")
        try world.expectCanaryUntouched("\(swapped): \(undo.errors)")
        unlink(path)
        #expect(rename(path + ".away", path) == 0)
        #expect(try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"]).status == 0)
        for path in HostileWorld.orphans { #expect(world.exists(path)) }
    }

    @Test(arguments: shells) func itMakesDirectoriesAgainAndNotBehindALink(_ shell: String) throws {
        let world = try HostileWorld()
        let run = try world.apply()
        #expect(rename(world.world.store + "/top", world.world.directory + "/gone-top") == 0)
        #expect(symlink(world.outside + "/gone", world.world.store + "/top") == 0)
        #expect(try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"]).status == 1)
        try world.expectCanaryUntouched("missing directories")
        unlink(world.world.store + "/top")
        #expect(try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"]).status == 0)
        for path in HostileWorld.orphans { #expect(world.exists(path)) }
    }

    /// Each byte that a name may hold, alone and in the directory above.
    @Test(arguments: shells) func itPutsBackNamesOfEveryByte(_ shell: String) throws {
        var names: [[UInt8]] = []
        for first in stride(from: 1, to: 256, by: 6) {
            names.append((first..<min(256, first + 6)).map { UInt8($0) }.filter { $0 != 0x2F } + Array("x\n".utf8))
        }
        let world = try HostileWorld { world in
            for name in names {
                try world.makeDirectory(bytes: Array("top/mid/".utf8) + name)
                try world.makeDirectory(bytes: Array("top/mid/".utf8) + name + [0x2F] + name)
            }
        }
        let before = try TreeSnapshot(world.world.store)
        let run = try world.apply()
        #expect(rename(world.world.store + "/top/mid/alive.txt", world.world.directory + "/alive.txt") == 0)
        let undo = try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"])
        #expect(undo.status == 0, "\(undo.errors)")
        #expect(rename(world.world.directory + "/alive.txt", world.world.store + "/top/mid/alive.txt") == 0)
        let difference = try TreeSnapshot(world.world.store).difference(from: before)
            .filter { !$0.dropFirst(2).hasPrefix("top/mid mode") }
        #expect(difference.isEmpty, "\(difference.prefix(5))")
    }

    @Test(arguments: shells) func itPrintsNothingThatCouldLie(_ shell: String) throws {
        let name = Array("top/mid/\u{1B}[2J\u{202E}\n0 left \u{9B}".utf8) + [0xFF, 0x80]
        let world = try HostileWorld { try $0.makeDirectory(bytes: name) }
        let run = try world.apply()
        try world.world.makeDirectory(bytes: name)
        let undo = try world.execute([shell, "\(world.quarantine)/\(run)/undo.sh"])
        #expect(undo.status == 1)
        #expect(undo.errors.contains("stays here: something lies at top/mid/?[2J"), "\(undo.errors)")
        #expect(undo.errors.split(separator: "\n").count == 1)
        #expect(Screen.lies(in: undo.errors + undo.output).isEmpty)
    }

    @Test func aLineBreakInThePathOfTheManifestEndsNoComment() throws {
        let world = try HostileWorld()
        let directory = world.world.directory + "/a\ntouch made-by-the-comment; #"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let text = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
            .replacingOccurrences(of: "root: data", with: "root: ../data")
            .replacingOccurrences(of: "sqlite:app.db", with: "sqlite:../app.db")
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/foundling.yaml"))
        let cleaned = try world.run("clean", "--delete-all", "--yes", "--manifest", directory + "/foundling.yaml")
        #expect(cleaned.status == 0, "\(cleaned.errors)")
        let run = try #require(world.runs().last)
        let undo = try world.execute(["/bin/sh", "\(world.quarantine)/\(run)/undo.sh"])
        #expect(undo.status == 0, "\(undo.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.world.directory + "/made-by-the-comment"))
        #expect(!undo.errors.contains("touch"))
        for path in HostileWorld.orphans { #expect(world.exists(path)) }
    }
}
