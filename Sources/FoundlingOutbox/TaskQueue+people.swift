internal import FoundlingCatalog
package import FoundlingCore
internal import Foundation

/// What people do with tasks.
extension TaskQueue {
    /// Tasks, oldest first.
    ///
    /// - Parameters:
    ///   - states: none is all but those that are done.
    ///   - last: only those behind this one.
    package func list(
        _ states: Set<DeletionTask.State>, after last: DeletionTask.Place? = nil, limit: Int
    ) throws(FoundlingError) -> [DeletionTask] {
        let behind = if let last { try condition(behind: last) } else { "" }
        return try writer.transaction("listing tasks") { session throws(FoundlingError) in
            let wanted = (states.isEmpty ? Set(DeletionTask.State.allCases).subtracting([.done]) : states)
                .map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            let bound = limit > 0 ? " LIMIT \(limit)" : ""
            return try session.rows(
                "SELECT \(Self.columns) FROM \(tables.outbox) WHERE state IN (\(wanted))\(behind) ORDER BY at, id\(bound)"
            ).compactMap(Self.task)
        }
    }

    /// A place that somebody sends may say anything: only what can be an id reaches the database.
    private func condition(behind last: DeletionTask.Place) throws(FoundlingError) -> String {
        let isID = tables.dialect.engine == .postgres ? UUID(uuidString: last.id) != nil : Int64(last.id) != nil
        guard isID else {
            throw FoundlingError(
                .cursorInvalid, "the cursor is none of this list", hint: "begin at the first page: leave out 'cursor'")
        }
        let id = ids([last.id])
        return " AND (at > \(last.at) OR (at = \(last.at) AND id > \(id)))"
    }

    package func status() throws(FoundlingError) -> QueueStatus {
        try writer.transaction("looking at the queue") { session throws(FoundlingError) in
            let now = tables.dialect.now
            var counts: [DeletionTask.State: Int] = [:]
            for row in try session.rows("SELECT state, count(*) FROM \(tables.outbox) GROUP BY state") {
                if let state = row[0].flatMap(DeletionTask.State.init) { counts[state] = Int(row[1] ?? "") ?? 0 }
            }
            // A task without a due time of its own has been due since it was noted.
            let oldest = try session.rows(
                "SELECT \(now), \(now) - min(CASE WHEN due > at THEN due ELSE at END) FROM \(tables.outbox) "
                    + "WHERE state = 'ready' AND due <= \(now)"
            ).first
            let workers = try session.rows("SELECT id, host, seen FROM \(tables.workers) ORDER BY seen DESC").map {
                QueueStatus.Worker(id: $0[0] ?? "", host: $0[1] ?? "", seen: $0[2].flatMap { Int64($0) } ?? 0)
            }
            return QueueStatus(
                counts: counts, oldest: oldest?[1].flatMap { Int64($0) }, workers: workers,
                now: oldest?[0].flatMap { Int64($0) } ?? 0)
        }
    }

    /// What a person may do with a task.
    package enum Order: String, Sendable { case retry, drop, approve }

    /// - Parameters:
    ///   - names: the beginnings of ids, each of one task; none means every task that the order fits.
    /// - Returns: how many tasks it concerned.
    package func carryOut(
        _ order: Order, _ names: [String], who: String, resource: String? = nil
    ) throws(FoundlingError) -> Int {
        try writer.transaction("changing tasks") { session throws(FoundlingError) in
            let fitting =
                switch order {
                case .retry: "state IN ('dead', 'ready')"
                case .drop: "state IN ('dead', 'ready', 'held')"
                case .approve: "state = 'held'"
                }
            var condition = fitting
            let literal = tables.dialect.base.literal
            if let resource { condition += " AND resource = \(literal(resource))" }
            if !names.isEmpty {
                var ids: [String] = []
                for name in names { ids.append(try id(name, session)) }
                let spelt = ids.map(literal).joined(separator: ", ")
                condition += " AND \(idText) IN (\(spelt))"
            } else if order == .retry {
                condition += " AND state = 'dead'"
            }
            let by = "\(order == .approve ? "approved" : order == .drop ? "dropped" : "retried") by \(who)"
            let assignment =
                switch order {
                case .retry: "state = 'ready', attempts = 0, losses = 0, due = 0"
                case .approve: "state = 'ready', approved = 1, attempts = 0, due = 0"
                case .drop: "state = 'done', finished = \(tables.dialect.now)"
                }
            return try session.run(
                "UPDATE \(tables.outbox) SET \(assignment), reason = \(literal(by)) WHERE \(condition)")
        }
    }

    /// The whole id of which `name` is the beginning; of a number it must be all.
    private func id(_ name: String, _ session: WriterSession) throws(FoundlingError) -> String {
        let text = idText
        let literal = session.dialect.literal(name)
        let condition =
            tables.dialect.engine == .postgres
            ? "substr(\(text), 1, length(\(literal))) = \(literal)" : "\(text) = \(literal)"
        let found = try session.rows("SELECT \(text) FROM \(tables.outbox) WHERE \(condition) LIMIT 2").compactMap {
            $0[0]
        }
        guard found.count == 1, !name.isEmpty, let id = found.first else {
            throw FoundlingError(
                .taskUnknown,
                found.isEmpty
                    ? "there is no task '\(Printable.escape(name))'"
                    : "several tasks begin with '\(Printable.escape(name))'",
                hint: "`foundling tasks list` shows them")
        }
        return id
    }
}
