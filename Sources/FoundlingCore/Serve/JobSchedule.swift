/// When a job is due, and when it must not begin.
package struct JobSchedule: Hashable, Sendable {
    /// nil where the job is off.
    package var cron: CronExpression?
    /// Seconds: each due time is put off by up to so many, so that many machines do not begin at once.
    package var jitter: Int64
    /// While one of these lasts the job does not begin; it begins when it ends.
    package var blackout: [BlackoutWindow]

    package init(cron: CronExpression?, jitter: Int64 = 0, blackout: [BlackoutWindow] = []) {
        self.cron = cron
        self.jitter = jitter
        self.blackout = blackout
    }

    package static let off = JobSchedule(cron: nil)

    /// A scan a week and a purge a day, at times that are nobody's round hour; nothing is cleaned unless asked for.
    package static let standard: [ScheduledJob: JobSchedule] = [
        .scan: JobSchedule(cron: try? CronExpression("17 3 * * 0"), jitter: 1_800),
        .clean: .off,
        .purge: JobSchedule(cron: try? CronExpression("47 4 * * *"), jitter: 900),
    ]
}
