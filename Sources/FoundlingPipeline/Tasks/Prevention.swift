package import FoundlingCore
internal import FoundlingOutbox
internal import FoundlingCatalog
internal import Foundation

/// What stops new orphans at the source, for one manifest: triggers, tasks, deletions.
package enum Prevention {
    /// The SQL of everything, for a migration tool; nothing is changed.
    package static func script(_ manifest: Manifest, onlyOutbox: Bool) throws(FoundlingError) -> String {
        try Triggers(manifest).script(onlyOutbox: onlyOutbox)
    }

    package static func install(_ manifest: Manifest, onlyOutbox: Bool) throws(FoundlingError) -> TriggerReport {
        try Triggers(manifest).install(onlyOutbox: onlyOutbox)
    }

    package static func status(_ manifest: Manifest, isProving: Bool) throws(FoundlingError) -> TriggerReport {
        try Triggers(manifest).status(isProving: isProving)
    }

    package static func remove(_ manifest: Manifest) throws(FoundlingError) -> (
        removed: Int, undone: Int, hadOutbox: Bool
    ) {
        try Triggers(manifest).remove()
    }

    package static func delete(
        _ resource: String, key: String, _ manifest: Manifest, isRehearsal: Bool
    ) throws(FoundlingError) -> DeletionOutcome {
        try Deletion(manifest).run(resource, key: key, isRehearsal: isRehearsal)
    }

    /// - Throws: `writer-elsewhere` where the manifest's two URLs lead to two databases.
    static func checkWriter(_ manifest: Manifest) throws(FoundlingError) { try WriterCheck.run(manifest.database) }

    // MARK: Tasks

    package static func tasks(
        _ manifest: Manifest, _ states: Set<DeletionTask.State>, after last: DeletionTask.Place? = nil, limit: Int
    ) throws(FoundlingError) -> (tasks: [DeletionTask], status: QueueStatus) {
        let queue = try TaskQueue(manifest)
        return (try queue.list(states, after: last, limit: limit), try queue.status())
    }

    /// How the outbox does; nil where this database has none.
    package static func status(of manifest: Manifest) throws(FoundlingError) -> QueueStatus? {
        do { return try TaskQueue(manifest).status() } catch  where error.code == .outboxMissing { return nil }
    }

    package static func order(
        _ order: TaskOrder, _ names: [String], resource: String?, who: String = Custody.actor.description,
        _ manifest: Manifest
    ) throws(FoundlingError) -> Int {
        let order: TaskQueue.Order =
            switch order {
            case .retry: .retry
            case .drop: .drop
            case .approve: .approve
            }
        return try TaskQueue(manifest).carryOut(order, names, who: who, resource: resource)
    }
}

/// What a person may do with tasks.
package enum TaskOrder: String, CaseIterable, Sendable { case retry, drop, approve }
