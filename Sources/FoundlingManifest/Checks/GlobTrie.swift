import FoundlingCore

/// The globs of a manifest by their components: finds those that lead another glob on without comparing all pairs.
struct GlobTrie {
    /// One glob of one resource, by number.
    struct Owner: Hashable {
        let resource: Int
        let entry: Int
    }

    private struct Node {
        var literals: [[UInt8]: Int] = [:]
        var wildcards: [(component: GlobComponent, node: Int)] = []
        var owners: [Owner] = []
    }

    private var nodes = [Node()]

    mutating func insert(_ glob: Glob, _ owner: Owner) {
        var node = 0
        for component in glob.components { node = child(of: node, component) }
        nodes[node].owners.append(owner)
    }

    private mutating func child(of node: Int, _ component: GlobComponent) -> Int {
        if component.isLiteral {
            if let child = nodes[node].literals[component.bytes] { return child }
            nodes[node].literals[component.bytes] = nodes.count
        } else {
            if let child = nodes[node].wildcards.first(where: { $0.component == component }) { return child.node }
            nodes[node].wildcards.append((component, nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Every glob whose components can take the first components of `glob`, up to all of them.
    func prefixes(of glob: Glob) -> [Owner] {
        var found: [Owner] = []
        var level = [0]
        found += nodes[0].owners
        for component in glob.components {
            var next: [Int] = []
            for node in level {
                if component.isLiteral {
                    nodes[node].literals[component.bytes].map { next.append($0) }
                } else {
                    next += nodes[node].literals.filter { component.matches($0.key) }.values
                }
                next += nodes[node].wildcards.filter { GlobIntersection.mayMeet($0.component, component) }.map(\.node)
            }
            level = next
            for node in level { found += nodes[node].owners }
        }
        return found
    }
}
