import FoundlingCore

extension ManifestDecoder {
    private static let longestJitter: Int64 = 86_400

    /// `schedules:`, whose jobs each replace one of the standard's.
    func schedules(_ tree: Tree, _ drafts: [ResourceDraft]) -> [ScheduledJob: JobSchedule]? {
        guard let fields = Fields<ScheduledJob>(tree, mistakes) else { return nil }
        var schedules = JobSchedule.standard
        for job in ScheduledJob.allCases {
            guard let tree = fields[job], let schedule = schedule(tree, job) else { continue }
            schedules[job] = schedule
            if job == .clean, schedule.cron != nil, !drafts.isEmpty, !drafts.contains(where: \.safety.unattended) {
                mistakes.error(
                    "'clean' is scheduled, and no resource has 'unattended: true' in its 'safety': nothing would ever "
                        + "be cleaned", at: fields.position(of: job))
            }
        }
        return schedules
    }

    /// A text is the expression, or `off`.
    private func schedule(_ tree: Tree, _ job: ScheduledJob) -> JobSchedule? {
        if case .text = tree.value { return cron(tree, "'\(job.rawValue)'").map { JobSchedule(cron: $0) } }
        guard let fields = Fields<ScheduleKey>(tree, mistakes) else { return nil }
        var schedule = JobSchedule.standard[job] ?? .off
        if let tree = fields[.cron] {
            guard case .text = tree.value else {
                _ = text(tree, "'cron'")
                return nil
            }
            // Whoever names a time means it.
            schedule = JobSchedule(cron: cron(tree, "'cron'") ?? nil)
        } else if schedule.cron == nil {
            _ = fields.required(.cron)
        }
        if let jitter = quantity(fields, .jitter, Quantity.duration) {
            schedule.jitter = jitter
            if jitter > Self.longestJitter {
                mistakes.error("'jitter' is at most a day: 24h", at: fields[.jitter]?.position ?? fields.position)
            }
        }
        if let tree = fields[.blackout] {
            schedule.blackout = items(tree).compactMap(window)
            if BlackoutWindow.leaveNothing(schedule.blackout) {
                mistakes.error(
                    "'blackout' covers the whole week: '\(job.rawValue)' would never begin", at: tree.position)
            }
        }
        return schedule
    }

    /// nil where the text is a mistake, and a nil inside where it is `off`.
    private func cron(_ tree: Tree, _ what: String) -> CronExpression?? {
        guard let text = text(tree, what) else { return nil }
        if text == "off" { return .some(nil) }
        do {
            return try CronExpression(text)
        } catch {
            mistakes.error("\(what): \(error.reason)", at: tree.position)
            return nil
        }
    }

    private func window(_ tree: Tree) -> BlackoutWindow? {
        guard let text = text(tree, "a window of 'blackout'") else { return nil }
        do {
            return try BlackoutWindow(text)
        } catch {
            mistakes.error("'blackout': \(error.reason)", at: tree.position)
            return nil
        }
    }
}
