internal import FoundlingCore
internal import FoundlingHistory

/// How things stand outside of the daemon: looked at every half minute, so that no request ever waits for a disk or a
/// database.
struct Standing: Sendable {
    /// Nanoseconds since 1970; 0 before the first look.
    var at: Int64 = 0
    /// Why the store cannot be used; nil where it can.
    var store: FoundlingError?
    var disk: DiskSpace?
    /// Why the database cannot be read; nil where it can.
    var catalog: FoundlingError?
    /// How the outbox does; nil where there is none, or it cannot be asked.
    var queue: QueueStatus?
    var queueTrouble: FoundlingError?
    var quarantine: ScanResult.Quarantine?
    var ledgerTrouble: FoundlingError?
    /// Of the last look at the triggers, which is a rare one.
    var triggers: TriggerReport?
    /// What keeps the daemon's own worker from working.
    var worker: FoundlingError?
    var hasWorker = false
    /// Why the manifest as it is now cannot be used: the one before is still in force.
    var manifest: FoundlingError?

    var growth: Growth?
    /// What a person must know now, the most urgent first.
    var notices: [Notice] = []
    /// What the last of each kind of activity ended with, where it did not end well; nanoseconds since 1970.
    var troubles: [Activity.Kind: (error: FoundlingError, at: Int64)] = [:]
    /// Items that a record claimed while they lay in quarantine, or that were lost: when, and which.
    var alarms: [(at: Int64, text: String)] = []

    /// Whether it can do its work: liveness is another question.
    var isReady: Bool { at > 0 && store == nil && catalog == nil && manifest == nil }
}
