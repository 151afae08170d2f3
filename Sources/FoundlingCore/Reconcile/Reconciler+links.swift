extension Reconciler {
    /// Keeps what living links lead to: whoever opens such a link needs what lies there.
    ///
    /// Call it when every claim was added. Links inside entries are not looked at, only links that are entries.
    /// - Parameter text: what a link says; nil where it cannot be read.
    package func followLivingLinks(_ text: (StorePath) -> [UInt8]?) {
        // A link may lead to a link: each round follows those that the last one kept.
        while true {
            let living = links.filter { !followed.contains($0) && (isClaimed($0) || isNear($0)) }
            if living.isEmpty { return }
            for link in living { follow(link, text) }
        }
    }

    /// Keeps what these links lead to as well: nobody claims them, and still they stay (young, pinned, in use).
    ///
    /// - Returns: whether any of them was new.
    package func follow(staying links: [Listing.Node], _ text: (StorePath) -> [UInt8]?) -> Bool {
        let new = links.filter { !followed.contains($0) }
        for link in new { follow(link, text) }
        followLivingLinks(text)
        return !new.isEmpty
    }

    /// Links that will still be there when every orphan is gone.
    package func staying(_ findings: [Finding]) -> [Listing.Node] {
        guard !links.isEmpty else { return [] }
        let orphans = Set(findings.lazy.filter { $0.kind == .orphan }.compactMap(\.node))
        return links.filter { link in
            !orphans.contains(link) && listing.enclosingEntry(of: link).map { !orphans.contains($0) } ?? true
        }
    }

    private func follow(_ link: Listing.Node, _ text: (StorePath) -> [UInt8]?) {
        followed.insert(link)
        let path = listing.path(of: link)
        guard let target = text(path), !target.isEmpty else { return }
        let full = target[0] == .slash ? target : path.parent.bytes + [.slash] + target
        let own = path.components.map { Array($0) }
        var places = readings.readings(of: full).compactMap { reading -> [[UInt8]]? in
            if case .inside(let components) = reading { components } else { nil }
        }
        if let real = path.bytes.withUnsafeBytes({ resolve($0) }) { places.append(real.components.map { Array($0) }) }
        // A link to a directory above itself says nothing of what else lies there.
        for components in places where !own.starts(with: components) { keepAll(components) }
    }

    /// Keeps what lies at a path and everything below it, of whatever resource.
    private func keepAll(_ components: [[UInt8]]) {
        let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
        path.bytes.withUnsafeBytes { _ = keep($0, nil, isSettled: true) }
        guard let node = node(at: path), listing.kind(of: node) == .directory else { return }
        subtrees[node, default: Subtree()].resources.formUnion(layout.manifest.resources.indices)
    }
}
