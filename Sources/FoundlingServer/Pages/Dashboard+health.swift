internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// Whether all is well, and what that rests on.
extension Dashboard {
    func health(_ visit: Visit) async throws -> Reply {
        let standing = site.standing
        let (schedules, manifest, snapshot) = (api.schedules, site.manifest, snapshot)
        let (jobs, accepted, certificate) = try await api.reading {
            (
                try schedules.states(), (try? Custody.accepted(manifest)).flatMap { $0 },
                (try? snapshot?.part(.certificate)).flatMap { $0 }
            )
        }
        let page = HealthPage(
            checks: checks(standing),
            jobs: jobs.map { job in
                HealthPage.Job(
                    name: job.job.rawValue, cron: job.cron, next: job.next,
                    outcome: job.isRunning ? "running" : job.last?.outcome.rawValue ?? "never",
                    last: job.last?.started, note: job.isRunning ? "" : job.last?.note ?? "",
                    isGood: job.last.map { [.done, .skipped].contains($0.outcome) } ?? true, now: now)
            },
            triggers: (standing.triggers?.triggers ?? []).map { HealthPage.Trigger($0) },
            workers: (standing.queue?.present ?? []).map {
                "\(Printable.escape($0.id)), last heard of \(Timestamp.age($0.seen * 1_000_000, now: now)) ago"
            }, identities: Self.identities(accepted), certificate: Self.pairs(certificate), version: api.version)
        return html(page.html(frame(.health, visit), templates))
    }

    private func checks(_ standing: Standing) -> [HealthPage.Check] {
        let queue = standing.queue.map { queue in
            HealthPage.Check(
                "Queue", isGood: queue.alarms.isEmpty,
                queue.alarms.isEmpty ? "nothing waits too long" : queue.alarms.joined(separator: "; "),
                hint: queue.alarms.isEmpty ? "" : "see Tasks")
        }
        let worker = HealthPage.Check(
            "Worker", isGood: standing.hasWorker && standing.worker == nil,
            standing.worker?.summary ?? (standing.hasWorker ? "at work in this daemon" : "has not begun"),
            hint: standing.worker?.hint ?? "")
        return [
            .init("Manifest", standing.manifest, whenGood: "read and in force"),
            .init("Store", standing.store, whenGood: "there, and the directory that it was"),
            .init("Database", standing.catalog, whenGood: "answers"),
            .init("Ledger", standing.ledgerTrouble, whenGood: "can be read"),
            queue ?? .init("Queue", standing.queueTrouble, whenGood: "there is no outbox in this database"), worker,
        ]
            + standing.troubles.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, trouble in
                .init("Last \(kind.rawValue)", trouble.error, whenGood: "")
            }
    }

    private static func identities(_ accepted: Grounds?) -> [HealthPage.Pair] {
        guard let accepted else {
            return [.init("Nothing yet", "the first plan that a person makes accepts this database and this store")]
        }
        return [
            .init("Database", "\(accepted.catalog.engine) \(accepted.catalog.location)"),
            .init("Schema", accepted.catalog.schema),
            .init("Store", "\(accepted.store.root), root inode \(accepted.store.inode)"),
            .init(
                "Rows then",
                accepted.rows.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")),
        ]
    }

    /// The certificate's parts by their names, whatever they are by then.
    private static func pairs(_ certificate: String?) -> [HealthPage.Pair] {
        guard let certificate, case .object(let parts)? = JSONValue(parsing: Array(certificate.utf8)) else { return [] }
        return parts.sorted { $0.key < $1.key }.flatMap { name, value -> [HealthPage.Pair] in
            switch value {
            case .object(let fields):
                fields.filter { !unsaid.contains($0.key) }.sorted { $0.key < $1.key }.map {
                    .init("\(name) \($0)".replacing("_", with: " "), words($1))
                }
            default: [.init(name.replacing("_", with: " "), words(value))]
            }
        }
    }

    /// Numbers that only a program compares.
    private static let unsaid: Set<String> = ["file_system", "device"]

    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .text(let text): text
        case .array(let values): values.map(words).joined(separator: "; ")
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.map { "\($0) \(words($1))" }.joined(separator: ", ")
        }
    }
}
