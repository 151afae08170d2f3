internal import FoundlingSeam

extension Reconciler {
    /// Keeps what living links lead to: whoever opens such a link needs what lies there.
    ///
    /// Call it when every claim was added.
    /// - Parameter text: what a link says; nil where it cannot be read.
    package func followLivingLinks(_ text: (StorePath) -> [UInt8]?) {
        // A link may lead to a link: each round follows those that the last one kept.
        while true {
            let living = links.filter { !followed.contains($0) && (isClaimed($0) || isNear($0)) }
            if living.isEmpty { return }
            for link in living {
                followed.insert(link)
                follow(listing.path(of: link), isLiving: true, text)
            }
        }
    }

    /// Keeps what links lead to that stay whatever goes: nobody claims them, or they lie inside something that stays.
    ///
    /// One that leads to a directory above entries keeps all of them if it lies in a claimed entry, and else none:
    /// nobody says that all are wanted.
    ///
    /// - Parameter links: anywhere below the root, in entries too.
    /// - Returns: whether any of them was new.
    package func follow(staying links: [StorePath], _ text: (StorePath) -> [UInt8]?) -> Bool {
        let new = links.filter { followedPaths.insert($0).inserted }
        for link in new { follow(link, isLiving: isNeeded(link), text) }
        followLivingLinks(text)
        return !new.isEmpty
    }

    /// Keeps the links on the way of a claim that leads through some: without them its path leads nowhere.
    func keepLinks(on path: StorePath, _ claim: Claim) -> Meeting {
        var meeting = Meeting()
        let components = path.components.map { Array($0) }
        for depth in components.indices.dropFirst() {
            let above = Array(components[..<depth].joined(separator: [UInt8.slash]))
            guard let real = above.withUnsafeBytes({ resolve($0) }) else { continue }
            let named = real.appending(components[depth])
            guard let node = node(at: named), listing.kind(of: node) == .symlink, listing.role(of: node) == .entry
            else { continue }
            named.bytes.withUnsafeBytes { meeting.formUnion(keep($0, claim)) }
        }
        return meeting
    }

    /// Links that will still be there when every orphan is gone.
    ///
    /// - Parameter inner: links inside entries and elsewhere, beside those that the listing holds.
    package func staying(_ findings: [Finding], _ inner: [StorePath]) -> [StorePath] {
        let all = listing.allLinks.map { listing.path(of: $0) } + inner
        guard !all.isEmpty else { return [] }
        let orphans = Set(findings.lazy.filter { $0.kind == .orphan }.map(\.path))
        return all.filter { link in
            var above = link
            while !above.bytes.isEmpty {
                if orphans.contains(above) { return false }
                above = above.parent
            }
            return true
        }
    }

    /// Whether a record claims the entry that a link is, or lies in.
    private func isNeeded(_ link: StorePath) -> Bool {
        var above = link
        while !above.bytes.isEmpty {
            if let node = node(at: above), listing.role(of: node) == .entry, isClaimed(node) || isNear(node) {
                return true
            }
            above = above.parent
        }
        return false
    }

    private func follow(_ path: StorePath, isLiving: Bool, _ text: (StorePath) -> [UInt8]?) {
        guard Safeguard.linkTarget.isOn, let target = text(path), !target.isEmpty else { return }
        let full = target[0] == .slash ? target : path.parent.appending(target).bytes
        let own = path.components.map { Array($0) }
        var places = readings.readings(of: full).compactMap { reading -> [[UInt8]]? in
            if case .inside(let components) = reading { components } else { nil }
        }
        if let real = path.bytes.withUnsafeBytes({ resolve($0) }) { places.append(real.components.map { Array($0) }) }
        // A link to a directory above itself says nothing of what else lies there.
        let isSettling = isSettled(holding: path)
        for components in places where !own.starts(with: components) {
            keepAll(components, isLiving: isLiving, isSettling: isSettling)
        }
    }

    /// Whether a record certainly claims the innermost entry that a link is, or lies in: not only another link, of
    /// which nobody knows whether it is wanted, nor only what lies around that entry.
    private func isSettled(holding link: StorePath) -> Bool {
        var above = link
        while !above.bytes.isEmpty {
            if let node = node(at: above), listing.role(of: node) == .entry { return isLiving(node) }
            above = above.parent
        }
        return false
    }

    /// Keeps what lies at a path and everything below it, of whatever resource.
    ///
    /// - Parameter isSettling: whether what lies in entries that only this link keeps may be judged. Where nobody
    ///   certainly wants the link it may not: a link in a near miss, leading into that, would give away what lies
    ///   beside it, and itself.
    private func keepAll(_ components: [[UInt8]], isLiving: Bool, isSettling: Bool) {
        let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
        var sheltering: [Listing.Node] = []
        if !isSettling, hasNested {
            for depth in components.indices {
                let step = StorePath(trusted: Array(components[...depth].joined(separator: [UInt8.slash])))
                guard let node = node(at: step) else { break }
                if listing.role(of: node) == .entry, !isClaimed(node) { sheltering.append(node) }
            }
        }
        path.bytes.withUnsafeBytes { _ = keep($0, nil, isSettled: true) }
        for node in sheltering { marks[node].insert(.making) }
        guard let node = node(at: path), listing.kind(of: node) == .directory,
            isLiving || listing.role(of: node) == .entry
        else { return }
        subtrees[node, default: Subtree()].resources.formUnion(layout.manifest.resources.indices)
    }
}
