internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

/// One batch of tasks on its way.
final class TaskBatch {
    let custody: Custody
    private let tasks: [DeletionTask]
    let accepted: Grounds
    private let pending: [String: Int]
    private let holds: () throws(FoundlingError) -> Bool
    let layout: Layout
    private let listing: Lazily
    /// What each entry came to, by its path; an entry that several tasks name is looked at once.
    var results: [StorePath: TaskVerdict] = [:]
    private var drained = Custody.Drained()
    var sightings: [StorePath: Sighting] = [:]

    /// Milliseconds until an entry is looked at again whose fate hangs on the one that holds it.
    static let hour: Int64 = 3_600_000
    /// Read when it is first needed, and once.
    private final class Lazily {
        private let store: LocalStore
        let layout: Layout
        private var known: Listing?

        init(_ store: LocalStore, _ layout: Layout) {
            self.store = store
            self.layout = layout
        }

        func get() throws(FoundlingError) -> Listing {
            if let known { return known }
            let listing = try store.list(layout)
            known = listing
            return listing
        }
    }

    /// An entry that a task leads to.
    struct Candidate {
        let path: StorePath
        let kind: EntryKind
        /// The latest of the times at which a record that lives on gave it up, in nanoseconds of the database's clock;
        /// nil where none did.
        var changed: Int64?
        var isApproved: Bool
    }

    init(
        _ custody: Custody, _ tasks: [DeletionTask], _ accepted: Grounds, pending: [String: Int],
        holds: @escaping () throws(FoundlingError) -> Bool
    ) throws(FoundlingError) {
        self.custody = custody
        self.tasks = tasks
        self.accepted = accepted
        self.pending = pending
        self.holds = holds
        let own = OwnFiles(custody.manifest, custody.store, try Catalog(custody.manifest))
        layout = Layout(custody.manifest, reserved: own.reserved)
        listing = Lazily(custody.store, layout)
    }

    func run() throws(FoundlingError) -> Custody.Drained {
        let lazily = listing
        let targets = TaskTargets(custody.manifest, custody.store, layout) { () throws(FoundlingError) in
            try lazily.get()
        }
        let found = try find(targets)
        let candidates = gather(found)
        if !candidates.isEmpty { try take(candidates) }
        for (task, found) in zip(tasks, found) {
            if let verdict = verdict(of: task, found) { drained.verdicts.append((task, verdict)) }
        }
        return drained
    }

    /// Where each task leads, by several threads unless one of them needs the whole listing.
    private func find(_ targets: TaskTargets) throws(FoundlingError) -> [TaskTargets.Found] {
        let isPlain = !tasks.contains { $0.paths.contains { $0.contains(0) } }
        // It only reads, and no two threads share anything but the store.
        nonisolated(unsafe) let targets = targets
        let tasks = tasks
        let results = Parallel.map(tasks.count, threads: isPlain ? Processors.count : 1) { index in
            Result { () throws(FoundlingError) in
                tasks[index].event == .truncated ? TaskTargets.Found() : try targets.find(tasks[index])
            }
        }
        var found: [TaskTargets.Found] = []
        for result in results { found.append(try result.get()) }
        return found
    }

    private func gather(_ found: [TaskTargets.Found]) -> [Candidate] {
        var candidates: [StorePath: Candidate] = [:]
        for (task, found) in zip(tasks, found) {
            let went = task.at * 1_000_000
            for (path, kind) in found.entries {
                if let known = candidates[path] {
                    if task.event == .changed { candidates[path]?.changed = max(known.changed ?? 0, went) }
                    candidates[path]?.isApproved = known.isApproved && task.isApproved
                } else {
                    candidates[path] = Candidate(
                        path: path, kind: kind, changed: task.event == .changed ? went : nil,
                        isApproved: task.isApproved)
                }
            }
        }
        return candidates.values.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
    }

    // MARK: The share guard

    /// What may go without a person's approval; the rest is held.
    func guarded(_ items: [Plan.Item]) throws(FoundlingError) -> [Plan.Item] {
        guard !items.isEmpty else { return [] }
        let totals = plan(items).totals
        var counts: [String: Int] = [:]
        let listing = try listing.get()
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            counts[custody.manifest.resources[layout.places[listing.place(of: node)].resource].name, default: 0] += 1
        }
        // Tasks that still wait may turn out to be the rest of one mistake.
        let here = Dictionary(grouping: tasks.filter { !$0.isApproved }, by: \.resource)
            .mapValues { Set($0.map { $0.key ?? $0.id }).count }
        let going = totals.map { total in
            let pending = Safeguard.waitingTasks.isOn ? pending[total.resource] ?? 0 : 0
            let waiting = max(0, pending - (here[total.resource] ?? 0))
            let most = max(0, (counts[total.resource] ?? 0) - total.items)
            return ResourceTotal(resource: total.resource, items: total.items + min(waiting, most), bytes: total.bytes)
        }
        let bytes = try custody.bytesByResource(listing, layout)
        let wholes = custody.manifest.resources.map {
            ResourceTotal(resource: $0.name, items: counts[$0.name] ?? 0, bytes: bytes[$0.name] ?? Bytes())
        }
        let trips = Planner(custody.manifest).trips(
            going, of: wholes, recent: try Custody.recent(custody.ledger, custody.manifest), rows: [:], before: [:])
        let refused = Dictionary(trips.map { ($0.subject, $0.sentence) }) { first, _ in first }
        return items.filter { item in
            guard Safeguard.shareOfTasks.isOn, let sentence = refused[item.resource] else { return true }
            results[item.path] = .held(sentence)
            return false
        }
    }

    // MARK: Moving

    private func plan(_ items: [Plan.Item]) -> Plan {
        var grounds = accepted
        let now = HostClock.time()
        (grounds.listedFrom, grounds.listedTo, grounds.snapshotFrom, grounds.snapshotTo) = (now, now, now, now)
        return Plan(
            created: now, manifest: custody.manifest.file, manifestHash: custody.manifestHash, grounds: grounds,
            wholes: [], trips: [], items: items)
    }

    func move(_ items: [Plan.Item], isApproved: Bool) throws(FoundlingError) {
        guard !items.isEmpty, drained.stopped == nil else { return }
        let check = check(going: items.map(\.path))
        let holds = self.holds
        var outcome = try custody.custodian.apply(
            plan(items), hash: "", isApproved: isApproved, isAgeJudged: true, sightings: sightings,
            claims: { candidates throws(FoundlingError) in
                let states = try check.states(candidates)
                // After the claims: whoever lost its tasks while it read them must not act.
                guard try holds() || !Safeguard.lease.isOn else {
                    throw FoundlingError(
                        .leaseLost, "this worker's lease ran out while it was at work: others may have its tasks",
                        hint: "nothing is lost: what it had moved goes back, and the tasks are done by whoever has them"
                    )
                }
                return states
            })
        custody.tell(&outcome)
        drained.runs.append(outcome)
        drained.stopped = outcome.stopped
        for item in outcome.items {
            switch item.state {
            case .moved, .purged: results[item.path] = .done("moved aside", run: item.run)
            case .rescued: results[item.path] = .done("kept: \(item.reason ?? "a record claims it now")", run: nil)
            // What stopped the run is no fault of its items.
            case .skipped where outcome.stopped != nil: break
            case .held: results[item.path] = .dead(item.reason ?? "held in quarantine")
            default: results[item.path] = .failed(item.reason ?? item.state.meaning)
            }
        }
    }

    // MARK: Verdicts

    /// The worst of what its entries came to; nil where they were not all reached.
    private func verdict(of task: DeletionTask, _ found: TaskTargets.Found) -> TaskVerdict? {
        if Safeguard.truncation.isOn, task.event == .truncated {
            return .held(
                "all rows of '\(task.resource)' were truncated at once: `foundling scan` shows what they left; then drop this"
            )
        }
        if Safeguard.unreadableTask.isOn, let path = found.unreadable {
            return .failed("'\(path)' cannot be looked at: it may be there")
        }
        guard found.isInside else { return .done("none of its paths is in this store", run: nil) }
        if let path = found.ambiguous {
            return .done("'\(Printable.escape(path))' may mean several entries: left to a scan", run: nil)
        }
        guard !found.entries.isEmpty else { return .done("nothing is there", run: nil) }
        var worst: TaskVerdict?
        for (path, _) in found.entries {
            guard let result = results[path] else { return nil }
            if worst.map({ Self.weight(result) > Self.weight($0) }) ?? true { worst = result }
        }
        return worst
    }

    private static func weight(_ verdict: TaskVerdict) -> Int {
        switch verdict {
        case .done(_, run: nil): 0
        case .done: 1
        case .later: 2
        case .held: 3
        case .failed: 4
        case .dead: 5
        }
    }
}
