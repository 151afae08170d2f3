package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingOutbox
internal import Glibc
internal import Synchronization

/// Carries out what the database tells of: takes tasks, gives them to the custodian, writes down what became of them.
///
/// Any number of workers may run, on any number of machines: a task is with one of them, for as long as its lease is
/// renewed. What a worker that died had comes back by itself.
package final class Worker {
    /// What a person or a log should know.
    package enum Event: Sendable {
        case started(worker: String)
        case batch(Custody.Drained)
        /// What the first look at the store's past found missing or in doubt, in sentences.
        case alarm([String])
        /// The work stopped for a reason that concerns all tasks; it is tried again after so many seconds.
        case trouble(FoundlingError, retryIn: Int?)
        case reloaded
        /// The manifest cannot be used: nothing is done until it can.
        case refused(FoundlingError)
        case ended(batches: Int)
    }

    /// What outside wishes of it; set from a signal's thread.
    package final class Wishes: Sendable {
        private let ends = Atomic(false)
        private let reloads = Atomic(false)

        package init() {}

        package func end() { ends.store(true, ordering: .releasing) }
        package func reload() { reloads.store(true, ordering: .releasing) }
        var isEnding: Bool { ends.load(ordering: .acquiring) }
        func takeReload() -> Bool { reloads.exchange(false, ordering: .acquiringAndReleasing) }
    }

    /// Tasks in one batch: all claims are read a few times for each, so that many tasks share that.
    private static let batch = 16_384
    /// Milliseconds between two looks at an empty queue.
    private static let poll = 2_000
    /// Milliseconds between two signs of life.
    private static let greeting: Int64 = 30_000
    /// Seconds that a worker waits after trouble, at first and at most.
    private static let patience = (first: 2, most: 60)

    private let load: () throws(FoundlingError) -> Manifest
    private let wishes: Wishes
    private let lease: Int64
    private let tell: (Event) throws -> Void
    private var manifest: Manifest
    private var manifestHash: String
    private var queue: TaskQueue?
    /// The same for as long as this worker lives, whatever connections it loses.
    private let name: String
    private var isRefused = false
    private var batches = 0
    private var greeted: Int64 = 0
    private var tidied: Int64 = 0
    /// Up to which line the ledger was found whole: each batch looks at what came since.
    private var ledgerEnd: (seq: Int64, hash: String)?
    /// Open from batch to batch, for at most an hour: opening it looks at all that lies in the quarantine.
    private var custody: Custody?
    private var opened: Int64 = 0

    /// - Parameters:
    ///   - lease: milliseconds.
    ///   - load: reads the manifest, at the start and whenever its file changed.
    package init(
        lease: Int64 = TaskQueue.standardLease, wishes: Wishes, load: @escaping () throws(FoundlingError) -> Manifest,
        tell: @escaping (Event) throws -> Void
    ) throws(FoundlingError) {
        self.load = load
        self.wishes = wishes
        self.lease = lease
        self.tell = tell
        manifest = try load()
        manifestHash = try Custody.hash(of: manifest.file)
        try Prevention.checkWriter(manifest)
        let queue = try TaskQueue(manifest, lease: lease)
        (self.queue, name) = (queue, queue.worker)
    }

    /// Works until it is told to end, or until nothing is due.
    ///
    /// - Throws: with `once`, what kept it from working; else only what the listener throws.
    package func run(once: Bool) throws {
        try tell(.started(worker: name))
        defer { try? (queue ?? TaskQueue(manifest, lease: lease, worker: name)).leave() }
        // Whoever could not do a thing says so before the first task.
        if once { custody = try openCustody() }
        var troubles = 0
        while !wishes.isEnding {
            guard try isManifestGood() else {
                pause(Self.poll)
                continue
            }
            do throws(FoundlingError) {
                let isDone = try step()
                troubles = 0
                if isDone, once { break }
                if isDone { pause(Self.poll) }
            } catch {
                if once { throw error }
                troubles += 1
                let seconds = min(Self.patience.most, Self.patience.first << min(troubles, 10))
                try tell(.trouble(error, retryIn: seconds))
                queue = nil
                pause(seconds * 1_000)
            }
            if !alarms.isEmpty { try tell(.alarm(alarms)) }
            if let drained { try tell(.batch(drained)) }
            (drained, alarms) = (nil, [])
        }
        try tell(.ended(batches: batches))
    }

    /// Of the last step; told by whoever may throw.
    private var drained: Custody.Drained?
    /// Of an opening of the store, even if no task was due then.
    private var alarms: [String] = []

    /// One batch; true where nothing was due.
    private func step() throws(FoundlingError) -> Bool {
        let queue = if let known = self.queue { known } else { try TaskQueue(manifest, lease: lease, worker: name) }
        self.queue = queue
        try greet(queue)
        // Before anything is taken: a store that is not there, or that nobody accepted, is no task's fault.
        let custody = try openCustody()
        let tasks = try queue.claim(Self.batch)
        guard !tasks.isEmpty else { return true }
        let keeper = LeaseKeeper(of: queue)
        do throws(FoundlingError) {
            let drained = try keeper.whileRenewing { () throws(FoundlingError) -> Custody.Drained in
                var drained = try custody.carryOut(
                    tasks, pending: try queue.pending(), known: ledgerEnd
                ) { () throws(FoundlingError) in try queue.holds(tasks) }
                ledgerEnd = drained.ledgerEnd
                let settled = Set(drained.verdicts.map(\.task.id))
                // Tasks that were not reached wait for their next turn, and it was not their fault.
                drained.verdicts += tasks.filter { !settled.contains($0.id) }.map {
                    ($0, .later(drained.stopped?.summary ?? "not reached", milliseconds: 0))
                }
                try queue.settle(drained.verdicts)
                return drained
            }
            batches += 1
            self.drained = drained
            if let stopped = drained.stopped { throw stopped }
        } catch {
            self.custody = nil
            if self.drained == nil {
                // Whatever it was concerns all of them, and is no fault of theirs: it is this worker that waits.
                try? queue.settle(tasks.map { ($0, .later(error.summary, milliseconds: 0)) })
            }
            throw error
        }
        return false
    }

    /// The custody of the store, if that still is what it was when it was opened; else opened anew.
    private func openCustody() throws(FoundlingError) -> Custody {
        let now = HostClock.steady()
        if let custody, now - opened < 3_600_000_000_000, custody.isInPlace { return custody }
        try Custody.checkAccepted(manifest)
        let custody = try Custody(manifest, reason: "tasks of the outbox")
        // Between the hash that allowed this manifest and this one, somebody may have changed it.
        guard custody.manifestHash == manifestHash else { throw Self.changed }
        (self.custody, opened, ledgerEnd) = (custody, now, nil)
        if custody.isAlarmed { alarms += custody.notes }
        return custody
    }

    private static var changed: FoundlingError {
        FoundlingError(.planStale, "the manifest changed just now", hint: "it is read again before anything is done")
    }

    private func greet(_ queue: TaskQueue) throws(FoundlingError) {
        let now = HostClock.time() / 1_000_000
        guard now - greeted >= Self.greeting else { return }
        try queue.greet()
        greeted = now
        // Once an hour is often enough for what is kept a month.
        guard now - tidied >= 3_600_000 else { return }
        tidied = now
        try queue.forget()
    }

    /// Reads the manifest again where it changed; whole or not at all.
    private func isManifestGood() throws -> Bool {
        let wanted = wishes.takeReload()
        do throws(FoundlingError) {
            let hash = try Custody.hash(of: manifest.file)
            if hash == manifestHash, !wanted, !isRefused { return true }
            let next = try load()
            // The file may have been replaced while it was read.
            guard try Custody.hash(of: next.file) == hash else { return false }
            let changed = hash != manifestHash
            let queue = try TaskQueue(next, lease: lease, worker: name)
            try? self.queue?.leave()
            (manifest, manifestHash, self.queue, greeted) = (next, hash, queue, 0)
            custody = nil
            let wasRefused = isRefused
            isRefused = false
            if changed || wanted || wasRefused { try? tell(.reloaded) }
            return true
        } catch {
            if !isRefused || wanted { try tell(.refused(error)) }
            isRefused = true
            return false
        }
    }

    /// Waits, unless it is told to end.
    private func pause(_ milliseconds: Int) {
        let until = HostClock.steady() + Int64(milliseconds) * 1_000_000
        while HostClock.steady() < until, !wishes.isEnding { usleep(50_000) }
    }
}
