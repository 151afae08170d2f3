internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension Custody {
    /// What a purge is to take.
    package enum PurgeChoice: Sendable {
        /// Everything past its retention, of one run or of all.
        case due(run: String?)
        /// Everything of these resources that is past its retention.
        case dueOf(resources: Set<String>)
        /// One run, whatever its age.
        case whole(run: String)
        /// The oldest, whatever their age, until together they give back so many bytes.
        case free(bytes: UInt64)
    }

    /// The items that a choice names, oldest first.
    ///
    /// - Throws: `ledger-corrupt` where a line of the ledger was changed: what is removed rests on nothing else.
    package func purgeable(_ choice: PurgeChoice) throws(FoundlingError) -> [ItemOutcome] {
        if Safeguard.purgeLedger.isOn, let fault = try ledger.fault(expecting: nil) { throw Self.broken(fault) }
        return try chosen(choice).map { $0.outcome(.moved) }
    }

    /// How far this host's clock is ahead of the database's, in nanoseconds: a clock that jumped ends no retention.
    private func lead() throws(FoundlingError) -> Int64 {
        guard manifest.database.url.engine != .sqlite else { return 0 }
        guard let reading = try? Catalog(manifest).read(only: { _, _ in false }, { _ in }),
            let skew = reading.certificate.skew, skew < -Self.toleratedSkew
        else { return 0 }
        return -skew
    }

    private func chosen(_ choice: PurgeChoice) throws(FoundlingError) -> [HeldItem] {
        switch choice {
        case .whole(let run): return try custodian.held(in: run)
        case .dueOf(let resources): return try chosen(.due(run: nil)).filter { resources.contains($0.record.resource) }
        case .due(let run):
            let times = try ledger.movedTimes(run: run)
            let held =
                if let run { try custodian.held(in: run) } else {
                    try ledger.items(where: { $0.isInQuarantine })
                }
            let now = HostClock.time() - (try lead())
            return held.filter { item in
                now >= item.due(movedAt: times[item.key] ?? item.since) || !Safeguard.retention.isOn
            }
        case .free(let bytes):
            let times = try ledger.movedTimes(run: nil)
            let held = try ledger.items(where: { $0 == .moved || $0 == .partial }).sorted {
                (times[$0.key] ?? 0, $0.number) < (times[$1.key] ?? 0, $1.number)
            }
            var (chosen, sum): ([HeldItem], UInt64) = ([], 0)
            for item in held where sum < bytes {
                chosen.append(item)
                sum = sum.addingUpTo(item.record.freed)
            }
            return chosen
        }
    }

    /// Removes what a choice names for good.
    ///
    /// - Parameter isVerified: false only where a person typed the run's name because there is no database to ask.
    package func purge(
        _ choice: PurgeChoice, isVerified: Bool = true, threads: Int = Processors.count, rate: Int? = nil,
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> RunOutcome {
        let all = try chosen(choice)
        // What is held waits for a person's look at exactly that; not asking the database is none.
        let spared = isVerified ? [] : all.filter { $0.last == .held }
        let items = isVerified || !Safeguard.heldUnverified.isOn ? all : all.filter { $0.last != .held }
        let claims: Custodian.ClaimReader? =
            isVerified && !items.isEmpty ? try claimReader(for: items) : nil
        var outcome = try custodian.purge(items, claims: claims, threads: threads, rate: rate) {
            progress(.purging(done: $0, of: $1))
        }
        tell(&outcome)
        outcome.planned = all.count
        outcome.items += spared.map {
            $0.outcome(
                .held, "it was held before: `foundling restore \($0.run) --item \($0.number)`, or purge it verified")
        }
        if !isVerified, try ledger.accepted() == nil, try ledger.followsALostOne() {
            outcome.notes.append("the ledger was lost before: what was pinned then was not known any more")
        }
        if let stopped = outcome.stopped, stopped.code.isOfCatalog {
            outcome.stopped = stopped.adding(
                "if there is no database any more, `foundling purge RUN --unverified` removes without asking it")
        }
        if !isVerified, outcome.count(.purged) > 0 {
            outcome.notes.append("purged without asking the database, as was asked for by typing the run's name")
        }
        progress(.done)
        return outcome
    }

    private func claimReader(for items: [HeldItem]) throws(FoundlingError) -> Custodian.ClaimReader {
        let runs = Set(items.map(\.run)).sorted()
        var accepted = try ledger.accepted()
        if accepted == nil, try ledger.followsALostOne() { throw Self.lostLedger }
        for run in runs where accepted == nil { accepted = try custodian.grounds(of: run) }
        guard let accepted else {
            throw FoundlingError(
                .ledgerMissing, "nothing says which database these items were compared with",
                hint: "`foundling plan` accepts the database of the manifest; then purge again")
        }
        if Safeguard.purgeStore.isOn,
            let refusal = Identities.store(try quarantine.identity(), accepted.store).first
        {
            throw refusal
        }
        let check = ClaimCheck(
            manifest, store, accepted: accepted.catalog, rows: nil, going: [])
        return { candidates throws(FoundlingError) in try check.states(candidates) }
    }

    /// When the next of what lies in quarantine may be purged, in nanoseconds since 1970; nil where nothing lies there.
    package func nextDue(of run: String?) throws(FoundlingError) -> Int64? {
        let times = try ledger.movedTimes(run: run)
        return try ledger.items(run: run, where: { $0.isInQuarantine })
            .map { $0.due(movedAt: times[$0.key] ?? $0.since) }.min()
    }
}
