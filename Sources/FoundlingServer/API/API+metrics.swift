internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import Glibc

/// `/metrics`: what is known anyway; nothing is looked at for it.
extension API {
    var metrics: String {
        var writer = MetricsWriter()
        let (standing, figures) = (site.standing, counters.figures)
        writer.family("foundling_build_info", "The release that runs.", [.init("1", [("version", version)])])
        if let snapshot = site.snapshot {
            writer.resources(snapshot.figures.resources.map(\.figures))
            writer.family(
                "foundling_doubts", "Reasons not to believe these figures.", "\(snapshot.figures.doubts.count)")
        }
        state(standing, &writer)
        outbox(standing, &writer)
        runs(figures, &writer)
        jobs(&writer)
        process(&writer)
        return writer.text
    }

    private func state(_ standing: Standing, _ writer: inout MetricsWriter) {
        guard standing.at > 0 else { return }
        if let disk = standing.disk { writer.disk(disk) }
        writer.quarantine(standing.quarantine)
        writer.family(
            "foundling_quarantine_due_timestamp_seconds", "When the first of it may be purged.",
            standing.quarantine?.due.map { "\($0 / 1_000_000_000)" })
        writer.family("foundling_store_up", "Whether the store is there.", standing.store == nil ? "1" : "0")
        writer.family("foundling_catalog_up", "Whether the database answers.", standing.catalog == nil ? "1" : "0")
        writer.family(
            "foundling_disk_full_timestamp_seconds", "When the disk will be full if it goes on growing like this.",
            standing.growth?.diskFull.map { "\($0 / 1_000_000_000)" })
        writer.family(
            "foundling_orphan_growth_bytes_per_day", "How fast orphans grow.",
            standing.growth?.orphans.map { "\($0)" })
        let tables = Dictionary(grouping: standing.triggers?.triggers ?? [], by: \.table)
        writer.family(
            "foundling_trigger_ok", "Whether every trigger that a table needs is there.",
            tables.sorted { $0.key < $1.key }.map { table, triggers in
                .init(triggers.allSatisfy(\.state.isGood) ? "1" : "0", [("table", table)])
            })
        writer.family("foundling_notices_pending", "Messages that wait to be delivered.", "\(notifier.pending)")
    }

    private func outbox(_ standing: Standing, _ writer: inout MetricsWriter) {
        guard let queue = standing.queue else { return }
        let pending = [DeletionTask.State.ready, .leased, .held, .dead].reduce(0) { $0 + (queue.counts[$1] ?? 0) }
        writer.outbox(
            pending: pending, held: queue.counts[.held] ?? 0, dead: queue.counts[.dead] ?? 0,
            oldest: queue.oldest.map { queue.now - $0 })
        writer.family("foundling_outbox_workers", "Workers that are there.", "\(queue.present.count)")
    }

    private func runs(_ figures: Counters.Figures, _ writer: inout MetricsWriter) {
        writer.family(
            "foundling_last_success_timestamp_seconds", "When this last went well.",
            figures.successes.sorted { $0.key < $1.key }.map { kind, time in
                .init("\(time / 1_000_000_000)", [("kind", kind)])
            })
        writer.family(
            "foundling_runs_total", as: .counter, "Scans and runs, by what came of them.",
            figures.runs.sorted { ($0.key.kind, $0.key.outcome) < ($1.key.kind, $1.key.outcome) }.map { run, count in
                .init("\(count)", [("kind", run.kind), ("outcome", run.outcome)])
            })
        writer.family(
            "foundling_run_duration_seconds", "How long the last one took.",
            figures.durations.sorted { $0.key < $1.key }.map { .init(String(format: "%.3f", $1), [("kind", $0)]) })
        writer.family(
            "foundling_items_total", as: .counter, "Items of runs, by what became of them.",
            ItemState.allCases.map { .init("\(figures.items[$0] ?? 0)", [("state", $0.rawValue)]) })
        writer.family(
            "foundling_quarantine_hits_total", as: .counter,
            "Items that a record claimed while they lay in quarantine.",
            "\(figures.hits)")
        writer.family(
            "foundling_guard_trips_total", as: .counter, "How often a guard refused.",
            figures.trips.sorted { $0.key < $1.key }.map { .init("\($1)", [("guard", $0)]) })
    }

    private func jobs(_ writer: inout MetricsWriter) {
        let states = schedules.known
        writer.family(
            "foundling_job_next_timestamp_seconds", "When a job is due next.",
            states.compactMap { state in
                state.next.map { .init("\($0 / 1_000_000_000)", [("job", state.job.rawValue)]) }
            })
        writer.family(
            "foundling_job_running", "Whether a job runs.",
            states.map { .init($0.isRunning ? "1" : "0", [("job", $0.job.rawValue)]) })
    }

    private func process(_ writer: inout MetricsWriter) {
        let traffic = traffic.figures
        writer.family(
            "foundling_http_requests_total", as: .counter, "Requests, by method and status.",
            traffic.requests.sorted { $0.key < $1.key }.flatMap { method, statuses in
                statuses.sorted { $0.key < $1.key }.map {
                    MetricsWriter.Sample("\($1)", [("method", method), ("code", "\($0)")])
                }
            })
        var sum = 0
        var samples: [MetricsWriter.Sample] = []
        for (index, count) in traffic.buckets.enumerated() {
            sum += count
            let bound = index < Traffic.bounds.count ? "\(Traffic.bounds[index])" : "+Inf"
            samples.append(.init("\(sum)", [("le", bound)], suffix: "_bucket"))
        }
        samples.append(.init(String(format: "%.6f", traffic.seconds), suffix: "_sum"))
        samples.append(.init("\(sum)", suffix: "_count"))
        writer.family(
            "foundling_http_request_duration_seconds", as: .histogram, "How long requests took.", samples)
        writer.family(
            "process_start_time_seconds", "When the daemon started.", "\(site.started / 1_000_000_000)")
        writer.family("process_resident_memory_bytes", "Memory that it holds.", Self.residentMemory)
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static var residentMemory: String? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
        else { return nil }
        return String(pages * UInt64(sysconf(Int32(_SC_PAGESIZE))))
    }
}

extension ScanFigures.Resource {
    var figures: ResourceFigures {
        ResourceFigures(
            name: name, onDisk: onDisk, inDatabase: inDatabase, orphaned: orphaned, orphanedBytes: orphanedBytes,
            freed: freed, dangling: dangling, unrecognised: unrecognised, young: young, kept: kept)
    }
}
