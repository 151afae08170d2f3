package import FoundlingCore
internal import GRDB

extension History {
    /// How many runs of jobs are remembered, besides the last one of each job.
    package static let jobLimit = 500

    // MARK: Jobs

    /// Remembers a run, in the place of the one of the same job that was due and began at the same times.
    package func save(_ run: JobRun) throws(FoundlingError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO jobs (job, due, started, finished, outcome, note) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (job, due, started) DO UPDATE SET finished = excluded.finished,
                        outcome = excluded.outcome, note = excluded.note
                    """,
                arguments: [run.job.rawValue, run.due, run.started, run.finished, run.outcome.rawValue, run.note])
            try database.execute(
                sql: """
                    DELETE FROM jobs WHERE n NOT IN (SELECT n FROM jobs ORDER BY n DESC LIMIT ?)
                    AND n NOT IN (SELECT max(n) FROM jobs GROUP BY job)
                    """, arguments: [Self.jobLimit])
        }
    }

    /// The run of a job that was saved last; skipped ones do not count unless asked for.
    package func lastRun(
        of job: ScheduledJob, countingSkipped: Bool = true
    ) throws(FoundlingError) -> JobRun? {
        try read { database in
            try Self.runs(
                database, "WHERE job = ? AND (? OR outcome <> 'skipped') ORDER BY n DESC LIMIT 1",
                [job.rawValue, countingSkipped]
            ).first
        }
    }

    /// Runs, the last one first.
    package func runs(of job: ScheduledJob? = nil, limit: Int = 50) throws(FoundlingError) -> [JobRun] {
        try read { database in
            try Self.runs(
                database, "WHERE ? IS NULL OR job = ? ORDER BY n DESC LIMIT ?",
                [job?.rawValue, job?.rawValue, min(max(limit, 1), Self.jobLimit)])
        }
    }

    /// A job that this version does not know is left out.
    private static func runs(
        _ database: Database, _ clause: String, _ arguments: StatementArguments
    ) throws -> [JobRun] {
        let sql = "SELECT job, due, started, finished, outcome, note FROM jobs \(clause)"
        return try Row.fetchAll(database, sql: sql, arguments: arguments).compactMap { row in
            let (job, outcome): (String, String) = (row[0], row[4])
            guard let job = ScheduledJob(rawValue: job) else { return nil }
            return JobRun(
                job: job, due: row[1], started: row[2], finished: row[3],
                outcome: JobRun.Outcome(rawValue: outcome) ?? .failed, note: row[5])
        }
    }
}
