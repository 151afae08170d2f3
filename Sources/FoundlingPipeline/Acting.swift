internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension Custody {
    /// Moves what a plan names aside.
    ///
    /// - Parameters:
    ///   - approval: the plan's hash, or at least 12 digits of it, from a person who looked; nil where nobody did.
    ///   - purges: whether each batch is removed for good before the next.
    package func apply(
        _ plan: Plan, hash: String, approval: String?, purges: Bool = false,
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = try quarantine.withLock(.applying) { () throws(FoundlingError) in
            try check(plan, hash)
            try approve(plan, hash, approval)
            try checkSpace(for: plan, purges: purges)
            if plan.trips.contains(where: { $0.measure == .rows }) { try ledger.accept(plan.grounds) }
            let (accepted, rows) = (plan.grounds.catalog, plan.grounds.rows)
            let check = ClaimCheck(manifest, store, accepted: accepted, rows: rows, going: plan.items.map(\.path))
            // What is removed for good is asked about as the store is by then, with whatever stayed in it after all.
            let last = ClaimCheck(manifest, store, accepted: accepted, rows: rows, going: [])
            let purging: Custodian.ClaimReader = { candidates throws(FoundlingError) in try last.states(candidates) }
            return try custodian.apply(
                plan, hash: hash, isApproved: approval != nil && !plan.trips.isEmpty,
                claims: { candidates throws(FoundlingError) in try check.states(candidates) },
                purging: purges ? purging : nil
            ) { progress(.moving(done: $0, of: $1)) }
        }
        tell(&outcome)
        progress(.done)
        return outcome
    }

    /// What the first look at this store's past found goes with every outcome.
    func tell(_ outcome: inout RunOutcome) {
        outcome.recovered = notes
        outcome.isAlarmed = isAlarmed
    }

    /// Everything that must still be as it was when the plan was made.
    private func check(_ plan: Plan, _ hash: String) throws(FoundlingError) {
        let now = HostClock.time()
        guard now < plan.expires, (0..<now + 60_000_000_000).contains(plan.created),
            plan.expires <= plan.created + Plan.lifetime || !Safeguard.planExpiry.isOn
        else {
            throw FoundlingError(
                .planExpired, "the plan expired: it was made more than an hour ago, or a clock was changed",
                hint: "make a new one: `foundling plan`")
        }
        guard plan.manifestHash == manifestHash || !Safeguard.planManifest.isOn else {
            throw FoundlingError(
                .planStale, "the manifest changed since the plan was made, or it is another manifest",
                hint: "make a new plan with this manifest: `foundling plan`")
        }
        guard try quarantine.identity().isSameStore(as: plan.grounds.store) || !Safeguard.planStore.isOn else {
            throw FoundlingError(
                .planStale, "the plan was made for another store",
                hint: "apply it where it was made, or make a new one here: `foundling plan`")
        }
        if Safeguard.wholeLedger.isOn, let fault = try ledger.fault(expecting: nil) { throw Self.broken(fault) }
        guard try ledger.accepted() != nil else {
            if try ledger.followsALostOne() { throw Self.lostLedger }
            throw FoundlingError(
                .planStale, "the ledger of this store knows of no plan: it is not the one that the plan was made with",
                hint: "make a new plan: `foundling plan`")
        }
        if Safeguard.planOnce.isOn, let run = try ledger.run(applying: hash) {
            throw FoundlingError(
                .planApplied, "this plan was applied already, by run \(run)",
                hint: "`foundling ledger` shows what came of it; for what is left make a new plan")
        }
    }

    private func approve(_ plan: Plan, _ hash: String, _ approval: String?) throws(FoundlingError) {
        if let approval {
            guard approval.utf8.count >= 12 else {
                throw FoundlingError(
                    .approvalMismatch, "what was approved is too short to be a hash: \(approval.utf8.count) digits",
                    hint: "approve with at least the first 12 digits of \(hash)")
            }
            guard hash.hasPrefix(approval.lowercased()) || !Safeguard.approvedHash.isOn else {
                throw FoundlingError(
                    .approvalMismatch, "what was approved is not this plan: its hash is \(hash)",
                    hint: "look at the plan once more, then approve exactly that hash")
            }
            return
        }
        // What there is of each resource is counted here and not taken from a file that anybody could have written.
        var counted = plan
        if Safeguard.countedWholes.isOn { counted.wholes = try wholes(plan.wholes) }
        let trips = plan.trips.filter { $0.measure == .rows } + (try self.trips(counted, before: [:]))
        guard Safeguard.approval.isOn, !trips.isEmpty else { return }
        throw FoundlingError(
            .approvalNeeded, "this plan goes over a limit of the manifest, and nobody approved it",
            hint: "look at what it names; then `foundling apply PLAN --approve \(hash)` approves exactly this plan",
            details: trips.map(\.sentence))
    }

    private func wholes(_ planned: [ResourceTotal]) throws(FoundlingError) -> [ResourceTotal] {
        let own = OwnFiles(manifest, store, try Catalog(manifest))
        let layout = Layout(manifest, reserved: own.reserved)
        let listing = try store.list(layout)
        var counts = Array(repeating: 0, count: manifest.resources.count)
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            counts[layout.places[listing.place(of: node)].resource] += 1
        }
        return manifest.resources.enumerated().map { index, resource in
            let bytes = planned.first { $0.resource == resource.name }?.bytes ?? Bytes()
            return ResourceTotal(resource: resource.name, items: counts[index], bytes: bytes)
        }
    }

    private func checkSpace(for plan: Plan, purges: Bool) throws(FoundlingError) {
        let items = plan.items.map { Cost.move(files: $0.files, isPurged: purges) }
        // One that frees as it goes needs no more than its smallest item to begin.
        let need = UInt64((purges ? items.min() ?? 0 : items.reduce(0, +)) + Cost.run)
        let writable = try quarantine.writable()
        guard writable < need else { return }
        let summary =
            "the run needs \(need >> 10) KiB for its receipt and ledger, and the disk has \(writable >> 10) KiB left"
        throw FoundlingError(
            .noSpace, summary,
            hint: purges
                ? "free about \(((need - writable) >> 20) + 1) MiB by hand (a log, a cache), then run this again"
                : "`foundling clean\(choice(of: plan)) --purge` removes for good, in small batches that free as they go; "
                    + "`foundling purge --free 1G` gives back what is already in quarantine")
    }

    /// The flags of `clean` that take what a plan takes.
    private func choice(of plan: Plan) -> String {
        let names = Set(plan.items.map(\.resource)).sorted()
        return names.count == manifest.resources.count ? " --delete-all" : names.map { " --\($0)-only" }.joined()
    }

    // MARK: Restore

    /// Puts a run back, or some items of it by number or path.
    package func restore(
        _ run: String, items wanted: Set<Int>, paths: Set<StorePath>, to directory: String?,
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var held = try custodian.held(in: run)
        if held.isEmpty, wanted.isEmpty, paths.isEmpty, let done = try custodian.restoredBefore(run) { return done }
        let strange = try custodian.unaccounted(in: run, known: held)
        if !wanted.isEmpty || !paths.isEmpty {
            let chosen = held.filter { wanted.contains($0.number) || paths.contains($0.record.path) }
            let numbers = wanted.subtracting(chosen.map(\.number)).sorted().map(String.init)
            let missing = numbers + paths.subtracting(chosen.map(\.record.path)).map(\.description).sorted()
            guard missing.isEmpty else {
                throw FoundlingError(
                    .runUnknown,
                    "run \(run) has no such item in quarantine: \(missing.joined(separator: ", "))",
                    hint: "`foundling ledger \(run)` lists what it holds")
            }
            held = chosen
        }
        guard !held.isEmpty else {
            throw FoundlingError(
                .runUnknown, "nothing of run \(run) lies in quarantine any more",
                hint: "`foundling ledger \(run)` says what became of it")
        }
        var outcome = try custodian.restore(held, to: directory) { progress(.restoring(done: $0, of: $1)) }
        tell(&outcome)
        if !strange.isEmpty, outcome.stopped == nil {
            outcome.stopped = FoundlingError(
                .receiptInvalid,
                "run \(run) holds \(strange.prefix(5).joined(separator: ", ")), of which neither ledger nor receipt speaks",
                hint: "its receipt was cut off: look at undo.sh beside it, and move these by hand")
        }
        progress(.done)
        return outcome
    }

    // MARK: Accept

    /// What of the present is accepted on purpose.
    package enum Accepting: String, Sendable, CaseIterable {
        case database, schema, store
    }

    /// Accepts the database, its schema or the store as it is now.
    package func accept(
        _ what: Accepting, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> [String] {
        let result = try Scan(manifest, sizes: SizeChoice.none, progress: progress).run()
        if what != .store, let refusal = Guards.replica(result.certificate.catalog) { throw refusal }
        let now = Grounds(
            result.certificate, store: try quarantine.identity(), manifest: manifest, clock: "accepted by hand")
        let before = try ledger.accepted()
        guard before != nil || what == .database else {
            throw FoundlingError(
                .usage, "no database was accepted yet, or the ledger that said which was lost",
                hint: "make sure that it is the right one, then `foundling accept database`")
        }
        var accepted = before ?? now
        switch what {
        case .database:
            accepted.catalog.engine = now.catalog.engine
            accepted.catalog.location = now.catalog.location
            accepted.catalog.identity = now.catalog.identity
            accepted.catalog.sequences = now.catalog.sequences
            accepted.catalog.issued = now.catalog.issued
            accepted.rows = now.rows
        case .schema: accepted.catalog.schema = now.catalog.schema
        case .store: accepted.store = now.store
        }
        try ledger.accept(accepted)
        progress(.done)
        return Self.changes(before, accepted, what)
    }

    private static func changes(_ before: Grounds?, _ now: Grounds, _ what: Accepting) -> [String] {
        switch what {
        case .database:
            let rows = now.rows.sorted { $0.key < $1.key }.map { name, count in
                let past = before?.rows[name].flatMap { $0 == count ? nil : "\($0) → " } ?? ""
                return "\(name): \(past)\(Words.count(count, "row", "rows"))"
            }
            return ["\(now.catalog.engine) \(Printable.escape(now.catalog.location))"] + rows
        case .schema: return [now.catalog.schema]
        case .store: return ["\(Printable.escape(now.store.root)), root inode \(now.store.inode)"]
        }
    }
}
