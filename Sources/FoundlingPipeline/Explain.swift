internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingStore

/// Tells one path's story by running a whole scan and listening for everything that concerns it.
///
/// The verdict is the scan's own, so an explanation cannot disagree with a report.
package struct Explain {
    private let manifest: Manifest
    private let progress: @Sendable (ScanProgress) -> Void
    private static let claimsShown = 20
    /// Claims compared letter by letter; the closest of them is shown where nothing else speaks.
    private static let comparisons = 2_000_000

    package init(_ manifest: Manifest, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }) {
        self.manifest = manifest
        self.progress = progress
    }

    /// - Parameter path: relative to the root, absolute, or as a record spells it.
    package func run(_ path: [UInt8]) throws(FoundlingError) -> Explanation {
        let store = try LocalStore(root: manifest.store.root)
        let readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases + [store.realPath])
        let target = try inside(path, readings, store)
        var listener = Listener(target, Layout(manifest), readings, manifest)
        var story: Story?
        var result: ScanResult?
        result = try Scan(manifest, sizes: .orphans, progress: progress).run(focus: target) { row in
            listener.hear(row)
        } seen: { story = Story($0, target) }
        guard let story, let result else { return Explanation(path: target, role: "") }
        return explanation(target, story, listener, result, store)
    }

    /// What the scan knew of the path.
    private struct Story {
        let kind: EntryKind?
        let role: Listing.Role?
        let place: Layout.Place?
        let enclosing: StorePath?
        let unrecognised: Layout.Unrecognised?

        init(_ reconciler: Reconciler, _ target: StorePath) {
            let listing = reconciler.listing
            var path = target
            var node = reconciler.node(at: path)
            var above: StorePath?
            while node == nil, !path.bytes.isEmpty {
                path = path.parent
                node = reconciler.node(at: path)
            }
            let isExact = path == target
            if let node, !isExact, listing.role(of: node) == .entry { above = path }
            if let node, isExact, listing.role(of: node) != .entry {
                above = listing.enclosingEntry(of: node).map { listing.path(of: $0) }
            }
            kind = isExact ? node.map { listing.kind(of: $0) } : nil
            role = isExact ? node.map { listing.role(of: $0) } : nil
            let entry = isExact && role == .entry ? node : above.flatMap { reconciler.node(at: $0) }
            place = entry.map { reconciler.layout.places[listing.place(of: $0)] }
            enclosing = above
            unrecognised = role == .unrecognised ? node.map { listing.unrecognised($0) } : nil
        }
    }

    private func inside(_ path: [UInt8], _ readings: ClaimReadings, _ store: LocalStore) throws(FoundlingError) -> StorePath {
        var fallback: StorePath?
        for reading in readings.readings(of: path) {
            guard case .inside(let components) = reading, !components.isEmpty else { continue }
            let candidate = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
            if !store.isMissing(candidate) { return candidate }
            fallback = fallback ?? candidate
        }
        guard let fallback else {
            throw FoundlingError(
                .usage, "'\(Printable.escape(path))' does not lie in this store",
                hint: "the store's root is \(Printable.escape(manifest.store.root)); name a path below it")
        }
        return fallback
    }

    private func explanation(
        _ target: StorePath, _ story: Story, _ listener: Listener, _ result: ScanResult, _ store: LocalStore
    ) -> Explanation {
        var explanation = Explanation(path: target, role: role(story, target, store))
        explanation.kind = story.kind ?? (store.isMissing(target) ? nil : store.kind(of: target))
        explanation.enclosing = story.enclosing
        explanation.claims = listener.closest(Self.claimsShown)
        explanation.claimCount = listener.related.count
        explanation.rowsRead = listener.rows
        let judged = story.enclosing ?? target
        explanation.finding = result.findings.first { $0.path == judged && $0.kind != .dangling }
            ?? result.findings.first { $0.path == target }
        if let place = story.place {
            let resource = manifest.resources[place.resource]
            explanation.resource = resource.name
            explanation.rules = resource.sources.flatMap { source in source.claims.map { "\(source.name): \($0.text)" } }
            explanation.minAge = resource.safety.minAge
        }
        if explanation.kind != nil {
            explanation.measurement = store.measure([LocalStore.Target(path: target)], threads: Processors.count).targets.first
        }
        if !explanation.claims.contains(where: { $0.relation.keeps && !$0.isReleased }) { explanation.nearest = listener.nearest }
        explanation.advice = Advice(explanation, manifest).sentences
        return explanation
    }

    private func role(_ story: Story, _ target: StorePath, _ store: LocalStore) -> String {
        switch story.role {
        case .entry?: "an entry of '\(manifest.resources[story.place!.resource].name)'"
        case .unrecognised?: "in a declared place, but of a shape that no rule knows"
        case .ignored?: "ignored: on the ignore list, or Foundling's own, the database's or the manifest's"
        case .interior?: "a directory above declared places: never an entry itself"
        case .unmanaged?: "in no declared place: Foundling measures it and nothing else"
        case nil where story.enclosing != nil: "inside the entry '\(story.enclosing!)': it stays or goes with that"
        case nil: store.isMissing(target) ? "nothing is there" : "in no declared place: Foundling never looks at it"
        }
    }

    /// Hears every row of a scan and keeps what concerns one path.
    private struct Listener {
        private let target: StorePath
        private let tail: [[UInt8]]?
        private let layout: Layout
        private let readings: ClaimReadings
        private let manifest: Manifest
        private(set) var related: [Explanation.RelatedClaim] = []
        private(set) var rows = 0
        private(set) var nearest: (claim: [UInt8], source: String, distance: Int)?

        init(_ target: StorePath, _ layout: Layout, _ readings: ClaimReadings, _ manifest: Manifest) {
            self.target = target
            self.layout = layout
            self.readings = readings
            self.manifest = manifest
            let parts = target.components.map(Array.init)
            tail = layout.place(holding: parts).map { Array(parts[$0.base...]) }
        }

        mutating func hear(_ row: ClaimRow) {
            rows += 1
            for (rule, range) in row.claims {
                let claim = row.bytes[range].map { $0 == 0 ? UInt8.star : $0 }
                let relation = ClaimRelation.of(claim, to: target, readings, tail: tail) { layout.isPlaced($0) }
                let source = manifest.resources[row.resource].sources[row.source]
                if let relation {
                    related.append(
                        Explanation.RelatedClaim(
                            relation: relation, claim: claim, resource: manifest.resources[row.resource].name,
                            source: source.name, rule: rule < source.claims.count ? source.claims[rule].text : "path",
                            key: row.keyBytes, isMaking: row.isMaking, isReleased: row.isReleased))
                } else if rows < Explain.comparisons {
                    let limit = min((nearest?.distance ?? 64) - 1, 32)
                    let distance = limit < 0 ? Int.max : Nearest.distance(Array(claim), target.bytes, limit: limit)
                    if distance <= limit { nearest = (Array(claim), source.name, distance) }
                }
            }
        }

        func closest(_ count: Int) -> [Explanation.RelatedClaim] {
            let order = ClaimRelation.allCases
            return Array(
                related.sorted { order.firstIndex(of: $0.relation)! < order.firstIndex(of: $1.relation)! }.prefix(count))
        }
    }
}

/// What would have kept a path, or what would let it go.
private struct Advice {
    var sentences: [String] = []

    init(_ explanation: Explanation, _ manifest: Manifest) {
        switch explanation.finding?.kind {
        case .orphan?:
            sentences.append(
                "a row whose claim equals this path, lies below it or above it would have kept it; so would a '.foundling-keep' in it")
        case .young?: sentences.append("it is kept until nothing inside is younger than min_age")
        case .nearMiss?: sentences.append("correct the record's spelling, or remove the record, and the next scan will know")
        case .partial?: sentences.append("make it readable (or unmount what is mounted inside) and scan again")
        case .pinned?: sentences.append("remove the '.foundling-keep' in it to let it be judged")
        case .unrecognised?:
            sentences.append("widen 'entries', 'shape' or 'kind' if it belongs to a resource; name it under 'except' or 'ignore' if it never will")
        case .newerThanCatalog?: sentences.append("check that database.url names the live, newest database")
        case .dangling?: sentences.append("restore the file, or correct or remove the row")
        case nil:
            if explanation.claims.contains(where: { $0.relation.keeps && !$0.isReleased }) {
                sentences.append("it is kept: at least one record claims it")
            }
        }
    }
}
