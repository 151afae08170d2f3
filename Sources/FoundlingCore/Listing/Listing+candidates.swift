extension Listing {
    /// A listing of nothing but some entries and the directories above them, so that the same rules that judged a whole
    /// store can judge these few again.
    ///
    /// - Returns: with it the node of each path, nil where the manifest knows no such entry (any more).
    package static func of(
        _ candidates: [(path: StorePath, kind: EntryKind)], _ layout: Layout
    ) -> (listing: Listing, nodes: [Node?]) {
        var listing = Listing()
        var known: [[UInt8]: (node: Node, state: Layout.State)] = [[]: (0, layout.start)]
        let nodes = candidates.map { candidate -> Node? in
            let names = candidate.path.components.map { Array($0) }
            var node: Node? = 0
            var path: [UInt8] = []
            for (depth, name) in names.enumerated() {
                let isLast = depth == names.count - 1
                guard let above = known[path] else { return nil }
                path += (path.isEmpty ? [] : [.slash]) + name
                if let existing = known[path] {
                    node = existing.node
                    continue
                }
                node = name.withUnsafeBytes {
                    listing.add($0, isLast ? candidate.kind : .directory, above, layout, &known, path)
                }
                if node == nil { return nil }
            }
            guard let node, listing.role(of: node) == .entry else { return nil }
            return node
        }
        return (listing, nodes)
    }

    private mutating func add(
        _ name: UnsafeRawBufferPointer, _ kind: EntryKind, _ above: (node: Node, state: Layout.State),
        _ layout: Layout, _ known: inout [[UInt8]: (node: Node, state: Layout.State)], _ path: [UInt8]
    ) -> Node? {
        switch layout.role(of: name, kind: kind, in: above.state) {
        case .interior(let below):
            let node = append(name: name, parent: above.node, kind: kind, role: .interior)
            if let node { known[path] = (node, below) }
            return node
        case .entry(let place, let below):
            let node = append(
                name: name, parent: above.node, kind: kind, role: .entry, place: place,
                isNested: above.state.insideEntry)
            if let node {
                known[path] = (
                    node, below ?? Layout.State(active: [], insideEntry: true, path: above.state.path + [Array(name)])
                )
            }
            return node
        case .ignored, .unmanaged, .unrecognised, .blocked, .disputed: return nil
        }
    }
}
