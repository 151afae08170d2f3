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
    private(set) var alarms: [(at: Int64, text: String)] = []

    /// How long an alarm is remembered: a weekly look must not miss it.
    static let alarmsLast: Int64 = 7 * 86_400_000_000_000
    /// Alarms that are remembered: a person reads a few, and a day may bring a hundred thousand.
    private static let mostAlarms = 1_000

    /// Notes what a run, or the settling of one that was cut short, found missing or claimed after all.
    mutating func alarm(_ texts: [String], now: Int64) {
        guard !texts.isEmpty else { return }
        alarms = (alarms.filter { now - $0.at < Self.alarmsLast } + texts.map { (now, $0) }).suffix(Self.mostAlarms)
    }

    /// Others note alarms while somebody looks.
    mutating func keepAlarms(of other: Standing) { alarms = other.alarms }

    /// Looks come every half minute, and a database that does not answer is given up within five.
    private static let stale: Int64 = 600_000_000_000

    /// Why nothing of this can be relied on; nil where it can.
    func doubt(now: Int64) -> FoundlingError? {
        if at == 0 {
            return FoundlingError(.notReady, "the daemon has just started", hint: "ask again in a second")
        }
        guard now - at > Self.stale else { return nil }
        return FoundlingError(
            .notReady, "nothing could be looked at for \(Timestamp.age(at, now: now)): a disk or a database hangs",
            hint: "look at the database's sessions, and at `dmesg` for a mount that does not answer")
    }
}
