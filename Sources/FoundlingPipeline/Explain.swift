internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingStore

/// Tells one path's story by running a whole scan and listening for everything that concerns it.
///
/// The verdict is the scan's own, so an explanation cannot disagree with a report.
package struct Explain {
    private let manifest: Manifest
    private let pins: [Pin]
    private let progress: @Sendable (ScanProgress) -> Void
    private static let claimsShown = 20
    /// Claims compared letter by letter; the closest of them is shown where nothing else speaks.
    private static let comparisons = 2_000_000
    /// Letters by which a claim may differ to be worth a mention.
    private static let slip = 3

    package init(
        _ manifest: Manifest, pins: [Pin] = [], progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) {
        self.manifest = manifest
        self.pins = pins
        self.progress = progress
    }

    /// - Parameter spellings: the path relative to the root, absolute, or as a record spells it; where several are
    /// given,
    ///   the first that names something is meant.
    package func run(_ spellings: [[UInt8]]) throws(FoundlingError) -> Explanation {
        let store = try LocalStore(root: manifest.store.root)
        let readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases + [store.realPath])
        let target = try inside(spellings, readings, store)
        var listener = Listener(target, Layout(manifest), readings, manifest)
        var story: Story?
        var result: ScanResult?
        result = try Scan(manifest, sizes: .orphans, pins: pins, progress: progress).run(focus: target) { row in
            listener.hear(row)
        } seen: {
            story = Story($0, target)
        }
        guard let story, let result else { return Explanation(path: target, role: "") }
        return explanation(target, story, listener, result, store)
    }

    /// What the scan knew of the path.
    private struct Story {
        let kind: EntryKind?
        let role: Listing.Role?
        let place: Layout.Place?
        /// Claimed as the entry it is, or with the entry it lies in.
        let isClaimed: Bool
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
            isClaimed = entry.map { reconciler.isClaimed($0) } ?? false
            enclosing = above
            unrecognised = role == .unrecognised ? node.map { listing.unrecognised($0) } : nil
        }
    }

    private func inside(
        _ spellings: [[UInt8]], _ readings: ClaimReadings, _ store: LocalStore
    ) throws(FoundlingError) -> StorePath {
        var fallback: StorePath?
        for reading in spellings.flatMap(readings.readings) {
            guard case .inside(let components) = reading else { continue }
            let candidate = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
            if store.kind(of: candidate) != nil { return candidate }
            fallback = fallback ?? candidate
        }
        guard let fallback else {
            throw FoundlingError(
                .usage, "'\(Printable.escape(spellings.first ?? []))' does not lie in this store",
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
        explanation.finding =
            result.findings.first { $0.path == judged && $0.kind != .dangling }
            ?? result.findings.first { $0.path == target }
        if let place = story.place {
            let resource = manifest.resources[place.resource]
            explanation.resource = resource.name
            explanation.rules = resource.sources.flatMap { source in
                (source.claims.isEmpty ? ["path"] : source.claims.map(\.text)).map { "\(source.name): \($0)" }
            }
            explanation.minAge = resource.safety.minAge
        }
        if explanation.kind != nil {
            explanation.measurement =
                store.measure([LocalStore.Target(path: target)], threads: Processors.count).targets.first
        }
        explanation.isClaimed = story.isClaimed
        if listener.related.isEmpty { explanation.nearest = listener.nearest }
        explanation.advice = Advice(explanation, manifest).sentences
        return explanation
    }

    private func role(_ story: Story, _ target: StorePath, _ store: LocalStore) -> String {
        switch story.role {
        case .entry?: "an entry of '\(manifest.resources[story.place!.resource].name)'"
        case .unrecognised?: "in a declared place, but of a shape that no rule knows"
        case .ignored?: "ignored: on the ignore list, or Foundling's own, the database's or the manifest's"
        case .interior? where target != .root: "a directory above declared places: never an entry itself"
        case .unmanaged?: "in no declared place: Foundling measures it and nothing else"
        case .interior? where target == .root: "the store's root"
        case nil where story.enclosing != nil: "inside the entry '\(story.enclosing!)': it stays or goes with that"
        case nil, .interior?:
            store.isMissing(target) ? "nothing is there" : "in no declared place: Foundling never looks at it"
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
                let recorded = Array(row.bytes[range])
                let claim = recorded.map { $0 == 0 ? UInt8.star : $0 }
                let relation = ClaimRelation.of(recorded, to: target, readings, tail: tail) { layout.isPlaced($0) }
                let source = manifest.resources[row.resource].sources[row.source]
                if let relation {
                    related.append(
                        Explanation.RelatedClaim(
                            relation: relation, claim: claim, resource: manifest.resources[row.resource].name,
                            source: source.name, rule: rule < source.claims.count ? source.claims[rule].text : "path",
                            key: row.keyBytes, isMaking: row.isMaking, isReleased: row.isReleased))
                } else if rows < Explain.comparisons {
                    compare(claim, source)
                }
            }
        }

        /// Remembers the claim that is a slip of the finger away, if one is: more than a few letters is another name.
        private mutating func compare(_ claim: [UInt8], _ source: RecordSource) {
            let limit = (nearest?.distance ?? Explain.slip + 1) - 1
            guard limit > 0 else { return }
            for case .inside(let components) in readings.readings(of: claim) {
                let path = Array(components.joined(separator: [UInt8.slash]))
                let distance = Nearest.distance(path, target.bytes, limit: limit)
                if distance <= limit { nearest = (claim, source.name, distance) }
            }
        }

        func closest(_ count: Int) -> [Explanation.RelatedClaim] {
            let order = ClaimRelation.allCases
            return Array(
                related.sorted { order.firstIndex(of: $0.relation)! < order.firstIndex(of: $1.relation)! }.prefix(count)
            )
        }
    }
}

/// What would have kept a path, or what would let it go.
private struct Advice {
    var sentences: [String] = []

    init(_ explanation: Explanation, _ manifest: Manifest) {
        switch explanation.finding?.kind {
        case .orphan?:
            let isNested =
                explanation.resource.flatMap { name in manifest.resources.first { $0.name == name } }?.within != nil
            sentences.append(
                isNested
                    ? "a claim of its own (equal to this path, or below it) would have kept it: claims of the entry around it do not"
                    : "a row whose claim equals this path, lies below it or above it would have kept it; so would "
                        + (explanation.kind == .directory
                            ? "a '.foundling-keep' in it, or `foundling pin`" : "`foundling pin`"))
        case .young?: sentences.append("it is kept until nothing inside is younger than min_age")
        case .nearMiss?:
            sentences.append("correct the record's spelling, or remove the record, and the next scan will know")
        case .partial?: sentences.append("make it readable (or unmount what is mounted inside) and scan again")
        case .pinned?:
            let isPin = explanation.finding?.evidence.notes.first?.hasPrefix("pinned by") ?? false
            sentences.append(
                isPin
                    ? "`foundling pin --remove` lets it be judged; `foundling pin --list` shows which path"
                    : "remove the '.foundling-keep' to let it be judged")
        case .unrecognised?:
            sentences.append(
                "widen 'entries', 'shape' or 'kind' if it belongs to a resource; name it under 'except' or 'ignore' if it never will"
            )
        case .newerThanCatalog?: sentences.append("check that database.url names the live, newest database")
        case .dangling?: sentences.append("restore the file, or correct or remove the row")
        case nil:
            if explanation.isClaimed {
                sentences.append("it is kept: at least one record claims it")
            } else if explanation.resource != nil {
                sentences.append(
                    "it is kept: the entry around it is unclaimed, being made, young, pinned or nearly claimed, and goes or stays with it"
                )
            }
        }
    }
}
