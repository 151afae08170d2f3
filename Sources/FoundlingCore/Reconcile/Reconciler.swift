internal import FoundlingSeam

/// Decides which entries of a listing are claimed, by letting every claim of every source pass by once.
///
/// It knows neither files nor databases. A claim *keeps* an entry if it equals it, lies below it or lies above it, by
/// whole components; whatever is nearly so is a near miss and kept too.
package final class Reconciler {
    package let listing: Listing
    package let layout: Layout
    let hash: FoldedHash
    package let readings: ClaimReadings
    let table: NodeTable
    /// The listing's own memory: it is never changed, and an array would cost a count of references with every look-up.
    let records: UnsafeBufferPointer<Listing.Record>
    let names: UnsafeRawBufferPointer
    let hasNested: Bool
    /// The resource of each place.
    let resources: UnsafeMutableBufferPointer<Int>
    /// By node; a buffer rather than an array, since every claim writes to it.
    let marks: UnsafeMutableBufferPointer<Marks>
    /// Claims that end at a directory which has nodes below it: they keep all of those.
    var subtrees: [Listing.Node: Subtree] = [:]
    var tails = TailSet()
    lazy var keys = KeyIndex(listing, layout)
    var nearClaims: [Listing.Node: NearClaim] = [:]
    /// Evidence quotes a claim; where very many are near, quoting the first is enough to see the pattern.
    static let nearClaimLimit = 10_000
    var tombstones: [Listing.Node: NearClaim] = [:]
    /// One tally a source, in the manifest's order; `firstTally` is the number of a resource's first.
    let flatTallies: UnsafeMutableBufferPointer<SourceTally>
    let firstTally: [Int]
    var ahead: ReadAhead
    /// Where a path really lies in the store if a link is on the way; nil where none is, or it leads out.
    package var resolve: (UnsafeRawBufferPointer) -> StorePath? = { _ in nil }
    /// Entries that are links, and those of them whose targets are kept.
    lazy var links = listing.links
    var followed: Set<Listing.Node> = []
    var followedPaths: Set<StorePath> = []
    /// Where an absolute path that is none of the root's leads to in the store; nil where it does not.
    package var resolveOutside: ([[UInt8]]) -> StorePath? = { _ in nil }

    /// What is known of a node.
    struct Marks: OptionSet {
        let rawValue: UInt8
        /// Some claim equals it or lies below it.
        static let claimed = Marks(rawValue: 1)
        /// One of those claims is of a row being made.
        static let making = Marks(rawValue: 2)
        static let near = Marks(rawValue: 4)
    }

    /// What claims that end at a directory say of everything below it.
    struct Subtree {
        var resources: Set<Int> = []
        var isMaking = false
        var isNear = false
    }

    /// - Parameter protected: relative paths that must never go (the database, the manifest), claimed by nobody else.
    package init(
        _ listing: Listing, _ layout: Layout, _ readings: ClaimReadings, protected: [StorePath] = [],
        hash: FoldedHash = FoldedHash()
    ) {
        self.listing = listing
        hasNested = listing.hasNested
        self.layout = layout
        self.readings = readings
        self.hash = hash
        table = NodeTable(listing, hash)
        records = listing.records.withUnsafeBufferPointer { $0 }
        names = listing.names.withUnsafeBytes { $0 }
        resources = .allocate(capacity: layout.places.count)
        _ = resources.initialize(from: layout.places.map(\.resource))
        ahead = ReadAhead(layout)
        marks = .allocate(capacity: listing.count)
        marks.initialize(repeating: [])
        let sources = layout.manifest.resources.flatMap(\.sources)
        flatTallies = .allocate(capacity: sources.count)
        _ = flatTallies.initialize(from: sources.map { SourceTally(rules: $0.claims.count) })
        firstTally = layout.manifest.resources.reduce(into: [0]) { $0.append($0.last! + $1.sources.count) }
        for path in protected { path.bytes.withUnsafeBytes { _ = keep($0, nil) } }
    }

    deinit {
        marks.deallocate()
        table.deallocate()
        resources.deallocate()
        flatTallies.deinitialize()
        flatTallies.deallocate()
    }

    /// What was read, by resource and source.
    package var tallies: [[SourceTally]] {
        layout.manifest.resources.indices.map { Array(flatTallies[firstTally[$0]..<firstTally[$0 + 1]]) }
    }

    // MARK: Claims

    /// Takes every claim of many rows.
    package func add(_ batch: ClaimBatch) {
        let rows = batch.rows
        var start = 0
        while start < rows.count {
            let group = UnsafeBufferPointer(rebasing: rows[start..<min(rows.count, start + ReadAhead.rows)])
            ahead.fetch(group, hash, table, records, names, marks)
            for row in group { add(row) }
            start += group.count
        }
    }

    /// Takes every claim of one row; the row may be reused afterwards.
    package func add(_ row: ClaimRow) {
        let tally = firstTally[row.resource] + row.source
        flatTallies[tally].rows += 1
        if row.isReleased { flatTallies[tally].released += 1 }
        if row.isMaking { flatTallies[tally].making += 1 }
        let bytes = row.bytes
        let key = row.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        for (rule, range) in row.claims {
            let claim = Claim(
                text: UnsafeRawBufferPointer(rebasing: bytes[range]), key: key, resource: row.resource,
                source: row.source, isMaking: row.isMaking, isReleased: row.isReleased)
            flatTallies[tally].add(meet(claim), rule)
        }
    }

    /// One claim and whose it is: pointers into a row, nothing to count references of.
    struct Claim {
        let text: UnsafeRawBufferPointer
        let key: UnsafeRawBufferPointer?
        let resource: Int
        let source: Int
        let isMaking: Bool
        let isReleased: Bool

        /// A copy that outlives the row.
        var copy: NearClaim {
            NearClaim(
                claim: text.map { $0 == 0 ? .star : $0 }, resource: resource, source: source, key: key.map { Array($0) }
            )
        }
    }

    func meet(_ claim: Claim) -> Meeting {
        if readings.isPlain(claim.text) { return follow(claim.text, claim) }
        var meeting = Meeting()
        let readings = readings.readings(of: Array(claim.text))
        for reading in Safeguard.everyReading.isOn ? readings[...] : readings.prefix(1) {
            switch reading {
            case .inside(let components) where claim.text.contains(0):
                meeting.formUnion(keepByKey(components, claim))
            case .inside(let components):
                let path = Array(components.joined(separator: [UInt8.slash]))
                path.withUnsafeBytes { meeting.formUnion(follow($0, claim)) }
            case .outside(let components, let isLocal):
                meeting.insert(.outside)
                if Safeguard.outsideClaimThroughLink.isOn, isLocal, !claim.isReleased,
                    let real = resolveOutside(components)
                {
                    real.bytes.withUnsafeBytes { meeting.formUnion(keep($0, claim)) }
                }
                if !claim.isReleased { leaveTails(components, claim) }
            }
        }
        return meeting
    }

    func follow(_ path: UnsafeRawBufferPointer, _ claim: Claim) -> Meeting {
        if claim.isReleased { return remember(path, claim) }
        var meeting = keep(path, claim)
        let mayLeadOn = meeting.isDisjoint(with: [.entry, .above]) || meeting.contains(.throughLink)
        if Safeguard.claimThroughLink.isOn, mayLeadOn, let real = resolve(path) {
            // The record says it through a link: what the kernel would open is what it claims.
            real.bytes.withUnsafeBytes { meeting.formUnion(keep($0, claim)) }
            meeting.formUnion(keepLinks(on: StorePath(trusted: Array(path)), claim))
        }
        if meeting.isDisjoint(with: [.entry, .above]), !layout.isPlaced(path), !ClaimReadings.isLiteral(path) {
            leaveTails(path.split(separator: UInt8.slash).map(Array.init), claim)
        }
        return meeting
    }

    /// Walks down from the root along a claim, one look-up a component, and marks what it keeps.
    ///
    /// - Parameters:
    ///   - claim: nil for what must never go, whoever claims it.
    ///   - isSettled: whether, without a claim, what lies inside may be judged all the same.
    func keep(_ path: UnsafeRawBufferPointer, _ claim: Claim?, isSettled: Bool = false) -> Meeting {
        var meeting = Meeting()
        var prefix = hash.start
        var exact = 0
        var start = 0
        let count = path.count
        while start < count {
            var end = start
            while end < count, path[end] != .slash { end += 1 }
            let name = UnsafeRawBufferPointer(rebasing: path[start..<end])
            var found = -1
            // Every name but the strangest folds to one piece.
            if let plain = hash.plainStep(prefix, name) {
                prefix = plain
                meet(plain, name, below: exact, &found, claim, &meeting)
            } else {
                meetPieces(&prefix, name, below: exact, &found, claim, &meeting)
            }
            exact = found
            if exact >= 0, Safeguard.claimBelow.isOn || end >= count {
                marks[exact].insert(.claimed)
                if claim?.isMaking ?? !isSettled { marks[exact].insert(.making) }
                if records[exact].role == .entry {
                    meeting.insert(.entry)
                    if end < count, listing.kind(of: exact) == .symlink { meeting.insert(.throughLink) }
                    if resources[Int(records[exact].place)] == claim?.resource { meeting.insert(.own) }
                    if !hasNested { return meeting }
                }
            }
            // Only the whole folded claim can mean a directory; one that ends half way through a name means none.
            if end >= count { markNearBelow(prefix, but: exact, claim) }
            start = end + 1
        }
        if exact >= 0 { claimBelow(exact, claim, &meeting) }
        return meeting
    }

    /// What has the hash of one piece of a claim: the very node that the claim leads to, or near misses.
    @inline(__always)
    private func meet(
        _ piece: UInt64, _ name: UnsafeRawBufferPointer, below exact: Int, _ found: inout Int, _ claim: Claim?,
        _ meeting: inout Meeting
    ) {
        table.visit(piece) { node in
            if exact >= 0, isChild(node, of: exact, named: name) {
                found = node
            } else {
                markNear(node, claim, &meeting)
            }
        }
    }

    @inline(never)
    private func meetPieces(
        _ prefix: inout UInt64, _ name: UnsafeRawBufferPointer, below exact: Int, _ found: inout Int, _ claim: Claim?,
        _ meeting: inout Meeting
    ) {
        prefix = hash.step(prefix, name) { meet($0, name, below: exact, &found, claim, &meeting) }
    }

    /// The claim ends at `node`: it keeps whatever lies below.
    func claimBelow(_ node: Listing.Node, _ claim: Claim?, _ meeting: inout Meeting) {
        switch listing.role(of: node) {
        case .interior: meeting.formUnion(node == 0 ? [.above, .root] : .above)
        case .entry where listing.hasNested && listing.kind(of: node) == .directory: break
        default: return
        }
        // What must never go is not a claim on all that lies beside it.
        guard let claim else { return }
        subtrees[node, default: Subtree()].resources.insert(claim.resource)
        if claim.isMaking { subtrees[node]?.isMaking = true }
    }

    // Kept out of the look-up's loop, with what it reads and writes.
    @inline(never)
    func markNear(_ node: Listing.Node, _ claim: Claim?, _ meeting: inout Meeting) {
        guard let claim, listing.role(of: node) == .entry else { return }
        marks[node].insert(.near)
        meeting.insert(.near)
        if layout.places[listing.place(of: node)].resource == claim.resource { meeting.insert(.nearOwn) }
        remember(near: node, claim)
    }

    /// The claim nearly names a directory above entries: all below it are near misses.
    func markNearBelow(_ hash: UInt64, but exact: Listing.Node, _ claim: Claim?) {
        guard let claim else { return }
        table.visit(hash) { node in
            guard node != exact, node != 0, listing.role(of: node) == .interior else { return }
            subtrees[node, default: Subtree()].isNear = true
            remember(near: node, claim)
        }
    }

    func remember(near node: Listing.Node, _ claim: Claim) {
        guard nearClaims.count < Self.nearClaimLimit, nearClaims[node] == nil else { return }
        nearClaims[node] = claim.copy
    }

    @inline(__always)
    func isChild(_ node: Listing.Node, of parent: Listing.Node, named name: UnsafeRawBufferPointer) -> Bool {
        let record = records[node]
        guard Int(record.parent) == parent, Int(record.nameLength) == name.count else { return false }
        let start = Int(record.nameStart)
        for i in 0..<name.count where names[start + i] != name[i] { return false }
        return true
    }

    /// The node whose path is exactly `path`.
    package func node(at path: StorePath) -> Listing.Node? {
        var node = 0
        var prefix = hash.start
        for name in path.components {
            var found: Int?
            Array(name).withUnsafeBytes { name in
                prefix = hash.step(prefix, name) { piece in
                    table.visit(piece) { if isChild($0, of: node, named: name) { found = $0 } }
                }
            }
            guard let found else { return nil }
            node = found
        }
        return node
    }

    /// Entries whose path differs from `path` only as spellings do.
    package func entries(near path: StorePath) -> [Listing.Node] {
        var prefix = hash.start
        for name in path.components { prefix = Array(name).withUnsafeBytes { hash.step(prefix, $0) } }
        var found: [Listing.Node] = []
        table.visit(prefix) { if listing.role(of: $0) == .entry { found.append($0) } }
        return found
    }
}
