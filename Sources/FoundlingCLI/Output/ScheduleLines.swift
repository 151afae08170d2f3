internal import FoundlingCore

/// What the daemon would do by the clock, one line a job.
struct ScheduleLines {
    private let serve: ServeSettings
    private let now: Int64

    /// - Parameter now: nanoseconds since 1970.
    init(_ serve: ServeSettings, now: Int64) {
        self.serve = serve
        self.now = now
    }

    var lines: [String] { ScheduledJob.allCases.map(line) }

    private func line(_ job: ScheduledJob) -> String {
        let schedule = serve.schedules[job] ?? .off
        guard let cron = schedule.cron else { return "\(job.rawValue): off" }
        let start = "\(job.rawValue), which \(work(of: job)): "
        guard let next = serve.clock(of: job, seed: "").planned(after: now) else {
            return start + "never due (\(Printable.escape(cron.text)))"
        }
        var line = start + "next on \(Timestamp.words(next, in: serve.zone)) (\(Printable.escape(serve.timeZone)))"
        if schedule.jitter > 0 { line += ", or up to \(Words.duration(schedule.jitter)) later" }
        if !schedule.blackout.isEmpty {
            line += "; not in " + schedule.blackout.map { Printable.escape($0.text) }.joined(separator: ", ")
        }
        return line
    }

    private func work(of job: ScheduledJob) -> String {
        switch job {
        case .scan: "compares and records"
        case .clean: "moves aside what recorded scans agree on"
        case .purge: "removes what is past its retention"
        }
    }
}
