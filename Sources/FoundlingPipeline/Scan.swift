internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

/// One complete comparison: list the store, then read the claims, then decide.
///
/// The order is a law: a record committed while we listed can only save its files. It changes nothing, anywhere.
package struct Scan: Sendable {
    private let manifest: Manifest
    private let sizes: SizeChoice?
    private let threads: Int
    private let pins: [Pin]
    private let progress: @Sendable (ScanProgress) -> Void
    /// Up to this many names, sizes of everything are worth their time unless asked otherwise.
    private static let measuresAllUpTo = 200_000
    /// Beyond this many orphans nobody reads a cause for each; `explain` finds any single one.
    private static let attributesUpTo = 10_000

    /// - Parameters:
    ///   - sizes: nil measures everything in a store of ordinary size and orphans only in a huge one.
    ///   - pins: paths that somebody asked to keep.
    package init(
        _ manifest: Manifest, sizes: SizeChoice? = nil, pins: [Pin] = [], threads: Int = Processors.count,
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) {
        self.manifest = manifest
        self.sizes = sizes
        self.threads = threads
        self.pins = pins
        self.progress = progress
    }

    package func run() throws(FoundlingError) -> ScanResult { try run(focus: nil) }

    /// - Parameters:
    ///   - focus: measure nothing but this path and what shelters it.
    ///   - hear: every row, as it passes.
    ///   - seen: the reconciler, when all claims have passed.
    func run(
        focus: StorePath?, hear: (ClaimRow) -> Void = { _ in }, seen: (Reconciler) -> Void = { _ in }
    ) throws(FoundlingError) -> ScanResult {
        let store = try LocalStore(root: manifest.store.root)
        let catalog = try Catalog(manifest)
        let own = OwnFiles(manifest, store, catalog)
        let listedFrom = HostClock.time()
        let layout = Layout(manifest, reserved: own.reserved)
        let listing = try store.list(layout) { progress(.listing(names: $0)) }
        let listedTo = HostClock.time()

        let comparison = try compare(listing, layout, store, catalog, own, hear)
        let reconciler = comparison.reconciler
        var judgement = reconciler.judge().narrowed(to: focus, listing)
        try Guards.check(manifest, listing, judgement, reconciler.tallies)

        let measured = measure(store, listing, layout, judgement)
        let kept = KeptAbove(store)
        func assess() -> (assessment: Assessment, findings: [Finding]) {
            let assessment = Assessment(
                reconciler, judgement, now: listedFrom, sequences: comparison.reading.keySequences)
            let findings = assessment.findings(
                reportsSizes: measured.choice != .none,
                measured: { node in measured.targets[node].map { measured.measurements.targets[$0] } }
            ) { node in
                let (path, kind) = (listing.path(of: node), listing.kind(of: node))
                let measurement = measured.targets[node].map { measured.measurements.targets[$0] }
                let isKept = Safeguard.keepFile.isOn && (measurement?.isPinned ?? store.isPinned(path, kind))
                return .init(
                    measurement: measurement,
                    pin: pin(of: path) ?? (isKept ? store.keepNote(in: path) : nil) ?? kept.note(above: path))
            }
            return (assessment, findings)
        }
        var (assessment, findings) = assess()
        // Where only orphans were measured, links in everything else are looked for by themselves.
        let inner = measured.choice == .orphans ? store.links(but: own.reserved) : measured.measurements.symlinks
        // What a link leads to stays as long as the link does, for whatever reason that stays.
        while reconciler.follow(
            staying: reconciler.staying(findings, inner), { store.linkText($0) })
        {
            judgement = reconciler.judge().narrowed(to: focus, listing)
            (assessment, findings) = assess()
        }
        seen(reconciler)
        findings += try dangling(comparison.watch, store, catalog, reconciler)
        try attribute(&findings, assessment, catalog)
        let told = DeletionEvidence(manifest, catalog, reconciler.readings).attribute(&findings)
        progress(.done)
        var result = try result(
            findings, store, comparison, judgement, measured, listing, layout, (listedFrom, listedTo))
        result.outbox = told.outbox
        result.warnings += told.warnings
        return result
    }

    /// Who pinned an entry, and why.
    private func pin(of path: StorePath) -> String? {
        guard !pins.isEmpty else { return nil }
        let now = HostClock.time()
        guard let pin = pins.first(where: { $0.holds(at: now) && $0.touches(path) }) else { return nil }
        return "pinned by \(Printable.escape(pin.who))" + (pin.why.map { ": \(Printable.escape($0))" } ?? "")
    }

    // MARK: Claims

    /// What one pass of all claims over a listing left behind.
    private struct Comparison {
        let reconciler: Reconciler
        let watch: DanglingWatch
        let reading: CatalogReading
    }

    /// What the consuming thread works on; read again when it has ended.
    private final class ComparisonState: @unchecked Sendable {
        private let reconciler: Reconciler
        private(set) var watch: DanglingWatch
        private let isPresent: DanglingWatch.Presence

        init(_ reconciler: Reconciler, _ watch: DanglingWatch, _ isPresent: @escaping DanglingWatch.Presence) {
            self.reconciler = reconciler
            self.watch = watch
            self.isPresent = isPresent
        }

        func consume(_ batch: ClaimBatch) {
            reconciler.add(batch)
            for row in batch.rows where !row.requirements.isEmpty { watch.observe(row, isPresent) }
        }
    }

    private func compare(
        _ listing: Listing, _ layout: Layout, _ store: LocalStore, _ catalog: Catalog, _ own: OwnFiles,
        _ hear: (ClaimRow) -> Void
    ) throws(FoundlingError) -> Comparison {
        let reconciler = Reconciler(listing, layout, manifest, store, own)
        let state = ComparisonState(reconciler, DanglingWatch(reconciler.readings)) { isPresent($0, store, reconciler) }
        var consumer = RowConsumer { state.consume($0) }
        let outcome = Result { () throws(FoundlingError) -> CatalogReading in
            try catalog.read(progress: { progress(.reading(rows: $0)) }, next: { consumer.next }) { row in
                hear(row)
                consumer.commit()
            }
        }
        consumer.finish()
        reconciler.followLivingLinks { store.linkText($0) }
        return Comparison(reconciler: reconciler, watch: state.watch, reading: try outcome.get())
    }

    /// Whether a required path is there, links followed; nil where nobody can look.
    private func isPresent(_ reading: ClaimReadings.Reading, _ store: LocalStore, _ reconciler: Reconciler) -> Bool? {
        switch reading {
        case .inside(let components):
            let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
            // What was listed is there; only a link may lead nowhere.
            if let node = reconciler.node(at: path), reconciler.listing.kind(of: node) != .symlink { return true }
            return !store.isMissing(path)
        case .outside(let components, isLocal: true):
            return !LocalStore.isMissing([.slash] + Array(components.joined(separator: [UInt8.slash])))
        case .outside(_, isLocal: false): return nil
        }
    }

    /// The rows once more, in a newer snapshot: only what is still required and still missing is dangling.
    private func dangling(
        _ first: DanglingWatch, _ store: LocalStore, _ catalog: Catalog, _ reconciler: Reconciler
    ) throws(FoundlingError) -> [Finding] {
        guard !first.suspects.isEmpty else { return [] }
        progress(.confirming)
        var watch = first
        let concerned = Set(first.suspects.map { [$0.resource, $0.source] })
        _ = try catalog.read(only: { concerned.contains([$0, $1]) }) { row in
            watch.confirm(row) { isPresent($0, store, reconciler) }
        }
        return watch.confirmed.map { suspect in
            let source = manifest.resources[suspect.resource].sources[suspect.source]
            var finding = Finding(
                .dangling, resource: suspect.resource, path: watch.path(of: suspect), entry: nil)
            let alternatives =
                suspect.group < source.requires.count ? source.requires[suspect.group].map(\.text) : ["path"]
            finding.record = Finding.Record(
                table: source.name, key: suspect.key ?? [], requirement: alternatives.joined(separator: " | "),
                recorded: suspect.recorded)
            return finding
        }
    }

    private func attribute(
        _ findings: inout [Finding], _ assessment: Assessment, _ catalog: Catalog
    ) throws(FoundlingError) {
        let orphans = findings.filter { $0.kind == .orphan && $0.evidence.key != nil }
        guard !orphans.isEmpty, orphans.count <= Self.attributesUpTo else { return }
        var children: [Int: [(table: String, key: [UInt8], rows: Int)]] = [:]
        for (resource, group) in Dictionary(grouping: orphans, by: { $0.resource! }) {
            children[resource] = try catalog.childRows(of: resource, keys: group.compactMap(\.evidence.key))
        }
        assessment.attribute(&findings, childRows: children)
    }

    // MARK: Sizes

    /// What was measured, and where each node's figures are.
    struct Measured {
        let choice: SizeChoice
        let targets: [Listing.Node: Int]
        let measurements: Measurements
    }

    private func measure(
        _ store: LocalStore, _ listing: Listing, _ layout: Layout, _ judgement: Judgement
    ) -> Measured {
        let choice = sizes ?? (listing.count <= Self.measuresAllUpTo ? .all : .orphans)
        func needsAge(_ node: Listing.Node) -> Bool {
            choice != .none || manifest.resources[layout.places[listing.place(of: node)].resource].safety.minAge > 0
        }
        var nodes: [Listing.Node] = []
        if choice == .all {
            nodes = (0..<listing.count).filter { !listing.isNested($0) && listing.enclosingEntry(of: $0) == nil }
            nodes += judgement.nestedCandidates.map(\.node)
        } else {
            nodes = judgement.candidates.filter(needsAge)
            for (node, parent) in judgement.nestedCandidates where needsAge(node) { nodes += [node, parent] }
            nodes = Array(Set(nodes)).sorted()
        }
        let targets = nodes.map {
            LocalStore.Target(path: listing.path(of: $0), isShallow: listing.role(of: $0) == .interior)
        }
        let count = targets.count
        let measurements = store.measure(targets, threads: threads) { files, finished in
            progress(.measuring(files: files, finished: finished, of: count))
        }
        return Measured(
            choice: choice, targets: Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) }),
            measurements: measurements)
    }

    // MARK: Result

    private func result(
        _ findings: [Finding], _ store: LocalStore, _ comparison: Comparison, _ judgement: Judgement,
        _ measured: Measured, _ listing: Listing, _ layout: Layout, _ listed: (from: Int64, to: Int64)
    ) throws(FoundlingError) -> ScanResult {
        let reconciler = comparison.reconciler
        let sums = Sums(measured, listing, layout, findings)
        let lines = Summary(manifest, judgement, reconciler.tallies).lines(
            findings, entryBytes: sums.entryBytes, orphanBytes: sums.orphanBytes)
        let certificate = Certificate(
            store: Certificate.Store(
                root: manifest.store.root, realPath: store.realPath, device: store.device, inode: store.inode,
                fileSystem: store.fileSystem, directories: listing.directoriesRead, names: listing.namesRead,
                listedFrom: listed.from, listedTo: listed.to),
            catalog: comparison.reading.certificate, sources: reconciler.tallies,
            clock: "this host's clock: a scan writes nothing, so the store's own clock was not asked")
        let orphans = sums.allOrphans
        return ScanResult(
            disk: try store.space(), root: manifest.store.root, total: sums.total, areas: sums.areas,
            resources: lines, findings: Summary.sorted(findings), freed: orphans?.freed,
            inodesFreed: orphans?.inodes ?? 0, orphanedBytes: orphans?.bytes, certificate: certificate,
            warnings: Warnings(manifest, listing, judgement, reconciler.tallies, comparison.watch, measured.choice)
                .sentences,
            sizes: measured.choice, finished: HostClock.time())
    }
}
