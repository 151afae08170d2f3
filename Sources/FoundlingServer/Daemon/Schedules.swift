internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import ServiceLifecycle
internal import Synchronization

/// Runs jobs when they are due: each once, however many times were missed, and never on two machines at once.
final class Schedules: Sendable {
    /// One job as a person sees it.
    struct State: Sendable {
        var job: ScheduledJob
        var cron: String?
        var isRunning: Bool
        /// Nanoseconds since 1970.
        var next: Int64?
        var last: JobRun?
    }

    private let site: Site
    private let works: Works
    private let activities: Activities
    private let history: History
    private let log: @Sendable (String) -> Void
    /// What keeps machines from all beginning at once.
    private let seed: String
    private let running = Mutex<Set<ScheduledJob>>([])
    private let last = Mutex<[State]>([])
    /// What was begun, where the history could not be told: a full disk must not begin it again at every look.
    private let begun = Mutex<[ScheduledJob: Int64]>([:])
    private let now: @Sendable () -> Int64

    /// Seconds between two looks at the clock: a minute is the finest that cron knows.
    static let pace = 15.0

    init(
        _ site: Site, _ works: Works, _ activities: Activities, _ history: History,
        now: @escaping @Sendable () -> Int64 = { Custody.time }, log: @escaping @Sendable (String) -> Void
    ) {
        self.site = site
        self.works = works
        self.activities = activities
        self.history = history
        self.now = now
        self.log = log
        seed = ProcessInfo.processInfo.hostName + ":" + site.manifest.store.root
    }

    /// As of the last look: for `/metrics`, which must not wait.
    var known: [State] { last.withLock { $0 } }

    func states() throws(FoundlingError) -> [State] {
        let settings = site.manifest.serve
        let now = now()
        var states: [State] = []
        for job in ScheduledJob.allCases {
            let run = try history.lastRun(of: job, countingSkipped: false)
            let next: Int64? =
                switch settings.clock(of: job, seed: seed).answer(
                    last: try lastDue(job), started: site.started, now: now)
                {
                case .due(let time): time
                case .wait(let time): time
                case .never: nil
                }
            states.append(
                State(
                    job: job, cron: settings.schedules[job]?.cron?.text,
                    isRunning: running.withLock { $0.contains(job) }, next: next, last: run))
        }
        let found = states
        last.withLock { $0 = found }
        return states
    }

    /// What was skipped because another machine did it counts as served.
    private func lastDue(_ job: ScheduledJob) throws(FoundlingError) -> Int64? {
        if let due = begun.withLock({ $0[job] }) { return due }
        return try history.lastRun(of: job)?.due
    }

    /// A job that never ran counts from the daemon's first start, and not from each: a machine that is off at that hour
    /// would never get to it.
    private func countFromHere(_ job: ScheduledJob) {
        let run = JobRun(
            job: job, due: site.started, started: site.started, finished: site.started, outcome: .skipped,
            note: "counted from here")
        remember(run)
    }

    /// Where it cannot be told the work goes on: a purge is what makes room.
    private func remember(_ run: JobRun) {
        begun.withLock { $0[run.job] = run.due }
        do throws(FoundlingError) { try history.save(run) } catch { log("history: \(error.summary)") }
    }

    /// Starts what is due.
    func tick() throws(FoundlingError) {
        let settings = site.manifest.serve
        for job in ScheduledJob.allCases where !running.withLock({ $0.contains(job) }) {
            let clock = settings.clock(of: job, seed: seed)
            let last = try lastDue(job)
            if last == nil, settings.schedules[job]?.cron != nil { countFromHere(job) }
            if case .due(let due) = clock.answer(last: last, started: site.started, now: now()) {
                try start(job, due: due)
            }
        }
        _ = try states()
    }

    private func start(_ job: ScheduledJob, due: Int64) throws(FoundlingError) {
        let kind: Activity.Kind =
            switch job {
            case .scan: .scan
            case .clean: .clean
            case .purge: .purge
            }
        running.withLock { _ = $0.insert(job) }
        do {
            _ = try activities.submit(kind, by: "the schedule") { progress throws(FoundlingError) in
                defer { self.running.withLock { _ = $0.remove(job) } }
                return try self.run(job, due: due, progress)
            }
        } catch {
            running.withLock { _ = $0.remove(job) }
            // A scan that a person started serves as well: the next look finds it ended.
            guard error.code == .activityRunning || error.code == .tooMany else { throw error }
        }
    }

    private func run(
        _ job: ScheduledJob, due: Int64, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Activities.Outcome {
        var run = JobRun(job: job, due: due, started: now(), outcome: .interrupted, note: "")
        let manifest = site.manifest
        let fileLock: FileLock?
        let lock: JobLock?
        do throws(FoundlingError) {
            fileLock = try FileLock.take(job.rawValue, in: manifest.serve.state)
            lock = fileLock == nil ? nil : try JobLock.take(job.rawValue, manifest: manifest)
        } catch {
            log("job=\(job.rawValue) outcome=failed reason=\(JSONString.quote(error.summary))")
            note(&run, .failed, error.summary)
            throw error
        }
        guard fileLock != nil, let lock else {
            note(&run, .skipped, "another machine or daemon is at it")
            return skipped(job, "another machine or daemon is at it")
        }
        defer {
            // What keeps the store safe are the locks of its quarantine; this one only saves work.
            if !lock.isHeld {
                log("job=\(job.rawValue) lost its lock on the way: another machine may have done it as well")
            }
            lock.release()
        }
        if job == .scan, let seen = try? Custody.lastRecorded(manifest),
            RecordedScan(at: seen).serves(due: due, now: now())
        {
            note(&run, .skipped, "a scan was recorded since it was due")
            return skipped(job, "a scan was recorded since it was due")
        }
        // Noted before it begins: one that takes the daemon down with it is not begun again and again.
        remember(run)
        do throws(FoundlingError) {
            let outcome =
                switch job {
                case .scan: try works.scan(by: "the schedule", trigger: .schedule, progress)
                case .clean: try works.clean(reason: "scheduled clean-up", progress)
                case .purge: try works.purge(.due(run: nil), reason: "scheduled purge", progress)
                }
            note(&run, outcome.state == .refused ? .refused : .done, outcome.state == .partial ? "in part" : "")
            return outcome
        } catch {
            note(&run, error.code.exit == .refused ? .refused : .failed, "\(error.code.rawValue): \(error.summary)")
            throw error
        }
    }

    private func skipped(_ job: ScheduledJob, _ why: String) -> Activities.Outcome {
        log("job=\(job.rawValue) outcome=skipped reason=\(JSONString.quote(why))")
        return Activities.Outcome(result: Works.result(("skipped", JSONString.quote(why))))
    }

    private func note(_ run: inout JobRun, _ outcome: JobRun.Outcome, _ note: String) {
        (run.outcome, run.note, run.finished) = (outcome, note, now())
        remember(run)
    }
}

/// Looks at the clock for as long as the daemon runs.
struct ScheduleService: Service {
    let schedules: Schedules
    let log: @Sendable (String) -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(FoundlingError) { try schedules.tick() } catch {
                    log("schedule: \(error.summary)")
                }
                try await Task.sleep(for: .seconds(Schedules.pace))
            }
        }
    }
}
