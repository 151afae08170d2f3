import Foundation
import FoundlingCore
import FoundlingHistory
import Testing

/// Growth is told where it is known, and not where it is guessed.
@Suite struct GrowthTests {
    private let now = StateWorld.monday
    private let day = StateWorld.day
    /// Kept for as long as the test runs.
    private let state: StateWorld

    init() throws { state = try StateWorld("growth") }

    /// One point a day, the last of them today.
    private func line(days: Int64, from start: Int64, by step: Int64) -> [(day: Int64, used: UInt64)] {
        (0...days).map { day in (day - days, UInt64(start + step * day)) }
    }

    /// A disk of 1,000,000 bytes whose used space is given by day, the last day being now.
    private func history(_ used: [(day: Int64, used: UInt64)]) throws -> History {
        let history = try History(in: state.directory, now: now)
        for each in used {
            let free = 1_000_000 - each.used
            try history.sample(
                DiskSpace(total: 1_000_000, free: free, available: free, inodes: 1, inodesFree: 1),
                at: now + each.day * day)
        }
        return history
    }

    private func fresh(_ used: [(day: Int64, used: UInt64)]) throws -> History {
        try? FileManager.default.removeItem(atPath: state.directory)
        return try history(used)
    }

    @Test func aSteadyDiskIsFullWhenItsLineSays() throws {
        let growth = try history(line(days: 10, from: 400_000, by: 10_000)).growth(now: now)
        #expect(growth.used.map { abs($0 - 10_000) < 1 } == true)
        // 500,000 bytes are left.
        #expect(growth.diskFull.map { abs($0 - now - 50 * day) < day / 100 } == true)
        #expect(growth.orphans == nil)
    }

    @Test func oneGreatDeletionDoesNotTurnTheLineRound() throws {
        let used = line(days: 20, from: 700_000, by: 10_000).map { point in
            (day: point.day, used: point.day > -6 ? point.used - 300_000 : point.used)
        }
        let growth = try history(used).growth(now: now)
        #expect(try #require(growth.used) > 0)
    }

    @Test(
        arguments: [
            [], [-3], [-3, 0], [0, 0, 0], [-40, -39, -38], [-90, -60, 0],
        ] as [[Int64]]) func tooLittleIsNoGrowth(_ days: [Int64]) throws
    {
        let growth = try history(days.enumerated().map { (day: $1, used: UInt64(1000 * $0)) }).growth(now: now)
        #expect(growth == Growth())
    }

    @Test func aDiskThatShrinksOrBarelyGrowsIsNeverFull() throws {
        let shrinking = try fresh(line(days: 5, from: 500_000, by: -1000)).growth(now: now)
        #expect(try #require(shrinking.used) < 0)
        #expect(shrinking.diskFull == nil)
        let still = try fresh(line(days: 5, from: 500_000, by: 0)).growth(now: now)
        #expect(still.used == 0 && still.diskFull == nil)
        // 500,000 bytes at 100 a day take 13 years.
        let slow = try fresh(line(days: 5, from: 500_000, by: 100)).growth(now: now)
        #expect(slow.diskFull == nil && slow.used != nil)
    }

    @Test func aDiskThatIsFullByNowIsFullNow() throws {
        let history = try history(line(days: 9, from: 900_000, by: 11_000).map { ($0.day - 11, $0.used) })
        #expect(try history.growth(now: now).diskFull == now)
    }

    @Test func orphansGrowByScansThatEndedAndWhatIsAheadOfTheClockDoesNotCount() throws {
        let history = try history([])
        func save(_ day: Int64, _ bytes: UInt64?, _ outcome: ScanRecord.Outcome = .done) throws {
            try history.save(
                ScanRecord(
                    id: "\(day)-\(outcome)", started: now + day * self.day, trigger: .schedule, outcome: outcome,
                    orphanBytes: bytes))
        }
        try save(-21, 1000)
        try save(-14, 8000)
        #expect(try history.growth(now: now).orphans == nil)
        try save(-7, nil)
        try save(-6, 9_000_000, .failed)
        try save(300, 9_000_000)
        #expect(try history.growth(now: now).orphans == nil)
        try save(-7, 15_000)
        #expect(try history.growth(now: now).orphans == 1000)
    }

    @Test func ofManySamplesAFewHundredAreLookedAt() throws {
        let history = try history([])
        for hour in 0..<700 {
            let used = UInt64(hour * 100)
            try history.sample(
                DiskSpace(
                    total: 1_000_000, free: 1_000_000 - used, available: 1_000_000 - used, inodes: 1, inodesFree: 1),
                at: now - Int64(699 - hour) * day / 24)
        }
        let growth = try history.growth(now: now)
        #expect(growth.used.map { abs($0 - 2400) < 1 } == true)
        #expect(try history.samples(from: 0, to: now, limit: 100).count == 100)
    }
}
