internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
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

        package var moved: Int { runs.reduce(0) { $0 + $1.count(.moved) } }
        package var isAlarmed: Bool { runs.contains { $0.isAlarmed || $0.items.contains(where: \.isAlarm) } }
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
}

/// One batch of tasks on its way.
final class TaskBatch {
    private let custody: Custody
    private let tasks: [DeletionTask]
    private let accepted: Grounds
    private let pending: [String: Int]
    private let holds: () throws(FoundlingError) -> Bool
    private let layout: Layout
    private let listing: Lazily
    /// What each entry came to, by its path; an entry that several tasks name is looked at once.
    private var results: [StorePath: TaskVerdict] = [:]
    private var drained = Custody.Drained()
    private var sightings: [StorePath: Sighting] = [:]

    /// Milliseconds until an entry is looked at again whose fate hangs on the one that holds it.
    private static let hour: Int64 = 3_600_000
    /// Nanoseconds: what is written so shortly before a deletion may have been written after it (file times tick every
    /// 4 ms, and a transaction's clock is read before it commits).
    private static let margin: Int64 = 2_000_000_000

    /// Read when it is first needed, and once.
    private final class Lazily {
        private let store: LocalStore
        private let layout: Layout
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
    private struct Candidate {
        let path: StorePath
        let kind: EntryKind
        /// The latest of the times at which its records went, in nanoseconds of the database's clock.
        var went: Int64
        var isApproved: Bool
        var resource = ""
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
        var found: [TaskTargets.Found] = []
        for task in tasks { found.append(task.event == .truncated ? .init() : try targets.find(task)) }
        let candidates = gather(found)
        if !candidates.isEmpty { try take(candidates) }
        for (task, found) in zip(tasks, found) {
            if let verdict = verdict(of: task, found) { drained.verdicts.append((task, verdict)) }
        }
        return drained
    }

    private func gather(_ found: [TaskTargets.Found]) -> [Candidate] {
        var candidates: [StorePath: Candidate] = [:]
        for (task, found) in zip(tasks, found) {
            let went = task.at * 1_000_000
            for (path, kind) in found.entries {
                if let known = candidates[path] {
                    candidates[path]?.went = max(known.went, went)
                    candidates[path]?.isApproved = known.isApproved && task.isApproved
                } else {
                    candidates[path] = Candidate(path: path, kind: kind, went: went, isApproved: task.isApproved)
                }
            }
        }
        return candidates.values.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
    }

    // MARK: Looking

    private func check(going: [StorePath]) -> ClaimCheck {
        ClaimCheck(custody.manifest, custody.store, accepted: accepted.catalog, rows: nil, going: going)
    }

    private func take(_ candidates: [Candidate]) throws(FoundlingError) {
        var check = check(going: candidates.map(\.path))
        // A first look: before anything moves, the custodian asks again, links included.
        check.followsLinks = false
        let states = try check.states(candidates.map { ($0.path, $0.kind) })
        let skew = try skew()
        let pins = try custody.ledger.pins().filter { $0.holds(at: HostClock.time()) }
        let (listed, nodes) = Listing.of(candidates.map { ($0.path, $0.kind) }, layout)
        let kept = KeptAbove(custody.store)
        let seen = custody.custodian.sightings(
            of: zip(candidates, states).map { Self.verdict($1) == nil ? $0.path : nil })
        var items: [(item: Plan.Item, isApproved: Bool)] = []
        var going: Set<StorePath> = []
        for (index, (candidate, state)) in zip(candidates, states).enumerated() {
            if Self.isBelow(candidate.path, going) {
                results[candidate.path] = .done("it went with the entry that held it", run: nil)
                continue
            }
            if let verdict = Self.verdict(state) {
                results[candidate.path] = verdict
                continue
            }
            if let pin = pins.first(where: { $0.touches(candidate.path) }) {
                results[candidate.path] = .done("kept: pinned by \(pin.who)", run: nil)
                continue
            }
            guard let node = nodes[index] else { continue }
            if let above = kept.note(above: candidate.path) {
                results[candidate.path] = .done("kept: \(above)", run: nil)
                continue
            }
            let resource = custody.manifest.resources[layout.places[listed.place(of: node)].resource]
            guard let item = judge(candidate, try seen[index].get(), resource, skew) else { continue }
            items.append((item, candidate.isApproved))
            going.insert(candidate.path)
        }
        try move(guarded(items.filter { !$0.isApproved }.map(\.item)), isApproved: false)
        try move(items.filter(\.isApproved).map(\.item), isApproved: true)
    }

    /// Whether an entry lies in one that goes whole.
    private static func isBelow(_ path: StorePath, _ going: Set<StorePath>) -> Bool {
        var above = path.parent
        while !above.bytes.isEmpty {
            if going.contains(above) { return true }
            above = above.parent
        }
        return false
    }

    private static func verdict(_ state: ClaimState) -> TaskVerdict? {
        switch state {
        case .unclaimed: nil
        case .claimed: .done("kept: a record claims it", run: nil)
        case .making: .done("kept: a record being made claims it", run: nil)
        case .near: .done("kept: a record nearly names it, or the manifest does not know it: left to a scan", run: nil)
        case .sheltered:
            .later("the entry that holds it is being made, or is claimed by nobody", milliseconds: hour)
        }
    }

    /// How far the database's clock and the store's are from this host's, together.
    private func skew() throws(FoundlingError) -> Int64 {
        let catalog = try Catalog(custody.manifest).read(only: { _, _ in false }, { _ in }).certificate.skew ?? 0
        return abs(catalog) + abs(try custody.quarantine.clockSkew())
    }

    /// The entry to take, if its time has come; else its verdict is in ``results``.
    private func judge(
        _ candidate: Candidate, _ sighting: Sighting?, _ resource: Resource, _ skew: Int64
    ) -> Plan.Item? {
        guard let sighting else {
            results[candidate.path] = .done("it is gone already", run: nil)
            return nil
        }
        let image = sighting.image
        if image.isPinned {
            results[candidate.path] = .done("kept: it holds a .foundling-keep", run: nil)
            return nil
        }
        if let obstacle = image.obstacle {
            results[candidate.path] = .failed("\(obstacle.path.bytes.isEmpty ? "it" : "'\(obstacle.path)'"): \(obstacle.reason)")
            return nil
        }
        let minAge = resource.safety.minAge * 1_000_000_000
        let now = HostClock.time()
        let latest = candidate.went - skew - Self.margin
        let isOlder = max(image.newest, image.top.changed) < latest || (image.newestWithin < latest && wasReturned(image))
        // What somebody wrote around or after the deletion may belong to a record that is still to come.
        guard isOlder || now - image.newest >= minAge && image.newest <= now else {
            let wait = max(1, (image.newest + minAge - now) / 1_000_000)
            results[candidate.path] = .later(
                "it was written to after its record went, or shortly before: it waits for min_age", milliseconds: wait)
            return nil
        }
        sightings[candidate.path] = sighting
        return Plan.Item(
            resource: resource.name, path: candidate.path, kind: image.top.kind, identity: image.top.identity,
            fingerprint: image.fingerprint, shared: image.shared.isEmpty ? nil : image.shared, bytes: image.bytes,
            freed: image.freed, files: image.files, newest: image.newest, changed: image.top.changed, cause: .deleted)
    }

    /// Whether nothing but our own hands touched it since: an earlier run took exactly this, and put it back.
    private func wasReturned(_ image: EntryImage) -> Bool {
        (try? custody.ledger.returned(image.top.identity, image.fingerprint))
            .flatMap { $0 }.map { image.top.changed <= $0 } ?? false
    }

    // MARK: The share guard

    /// What may go without a person's approval; the rest is held.
    private func guarded(_ items: [Plan.Item]) throws(FoundlingError) -> [Plan.Item] {
        guard !items.isEmpty else { return [] }
        let totals = plan(items).totals
        var counts: [String: Int] = [:]
        let listing = try listing.get()
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            counts[custody.manifest.resources[layout.places[listing.place(of: node)].resource].name, default: 0] += 1
        }
        // Tasks that still wait may turn out to be the rest of one mistake.
        let here = Dictionary(grouping: tasks.filter { !$0.isApproved }, by: \.resource).mapValues(\.count)
        let going = totals.map { total in
            let waiting = max(0, (pending[total.resource] ?? 0) - (here[total.resource] ?? 0))
            return ResourceTotal(resource: total.resource, items: total.items + waiting, bytes: total.bytes)
        }
        let wholes = custody.manifest.resources.map {
            ResourceTotal(resource: $0.name, items: counts[$0.name] ?? 0, bytes: Bytes())
        }
        let trips = Planner(custody.manifest).trips(
            going, of: wholes, recent: try Custody.recent(custody.ledger, custody.manifest), rows: [:], before: [:])
        let refused = Dictionary(trips.map { ($0.subject, $0.sentence) }) { first, _ in first }
        return items.filter { item in
            guard let sentence = refused[item.resource] else { return true }
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

    private func move(_ items: [Plan.Item], isApproved: Bool) throws(FoundlingError) {
        guard !items.isEmpty, drained.stopped == nil else { return }
        let check = check(going: items.map(\.path))
        let holds = self.holds
        var outcome = try custody.custodian.apply(
            plan(items), hash: "", isApproved: isApproved, isAgeJudged: true, sightings: sightings,
            claims: { candidates throws(FoundlingError) in
                let states = try check.states(candidates)
                // After the claims: whoever lost its tasks while it read them must not act.
                guard try holds() else {
                    throw FoundlingError(
                        .leaseLost, "this worker's lease ran out while it was at work: others may have its tasks",
                        hint: "nothing is lost: what it had moved goes back, and the tasks are done by whoever has them")
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
            case .skipped where item.reason == RunOutcome.notReached: break
            case .held: results[item.path] = .dead(item.reason ?? "held in quarantine")
            default: results[item.path] = .failed(item.reason ?? item.state.meaning)
            }
        }
    }

    // MARK: Verdicts

    /// The worst of what its entries came to; nil where they were not all reached.
    private func verdict(of task: DeletionTask, _ found: TaskTargets.Found) -> TaskVerdict? {
        if task.event == .truncated {
            return .held(
                "all rows of '\(task.resource)' were truncated at once: `foundling scan` shows what they left; then drop this"
            )
        }
        guard found.isInside else { return .done("none of its paths is in this store", run: nil) }
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
