internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody
internal import FoundlingStore

/// Asks the database about a few paths, by the same rules that judged the whole store.
///
/// Each call opens the database anew and reads every claim of every source in one snapshot: who replaced the file in
/// between is noticed, and a claim that was committed before the call began is seen.
struct ClaimCheck {
    let manifest: Manifest
    let store: LocalStore
    /// What the database must still be.
    let accepted: CatalogIdentity
    /// Rows by source when the plan was made; nil where rows may have gone since.
    let rows: [String: Int]?
    /// Everything that goes in the end: links in it need nothing. Empty where all that is to go has gone already: then
    /// every link counts, and is looked for each time, since nothing comes after.
    private let going: Set<StorePath>
    /// Links, in entries too: what one that stays leads to stays as well.
    private let links: Links

    /// Looked for again with each question, unless that takes long.
    private final class Links {
        var paths: [StorePath] = []
        var isExpensive = false
    }
    /// Nanoseconds that looking for them may take each time.
    private static let cheap: Int64 = 200_000_000

    init(
        _ manifest: Manifest, _ store: LocalStore, accepted: CatalogIdentity, rows: [String: Int]?,
        going: [StorePath]
    ) {
        self.manifest = manifest
        self.store = store
        self.accepted = accepted
        self.rows = rows
        links = Links()
        self.going = Set(going)
    }

    /// Keeps what links lead to that stay; what is kept of what was to go stays as well, with its links.
    private func followLinks(_ reconciler: Reconciler) {
        var going = self.going
        while true {
            let staying = links.paths.filter { link in
                var above = link
                while !above.bytes.isEmpty {
                    if going.contains(above) { return false }
                    above = above.parent
                }
                return true
            }
            _ = reconciler.follow(staying: staying) { store.linkText($0) }
            let kept = going.filter { path in
                reconciler.node(at: path).map { reconciler.isClaimed($0) || reconciler.isNear($0) } ?? false
            }
            if kept.isEmpty { return }
            going.subtract(kept)
        }
    }

    /// Entries that links lie in, or are.
    private func holders(_ layout: Layout) -> [(StorePath, EntryKind)] {
        var found: Set<StorePath> = []
        return links.paths.flatMap { link -> [(StorePath, EntryKind)] in
            let components = link.components
            return layout.places.compactMap { place in
                guard !place.glob.isDeep, components.count >= place.depth,
                    zip(place.glob.components, components).allSatisfy({ $0.matches($1) })
                else { return nil }
                let entry = StorePath(trusted: Array(components.prefix(place.depth).joined(separator: [UInt8.slash])))
                guard found.insert(entry).inserted else { return nil }
                return (entry, entry == link ? .symlink : .directory)
            }
        }
    }

    /// Whether links are looked for at all: whoever only wants to know whether asking is worth while need not.
    var followsLinks = true

    private func lookForLinks(_ own: OwnFiles) {
        guard followsLinks, !links.isExpensive || going.isEmpty else { return }
        let began = HostClock.time()
        links.paths = store.links(but: own.reserved)
        links.isExpensive = HostClock.time() - began > Self.cheap
    }

    func states(_ candidates: [(path: StorePath, kind: EntryKind)]) throws(FoundlingError) -> [ClaimState] {
        let catalog = try Catalog(manifest)
        let own = OwnFiles(manifest, store, catalog)
        let layout = Layout(manifest, reserved: own.reserved)
        lookForLinks(own)
        // Beside those that are asked about: what goes in the end, and the entries that links lie in.
        let others = links.paths.isEmpty ? [] : going.map { ($0, EntryKind.directory) } + holders(layout)
        let (listing, nodes) = Listing.of(candidates + others, layout)
        let reconciler = Reconciler(listing, layout, manifest, store, own)
        let reading = try catalog.read { reconciler.add($0) }
        followLinks(reconciler)
        if let refusal = Guards.replica(reading.certificate) { throw refusal }
        if let refusal = Identities.catalog(CatalogIdentity(reading.certificate), accepted).first { throw refusal }
        if let refusal = Guards.emptySources(manifest, reconciler.tallies).first { throw refusal }
        try compareRows(Grounds.rows(reconciler.tallies, manifest))
        return nodes.prefix(candidates.count).map { node in
            // What the manifest does not know as an entry is none to act on.
            guard let node else { return .near }
            if reconciler.isClaimed(node) { return reconciler.isBeingMade(node) ? .making : .claimed }
            if reconciler.isNear(node) { return .near }
            if let parent = listing.isNested(node) ? listing.enclosingEntry(of: node) : nil {
                return reconciler.isLiving(parent) ? .unclaimed : .sheltered
            }
            return .unclaimed
        }
    }

    /// A table that lost most of its rows since the plan was made is no table to rely on.
    private func compareRows(_ now: [String: Int]) throws(FoundlingError) {
        guard let rows else { return }
        let trips = Planner(manifest).trips([], of: [], recent: [], rows: now, before: rows)
        guard let trip = trips.first else { return }
        throw FoundlingError(
            .planStale,
            "'\(trip.subject)' lost \(trip.part) of \(trip.whole) rows since the plan was made: records are being deleted "
                + "right now, or the database is not what it was",
            hint: "look at the database, then make a new plan")
    }
}
