package import Foundation

/// Says when a job is due: a value, to be asked again whenever the time has come, or the clock was changed.
///
/// A cron time is *served* by a run that begins at it or later. However many were missed, one run serves them all.
package struct JobClock: Hashable, Sendable {
    /// What to do now.
    package enum Answer: Hashable, Sendable {
        /// Run it; `at` is the last cron time that this run serves, to be noted as the due time of the last run.
        case due(at: Int64)
        case wait(until: Int64)
        /// The job is off, or its windows leave no time for it.
        case never
    }

    package let schedule: JobSchedule
    package let zone: TimeZone
    /// What tells this job on this machine from all others: with it their times are spread, and stay where they are
    /// when the daemon starts again.
    package let seed: String

    /// A last run that is dated further ahead than this was noted by a clock that was wrong.
    private static let day: Int64 = 86_400_000_000_000

    package init(_ schedule: JobSchedule, zone: TimeZone, seed: String) {
        self.schedule = schedule
        self.zone = zone
        self.seed = seed
    }

    /// All in nanoseconds since 1970.
    ///
    /// - Parameters:
    ///   - last: the due time that was noted of the last run; nil where it never ran.
    ///   - started: since when somebody has asked: what was due before is not missed by a job that never ran.
    package func answer(last: Int64?, started: Int64, now: Int64) -> Answer {
        guard let cron = schedule.cron, !BlackoutWindow.leaveNothing(schedule.blackout) else { return .never }
        let served = if let last, last <= now + Self.day { last } else { start(started, now) }
        guard let first = cron.next(after: served, in: zone) else { return .never }
        let due = put(off: first)
        if due > now { return .wait(until: due) }
        if let free = afterWindow(at: now, serving: first) { return .wait(until: free) }
        return .due(at: cron.previous(before: now + 1, in: zone) ?? first)
    }

    /// The first time after a moment at which the job is meant to begin, jitter aside.
    package func planned(after time: Int64) -> Int64? {
        guard !BlackoutWindow.leaveNothing(schedule.blackout) else { return nil }
        return schedule.cron?.next(after: time, in: zone).map(freed)
    }

    /// Since when times count for a job that never ran.
    private func start(_ started: Int64, _ now: Int64) -> Int64 {
        // Started by a clock that was ahead: the next cron time would always lie in front of us, and a job that waits
        // for ever is worse than one that runs too early.
        started <= now ? started : now - Self.day
    }

    /// A cron time, moved out of the windows and put off by its jitter.
    private func put(off time: Int64) -> Int64 { spread(from: freed(time), by: jitter(of: time)) }

    /// While a window lasts, and for as long as the jitter after it, the time at which the job may begin; nil where it
    /// may begin now.
    private func afterWindow(at now: Int64, serving time: Int64) -> Int64? {
        let jitter = jitter(of: time)
        for moment in [now, now - jitter] {
            let free = freed(moment)
            let begin = spread(from: free, by: jitter)
            if free > moment, begin > now { return begin }
        }
        return nil
    }

    /// The end of the windows that cover a moment; the moment itself where none does.
    private func freed(_ time: Int64) -> Int64 {
        var moment = time
        // Windows of a week, each of which may lead into another.
        for _ in 0...(schedule.blackout.count * 8) {
            guard let end = schedule.blackout.compactMap({ $0.end(of: moment, in: zone) }).max() else { break }
            moment = end
        }
        return moment
    }

    /// Later by `jitter`, or by a part of it where a window lies there.
    private func spread(from moment: Int64, by jitter: Int64) -> Int64 {
        var jitter = jitter
        while jitter > 0, isCovered(moment + jitter) { jitter /= 2 }
        return moment + jitter
    }

    private func isCovered(_ time: Int64) -> Bool { schedule.blackout.contains { $0.covers(time, in: zone) } }

    /// Between nothing and the whole jitter, always the same for the same seed and time.
    private func jitter(of time: Int64) -> Int64 {
        guard schedule.jitter > 0 else { return 0 }
        var hash = StableHash()
        hash.add(seed)
        hash.add(time)
        let span = UInt64(schedule.jitter) + 1
        return Int64(hash.value.multipliedFullWidth(by: span).high) * 1_000_000_000
    }
}

extension ServeSettings {
    /// The zone that schedules are meant in.
    package var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

    /// The clock of one job; `seed` tells this machine and store from others.
    package func clock(of job: ScheduledJob, seed: String) -> JobClock {
        JobClock(schedules[job] ?? .off, zone: zone, seed: "\(seed)/\(job.rawValue)")
    }
}
