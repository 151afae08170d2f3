internal import FoundlingSeam

extension Reconciler {
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

    func judge(_ node: Listing.Node, _ judgement: inout Judgement) {
        let resource = layout.places[listing.place(of: node)].resource
        judgement.onDisk[resource] += 1
        if isClaimed(node, resource) {
            judgement.claimed[resource] += 1
        } else if let near = nearMiss(node) {
            judgement.nearMisses.append((node, near.claim))
        } else if let parent = listing.isNested(node) ? listing.enclosingEntry(of: node) : nil {
            if isLiving(parent) || !Safeguard.nestedShelter.isOn {
                judgement.nestedCandidates.append((node, parent))
            } else {
                judgement.shelteredOf[resource] += 1
            }
        } else {
            judgement.candidates.append(node)
        }
    }

    /// Whether any claim keeps an entry, as certainly as its own would.
    package func isClaimed(_ entry: Listing.Node) -> Bool {
        isClaimed(entry, layout.places[listing.place(of: entry)].resource)
    }

    func isClaimed(_ node: Listing.Node, _ resource: Int) -> Bool {
        if marks[node].contains(.claimed) { return true }
        guard Safeguard.claimAbove.isOn, !subtrees.isEmpty else { return false }
        let isNested = listing.isNested(node)
        var next = node
        while next != 0 {
            next = listing.parent(of: next)
            guard let subtree = subtrees[next] else { continue }
            if isNested ? subtree.resources.contains(resource) : !subtree.resources.isEmpty { return true }
        }
        return false
    }

    func isClaimedFromAbove(_ node: Listing.Node) -> Bool {
        var next = node
        while next != 0 {
            next = listing.parent(of: next)
            if subtrees[next].map({ !$0.resources.isEmpty }) ?? false { return true }
        }
        return false
    }

    func nearMiss(_ node: Listing.Node) -> (claim: NearClaim?, Void)? {
        guard Safeguard.nearMiss.isOn else { return nil }
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
    package func isLiving(_ entry: Listing.Node) -> Bool {
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

extension Reconciler {
    /// Whether a row that is still being made is among those that claim an entry.
    package func isBeingMade(_ entry: Listing.Node) -> Bool {
        if marks[entry].contains(.making) { return true }
        var next = entry
        while next != 0 {
            next = listing.parent(of: next)
            if subtrees[next]?.isMaking ?? false { return true }
        }
        return false
    }

    /// Whether some claim nearly names an entry.
    package func isNear(_ entry: Listing.Node) -> Bool { nearMiss(entry) != nil }
}
