internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension Custody {
    /// A plan, the scan that it comes from, and what a reader should know.
    package struct Planned: Sendable {
        package let plan: Plan
        package let hash: String
        package let text: [UInt8]
        package let result: ScanResult
        package let notes: [String]
    }

    /// Clocks further apart than this widen the age by their difference: file times tick every 4 ms, hosts drift more.
    static let toleratedSkew: Int64 = 2_000_000_000

    /// Scans, compares with what was accepted, and looks at each orphan once more.
    ///
    /// - Parameters:
    ///   - only: resources by name; none means all. What is narrowed is what goes, never what is read.
    ///   - keep: which of the orphans stay in the plan, for a person who chooses.
    package func plan(
        only: Set<String> = [], sizes: SizeChoice = .all,
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in },
        keep: ([Finding]) throws(FoundlingError) -> [Finding] = { findings throws(FoundlingError) in findings }
    ) throws(FoundlingError) -> Planned {
        let result = try Scan(manifest, sizes: sizes, pins: try ledger.pins(), progress: progress).run()
        if let refusal = Guards.replica(result.certificate.catalog) { throw refusal }
        let skew = try skew(of: result)
        var notes: [String] = []
        let grounds = Grounds(
            result.certificate, store: try quarantine.identity(), manifest: manifest, clock: Self.words(skew: skew))
        let accepted = try ledger.accepted()
        if let accepted {
            if let refusal = Identities.refusals(grounds, accepted: accepted).first { throw refusal }
        } else {
            if Safeguard.lostLedger.isOn, try ledger.followsALostOne() { throw Self.lostLedger }
            notes.append(
                "first plan in this store: from now on only the database \(Printable.escape(grounds.catalog.location)) "
                    + "and the store \(Printable.escape(grounds.store.root)) as they are now will do")
            try ledger.accept(grounds)
        }
        let planner = Planner(manifest)
        let orphans = settled(planner.orphans(of: result, only: only), grounds.listedFrom, skew, &notes)
        let items = try look(at: try keep(orphans), progress, &notes)
        var plan = Plan(
            created: HostClock.time(), manifest: manifest.file, manifestHash: manifestHash, grounds: grounds,
            wholes: Planner.wholes(result), trips: [], items: items)
        plan.trips = try trips(plan, before: accepted?.rows ?? [:])
        // Rows that fell too far are accepted by whoever approves the plan, and not before.
        if let accepted, accepted != grounds, !plan.trips.contains(where: { $0.measure == .rows }) {
            try ledger.accept(grounds)
        }
        let (text, hash) = PlanFile.encode(plan)
        progress(.done)
        return Planned(plan: plan, hash: hash, text: text, result: result, notes: notes)
    }

    /// How far the clocks of the store or the database and this host's are apart.
    func skew(of result: ScanResult) throws(FoundlingError) -> Int64 {
        [try quarantine.clockSkew(), result.certificate.catalog.skew ?? 0].max { abs($0) < abs($1) } ?? 0
    }

    /// Pins, and which database was the right one, went with the ledger: only a person knows them now.
    static var lostLedger: FoundlingError {
        FoundlingError(
            .ledgerLost,
            "this store's ledger was lost, and with it what was pinned and which database was accepted",
            hint:
                "restoring works all the same. To go on: `foundling scan`, pin again what must stay, make sure that it is "
                + "the right database, then `foundling accept database`")
    }

    /// The limits that a plan goes over, recent runs included.
    func trips(_ plan: Plan, before rows: [String: Int]) throws(FoundlingError) -> [GuardTrip] {
        Planner(manifest).trips(
            plan.totals, of: plan.wholes, recent: try Self.recent(ledger, manifest), rows: plan.grounds.rows,
            before: rows)
    }

    /// What recent runs took: small ones must not add up to what a large one may not do.
    static func recent(_ ledger: Ledger, _ manifest: Manifest) throws(FoundlingError) -> [ResourceTotal] {
        guard Safeguard.recentRuns.isOn else { return [] }
        let now = HostClock.time()
        return try ledger.moved { name in
            let safety = manifest.index(of: name).map { manifest.resources[$0].safety } ?? .standard
            return now - max(safety.retention, leastWindow) * 1_000_000_000
        }
    }

    /// Seconds over which shares add up at least, however short the retention: a week of small runs is one run.
    private static let leastWindow: Int64 = 7 * 86_400

    private static func words(skew: Int64) -> String {
        let milliseconds = abs(skew) / 1_000_000
        return abs(skew) <= toleratedSkew
            ? "this host's clock; the store's and the database's agree"
            : "the store's or the database's clock and this host's are \(milliseconds) ms apart; the age was widened by that"
    }

    /// Orphans that stay old enough where the clocks disagree.
    func settled(
        _ orphans: [Finding], _ now: Int64, _ skew: Int64, _ notes: inout [String]
    ) -> [Finding] {
        guard Safeguard.clocksApart.isOn, abs(skew) > Self.toleratedSkew else { return orphans }
        notes.append(Self.words(skew: skew))
        return orphans.filter { finding in
            guard let newest = finding.newest, let resource = finding.resource else { return false }
            return now - newest - abs(skew) >= manifest.resources[resource].safety.minAge * 1_000_000_000
        }
    }

    func look(
        at orphans: [Finding], _ progress: (ScanProgress) -> Void, _ notes: inout [String]
    ) throws(FoundlingError) -> [Plan.Item] {
        var items: [Plan.Item] = []
        for (number, finding) in orphans.enumerated() {
            progress(.looking(done: number, of: orphans.count))
            guard let resource = finding.resource, let image = try custodian.image(of: finding.path) else {
                notes.append("'\(finding.path)' vanished while the plan was made: left out")
                continue
            }
            if let obstacle = image.obstacle {
                notes.append("'\(finding.path)' is left out: \(obstacle.path): \(obstacle.reason)")
                continue
            }
            // The image may be newer than what the scan measured, and then its age is not what was judged.
            guard let newest = finding.newest, image.newest <= newest || !Safeguard.writtenSinceMeasured.isOn else {
                notes.append("'\(finding.path)' was written to while the plan was made: left out")
                continue
            }
            items.append(
                Plan.Item(
                    resource: manifest.resources[resource].name, path: finding.path, kind: image.top.kind,
                    identity: image.top.identity, fingerprint: image.fingerprint,
                    shared: image.shared.isEmpty ? nil : image.shared, bytes: image.bytes,
                    freed: image.freed, files: image.files, newest: image.newest,
                    changed: image.top.changed, cause: finding.cause))
        }
        return items
    }
}
