import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingTesting
import Testing

/// One file stands for the last scan, whatever happens to the next one.
@Suite struct FindingsFileTests {
    @Test func thereIsNoneBeforeTheFirstScan() throws {
        let state = try StateWorld()
        #expect(try FindingsFile.current(in: state.directory) == nil)
        #expect(!FileManager.default.fileExists(atPath: state.directory), "looking makes nothing")
    }

    @Test func theNewestFileIsCurrentAndForItsOwnerAlone() throws {
        let state = try StateWorld()
        let first = try state.write("b", try drawn(5, seed: 1))
        try state.write("a", day: 1, try drawn(6, seed: 1), after: first)
        let current = try #require(try FindingsFile.current(in: state.directory))
        #expect(current.id == "a" && current.time == StateWorld.monday + StateWorld.day)
        #expect(try current.all(FindingsQuery()).count == 6)
        #expect(try current.document("summary") == "{\"id\":\"a\"}")
        #expect(try current.document("other") == nil)
        #expect(state.names == ["findings-a.db"])
        var status = stat()
        #expect(stat(state.directory, &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(stat(state.directory + "/findings-a.db", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func ofTwoFilesThatACrashLeftTheNewerCounts() throws {
        let state = try StateWorld()
        try state.write("z", [try row("a/old")])
        try FileManager.default.moveItem(
            atPath: state.directory + "/findings-z.db", toPath: state.world.directory + "/kept")
        try state.write("a", day: 1, [try row("a/new")])
        try FileManager.default.moveItem(
            atPath: state.world.directory + "/kept", toPath: state.directory + "/findings-z.db")
        #expect(try FindingsFile.current(in: state.directory)?.id == "a")
        #expect(state.names == ["findings-a.db"])
    }

    @Test func whatWasCutShortIsRemovedAndOthersFilesAreNot() throws {
        let state = try StateWorld()
        try state.write("one", [try row("a/x")])
        for name in ["findings-two.db.part", "findings-.db.part", "notes.db.part", "findings-x y.db"] {
            try Data("cut".utf8).write(to: URL(fileURLWithPath: state.directory + "/" + name))
        }
        #expect(try FindingsFile.current(in: state.directory)?.id == "one")
        #expect(state.names == ["findings-.db.part", "findings-one.db", "findings-x y.db", "notes.db.part"])
    }

    @Test func aFileThatIsBeingWrittenIsNoLeftover() throws {
        let state = try StateWorld()
        var seen: [[String]] = []
        let rows = try [row("a/x")].lazy.map { row in
            // Somebody opens the directory half way.
            _ = try? FindingsFile.current(in: state.directory)
            seen.append(state.names)
            return row
        }
        let file = try FindingsFile.write(
            in: state.directory, id: "one", time: 1, documents: [:], rows: rows, previous: nil)
        #expect(seen == [["findings-one.db.part"]])
        #expect(try file.all(FindingsQuery()).count == 1)
    }

    @Test(arguments: ["cut", "garbage", "empty", "foreign"]) func aDamagedFileIsSetAsideAndSaid(_ damage: String) throws
    {
        let state = try StateWorld()
        try state.write("one", try drawn(500, seed: 1))
        try state.overwrite("findings-one.db") { data in
            switch damage {
            case "cut": data = data.prefix(20_000)
            case "garbage": data.replaceSubrange(0..<4096, with: [UInt8](repeating: 0xAB, count: 4096))
            case "foreign":
                data.replaceSubrange(4096..<data.count, with: [UInt8](repeating: 0, count: data.count - 4096))
            default: data = Data()
            }
        }
        var said: [String] = []
        #expect(try FindingsFile.current(in: state.directory) { said.append($0) } == nil)
        #expect(said.count == 1, "\(said)")
        if damage != "empty" { #expect(state.names == ["findings-one.db.damaged"], "\(said)") }
        // The next scan is kept all the same.
        try state.write("two", day: 1, [try row("a/x")])
        #expect(try FindingsFile.current(in: state.directory)?.id == "two")
    }

    @Test func damageThatIsFoundLaterIsAnErrorAndNoCrash() throws {
        let state = try StateWorld()
        let file = try state.write("one", try drawn(600, seed: 1))
        let size = try Data(contentsOf: URL(fileURLWithPath: state.directory + "/findings-one.db")).count
        var failures = 0
        for place in stride(from: 4096, to: size, by: 5003) {
            let copy = state.world.directory + "/copy"
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            var data = try Data(contentsOf: URL(fileURLWithPath: state.directory + "/findings-one.db"))
            for index in place..<min(place + 40, size) { data[index] = UInt8(truncatingIfNeeded: index &* 37) }
            try data.write(to: URL(fileURLWithPath: copy + "/findings-one.db"))
            do {
                guard let damaged = try FindingsFile.current(in: copy) else { continue }
                for sort in FindingsQuery.Sort.allCases {
                    var query = FindingsQuery(sort: sort, limit: 1000)
                    _ = try damaged.page(query)
                    query.contains = [0x61]
                    _ = try damaged.page(query)
                }
                _ = try damaged.tree()
                _ = try damaged.gone()
                // A scan that follows a damaged one is kept, too.
                _ = try FindingsFile.write(
                    in: copy, id: "two", time: file.time + 1, documents: [:], rows: [try row("a/x")], previous: damaged)
            } catch let error as FoundlingError {
                failures += 1
                #expect(error.code == .historyUnusable, "\(error)")
            }
        }
        #expect(failures > 0)
    }

    @Test func aScanIsNeverCalledWhatIsNoFileName() throws {
        let state = try StateWorld()
        for id in ["", "../x", "a/b", ".x", "é", String(repeating: "x", count: 65)] {
            #expect(throws: FoundlingError.self) { try state.write(id, []) }
        }
        #expect(state.names.isEmpty)
    }

    @Test func manyReadersReadWhileTheNextScanIsWritten() async throws {
        let state = try StateWorld()
        let rows = try drawn(2000, seed: 5)
        let first = try state.write("one", rows)
        let expected = try first.all(FindingsQuery(sort: .path, limit: 100)).map(\.json)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { try first.all(FindingsQuery(sort: .path, limit: 100)).map(\.json) == expected }
            }
            _ = try state.write("two", day: 1, rows, after: first)
            for try await isSame in group { #expect(isSame) }
        }
    }
}

/// On a disk without room the last scan's findings stay.
@Suite(.enabled(if: geteuid() == 0, "only root may mount")) struct FullStateTests {
    @Test func aFullDiskKeepsTheEarlierFindingsAndLeavesNothingHalfDone() throws {
        let state = try SmallState(kilobytes: 1024)
        let first = try state.world.write("one", try drawn(500, seed: 1))
        let error = #expect(throws: FoundlingError.self) {
            try state.world.write("two", day: 1, try drawn(20_000, seed: 1), after: first)
        }
        #expect(error?.code == .noSpace, "\(String(describing: error))")
        #expect(state.world.names == ["findings-one.db"])
        #expect(try FindingsFile.current(in: state.world.directory)?.id == "one")
    }

    @Test func aHistoryOnAFullDiskSaysSoAndReadsOn() throws {
        let state = try SmallState(kilobytes: 256)
        let history = try History(in: state.world.directory, now: StateWorld.monday)
        try history.save(ScanRecord(id: "one", started: 1, trigger: .start, outcome: .done))
        try state.fill()
        let error = #expect(throws: FoundlingError.self) {
            for number in 0..<400 {
                try history.save(
                    ScanRecord(
                        id: "s\(number)", started: 2, trigger: .schedule, outcome: .failed,
                        errorSummary: String(repeating: "x", count: 2000)))
            }
        }
        #expect(error?.code == .noSpace, "\(String(describing: error))")
        #expect(try history.scans(limit: 1000).items.last?.id == "one")
        let again = try History(in: state.world.directory, now: StateWorld.monday)
        #expect(again.notes.isEmpty)
        #expect(try again.scan("one")?.outcome == .done)
    }

    /// A state directory that is a small file system of its own.
    private final class SmallState {
        let world: StateWorld

        init(kilobytes: Int, _ name: String = #function) throws {
            world = try StateWorld(name)
            try FileManager.default.createDirectory(atPath: world.directory, withIntermediateDirectories: true)
            try #require(
                try Program.execute(
                    "/bin/mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=700", "none", world.directory]
                ).status == 0)
        }

        deinit { _ = try? Program.execute("/bin/umount", ["-l", world.directory]) }

        func fill() throws {
            _ = try Program.execute(
                "/bin/sh", ["-c", "cat /dev/zero > '\(world.directory)/ballast' 2>/dev/null; true"])
        }
    }
}
