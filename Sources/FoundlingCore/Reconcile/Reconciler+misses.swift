internal import FoundlingSeam

extension Reconciler {
    /// A released row owns nothing; what it once owned is evidence.
    func remember(_ path: UnsafeRawBufferPointer, _ claim: Claim) -> Meeting {
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

    func child(
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
    func leaveTails(_ components: [[UInt8]], _ claim: Claim) {
        guard Safeguard.tailOfOutsideClaim.isOn else { return }
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
        // Names of nothing but white space are in no tail: an entry so called has a shorter one than its place.
        if pieces.count < components.count { lengths.formUnion(0..<(lengths.max() ?? 0)) }
        for length in lengths where length <= pieces.count {
            tails.insert(tailHash(pieces.suffix(length)), note())
        }
    }

    /// A claim that names the place's own directory somewhere on its way means what follows it.
    func leaveTails(after place: Layout.Place, _ length: Int, _ pieces: [[UInt8]], _ note: () -> NearClaim) {
        guard place.base > 0, let directory = FoldedHash.fold(place.glob.components[place.base - 1].bytes).last else {
            return
        }
        for (i, piece) in pieces.enumerated() where piece == directory && i + length < pieces.count {
            tails.insert(tailHash(pieces[(i + 1)...(i + length)]), note())
        }
    }

    func tailHash(_ pieces: ArraySlice<[UInt8]>) -> UInt64 {
        pieces.reduce(hash.start &+ 1) { hash, piece in
            piece.withUnsafeBytes { self.hash.step(hash, $0) }
        }
    }

    func tailHash(of node: Listing.Node) -> UInt64 {
        let place = layout.places[listing.place(of: node)]
        let pieces = listing.path(of: node).components.dropFirst(place.base).flatMap { FoldedHash.fold(Array($0)) }
        return tailHash(pieces[...])
    }

    /// `tmp/*_{id}`: the entries whose shape yields this row's key are compared with the pattern, nobody else is.
    func keepByKey(_ pattern: [[UInt8]], _ claim: Claim) -> Meeting {
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
}
