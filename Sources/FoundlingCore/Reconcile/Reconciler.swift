/// Decides which entries of a listing are claimed, by letting every claim of every source pass by once.
///
/// It knows neither files nor databases. A claim *keeps* an entry if it equals it, lies below it or lies above it, by
/// whole
/// components; whatever is nearly so is a near miss and kept too.
package final class Reconciler {
    package let listing: Listing
    package let layout: Layout
    private let hash: FoldedHash
    private let readings: ClaimReadings
    private let table: NodeTable
    /// By node; a buffer rather than an array, since every claim writes to it.
    private let marks: UnsafeMutableBufferPointer<Marks>
    /// Claims that end at a directory which has nodes below it: they keep all of those.
    private var subtrees: [Listing.Node: Subtree] = [:]
    private var tails = TailSet()
    private lazy var keys = KeyIndex(listing, layout)
    private var nearClaims: [Listing.Node: NearClaim] = [:]
    /// Evidence quotes a claim; where very many are near, quoting the first is enough to see the pattern.
    private static let nearClaimLimit = 10_000
    private var tombstones: [Listing.Node: NearClaim] = [:]
    /// One tally a source, in the manifest's order; `firstTally` is the number of a resource's first.
    private let flatTallies: UnsafeMutableBufferPointer<SourceTally>
    private let firstTally: [Int]
    private var ahead = ReadAhead()

    /// What is known of a node.
    private struct Marks: OptionSet {
        let rawValue: UInt8
        /// Some claim equals it or lies below it.
        static let claimed = Marks(rawValue: 1)
        /// One of those claims is of a row being made.
        static let making = Marks(rawValue: 2)
        static let near = Marks(rawValue: 4)
    }

    /// What claims that end at a directory say of everything below it.
    private struct Subtree {
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
        self.layout = layout
        self.readings = readings
        self.hash = hash
        table = NodeTable(listing, hash)
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
        flatTallies.deinitialize()
        flatTallies.deallocate()
    }

    /// What was read, by resource and source.
    package var tallies: [[SourceTally]] {
        layout.manifest.resources.indices.map { Array(flatTallies[firstTally[$0]..<firstTally[$0 + 1]]) }
    }

    // MARK: Claims

    /// Takes every claim of many rows.
    package func add(_ batch: borrowing ClaimBatch) {
        ahead.fetch(batch, hash, table, listing, marks)
        for index in 0..<batch.count { add(batch.rows[index]) }
    }

    /// Takes every claim of one row; the row may be reused afterwards.
    package func add(_ row: borrowing ClaimRow) {
        let tally = firstTally[row.resource] + row.source
        flatTallies[tally].rows += 1
        if row.isReleased { flatTallies[tally].released += 1 }
        if row.isMaking { flatTallies[tally].making += 1 }
        row.bytes.withUnsafeBytes { bytes in
            let key = row.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
            for (rule, range) in row.claims {
                let claim = Claim(
                    text: UnsafeRawBufferPointer(rebasing: bytes[range]), key: key, resource: row.resource,
                    source: row.source, isMaking: row.isMaking, isReleased: row.isReleased)
                flatTallies[tally].add(meet(claim), rule)
            }
        }
    }

    /// One claim and whose it is: pointers into a row, nothing to count references of.
    private struct Claim {
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

    private func meet(_ claim: Claim) -> Meeting {
        if readings.isPlain(claim.text) { return follow(claim.text, claim) }
        var meeting = Meeting()
        for reading in readings.readings(of: Array(claim.text)) {
            switch reading {
            case .inside(let components) where claim.text.contains(0):
                meeting.formUnion(keepByKey(components, claim))
            case .inside(let components):
                let path = Array(components.joined(separator: [UInt8.slash]))
                path.withUnsafeBytes { meeting.formUnion(follow($0, claim)) }
            case .outside(let components, _):
                meeting.insert(.outside)
                if !claim.isReleased { leaveTails(components, claim) }
            }
        }
        return meeting
    }

    private func follow(_ path: UnsafeRawBufferPointer, _ claim: Claim) -> Meeting {
        if claim.isReleased { return remember(path, claim) }
        let meeting = keep(path, claim)
        if meeting.isDisjoint(with: [.entry, .above]) {
            let components = path.split(separator: UInt8.slash).map(Array.init)
            if !layout.isPlaced(components) { leaveTails(components, claim) }
        }
        return meeting
    }

    /// Walks down from the root along a claim, one look-up a component, and marks what it keeps.
    ///
    /// - Parameter claim: nil for what must never go, whoever claims it.
    private func keep(_ path: UnsafeRawBufferPointer, _ claim: Claim?) -> Meeting {
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
            prefix = hash.step(prefix, name) { piece in
                table.visit(piece) { node in
                    if exact >= 0, isChild(node, of: exact, named: name) {
                        found = node
                    } else {
                        markNear(node, claim, &meeting)
                    }
                }
            }
            exact = found
            if exact >= 0 {
                marks[exact].insert(.claimed)
                if claim?.isMaking ?? true { marks[exact].insert(.making) }
                if listing.role(of: exact) == .entry {
                    meeting.insert(.entry)
                    if layout.places[listing.place(of: exact)].resource == claim?.resource { meeting.insert(.own) }
                    if !listing.hasNested { return meeting }
                }
            }
            // Only the whole folded claim can mean a directory; one that ends half way through a name means none.
            if end >= count { markNearBelow(prefix, but: exact, claim) }
            start = end + 1
        }
        if exact >= 0 { claimBelow(exact, claim, &meeting) }
        return meeting
    }

    /// The claim ends at `node`: it keeps whatever lies below.
    private func claimBelow(_ node: Listing.Node, _ claim: Claim?, _ meeting: inout Meeting) {
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

    private func markNear(_ node: Listing.Node, _ claim: Claim?, _ meeting: inout Meeting) {
        guard let claim, listing.role(of: node) == .entry else { return }
        marks[node].insert(.near)
        meeting.insert(.near)
        if layout.places[listing.place(of: node)].resource == claim.resource { meeting.insert(.nearOwn) }
        remember(near: node, claim)
    }

    /// The claim nearly names a directory above entries: all below it are near misses.
    private func markNearBelow(_ hash: UInt64, but exact: Listing.Node, _ claim: Claim?) {
        guard let claim else { return }
        table.visit(hash) { node in
            guard node != exact, node != 0, listing.role(of: node) == .interior else { return }
            subtrees[node, default: Subtree()].isNear = true
            remember(near: node, claim)
        }
    }

    private func remember(near node: Listing.Node, _ claim: Claim) {
        guard nearClaims.count < Self.nearClaimLimit, nearClaims[node] == nil else { return }
        nearClaims[node] = claim.copy
    }

    @inline(__always)
    private func isChild(_ node: Listing.Node, of parent: Listing.Node, named name: UnsafeRawBufferPointer) -> Bool {
        listing.records.withUnsafeBufferPointer { records in
            let record = records[node]
            guard Int(record.parent) == parent, Int(record.nameLength) == name.count else { return false }
            return listing.names.withUnsafeBytes { names in
                let start = Int(record.nameStart)
                for i in 0..<name.count where names[start + i] != name[i] { return false }
                return true
            }
        }
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

    // MARK: Claims that do not meet

    /// A released row owns nothing; what it once owned is evidence.
    private func remember(_ path: UnsafeRawBufferPointer, _ claim: Claim) -> Meeting {
        var node = 0
        for name in path.split(separator: UInt8.slash) {
            guard
                let next = child(
                    of: node, UnsafeRawBufferPointer(rebasing: path[name.startIndex..<name.endIndex]), path)
            else { break }
            node = next
            if listing.role(of: node) == .entry {
                if tombstones[node] == nil { tombstones[node] = claim.copy }
                return layout.places[listing.place(of: node)].resource == claim.resource ? [.entry, .own] : [.entry]
            }
        }
        return []
    }

    private func child(
        of parent: Listing.Node, _ name: UnsafeRawBufferPointer, _ path: UnsafeRawBufferPointer
    ) -> Listing.Node? {
        var prefix = hash.start
        let before = UnsafeRawBufferPointer(start: path.baseAddress, count: name.baseAddress! - path.baseAddress!)
        for part in before.split(separator: UInt8.slash) {
            prefix = hash.step(prefix, UnsafeRawBufferPointer(rebasing: part))
        }
        var found: Int?
        _ = hash.step(prefix, name) { piece in
            table.visit(piece) { if isChild($0, of: parent, named: name) { found = $0 } }
        }
        return found
    }

    /// Notes the ends of a claim that leads to no place, for ``tailHash(of:)`` to find.
    private func leaveTails(_ components: [[UInt8]], _ claim: Claim) {
        let pieces = components.flatMap(FoldedHash.fold)
        let note = { claim.copy }
        var lengths: Set<Int> = []
        for place in layout.places {
            let length = place.depth - place.base
            if place.glob.isDeep {
                lengths.formUnion((1...max(1, pieces.count)))
            } else if lengths.insert(length).inserted || place.base > 0 {
                leaveTails(after: place, length, pieces, note)
            }
        }
        for length in lengths where length <= pieces.count {
            tails.insert(tailHash(pieces.suffix(length)), note())
        }
    }

    /// A claim that names the place's own directory somewhere on its way means what follows it.
    private func leaveTails(after place: Layout.Place, _ length: Int, _ pieces: [[UInt8]], _ note: () -> NearClaim) {
        guard place.base > 0, let directory = FoldedHash.fold(place.glob.components[place.base - 1].bytes).last else {
            return
        }
        for (i, piece) in pieces.enumerated() where piece == directory && i + length < pieces.count {
            tails.insert(tailHash(pieces[(i + 1)...(i + length)]), note())
        }
    }

    private func tailHash(_ pieces: ArraySlice<[UInt8]>) -> UInt64 {
        pieces.reduce(hash.start &+ 1) { hash, piece in
            piece.withUnsafeBytes { self.hash.step(hash, $0) }
        }
    }

    private func tailHash(of node: Listing.Node) -> UInt64 {
        let place = layout.places[listing.place(of: node)]
        let pieces = listing.path(of: node).components.dropFirst(place.base).flatMap { FoldedHash.fold(Array($0)) }
        return tailHash(pieces[...])
    }

    /// `tmp/*_{id}`: the entries whose shape yields this row's key are compared with the pattern, nobody else is.
    private func keepByKey(_ pattern: [[UInt8]], _ claim: Claim) -> Meeting {
        var meeting = Meeting()
        for node in keys.nodes(for: claim.key.map { Array($0) } ?? []) {
            let path = listing.path(of: node).components
            let isOwn = layout.places[listing.place(of: node)].resource == claim.resource
            guard path.count <= pattern.count,
                zip(pattern, path).allSatisfy({ KeyIndex.matches(pattern: $0, Array($1)) })
            else {
                if isOwn, !claim.isReleased {
                    marks[node].insert(.near)
                    meeting.insert(.near)
                    remember(near: node, claim)
                }
                continue
            }
            meeting.formUnion(isOwn ? [.entry, .own] : [.entry])
            if claim.isReleased {
                tombstones[node] = claim.copy
            } else {
                marks[node].insert(.claimed)
                if claim.isMaking { marks[node].insert(.making) }
            }
        }
        return meeting
    }

    // MARK: Judgement

    /// What the claims, all of them by now, say of every entry.
    package func judge() -> Judgement {
        var judgement = Judgement(resources: layout.manifest.resources.count)
        for node in 1..<max(listing.count, 1) {
            switch listing.role(of: node) {
            case .unrecognised where marks[node].contains(.claimed): judgement.unrecognisedButClaimed += 1
            case .unrecognised where !isClaimedFromAbove(node): judgement.unrecognised.append(node)
            case .entry: judge(node, &judgement)
            default: break
            }
        }
        return judgement
    }

    private func judge(_ node: Listing.Node, _ judgement: inout Judgement) {
        let resource = layout.places[listing.place(of: node)].resource
        judgement.onDisk[resource] += 1
        if isClaimed(node, resource) {
            judgement.claimed[resource] += 1
        } else if let near = nearMiss(node) {
            judgement.nearMisses.append((node, near.claim))
        } else if let parent = listing.isNested(node) ? listing.enclosingEntry(of: node) : nil {
            if isLiving(parent) {
                judgement.nestedCandidates.append((node, parent))
            } else {
                judgement.sheltered += 1
            }
        } else {
            judgement.candidates.append(node)
        }
    }

    /// Whether any claim keeps an entry, as certainly as its own would.
    package func isClaimed(_ entry: Listing.Node) -> Bool {
        isClaimed(entry, layout.places[listing.place(of: entry)].resource)
    }

    private func isClaimed(_ node: Listing.Node, _ resource: Int) -> Bool {
        if marks[node].contains(.claimed) { return true }
        guard !subtrees.isEmpty else { return false }
        let isNested = listing.isNested(node)
        var next = node
        while next != 0 {
            next = listing.parent(of: next)
            guard let subtree = subtrees[next] else { continue }
            if isNested ? subtree.resources.contains(resource) : !subtree.resources.isEmpty { return true }
        }
        return false
    }

    private func isClaimedFromAbove(_ node: Listing.Node) -> Bool {
        var next = node
        while next != 0 {
            next = listing.parent(of: next)
            if subtrees[next].map({ !$0.resources.isEmpty }) ?? false { return true }
        }
        return false
    }

    private func nearMiss(_ node: Listing.Node) -> (claim: NearClaim?, Void)? {
        if marks[node].contains(.near) { return (nearClaims[node], ()) }
        if !tails.isEmpty {
            let tail = tailHash(of: node)
            if tails.contains(tail) { return (tails.example(tail), ()) }
        }
        guard !subtrees.isEmpty else { return nil }
        var next = node
        while next != 0 {
            next = listing.parent(of: next)
            if subtrees[next]?.isNear ?? false { return (nearClaims[next], ()) }
        }
        return nil
    }

    /// Claimed, and by no row still being made: what lies inside may be judged.
    private func isLiving(_ entry: Listing.Node) -> Bool {
        let resource = layout.places[listing.place(of: entry)].resource
        guard isClaimed(entry, resource), !marks[entry].contains(.making) else { return false }
        var next = entry
        while true {
            if subtrees[next]?.isMaking ?? false { return false }
            if next == 0 { return true }
            next = listing.parent(of: next)
        }
    }

    /// The released row that once owned an entry.
    package func tombstone(of node: Listing.Node) -> NearClaim? { tombstones[node] }

    /// Entries of other places with the same key, and whether a record claims them.
    package func siblings(of node: Listing.Node) -> [(path: StorePath, isClaimed: Bool)] {
        guard let key = key(of: node) else { return [] }
        return keys.nodes(for: key).filter { $0 != node }.map { other in
            (listing.path(of: other), isClaimed(other, layout.places[listing.place(of: other)].resource))
        }
    }

    /// The key that the shape finds in an entry's name.
    package func key(of node: Listing.Node) -> [UInt8]? { KeyIndex.key(of: node, listing, layout) }
}
