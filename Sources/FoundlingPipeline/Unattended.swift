package import FoundlingCore
internal import FoundlingCustody

extension Custody {
    /// What a run with nobody looking came to.
    package struct Unattended: Sendable {
        /// What this run's scan found, and was recorded.
        package var observed = 0
        /// Orphans that an earlier recorded scan had seen as they are now, long enough ago.
        package var agreed = 0
        /// Those moved aside; nil where there was nothing to move.
        package var applied: RunOutcome?
        /// What was due and removed for good; nil where nothing was.
        package var purged: RunOutcome?
        /// Limits that some resources go over, in sentences: what they have waits for a person.
        package var refused: [String] = []
        /// In sentences.
        package var notes: [String] = []
        package var result: ScanResult

        package var exit: ExitStatus {
            let exits = [applied?.exit, purged?.exit].compactMap { $0 }
            if !refused.isEmpty { return applied == nil && purged == nil ? .refused : .partial }
            return exits.contains { $0 != .clean } ? .partial : .clean
        }
    }

    /// Seconds between two scans that agree, at least: a write-to-commit that a manifest forgot is over by then.
    private static let leastApart: Int64 = 3_600

    /// Records what a complete scan finds, for a later one to agree with.
    package func record(
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> Planned {
        let planned = try plan(progress: progress)
        try ledger.observe(planned.plan.items)
        return planned
    }

    /// Records a scan, moves aside what an earlier one agrees with, and purges what is due.
    ///
    /// One observation never kills: an orphan goes only if a recorded scan at least `min_age`, and an hour, ago saw the
    /// very same thing unclaimed. No guard is ever answered here.
    package func cleanUnattended(
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> Unattended {
        let allowed = Set(manifest.resources.filter(\.safety.unattended).map(\.name))
        guard !allowed.isEmpty else {
            throw FoundlingError(
                .unattendedForbidden, "this manifest does not allow anything to go with nobody looking",
                hint:
                    "write `unattended: true` under 'safety', or under the safety of the resources that you trust it with"
            )
        }
        let longest = manifest.resources.map { max($0.safety.minAge, Self.leastApart) }.max() ?? Self.leastApart
        let earlier = try ledger.observations(
            manifest: manifestHash, until: HostClock.time() - longest * 1_000_000_000)
        let planned = try record(progress: progress)
        var outcome = Unattended(result: planned.result)
        outcome.notes = planned.notes
        outcome.observed = planned.plan.items.count
        let now = HostClock.time()
        let agreed = planned.plan.items.filter { item in
            guard allowed.contains(item.resource), let r = manifest.index(of: item.resource) else { return false }
            let apart = max(manifest.resources[r].safety.minAge, Self.leastApart) * 1_000_000_000
            let digest = Ledger.digest(item)
            // Seen by every recorded scan since one that is old enough: one that did not see it found it claimed, or
            // changed.
            for observation in earlier {
                guard observation.digests.contains(digest) else { return false }
                if now - observation.time >= apart { return true }
            }
            return false
        }
        outcome.agreed = agreed.count
        if !agreed.isEmpty {
            var plan = planned.plan
            plan.items = agreed
            // What goes over a limit waits for a person; the rest need not wait with it.
            let trips = try trips(plan, before: [:]) + planned.plan.trips.filter { $0.measure == .rows }
            outcome.refused = trips.map(\.sentence)
            let stopped = Set(trips.map { Grounds.resource(of: $0.subject) })
            plan.items = agreed.filter { !stopped.contains($0.resource) }
            plan.trips = []
            if !plan.items.isEmpty {
                let (_, hash) = PlanFile.encode(plan)
                outcome.applied = try apply(plan, hash: hash, approval: nil, progress: progress)
            }
        } else if outcome.observed > 0 {
            outcome.notes.append(
                earlier.isEmpty
                    ? "this was the first recorded scan by this manifest: a later one may act on what it saw"
                    : "no earlier scan agrees yet on anything that may go")
        }
        if try !purgeable(.due(run: nil)).isEmpty { outcome.purged = try purge(.due(run: nil), progress: progress) }
        return outcome
    }
}
