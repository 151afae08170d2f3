internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension TaskBatch {
    func check(going: [StorePath]) -> ClaimCheck {
        ClaimCheck(custody.manifest, custody.store, accepted: accepted.catalog, rows: nil, going: going)
    }

    func take(_ candidates: [Candidate]) throws(FoundlingError) {
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
            if Safeguard.pinOfTask.isOn, let pin = pins.first(where: { $0.touches(candidate.path) }) {
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
            results[candidate.path] = .failed(
                "\(obstacle.path.bytes.isEmpty ? "it" : "'\(obstacle.path)'"): \(obstacle.reason)")
            return nil
        }
        let minAge = resource.safety.minAge * 1_000_000_000
        let now = HostClock.time()
        // A record that names another path now may still be about to move its files there.
        if Safeguard.changedClaim.isOn, let changed = candidate.changed, now - changed < minAge {
            results[candidate.path] = .later(
                "its record names another path since: its files may yet be moved there, so it waits for min_age",
                milliseconds: (changed + minAge - now) / 1_000_000 + 1)
            return nil
        }
        // Whatever was written less than min_age ago may belong to a record that is still to come, however sure it is
        // that the old one went.
        let newest = wasReturned(image) ? image.newestWithin : image.newest
        guard
            newest <= now && now - newest - (skew > Custody.toleratedSkew ? skew : 0) >= minAge
                || !Safeguard.ageOfTask.isOn
        else {
            let wait = max(1, (newest + minAge - now) / 1_000_000)
            results[candidate.path] = .later(
                "something in it is younger than min_age, and may be for a record that is still to come",
                milliseconds: wait)
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
        guard image.newestWithin < image.newest else { return false }
        let returned = try? custody.ledger.returned(
            image.top.identity, image.fingerprint, changed: image.top.changed)
        return returned ?? false
    }
}
