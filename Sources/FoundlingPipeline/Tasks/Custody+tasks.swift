internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension Custody {
    /// What became of a batch of tasks, and the runs that it took.
    package struct Drained: Sendable {
        package var verdicts: [(task: DeletionTask, verdict: TaskVerdict)] = []
        package var runs: [RunOutcome] = []
        /// Why the batch ended before its end; tasks without a verdict are as they were.
        package var stopped: FoundlingError?

        /// The ledger's last line, up to which it was found whole.
        package var ledgerEnd: (seq: Int64, hash: String)?

        package var isAlarmed: Bool { runs.contains { $0.isAlarmed || $0.items.contains(where: \.isAlarm) } }
    }

    /// Whether anybody accepted this store and its database, without making anything: an empty mount point is no store.
    static func checkAccepted(_ manifest: Manifest) throws(FoundlingError) {
        let ledger = try reader(manifest)
        if try ledger?.accepted() != nil || !Safeguard.somebodyAccepted.isOn { return }
        let store = try LocalStore(root: manifest.store.root)
        if ledger == nil, try store.list(Layout(manifest)).isEmptyStore {
            throw FoundlingError(
                .storeEmpty,
                "the store '\(Printable.escape(manifest.store.root))' is empty: it is probably not mounted",
                hint: "mount it, or correct store.root; nothing was done, and the tasks wait")
        }
        if let ledger, try ledger.followsALostOne() { throw lostLedger }
        throw FoundlingError(
            .nothingAccepted, "nobody has accepted this database and this store yet",
            hint: "`foundling plan` shows what would go and accepts them; then run the worker")
    }

    /// Whether the store's root is still the directory that was opened: not unmounted, nor replaced.
    var isInPlace: Bool {
        guard let now = try? LocalStore(root: manifest.store.root) else { return false }
        return now.device == store.device && now.inode == store.inode
    }

    /// Carries out tasks: moves aside what their records gave up, after asking every other record.
    ///
    /// - Parameters:
    ///   - pending: tasks of each resource that are not done and not approved, these included.
    ///   - known: the ledger's line up to which the last batch found it whole.
    ///   - holds: whether the tasks are still the caller's: asked each time claims are.
    package func carryOut(
        _ tasks: [DeletionTask], pending: [String: Int], known: (seq: Int64, hash: String)? = nil,
        holds: @escaping () throws(FoundlingError) -> Bool
    ) throws(FoundlingError) -> Drained {
        guard let accepted = try ledger.accepted() else {
            if try ledger.followsALostOne() { throw Self.lostLedger }
            throw FoundlingError(
                .nothingAccepted, "nobody has accepted this database and this store yet",
                hint: "`foundling plan` shows what would go and accepts them; then run the worker")
        }
        if let refusal = Identities.store(try quarantine.identity(), accepted.store).first { throw refusal }
        if let fault = try ledger.fault(after: known) { throw Self.broken(fault) }
        let end = try ledger.end()
        let batch = try TaskBatch(self, tasks, accepted, pending: pending, holds: holds)
        var drained = try quarantine.withLock(.applying) { () throws(FoundlingError) in try batch.run() }
        drained.ledgerEnd = end
        return drained
    }

    /// What all entries of each resource hold, where some limit asks for it; measured at most once an hour.
    func bytesByResource(_ listing: Listing, _ layout: Layout) throws(FoundlingError) -> [String: Bytes] {
        guard manifest.resources.contains(where: { $0.safety.maxBytes < 1 }) else { return [:] }
        let now = HostClock.steady()
        if let measured, now - measured.at < 3_600_000_000_000 { return measured.bytes }
        let nodes = (1..<max(listing.count, 1)).filter { listing.role(of: $0) == .entry && !listing.isNested($0) }
        let targets = nodes.map { LocalStore.Target(path: listing.path(of: $0)) }
        let measurements = store.measure(targets, threads: Processors.count) { _, _ in }.targets
        var bytes: [String: Bytes] = [:]
        for (node, measurement) in zip(nodes, measurements) {
            bytes[manifest.resources[layout.places[listing.place(of: node)].resource].name, default: Bytes()] +=
                measurement.bytes
        }
        measured = (now, bytes)
        return bytes
    }
}
