extension Reconciler {
    /// Keeps the entries that living links lead to: whoever opens the link needs what lies there.
    ///
    /// Call it when every claim was added. Links inside entries are not looked at, only links that are entries.
    /// - Parameter text: what a link says; nil where it cannot be read.
    package func followLivingLinks(_ text: (StorePath) -> [UInt8]?) {
        var links = (0..<listing.count).filter { listing.kind(of: $0) == .symlink && listing.role(of: $0) == .entry }
        var isFinished = false
        // A link may lead to a link: each round follows those that the last one kept.
        while !isFinished {
            let living = links.filter { isClaimed($0) || isNear($0) }
            links.removeAll { isClaimed($0) || isNear($0) }
            isFinished = living.isEmpty
            for link in living {
                let path = listing.path(of: link)
                guard let target = text(path), !target.isEmpty else { continue }
                let full = target[0] == .slash ? target : path.parent.bytes + [.slash] + target
                let own = path.components.map { Array($0) }
                // A link to a directory above itself says nothing of what else lies there.
                for case .inside(let components) in readings.readings(of: full) where !own.starts(with: components) {
                    Array(components.joined(separator: [UInt8.slash])).withUnsafeBytes { _ = keep($0, nil) }
                }
            }
        }
    }
}
