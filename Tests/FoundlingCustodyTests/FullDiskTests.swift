import Foundation
import FoundlingTesting
import Testing

/// On the day not one byte is left, everything still works, or says what to do.
@Suite(.enabled(if: geteuid() == 0, "only root may mount")) struct FullDiskTests {
    /// A store on a small file system of its own, with five orphans of 200 KiB in 50 files each.
    private final class SmallDisk {
        let world: World
        static let files = 50
        let orphans: [String]

        init(_ name: String = #function, megabytes: Int, orphans count: Int = 5) throws {
            orphans = (1...count).map { "items/gone\($0)" }
            world = try World(name)
            try #require(
                try Program.execute(
                    "/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=755", "none", world.store]
                ).status == 0)
            try world.file("items/alive/x", "alive")
            for orphan in orphans {
                for number in 0..<Self.files {
                    try world.file("\(orphan)/\(number)", String(repeating: "x", count: 4096))
                }
            }
            try world.items(
                rows: [("alive", "items/alive")], safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        }

        deinit { _ = try? Program.execute("/bin/umount", ["-l", world.store]) }

        func run(_ arguments: String...) throws -> Program.Outcome {
            try Program.run(arguments, in: world.directory)
        }

        /// Writes until nothing more fits, not even a byte.
        func fill() throws {
            _ = try Program.execute("/bin/sh", ["-c", "cat /dev/zero > '\(world.store)/ballast' 2>/dev/null; true"])
            #expect(available == 0)
        }

        var available: UInt64 {
            var status = statvfs()
            statvfs(world.store, &status)
            return UInt64(status.f_bavail) * UInt64(status.f_frsize)
        }

        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: world.store + "/" + path) }
    }

    @Test func withTheReserveOfAnEarlierRunEverythingWorksAtNoByteFree() throws {
        let disk = try SmallDisk(megabytes: 96)
        // An earlier run, while there was room: it left the reserve.
        #expect(try disk.run("pin", "items/nothing").status == 0)
        #expect(disk.exists(".foundling/reserve"))
        try disk.fill()
        let plan = disk.world.directory + "/plan"
        #expect(try disk.run("plan", "-q", "--output", plan).status == 0)
        let applied = try disk.run("apply", plan)
        #expect(applied.status == 0, "\(applied.output)\(applied.errors)")
        for orphan in disk.orphans { #expect(!disk.exists(orphan)) }
        let runs = try FileManager.default.contentsOfDirectory(atPath: disk.world.store + "/.foundling")
        let run = try #require(runs.first { $0.hasPrefix("20") })
        #expect(try disk.run("restore", run, "--item", "1").status == 0)
        #expect(disk.exists("items/gone1/0"))
        let purged = try disk.run("purge", run, "--now", "--yes")
        #expect(purged.status == 0, "\(purged.output)\(purged.errors)")
        #expect(disk.available >= 4 * 200 << 10)
        #expect(try disk.run("ledger", "verify").status == 0)
        #expect(disk.exists("items/alive/x") && disk.exists("items/gone1/49"))
    }

    @Test func cleanWithPurgeFreesAsItGoesAtNoByteFree() throws {
        let disk = try SmallDisk(megabytes: 96)
        #expect(try disk.run("pin", "items/nothing").status == 0)
        try disk.fill()
        let outcome = try disk.run("clean", "--delete-all", "--purge", "--yes")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for orphan in disk.orphans { #expect(!disk.exists(orphan)) }
        #expect(disk.available >= 5 * 200 << 10)
        #expect(disk.exists("items/alive/x"))
        #expect(try disk.run("ledger", "verify").status == 0)
    }

    @Test func cleanWithPurgeTakesAsManyAtOnceAsThereIsRoomFor() throws {
        // Their receipts together need twice what is left; one after the other they need next to nothing.
        let disk = try SmallDisk(megabytes: 24, orphans: 60)
        let ballast = Int(disk.available) - (700 << 10)
        try Data(repeating: 0x78, count: ballast).write(to: URL(fileURLWithPath: disk.world.store + "/ballast"))
        #expect(try disk.run("clean", "--delete-all", "--yes").errors.contains("error[no-space]"))
        let outcome = try disk.run("clean", "--delete-all", "--purge", "--yes")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for orphan in disk.orphans { #expect(!disk.exists(orphan)) }
        #expect(disk.exists("items/alive/x"))
        #expect(disk.exists(".foundling/reserve"), "there is room for a reserve again")
        #expect(try disk.run("ledger", "verify").status == 0)
    }

    @Test func purgeFreeWorksAtNoByteFree() throws {
        let disk = try SmallDisk(megabytes: 96)
        #expect(try disk.run("clean", "--delete-all", "--yes").status == 0)
        try disk.fill()
        let outcome = try disk.run("purge", "--free", "500K", "--yes", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(disk.available >= 500 << 10)
    }

    @Test func aFirstRunWithoutAByteSaysWhatToDoAndLosesNothing() throws {
        let disk = try SmallDisk(megabytes: 8)
        try disk.fill()
        for arguments in [["clean", "--delete-all", "--yes"], ["clean", "--delete-all", "--yes", "--purge"]] {
            let outcome = try Program.run(arguments, in: disk.world.directory)
            #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("error[no-space]"), "\(outcome.errors)")
            #expect(outcome.errors.contains("free about 1 MiB"), "\(outcome.errors)")
        }
        for orphan in disk.orphans { #expect(disk.exists(orphan)) }
        // What the hint says is enough.
        let ballast = try FileHandle(forWritingTo: URL(fileURLWithPath: disk.world.store + "/ballast"))
        try ballast.truncate(atOffset: try ballast.seekToEnd() - 1 << 20)
        try ballast.close()
        let outcome = try disk.run("clean", "--delete-all", "--yes", "--purge")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        for orphan in disk.orphans { #expect(!disk.exists(orphan)) }
        #expect(disk.exists("items/alive/x"))
    }

    @Test func theLedgerMayLieOnAnotherDisk() throws {
        let disk = try SmallDisk(megabytes: 8)
        let manifest = try String(contentsOfFile: disk.world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(of: "  root: data\n", with: "  root: data\n  state: ./state/foundling\n")
            .write(toFile: disk.world.manifest, atomically: true, encoding: .utf8)
        #expect(try disk.run("clean", "--delete-all", "--yes").status == 0)
        #expect(FileManager.default.fileExists(atPath: disk.world.directory + "/state/foundling/ledger.db"))
        #expect(!disk.exists(".foundling/ledger.db"))
        #expect(try disk.run("ledger", "verify").status == 0)
    }

    @Test func aRunThatWouldNotFitIsRefusedBeforeItBegins() throws {
        let disk = try SmallDisk(megabytes: 8)
        let plan = disk.world.directory + "/plan"
        #expect(try disk.run("plan", "-q", "--output", plan).status == 0)
        // The reserve would do for as little as this.
        try FileManager.default.removeItem(atPath: disk.world.store + "/.foundling/reserve")
        let ballast = Int(disk.available) - (100 << 10)
        try Data(repeating: 0x78, count: ballast).write(to: URL(fileURLWithPath: disk.world.store + "/ballast"))
        let outcome = try disk.run("apply", plan)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("error[no-space]"), "\(outcome.errors)")
        #expect(outcome.errors.contains("`foundling clean --delete-all --purge`"), "\(outcome.errors)")
        for orphan in disk.orphans { #expect(disk.exists(orphan)) }
    }
}
