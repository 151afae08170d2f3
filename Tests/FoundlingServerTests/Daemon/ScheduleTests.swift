import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingTesting
import Testing

@testable import FoundlingServer

/// What is done by the clock, and what is done all the same where something is in the way.
@Suite struct ScheduleTests {
    private static let day: Int64 = 86_400

    private func moved(_ served: ServedWorld) throws {
        let applied = try served.run("apply", "plan.jsonl", "-q")
        #expect(applied.status == 0, "\(applied.output)\(applied.errors)")
    }

    @Test func aJobThatNeverRanCountsFromTheFirstStartAndNotFromEach() throws {
        let served = try ServedWorld(starts: false)
        let first = try Workshop(served)
        try first.schedules.tick()
        let since = try #require(try first.history.lastRun(of: .purge)?.due)
        #expect(since == first.site.started)
        // Nothing that a person would call a run.
        #expect(try first.schedules.states().allSatisfy { $0.last == nil })
        let second = try Workshop(served)
        try second.schedules.tick()
        #expect(try second.history.lastRun(of: .purge)?.due == since)
        #expect(try second.history.lastRun(of: .clean) == nil, "a job that is off counts from when it is turned on")
    }

    @Test func aScanThatAClockDatedAheadStopsNoLaterOne() throws {
        let served = try ServedWorld(starts: false)
        let ahead = try Program.run(
            ["scan", "--record", "-q"], in: served.world.directory, environment: ["FOUNDLING_CLOCK": "94608000"])
        #expect(ahead.status == 0, "\(ahead.errors)")
        let shop = try Workshop(served)
        try shop.schedules.tick()
        try shop.pass(8 * Self.day)
        #expect(try shop.history.lastRun(of: .scan)?.outcome == .done, "\(shop.lines)")
    }

    @Test func aPurgeByTheClockLeavesNoTraceWhereNothingWasEverMoved() throws {
        let served = try ServedWorld(accepts: false, starts: false)
        let shop = try Workshop(served)
        try shop.schedules.tick()
        try shop.pass(2 * Self.day)
        #expect(try shop.history.lastRun(of: .purge)?.outcome == .done, "\(shop.lines)")
        #expect(!served.world.exists(".foundling"))
    }

    @Test func aStateDirectoryThatTakesNothingStopsNoPurgeAndRepeatsNone() throws {
        let served = try ServedWorld(
            safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%\n  retention: 0s", starts: false)
        try moved(served)
        let shop = try Workshop(served)
        try shop.schedules.tick()
        let full = "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'as if it were full'); END"
        let made = try Program.execute(
            "/usr/bin/env", ["sqlite3", shop.site.manifest.serve.state + "/history.db", full])
        #expect(made.status == 0, "\(made.errors)")
        try shop.pass(2 * Self.day)
        #expect(try served.run("ledger", "--format", "json").output.contains(#""purged":3"#), "\(shop.lines)")
        let purges = shop.activities.all.count { $0.kind == .purge }
        try shop.pass(15)
        #expect(shop.activities.all.count { $0.kind == .purge } == purges)
    }

    @Test func twoThatAreDueAtOnceRunOneAfterTheOther() throws {
        let served = try ServedWorld(starts: false)
        let shop = try Workshop(served)
        try shop.schedules.tick()
        try shop.pass(8 * Self.day)
        #expect(shop.activities.all.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.purge, .scan])
        #expect(shop.activities.all.allSatisfy { $0.state == .done }, "\(shop.activities.all)")
        try shop.pass(15)
        #expect(shop.activities.all.count == 2, "each once, however many were missed")
    }
}
