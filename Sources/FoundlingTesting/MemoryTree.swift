package import FoundlingCore

/// A store that exists only as a list of paths, listed by the same layout as a real one.
package struct MemoryTree {
    private var children: [[UInt8]: [(name: [UInt8], kind: EntryKind)]] = [:]

    /// - Parameter paths: relative; a trailing `/` makes a directory, `@` a link, anything else a file.
    package init(_ paths: [[UInt8]]) {
        var known: Set<[UInt8]> = []
        for var path in paths {
            var kind = EntryKind.file
            if path.last == .slash {
                kind = .directory
                path.removeLast()
            } else if path.last == UInt8(ascii: "@") {
                kind = .symlink
                path.removeLast()
            }
            let parts = path.split(separator: UInt8.slash).map(Array.init)
            var parent: [UInt8] = []
            for (i, part) in parts.enumerated() {
                let full = parent + (parent.isEmpty ? [] : [UInt8.slash]) + part
                if known.insert(full).inserted {
                    children[parent, default: []].append((part, i + 1 < parts.count ? .directory : kind))
                }
                parent = full
            }
        }
    }

    /// A drawn world's; directories above things are things of their own in it.
    package init(_ tree: [[UInt8]: DrawnWorld.Thing]) {
        for (path, thing) in tree {
            let parts = path.split(separator: UInt8.slash).map(Array.init)
            guard let name = parts.last else { continue }
            let parent = Array(parts.dropLast().joined(separator: [UInt8.slash]))
            children[parent, default: []].append((name, thing.kind))
        }
    }

    package init(_ paths: [String]) { self.init(paths.map { Array($0.utf8) }) }

    /// The listing that a real directory of these names would yield; nil where two resources dispute a path.
    package func list(_ layout: Layout) -> Listing? {
        var listing = Listing()
        var waiting: [(Listing.Node, Layout.State, [UInt8])] = [(0, layout.start, [])]
        while let (node, state, path) = waiting.popLast() {
            for (name, kind) in children[path] ?? [] {
                let below = path + (path.isEmpty ? [] : [UInt8.slash]) + name
                let isAccepted = name.withUnsafeBytes { bytes in
                    add(bytes, kind, node, state, below, layout, &listing, &waiting)
                }
                guard isAccepted else { return nil }
            }
        }
        return listing
    }

    private func add(
        _ name: UnsafeRawBufferPointer, _ kind: EntryKind, _ node: Listing.Node, _ state: Layout.State, _ path: [UInt8],
        _ layout: Layout, _ listing: inout Listing, _ waiting: inout [(Listing.Node, Layout.State, [UInt8])]
    ) -> Bool {
        switch layout.role(of: name, kind: kind, in: state) {
        case .disputed: return false
        case .ignored: listing.append(name: name, parent: node, kind: kind, role: .ignored)
        case .unmanaged, .blocked: listing.append(name: name, parent: node, kind: kind, role: .unmanaged)
        case .unrecognised(let reason):
            listing.append(name: name, parent: node, kind: kind, role: .unrecognised, reason: reason)
        case .interior(let below):
            waiting.append((listing.append(name: name, parent: node, kind: kind, role: .interior)!, below, path))
        case .entry(let place, let below):
            let added = listing.append(
                name: name, parent: node, kind: kind, role: .entry, place: place,
                isNested: layout.isInsideEntry(state))!
            if let below { waiting.append((added, below, path)) }
        }
        return true
    }
}
