import Foundation
import FoundlingTesting
import Testing

/// Taking back with everything else gone: the ledger, the manifest, the database, the disk's number, the very inodes.
@Suite struct UndoAloneTests {
    private func forgetLedger(_ quarantine: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(quarantine + "/ledger.db" + suffix) }
    }

    @Test(arguments: [false, true]) func withoutDatabaseAndLedgerEverythingComesBack(_ isByScript: Bool) throws {
        let world = try ActingWorld()
        let run = try world.apply()
        forgetLedger(world.quarantine)
        unlink(world.world.database)
        if isByScript { unlink(world.world.manifest) }
        let outcome =
            isByScript
            ? try Program.execute("/bin/sh", ["\(world.quarantine)/\(run)/undo.sh"], in: "/")
            : try world.run("restore", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let difference = try TreeSnapshot(world.world.store).difference(from: world.original)
        #expect(difference.isEmpty, "\(difference)")
    }

    @Test func aLedgerOfANewerFoundlingIsLeftAloneAndTheWaysBackAreSaid() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let ledger = world.quarantine + "/ledger.db"
        #expect(try Program.execute("/usr/bin/sqlite3", [ledger, "PRAGMA user_version"]).output == "1\n")
        _ = try Program.execute("/usr/bin/sqlite3", [ledger, "PRAGMA user_version = 2"])
        let before = try Data(contentsOf: URL(fileURLWithPath: ledger))
        for command in [
            ["ledger"], ["restore", run], ["purge", run, "--now", "--yes"], ["clean", "--delete-all", "--yes"],
            ["pin", "items/gone"],
        ] {
            let outcome = try Program.run(command, in: world.world.directory)
            #expect(outcome.status == 1, "\(command): \(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("error[ledger-newer]"), "\(outcome.errors)")
            #expect(outcome.errors.contains("undo.sh"), "\(outcome.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: ledger)) == before)
        #expect(try world.inQuarantine().count == 3)
        // A scan goes on, and says what it could not see.
        #expect(try world.run("scan").output.contains("DOUBT"))
        // Both ways that the hint names.
        #expect(try Program.execute("/bin/sh", ["\(world.quarantine)/\(run)/undo.sh"], in: "/").status == 0)
        #expect(try TreeSnapshot(world.world.store).difference(from: world.original).isEmpty)
        let other = try ActingWorld()
        let second = try other.apply()
        _ = try Program.execute("/usr/bin/sqlite3", [other.quarantine + "/ledger.db", "PRAGMA user_version = 2"])
        #expect(rename(other.quarantine + "/ledger.db", other.world.directory + "/ledger-newer.db") == 0)
        #expect(try other.run("restore", second).status == 0)
        #expect(try TreeSnapshot(other.world.store).difference(from: other.original).isEmpty)
    }

    /// Ways in which a store goes elsewhere: a disk that is plugged in elsewhere keeps its inodes, a copy does not.
    enum Move: String, CaseIterable, Sendable {
        case renamed, copied, synced
    }
    enum Way: String, CaseIterable, Sendable {
        case ledger, receipts, script
    }

    @Test(arguments: Move.allCases, Way.allCases) func aStoreThatWentElsewhereIsPutBackThere(_ move: Move, _ way: Way)
        throws
    {
        let world = try ActingWorld("elsewhere-\(move.rawValue)-\(way.rawValue)")
        let run = try world.apply()
        let (here, there) = (world.world.directory, world.world.directory + " elsewhere")
        defer { try? FileManager.default.removeItem(atPath: there) }
        switch move {
        case .renamed: #expect(rename(here, there) == 0)
        case .copied:
            #expect(try Program.execute("/bin/cp", ["-a", here, there]).status == 0)
            try FileManager.default.removeItem(atPath: here)
        case .synced:
            // As tar without any option writes it: times are whole seconds.
            try FileManager.default.createDirectory(atPath: there, withIntermediateDirectories: false)
            let copied = try Program.execute(
                "/bin/sh", ["-c", "tar -C '\(here)' --xattrs -cSf - . | tar -C '\(there)' --xattrs -xpSf -"])
            #expect(copied.status == 0, "\(copied.errors)")
            try FileManager.default.removeItem(atPath: here)
        }
        let quarantine = there + "/data/.foundling"
        if way == .receipts { forgetLedger(quarantine) }
        let outcome =
            way == .script
            ? try Program.execute("/bin/sh", ["\(quarantine)/\(run)/undo.sh"], in: "/")
            : try Program.run(["restore", run], in: there)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(!outcome.output.contains("ALARM"), "\(outcome.output)")
        var difference = try TreeSnapshot(there + "/data").difference(from: world.original)
        if move == .synced { difference = difference.map(Self.wholeSeconds) }
        #expect(
            Set(difference.map { $0.dropFirst(2) }).count * (move == .synced ? 2 : 1) == difference.count,
            "\(difference)")
        guard way != .script, move != .renamed else { return }
        #expect(outcome.output.contains("a copy, made since it was moved"), "\(outcome.output)")
        // What is back, and claimed by nobody, goes like anything else; the store has to be accepted there first.
        #expect(try Program.run(["restore", run], in: there).status == 0)
    }

    /// A line of a snapshot with its time cut to seconds: then both sides of a difference read alike.
    private static func wholeSeconds(_ line: String) -> String {
        line.replacingOccurrences(of: "(mtime=[0-9]+)\\.[0-9]+", with: "$1", options: .regularExpression)
    }

    @Test func aCopyIsNeverRemovedOnTheWordOfAReceipt() throws {
        for isLost in [false, true] {
            let world = try ActingWorld("copy-\(isLost)")
            let run = try world.apply()
            let there = world.world.directory + "-there"
            defer { try? FileManager.default.removeItem(atPath: there) }
            #expect(try Program.execute("/bin/cp", ["-a", world.world.directory, there]).status == 0)
            if isLost { forgetLedger(there + "/data/.foundling") }
            let purged = try Program.run(["purge", run, "--unverified", "--confirm", run], in: there)
            #expect([3, 4].contains(purged.status), "\(purged.output)\(purged.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(there)/data/.foundling/\(run)/1/a.bin"))
            // It is held, and still comes back.
            let restored = try Program.run(["restore", run], in: there)
            #expect(restored.status == 0, "\(restored.output)\(restored.errors)")
            #expect(try TreeSnapshot(there + "/data").difference(from: world.original).isEmpty)
        }
    }

    @Test func whatIsNoTrueCopyStays() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let there = world.world.directory + "-changed"
        defer { try? FileManager.default.removeItem(atPath: there) }
        #expect(try Program.execute("/bin/cp", ["-a", world.world.directory, there]).status == 0)
        let lying = "\(there)/data/.foundling/\(run)/1"
        try Data("other".utf8).write(to: URL(fileURLWithPath: lying + "/deep/er/b.bin"))
        let outcome = try Program.run(["restore", run], in: there)
        #expect(outcome.status == 4)
        #expect(outcome.output.contains("something else lies in its place"), "\(outcome.output)")
        #expect(!FileManager.default.fileExists(atPath: there + "/data/items/gone"))
        // One file less than the receipt knows is none either.
        unlink(lying + "/deep/er/b.bin")
        #expect(try Program.run(["restore", run], in: there).status == 4)
    }

    /// A machine that starts anew may number its disks otherwise.
    @Test(.enabled(if: geteuid() == 0, "only root may mount"))
    func afterARestartWithAnotherDeviceNumberEverythingComesBack()
        throws
    {
        let world = try World()
        let (image, store) = (world.directory + "/image", world.store)
        func sh(_ command: String) throws -> Program.Outcome { try Program.execute("/bin/sh", ["-c", command]) }
        guard try sh("truncate -s 32M '\(image)' && mkfs.ext4 -q '\(image)' && losetup -f").status == 0 else {
            return  // No loop device to be had here, as in most containers.
        }
        func mount() throws -> String {
            let device = try sh("losetup -f --show '\(image)'").output.trimmingCharacters(in: .whitespacesAndNewlines)
            try #require(try sh("mount '\(device)' '\(store)'").status == 0)
            return device
        }
        let first = try mount()
        defer { _ = try? sh("umount -l '\(store)'") }
        try world.file("items/alive/x", "alive")
        try world.file("items/gone/deep/b", "gone")
        try world.hardLink("items/gone/again", to: store + "/items/gone/deep/b")
        try world.items(rows: [("alive", nil)], safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%")
        let original = try TreeSnapshot(store, except: [".foundling", "lost+found"])
        var status = stat()
        #expect(stat(store, &status) == 0)
        let device = status.st_dev
        #expect(try Program.run(["clean", "--delete-all", "--yes"], in: world.directory).status == 0)
        let runs = try FileManager.default.contentsOfDirectory(atPath: store + "/.foundling").filter {
            $0.hasPrefix("20")
        }
        let run = try #require(runs.first)
        #expect(try sh("umount '\(store)'").status == 0)
        // Its old number is taken by another.
        #expect(
            try sh("losetup -d '\(first)'; truncate -s 1M '\(image)-other' && losetup '\(first)' '\(image)-other'")
                .status == 0)
        defer { _ = try? sh("losetup -d '\(first)'") }
        let second = try mount()
        defer { _ = try? sh("umount -l '\(store)'; losetup -d '\(second)'") }
        #expect(stat(store, &status) == 0 && status.st_dev != device)
        let restored = try Program.run(["restore", run], in: world.directory)
        #expect(restored.status == 0, "\(restored.output)\(restored.errors)")
        #expect(!restored.output.contains("copy"))
        #expect(try TreeSnapshot(store, except: [".foundling", "lost+found"]).difference(from: original).isEmpty)
        // And it goes on as before: the store is still the accepted one.
        #expect(try Program.run(["clean", "--delete-all", "--yes", "--purge"], in: world.directory).status == 0)
    }

    @Test(.enabled(if: geteuid() == 0)) func anotherUserIsToldWhoMay() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        _ = try Program.execute("/bin/chmod", ["755", world.world.directory])
        let outcome = try world.run("restore", run, asNobody: true)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("as root"), "\(outcome.errors)")
        let script = try Program.execute(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "\(world.quarantine)/\(run)/undo.sh"],
            in: "/")
        #expect(script.status != 0)
        #expect(try world.inQuarantine().count == 3)
        try world.expectUndo("by whoever may")
    }
}
