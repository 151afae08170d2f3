import Foundation
import FoundlingCore
import Testing

/// When a job is due, whatever the daemon and its clock go through.
@Suite struct JobClockTests {
    static let day = 1440 * minuteOfTime
    /// The daemon has run since then.
    let started = at("2026-06-01 00:00")

    func clock(
        _ cron: String, jitter: Int64 = 0, _ blackout: [String] = [], zone: String = "UTC", seed: String = "a"
    ) throws -> JobClock {
        JobClock(
            JobSchedule(
                cron: try CronExpression(cron), jitter: jitter, blackout: try blackout.map { try BlackoutWindow($0) }),
            zone: try #require(TimeZone(identifier: zone)), seed: seed)
    }

    @Test func aJobThatNeverRanWaitsForTheFirstTimeAfterTheStart() throws {
        let clock = try clock("0 4 * * *")
        #expect(clock.answer(last: nil, started: started, now: started) == .wait(until: at("2026-06-01 04:00")))
        #expect(
            clock.answer(last: nil, started: started, now: at("2026-06-01 04:00")) == .due(at: at("2026-06-01 04:00")))
        // Started at the very time: that one had come before.
        let late = at("2026-06-01 04:00")
        #expect(clock.answer(last: nil, started: late, now: late) == .wait(until: at("2026-06-02 04:00")))
    }

    @Test func whatWasMissedIsCaughtUpOnce() throws {
        let clock = try clock("0 4 * * *")
        let now = at("2026-06-20 12:00")
        let answer = clock.answer(last: at("2026-06-02 04:00"), started: now, now: now)
        #expect(answer == .due(at: at("2026-06-20 04:00")))
        #expect(
            clock.answer(last: at("2026-06-20 04:00"), started: now, now: now) == .wait(until: at("2026-06-21 04:00")))
    }

    @Test func aClockThatGoesBackRunsNothingTwice() throws {
        let clock = try clock("0 4 * * *")
        let last = at("2026-06-02 04:00")
        for now in ["2026-06-02 03:59", "2026-06-02 00:00", "2026-06-01 04:00"] {
            #expect(clock.answer(last: last, started: started, now: at(now)) == .wait(until: at("2026-06-03 04:00")))
        }
    }

    @Test func aRunThatAWrongClockNotedSilencesNothing() throws {
        let clock = try clock("0 4 * * *")
        let last = at("2036-01-01 04:00")
        let now = at("2026-06-01 05:00")
        #expect(clock.answer(last: last, started: started, now: now) == .due(at: at("2026-06-01 04:00")))
        #expect(clock.answer(last: last, started: now, now: now) == .wait(until: at("2026-06-02 04:00")))
        // The daemon, too, was started by that clock.
        let ahead = at("2035-12-31 00:00")
        #expect(clock.answer(last: last, started: ahead, now: now) == .due(at: at("2026-06-01 04:00")))
        #expect(clock.answer(last: nil, started: ahead, now: now) == .due(at: at("2026-06-01 04:00")))
        #expect(
            clock.answer(last: at("2026-06-01 04:00"), started: ahead, now: now) == .wait(until: at("2026-06-02 04:00"))
        )
    }

    @Test func aJobThatIsOffOrHasNoTimeLeftIsNeverDue() throws {
        #expect(JobClock(.off, zone: .gmt, seed: "").answer(last: nil, started: started, now: started) == .never)
        let full = try clock("0 4 * * *", ["Mon-Fri", "Sat,Sun"])
        #expect(full.answer(last: nil, started: started, now: at("2026-07-01 00:00")) == .never)
        #expect(full.planned(after: started) == nil)
    }

    @Test func jitterIsTheSameAfterARestartAndAnotherElsewhere() throws {
        var offsets: [Int64] = []
        for machine in 0..<200 {
            let clock = try clock("0 4 * * *", jitter: 1_800, seed: "machine \(machine)")
            guard case .wait(let due) = clock.answer(last: nil, started: started, now: started) else {
                Issue.record("due at once")
                continue
            }
            let offset = (due - at("2026-06-01 04:00")) / 1_000_000_000
            #expect((0...1_800).contains(offset))
            // Another start, another moment: still the same.
            let later = started + 3 * 60 * minuteOfTime
            #expect(clock.answer(last: nil, started: later, now: later) == .wait(until: due))
            #expect(clock.answer(last: nil, started: started, now: due) == .due(at: at("2026-06-01 04:00")))
            if offset > 0 {
                #expect(clock.answer(last: nil, started: started, now: due - 1) == .wait(until: due))
            }
            offsets.append(offset)
        }
        // Spread over the whole of it.
        #expect(Set(offsets.map { $0 / 300 }).isSuperset(of: 0...5))
        #expect(Set(offsets).count > 150)
        let other = try clock("0 4 * * *", jitter: 1_800)
        let days = (1...9).map { day in
            other.answer(last: at("2026-06-0\(day) 04:00"), started: started, now: at("2026-06-0\(day) 12:00"))
        }
        #expect(
            Set(
                days.enumerated().map { index, answer -> Int64 in
                    if case .wait(let due) = answer { due - Int64(index) * Self.day } else { 0 }
                }
            ).count > 5)
    }

    /// Machines of two releases draw the same, and mean the same lock.
    @Test func whatIsSpreadByItStaysWhereItIs() {
        var hash = StableHash()
        hash.add("store/scan")
        hash.add(Int64(1_780_000_000_000_000_000))
        #expect(hash.value == 0xC580_E437_D49D_C211)
        var (ab, a) = (StableHash(), StableHash())
        for part in ["ab", "c"] { ab.add(part) }
        for part in ["a", "bc"] { a.add(part) }
        #expect(ab.value != a.value)
    }

    @Test func aTimeInAWindowMovesToItsEndWithItsJitter() throws {
        let windows = ["Mon-Fri 08:00-18:00", "17:30-20:00"]
        let plain = try clock("0 12 * * *", windows)
        #expect(plain.planned(after: started) == at("2026-06-01 20:00"))
        #expect(plain.answer(last: nil, started: started, now: started) == .wait(until: at("2026-06-01 20:00")))
        #expect(
            plain.answer(last: nil, started: started, now: at("2026-06-01 20:00")) == .due(at: at("2026-06-01 12:00")))
        // On Saturdays nothing is in the way.
        #expect(
            plain.answer(last: at("2026-06-05 12:00"), started: started, now: at("2026-06-05 21:00"))
                == .wait(until: at("2026-06-06 12:00")))
        let spread = try clock("0 12 * * *", jitter: 1_800, windows)
        guard case .wait(let due) = spread.answer(last: nil, started: started, now: started) else {
            Issue.record("due at once")
            return
        }
        #expect(due > at("2026-06-01 20:00") && due <= at("2026-06-01 20:30"))
        // Somebody else has slept until the window ended: still not all at once.
        #expect(spread.answer(last: nil, started: started, now: at("2026-06-01 20:00")) == .wait(until: due))
        #expect(spread.answer(last: nil, started: started, now: due) == .due(at: at("2026-06-01 12:00")))
    }

    @Test func whatIsCaughtUpWaitsForTheEndOfAWindow() throws {
        let clock = try clock("0 4 * * *", jitter: 600, ["08:00-18:00"])
        let now = at("2026-06-20 12:00")
        guard case .wait(let due) = clock.answer(last: at("2026-06-02 04:00"), started: now, now: now) else {
            Issue.record("due in a window")
            return
        }
        #expect((at("2026-06-20 18:00")...at("2026-06-20 18:10")).contains(due))
        #expect(
            clock.answer(last: at("2026-06-02 04:00"), started: now, now: due) == .due(at: at("2026-06-20 04:00")))
    }

    @Test func jitterLeadsIntoNoWindow() throws {
        for machine in 0..<50 {
            let clock = try clock("55 7 * * *", jitter: 86_400, ["08:00-18:00", "18:10-24:00"], seed: "\(machine)")
            guard case .wait(let due) = clock.answer(last: nil, started: started, now: started) else { continue }
            #expect(clock.schedule.blackout.allSatisfy { !$0.covers(due, in: .gmt) }, "\(Timestamp.iso(due))")
            #expect(clock.answer(last: nil, started: started, now: due) != .wait(until: due))
        }
    }

    /// A daemon that asks whenever it was told to, and is stopped at random: it runs once for what it missed, never in
    /// a window, never twice for one time, and never sooner than the schedule says.
    @Test(arguments: 0..<20)
    func throughRestartsAndSleepEachTimeIsServedOnce(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let zone = ["UTC", "Europe/Berlin", "Australia/Lord_Howe"][seed % 3]
        let clock = try clock(
            ["0 4 * * *", "*/20 * * * *", "30 2 * * *", "17 3 * * 0"][seed % 4], jitter: [0, 600, 3_600][seed % 3],
            seed.isMultiple(of: 2) ? ["Mon-Fri 08:00-18:00", "02:00-03:00"] : [], zone: zone, seed: "\(seed)")
        let cron = try #require(clock.schedule.cron)
        var now = at("2026-10-01 00:00")
        let end = at("2026-11-15 00:00")
        var (started, last): (Int64, Int64?) = (now, nil)
        var runs: [(at: Int64, serving: Int64)] = []
        while now < end {
            switch clock.answer(last: last, started: started, now: now) {
            case .never:
                Issue.record("never due")
                return
            case .wait(let until):
                try #require(until > now)
                // A stop now and then, for up to four days.
                if Int.random(in: 0..<10, using: &random) == 0 {
                    now += Int64.random(in: 0...(4 * Self.day), using: &random)
                    started = last == nil ? started : now
                } else {
                    now = until
                }
            case .due(let due):
                try #require(due <= now && due > last ?? .min)
                try #require(clock.schedule.blackout.allSatisfy { !$0.covers(now, in: clock.zone) })
                try #require(cron.next(after: due - 1, in: clock.zone) == due)
                // What was served is the last time that had come.
                try #require(try #require(cron.next(after: due, in: clock.zone)) > now)
                runs.append((now, due))
                last = due
            }
        }
        #expect(runs.count > 3)
        #expect(Set(runs.map(\.serving)).count == runs.count)
    }
}
