/// Entries by the key that their shape finds in their name; made on first use, since few manifests need it.
struct KeyIndex: Sendable {
    private var nodes: [[UInt8]: [Listing.Node]] = [:]

    init(_ listing: Listing, _ layout: Layout) {
        guard layout.places.contains(where: { $0.shape?.hasKey ?? false }) else { return }
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            if let key = Self.key(of: node, listing, layout) { nodes[key, default: []].append(node) }
        }
    }

    func nodes(for key: [UInt8]) -> [Listing.Node] { nodes[key] ?? [] }

    /// What the shape's `key` group takes of an entry's name.
    static func key(of node: Listing.Node, _ listing: Listing, _ layout: Layout) -> [UInt8]? {
        let place = layout.places[listing.place(of: node)]
        guard let shape = place.shape, shape.hasKey else { return nil }
        let subject = Array(listing.path(of: node).components[place.base...].joined(separator: [UInt8.slash]))
        guard let range = shape.match(subject), !range.isEmpty else { return nil }
        return Array(subject[range])
    }

    /// A component in which NUL stands for any run of bytes; nothing else is special.
    static func matches(pattern: [UInt8], _ name: [UInt8]) -> Bool {
        let parts = pattern.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == name }
        guard name.starts(with: first), name.count >= first.count + last.count,
            name.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = name[first.count..<(name.count - last.count)]
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: Array(part)) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
