package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam

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
        try checkSomebodyAccepted()
        let longest = manifest.resources.map { max($0.safety.minAge, Self.leastApart) }.max() ?? Self.leastApart
        let earlier = try ledger.observations(
            manifest: manifestHash, until: HostClock.time() - longest * 1_000_000_000)
        let planned = try record(progress: progress)
        try checkClocks(planned.result)
        var outcome = Unattended(result: planned.result)
        outcome.notes = planned.notes
        outcome.observed = planned.plan.items.count
        let agreed = planned.plan.items.filter { item in
            (allowed.contains(item.resource) || !Safeguard.unattended.isOn)
                && (isAgreed(item, earlier) || !Safeguard.twoScans.isOn)
        }
        outcome.agreed = agreed.count
        if !agreed.isEmpty {
            var plan = planned.plan
            plan.items = agreed
            // What goes over a limit waits for a person; the rest need not wait with it.
            let trips = try trips(plan, before: [:]) + planned.plan.trips.filter { $0.measure == .rows }
            outcome.refused = trips.map(\.sentence)
            let stopped = Set(trips.map { Grounds.resource(of: $0.subject) })
            plan.items = agreed.filter { !stopped.contains($0.resource) || !Safeguard.unattendedLimit.isOn }
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
        let due = PurgeChoice.dueOf(resources: allowed)
        if try !purgeable(due).isEmpty { outcome.purged = try purge(due, progress: progress) }
        return outcome
    }

    private func checkSomebodyAccepted() throws(FoundlingError) {
        guard Safeguard.unattendedAccepted.isOn, try ledger.accepted() == nil else { return }
        if try ledger.followsALostOne() { throw Self.lostLedger }
        throw FoundlingError(
            .nothingAccepted, "nobody has accepted this database and this store yet",
            hint: "`foundling plan` shows what would go and accepts them; then this may run unattended")
    }

    private func checkClocks(_ result: ScanResult) throws(FoundlingError) {
        let skews = [try quarantine.clockSkew(), result.certificate.catalog.skew ?? 0]
        guard Safeguard.unattendedClocks.isOn, skews.contains(where: { abs($0) > Self.toleratedSkew }) else { return }
        throw FoundlingError(
            .clocksApart, "the store's or the database's clock and this host's are apart: ages cannot be trusted",
            hint: "set the clocks right (NTP); the scan was recorded, and nothing was moved or purged")
    }

    /// Whether every recorded scan since one that is old enough saw the very same: one that did not found it claimed,
    /// or changed.
    private func isAgreed(_ item: Plan.Item, _ earlier: [(time: Int64, digests: Set<String>)]) -> Bool {
        guard let r = manifest.index(of: item.resource) else { return false }
        let apart = max(manifest.resources[r].safety.minAge, Self.leastApart) * 1_000_000_000
        let (digest, now) = (Ledger.digest(item), HostClock.time())
        for observation in earlier {
            guard observation.digests.contains(digest) else { return false }
            if now - observation.time >= apart { return true }
        }
        return false
    }
}
