import Foundation
import FoundlingTesting
import Testing

/// Orphans made of what is no plain file: shared with a file outside, set-id, devices, pipes, sockets.
@Suite struct HostileKindsTests {
    private func story(_ path: String) throws -> String {
        let status = try Program.execute("/usr/bin/stat", ["-c", "%a %u %g %s %Y %F", path]).output
        return status + (try Program.execute("/bin/cat", [path]).output)
    }

    @Test(arguments: Actor.available) func aHardLinkToAFileOutsideChangesNothingThereAndFreesNothing(_ actor: Actor)
        throws
    {
        let world = try HostileWorld(actor: actor) { world in
            let neighbour = world.directory + "/neighbour"
            try Data("a neighbour's bytes, linked into the store".utf8).write(to: URL(fileURLWithPath: neighbour))
            chmod(neighbour, 0o4711)
            try world.hardLink("top/mid/gone/shared", to: neighbour)
            try world.hardLink("top/mid/linked", to: neighbour)
        }
        let neighbour = world.world.directory + "/neighbour"
        if geteuid() == 0 { chown(neighbour, 4242, 4243) }
        chmod(neighbour, 0o4711)
        let before = try story(neighbour)
        for act in 0..<2 {
            let run = try world.apply()
            #expect(try story(neighbour) == before)
            let outcome =
                act == 0
                ? try world.run("restore", run, "--format", "json")
                : try world.run("purge", run, "--now", "--yes", "--format", "json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(try story(neighbour) == before, "\(outcome.output)")
            let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            let items = try #require(document?["items"] as? [[String: Any]])
            let linked = try #require(items.first { $0["path"] as? String == "top/mid/linked" })
            #expect(linked["freed"] as? Int == 0)
        }
        var status = stat()
        #expect(lstat(neighbour, &status) == 0 && status.st_nlink == 1)
    }

    @Test(arguments: Actor.available) func setIDFilesDevicesPipesAndSocketsAreMovedAndNeverOpenedNorRun(_ actor: Actor)
        throws
    {
        let world = try HostileWorld(actor: actor) { world in
            let kinds = try world.makeDirectory("top/mid/gone/kinds")
            #expect(mkfifo(kinds + "/pipe", 0o622) == 0)
            try Self.makeSocket(kinds + "/socket")
            for (name, mode) in [("set-uid", 0o4755), ("set-gid", 0o2755), ("sticky", 0o1777), ("none", 0)] {
                try world.file("top/mid/gone/kinds/\(name)", "#!/bin/sh\ntouch '\(world.directory)/was-run'\n")
                try world.makeDirectory("top/mid/gone/kinds/\(name).d")
                try world.file("top/mid/\(name)", "#!/bin/sh\ntouch '\(world.directory)/was-run'\n")
                for path in ["\(kinds)/\(name)", "\(kinds)/\(name).d", "\(world.store)/top/mid/\(name)"]
                where actor != .ordinary || mode != 0 {
                    chmod(path, mode_t(mode))
                }
            }
            #expect(mkfifo(world.store + "/top/mid/pipe", 0o600) == 0)
            if geteuid() == 0 {
                #expect(mknod(kinds + "/zero", S_IFCHR | 0o666, dev_t(1 << 8 | 5)) == 0)
                #expect(mknod(kinds + "/disk", S_IFBLK | 0o660, dev_t(7 << 8 | 250)) == 0)
            }
        }
        // A change of owner takes set-id bits away: whatever is there now is what must come back.
        func picture() throws -> [String] {
            try TreeSnapshot(world.world.store).lines.filter {
                !$0.hasPrefix("top/mid mode") && !$0.hasPrefix("top mode")
            }
        }
        let before = try picture()
        for format in ["table", "jsonl"] { #expect(try world.run("scan", "--format", format).status == 0) }
        let run = try world.apply()
        let restored = try world.run("restore", run)
        #expect(restored.status == 0, "\(restored.output)\(restored.errors)")
        #expect(try picture() == before)
        let again = try world.apply()
        let script = try world.execute(["/bin/sh", "\(world.quarantine)/\(again)/undo.sh"])
        #expect(script.status == 0, "\(script.errors)")
        #expect(try picture() == before)
        let last = try world.apply()
        #expect(try world.run("purge", last, "--now", "--yes").status == 0)
        #expect(!world.exists(".foundling/\(last)/1") && world.exists("top/mid/pipe"))
        #expect(!FileManager.default.fileExists(atPath: world.world.directory + "/was-run"))
        try world.expectCanaryUntouched("special files as \(actor)")
    }

    private static func makeSocket(_ path: String) throws {
        // The path is longer than a socket's address may be.
        let made = try Program.execute(
            "/usr/bin/perl",
            [
                "-MSocket", "-e",
                "chdir shift; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un('socket')) or die",
                (path as NSString).deletingLastPathComponent,
            ])
        #expect(made.status == 0, "\(made.errors)")
    }
}
