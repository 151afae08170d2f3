internal import FoundlingCatalog
package import FoundlingCore
internal import Foundation
internal import Glibc

/// The outbox as a queue of tasks: many workers take from it, each task is with one of them at a time.
package final class TaskQueue {
    let manifest: Manifest
    let writer: CatalogWriter
    let tables: OutboxTables
    /// Who takes tasks: host, process and a random piece, so that no two are ever the same.
    package let worker: String
    /// Milliseconds that a worker may keep tasks without a word.
    package let lease: Int64

    /// Which kind of tasks is taken first next time.
    private var turn = -1

    /// A minute: long enough for a batch on a slow disk, renewed every third of it.
    package static let standardLease: Int64 = 60_000
    /// After so many failures a task is given up: with the delays below, about two and a half hours have passed.
    package static let mostAttempts = 12
    /// A task with which so many workers died is the likely reason.
    package static let mostLosses = 3
    /// Milliseconds before the first retry; each further one waits twice as long, up to an hour.
    private static let firstDelay: Int64 = 5_000
    private static let longestDelay: Int64 = 3_600_000
    /// Milliseconds for which what is done is kept, as evidence for a scan.
    private static let memory: Int64 = 30 * 86_400_000

    /// - Parameter worker: whose tasks these are; nil for a worker of its own.
    package init(
        _ manifest: Manifest, lease: Int64 = standardLease, worker: String? = nil
    ) throws(FoundlingError) {
        self.manifest = manifest
        self.lease = lease
        self.worker =
            worker
            ?? "\(ProcessInfo.processInfo.hostName):\(getpid()):\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        writer = try CatalogWriter(manifest.database)
        let writer = writer
        tables = try writer.transaction("looking at the outbox") { session throws(FoundlingError) in
            let tables = try OutboxTables(manifest.database.outbox, session)
            guard try Triggers.exists(tables, session) else { throw Self.missing(manifest) }
            try Triggers.checkOwner(tables, manifest, session)
            let version = try Triggers.metaValue("version", tables, session)
            guard version == String(OutboxTables.version) else { throw Self.wrong(version: version) }
            return tables
        }
    }

    static func wrong(version: String?) -> FoundlingError {
        FoundlingError(
            .outboxMissing,
            "the outbox is of version \(version ?? "none"), and this release knows \(OutboxTables.version)",
            hint: "`foundling triggers install` brings an older one up to date; a newer one needs a newer release")
    }

    static func missing(_ manifest: Manifest) -> FoundlingError {
        FoundlingError(
            .outboxMissing, "this database has no outbox '\(manifest.database.outbox)'",
            hint: "`foundling triggers install` makes it")
    }

    var idText: String {
        switch tables.dialect.engine {
        case .postgres: "id::text"
        case .mysql: "CAST(id AS CHAR)"
        case .sqlite: "CAST(id AS TEXT)"
        }
    }

    private var dialect: OutboxDialect { tables.dialect }
    private func literal(_ text: String) -> String { dialect.base.literal(text) }
    private func list(_ texts: [String]) -> String { texts.map(literal).joined(separator: ", ") }
    /// Tasks of resources that the manifest does not name are none of ours.
    private var ours: String { "resource IN (\(list(manifest.resources.map(\.name))))" }

    func ids(_ ids: [String]) -> String {
        dialect.engine == .postgres ? list(ids) : ids.joined(separator: ", ")
    }

    static let columns =
        "id, resource, record_key, paths, event, at, actor, program, state, attempts, losses, due, approved, worker, "
        + "reason, run"

    static func task(_ row: [String?]) -> DeletionTask? {
        guard row.count >= 16, let id = row[0], let resource = row[1],
            let event = row[4].flatMap(DeletionTask.Event.init),
            let state = row[8].flatMap(DeletionTask.State.init)
        else { return nil }
        func number(_ index: Int) -> Int64 { row[index].flatMap { Int64($0) } ?? 0 }
        return DeletionTask(
            id: id, resource: resource, key: row[2], paths: DeletionTask.decode(paths: row[3] ?? ""), event: event,
            at: number(5), actor: row[6], program: row[7], state: state, attempts: Int(number(9)),
            losses: Int(number(10)), due: number(11), isApproved: number(12) != 0, worker: row[13], reason: row[14],
            run: row[15])
    }

    private func tasks(
        _ session: WriterSession, where condition: String, order: String, limit: Int, claiming: Bool = false
    ) throws(FoundlingError) -> [DeletionTask] {
        try session.rows(
            "SELECT \(Self.columns) FROM \(tables.outbox) WHERE \(condition) ORDER BY \(order) LIMIT \(limit)"
                + (claiming ? dialect.claiming : "")
        ).compactMap(Self.task)
    }

    // MARK: Working

    /// Takes tasks that are due; nobody else gets them while the lease is renewed.
    ///
    /// A task whose worker vanished is taken with few others, then alone: if it was the reason, it takes no others
    /// along, and after ``mostLosses`` it is given up.
    package func claim(_ limit: Int) throws(FoundlingError) -> [DeletionTask] {
        try writer.transaction("taking tasks") { session throws(FoundlingError) in
            let now = dialect.now
            let lost = try tasks(
                session, where: "\(ours) AND state = 'leased' AND lease < \(now)", order: "lease", limit: 100,
                claiming: true)
            for task in lost {
                let isGivenUp = task.losses + 1 >= Self.mostLosses
                let reason = "its worker \(task.worker ?? "") went away while it had it, \(task.losses + 1) times"
                try session.run(
                    """
                    UPDATE \(tables.outbox) SET state = '\(isGivenUp ? "dead" : "ready")', losses = losses + 1,
                    worker = NULL, lease = NULL, reason = \(literal(reason)) WHERE id = \(ids([task.id]))
                    """)
            }
            // Those that died with a worker take turns with fresh ones, in smaller company each time: in the end
            // whoever is the reason is alone.
            turn += 1
            let kinds = [("losses = 0", limit), ("losses = 1", max(1, limit / 16)), ("losses > 1", 1)]
            var taken: [DeletionTask] = []
            for offset in 0..<kinds.count where taken.isEmpty {
                let (losses, most) = kinds[(turn + offset) % kinds.count]
                taken = try tasks(
                    session, where: "\(ours) AND state = 'ready' AND due <= \(now) AND \(losses)", order: "due, at",
                    limit: most, claiming: true)
            }
            for start in stride(from: 0, to: taken.count, by: 1_000) {
                let some = taken[start..<min(taken.count, start + 1_000)].map(\.id)
                try session.run(
                    """
                    UPDATE \(tables.outbox) SET state = 'leased', worker = \(literal(worker)),
                    lease = \(now) + \(lease), attempts = attempts + 1 WHERE id IN (\(ids(some)))
                    """)
            }
            for index in taken.indices { taken[index].attempts += 1 }
            return taken
        }
    }

    /// Keeps what this worker has for another lease.
    package func renew() throws(FoundlingError) {
        try writer.transaction("renewing its lease") { session throws(FoundlingError) in
            let now = dialect.now
            try session.run(
                "UPDATE \(tables.outbox) SET lease = \(now) + \(lease) WHERE worker = \(literal(worker)) "
                    + "AND state = 'leased' AND lease >= \(now)")
            try greet(session)
        }
    }

    /// Whether every one of these is still this worker's, by the database's clock.
    package func holds(_ tasks: [DeletionTask]) throws(FoundlingError) -> Bool {
        guard !tasks.isEmpty else { return true }
        return try writer.transaction("looking at its lease") { session throws(FoundlingError) in
            let sql =
                "SELECT count(*) FROM \(tables.outbox) WHERE worker = \(literal(worker)) AND state = 'leased' "
                + "AND lease > \(dialect.now)"
            return try session.rows(sql).first?[0].flatMap { Int($0) } ?? 0 >= tasks.count
        }
    }

    /// Says that it is there.
    package func greet() throws(FoundlingError) {
        try writer.transaction("saying that a worker is here") { session throws(FoundlingError) in try greet(session) }
    }

    private func greet(_ session: WriterSession) throws(FoundlingError) {
        let (id, now) = (literal(worker), dialect.now)
        if try session.run("UPDATE \(tables.workers) SET seen = \(now) WHERE id = \(id)") == 0,
            try session.rows("SELECT 1 FROM \(tables.workers) WHERE id = \(id)").isEmpty
        {
            let host = literal(ProcessInfo.processInfo.hostName)
            try session.run(
                "INSERT INTO \(tables.workers) (id, host, started, seen) VALUES (\(id), \(host), \(now), \(now))")
        }
    }

    /// Gives back what this worker still has, and says that it goes.
    package func leave() throws(FoundlingError) {
        try writer.transaction("leaving") { session throws(FoundlingError) in
            try session.run(
                "UPDATE \(tables.outbox) SET state = 'ready', attempts = attempts - 1, worker = NULL, lease = NULL "
                    + "WHERE worker = \(literal(worker)) AND state = 'leased'")
            try session.run("DELETE FROM \(tables.workers) WHERE id = \(literal(worker))")
        }
    }

    /// Writes down what became of tasks; those that are not this worker's any more stay as they are.
    package func settle(_ verdicts: [(task: DeletionTask, verdict: TaskVerdict)]) throws(FoundlingError) {
        try writer.transaction("settling tasks") { session throws(FoundlingError) in
            var groups: [String: [String]] = [:]
            for (task, verdict) in verdicts { groups[assignment(task, verdict), default: []].append(task.id) }
            for (assignment, all) in groups.sorted(by: { $0.key < $1.key }) {
                for start in stride(from: 0, to: all.count, by: 1_000) {
                    let some = Array(all[start..<min(all.count, start + 1_000)])
                    try session.run(
                        "UPDATE \(tables.outbox) SET \(assignment), worker = NULL, lease = NULL WHERE "
                            + "id IN (\(ids(some))) AND worker = \(literal(worker)) AND state = 'leased'")
                }
            }
        }
    }

    private func assignment(_ task: DeletionTask, _ verdict: TaskVerdict) -> String {
        switch verdict {
        case .done(let reason, let run):
            return "state = 'done', losses = 0, reason = \(literal(reason)), run = \(run.map(literal) ?? "NULL"), "
                + "finished = \(dialect.now)"
        case .later(let reason, let milliseconds):
            // What waits for no reason of its own has been due all along.
            return "state = 'ready', losses = 0, attempts = attempts - 1, reason = \(literal(reason))"
                + (milliseconds > 0 ? ", due = \(dialect.now) + \(milliseconds)" : "")
        case .failed(let reason):
            guard task.attempts < Self.mostAttempts else { return "state = 'dead', reason = \(literal(reason))" }
            return "state = 'ready', losses = 0, reason = \(literal(reason)), "
                + "due = \(dialect.now) + \(Self.delay(attempt: task.attempts))"
        case .held(let reason): return "state = 'held', losses = 0, reason = \(literal(reason))"
        case .dead(let reason): return "state = 'dead', reason = \(literal(reason))"
        }
    }

    /// Milliseconds, between half and one and a half of the usual: those that failed together do not come back
    /// together.
    static func delay(attempt: Int) -> Int64 {
        let usual = min(longestDelay, firstDelay << min(Int64(max(0, attempt - 1)), 20))
        return usual / 2 + Int64.random(in: 0...usual)
    }

    /// Forgets what has been done for long, and workers that have been gone for long.
    package func forget() throws(FoundlingError) {
        try writer.transaction("forgetting what is done") { session throws(FoundlingError) in
            try session.run(
                "DELETE FROM \(tables.outbox) WHERE state = 'done' AND finished < \(dialect.now) - \(Self.memory)")
            try session.run("DELETE FROM \(tables.workers) WHERE seen < \(dialect.now) - \(Self.memory)")
        }
    }

    /// How many records of each resource have tasks that wait, are worked on or held: what a mistaken DELETE gave
    /// up all at once. Approved ones are left out.
    package func pending() throws(FoundlingError) -> [String: Int] {
        try writer.transaction("counting tasks") { session throws(FoundlingError) in
            let rows = try session.rows(
                "SELECT resource, count(DISTINCT COALESCE(record_key, \(idText))) FROM \(tables.outbox) "
                    + "WHERE \(ours) AND approved = 0 "
                    + "AND state IN ('ready', 'leased', 'held') GROUP BY resource")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] ?? "", Int($0[1] ?? "") ?? 0) })
        }
    }
}
