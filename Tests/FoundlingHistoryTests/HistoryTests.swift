import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingTesting
import Testing

/// What the daemon remembers comes back as it was, and never grows without end.
@Suite struct HistoryTests {
    private let now = StateWorld.monday
    private let day = StateWorld.day
    /// Kept for as long as the test runs.
    private let state: StateWorld

    init() throws { state = try StateWorld("history") }

    private func open() throws -> History { try History(in: state.directory, now: now) }

    @Test func aScanComesBackAsItWasSaved() throws {
        let full = ScanRecord(
            id: "one", started: 5, finished: 9, trigger: .schedule, outcome: .refused, errorCode: "store-empty",
            errorSummary: "the store is empty: 'é'", isRecorded: true, counts: [.orphan: 3, .nearMiss: 1],
            orphanBytes: 7, freed: 6, totalBytes: 100, names: 12,
            disk: DiskSpace(total: 10, free: 4, available: 3, inodes: 9, inodesFree: 8))
        let bare = ScanRecord(id: "two", started: 1, trigger: .person, outcome: .interrupted)
        do {
            let history = try open()
            try history.save(full)
            try history.save(bare)
        }
        let history = try open()
        #expect(try history.scans().items == [bare, full])
        #expect(try history.scan("one") == full)
        #expect(try history.scan("three") == nil)
        #expect(try history.lastScan() == bare && history.lastScan(.refused) == full)
        #expect(try history.lastScan(.done) == nil)
        var status = stat()
        #expect(stat(state.directory + "/history.db", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func aScanThatEndsReplacesTheOneThatBegan() throws {
        let history = try open()
        var scan = ScanRecord(id: "one", started: 5, trigger: .start, outcome: .interrupted, counts: [.young: 2])
        try history.save(scan)
        try history.save(ScanRecord(id: "two", started: 6, trigger: .start, outcome: .done))
        (scan.outcome, scan.counts) = (.done, [.orphan: 4])
        try history.save(scan)
        #expect(try history.scans().items.map(\.id) == ["two", "one"])
        #expect(try history.scan("one") == scan)
    }

    @Test func theLastThousandScansArePagedNewestFirst() throws {
        let history = try open()
        for number in 0..<1005 {
            // Whatever the clock says.
            try history.save(
                ScanRecord(
                    id: "\(number)", started: Int64(2000 - number), trigger: .start, outcome: .done,
                    counts: [.orphan: number]))
        }
        var (ids, cursor) = ([String](), String?.none)
        repeat {
            let page = try history.scans(limit: 300, cursor: cursor)
            ids += page.items.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(ids == (5..<1005).reversed().map { "\($0)" })
        #expect(throws: FoundlingError.self) { try history.scans(cursor: "nonsense") }
    }

    @Test func jobsAreRememberedUpToFiveHundredAndTheLastOfEach() throws {
        let history = try open()
        let purge = JobRun(job: .purge, due: 1, started: 2, outcome: .interrupted)
        try history.save(purge)
        for number in 0..<510 {
            try history.save(
                JobRun(
                    job: .scan, due: Int64(number), started: Int64(number), finished: 3,
                    outcome: number == 509 ? .skipped : .done, note: "n\(number)"))
        }
        #expect(try history.runs(limit: 1000).count == 500)
        #expect(try history.lastRun(of: .purge) == purge)
        #expect(try history.lastRun(of: .scan)?.note == "n509")
        #expect(try history.lastRun(of: .scan, countingSkipped: false)?.note == "n508")
        #expect(try history.lastRun(of: .clean) == nil)
        #expect(try history.runs(of: .purge) == [purge])
        var ended = purge
        (ended.finished, ended.outcome, ended.note) = (9, .failed, "no space")
        try history.save(ended)
        #expect(try history.runs(of: .purge) == [ended])
    }

    @Test func theDiskIsSampledOnceAnHour() throws {
        let history = try open()
        let disk = DiskSpace(total: 100, free: 30, available: 20, inodes: 1, inodesFree: 1)
        let hour = day / 24
        #expect(try history.sample(disk, at: now))
        #expect(try !history.sample(disk, at: now + hour - 1))
        #expect(try history.sample(disk, at: now + hour))
        #expect(
            try history.samples(from: now, to: now)
                == [DiskSample(time: now, total: 100, available: 20, used: 70)])
        // The clock was a year ahead, and is right again.
        #expect(try history.sample(disk, at: now + 365 * day))
        #expect(try history.sample(disk, at: now + 2 * hour))
        #expect(try history.samples(from: 0, to: .max).map(\.time) == [now, now + hour, now + 2 * hour])
    }

    @Test func afterFourHundredDaysOneSampleADayIsLeft() throws {
        let history = try open()
        let disk = DiskSpace(total: 100, free: 30, available: 20, inodes: 1, inodesFree: 1)
        let start = now - now % day
        for hour in stride(from: Int64(0), to: 96, by: 6) { try history.sample(disk, at: start + hour * day / 24) }
        try history.sample(disk, at: start + 402 * day)
        let times = try history.samples(from: 0, to: .max).map { ($0.time - start) * 4 / day }
        #expect(times == [0, 4, 8, 9, 10, 11, 12, 13, 14, 15, 1608])
        #expect(try history.samples(from: 0, to: .max, limit: 3).map { ($0.time - start) / day } == [2, 3, 402])
        try history.sample(disk, at: start + 3_655 * day)
        #expect(try history.samples(from: 0, to: .max).map { ($0.time - start) / day } == [2, 3, 402, 3655])
    }

    @Test func aDamagedHistoryIsSetAsideAndSaid() throws {
        do {
            let history = try open()
            for number in 0..<50 {
                try history.save(ScanRecord(id: "\(number)", started: 1, trigger: .start, outcome: .done))
            }
        }
        try state.overwrite("history.db") { data in
            for index in data.indices.dropFirst(4096) { data[index] = 0xA5 }
        }
        let history = try open()
        #expect(history.notes.count == 1 && history.notes[0].contains("damaged"))
        #expect(try history.scans().items.isEmpty)
        try history.save(ScanRecord(id: "new", started: 1, trigger: .start, outcome: .done))
        #expect(state.names.contains("history-damaged-1790000000.db"), "\(state.names)")
        #expect(try open().notes.isEmpty)
    }

    @Test func whatIsSetAsideDoesNotPileUp() throws {
        for day in 0..<6 {
            try FileManager.default.createDirectory(atPath: state.directory, withIntermediateDirectories: true)
            try Data("no database at all, but long enough to be one".utf8)
                .write(to: URL(fileURLWithPath: state.directory + "/history.db"))
            #expect(try History(in: state.directory, now: now + Int64(day) * self.day).notes.count == 1)
        }
        #expect(state.names.filter { $0.hasPrefix("history-damaged-") }.count == 3)
    }

    @Test func aHistoryOfANewerVersionIsRefusedAndLeftAsItIs() throws {
        do { _ = try open() }
        // Bytes 60 to 63 of an SQLite file are its user_version.
        try state.overwrite("history.db") { $0[63] = 9 }
        let error = #expect(throws: FoundlingError.self) { try open() }
        #expect(error?.code == .historyNewer)
        #expect(state.names == ["history.db"])
    }

    @Test func aHistoryThatIsNoFileIsRefused() throws {
        try FileManager.default.createDirectory(
            atPath: state.directory + "/history.db", withIntermediateDirectories: true)
        let error = #expect(throws: FoundlingError.self) { try open() }
        #expect(error?.code == .historyUnusable)
        let missing = #expect(throws: FoundlingError.self) {
            try History(in: state.world.directory + "/no/such", now: now)
        }
        #expect(missing?.code == .historyUnusable)
    }
}
