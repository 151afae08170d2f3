internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import FoundlingStore
internal import ServiceLifecycle

/// The daemon's own worker: takes the files of deleted records along. Where there is no outbox it waits for one.
struct WorkerService: Service {
    let site: Site
    let counters: Counters
    let wishes: Worker.Wishes
    let log: @Sendable (String) -> Void
    /// Seconds until a worker that could not begin is tried again.
    private static let patience = 15.0

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            await work()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(Self.patience)) }
        }
    }

    /// One worker's life, on a thread of its own: told to end, it finishes its batch, if that does not take too long.
    private func work() async {
        let ended = AsyncStream<Void>.makeStream()
        guard
            let thread = WorkerThread({
                drive()
                ended.continuation.finish()
            })
        else { return log("worker: the system has no thread to give") }
        thread.detach()
        let isOver = await withGracefulShutdownHandler {
            await Grace.wait(for: ended.stream)
        } onGracefulShutdown: {
            wishes.end()
        }
        if !isOver { log("worker: its batch was cut short: the next one to have these tasks settles it") }
    }

    private func drive() {
        do {
            let worker = try Worker(
                wishes: wishes,
                load: { () throws(FoundlingError) in
                    try site.reload()
                    return site.manifest
                }, tell: tell)
            site.change { ($0.hasWorker, $0.worker) = (true, nil) }
            try worker.run(once: false)
            site.change { $0.hasWorker = false }
        } catch {
            let error = error as? FoundlingError ?? FoundlingError(.system, "the worker stopped: \(error)", hint: "")
            let before = site.standing
            // Once is enough for a log that is asked every quarter of a minute.
            if before.worker?.code != error.code { log("worker: \(error.summary)") }
            site.change { ($0.hasWorker, $0.worker) = (false, error) }
        }
    }

    private func tell(_ event: Worker.Event) {
        switch event {
        case .started(let worker): log("worker: \(worker) is at work")
        case .batch(let drained):
            site.change { $0.worker = nil }
            for run in drained.runs { counters.count(run) }
            for line in WorkerReport.lines(drained.verdicts, drained.runs, now: Custody.time) { log("worker: \(line)") }
            // What was found when the store was opened comes by itself, once.
            for run in drained.runs { site.alarm(run.items) }
        case .alarm(let notes):
            for note in notes { log("worker: \(note)") }
            site.alarm(notes)
        case .trouble(let error, _):
            if site.standing.worker?.code != error.code { log("worker: \(error.summary)") }
            site.change { $0.worker = error }
        case .reloaded: log("worker: the manifest was read again")
        case .refused(let error):
            log("worker: the changed manifest is refused: \(error.summary)")
            site.change { $0.manifest = error }
        case .ended(let batches): log("worker: ended after \(batches) batches")
        }
    }
}
