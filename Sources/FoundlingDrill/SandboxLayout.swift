internal import FoundlingCore

/// Which paths a sandbox is to hold, so that it is shaped like somebody's manifest: names that its globs and shapes
/// match.
struct SandboxLayout {
    /// What is made of one resource.
    struct Stock {
        let resource: Resource
        /// Claimed by a row each.
        var living: [StorePath] = []
        /// Claimed by nobody.
        var orphans: [StorePath] = []
        let isDirectory: Bool
    }

    private(set) var stocks: [Stock] = []
    private(set) var leftOut: [(resource: String, reason: String)] = []

    /// Enough for the usual limit of a fifth to have a meaning.
    private static let living = 12
    private static let orphans = 2
    private static let attempts = 4_000

    /// - Parameter seed: the same makes the same names.
    init(_ manifest: Manifest, seed: UInt64 = 1) {
        var random = Seeded(seed)
        // What lies inside another comes after it.
        let order = manifest.resources.filter { $0.within == nil } + manifest.resources.filter { $0.within != nil }
        for resource in order {
            let kinds = resource.kinds
            guard kinds.contains(.directory) || kinds.contains(.file) else {
                leftOut.append((resource.name, "its entries are links only"))
                continue
            }
            let isDirectory = kinds.contains(.directory) && !resource.entries.allSatisfy(\.isDeep)
            var stock = Stock(resource: resource, isDirectory: isDirectory)
            var parent: StorePath?
            if let within = resource.within {
                guard let outer = stocks.first(where: { $0.resource.name == within }), outer.isDirectory else {
                    leftOut.append((resource.name, "nothing was made of '\(within)', in which it lies"))
                    continue
                }
                parent = outer.living.first
            }
            var seen: Set<StorePath> = []
            for _ in 0..<Self.attempts where seen.count < Self.living + Self.orphans {
                guard let path = Self.path(of: resource, in: parent, manifest, &random) else { continue }
                seen.insert(path)
            }
            let all = seen.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            guard all.count >= Self.living + Self.orphans else {
                leftOut.append((resource.name, "no names were found that its 'entries' and 'shape' match"))
                continue
            }
            // Orphans out of the middle: what sorts first or last must not be the only thing tried.
            stock.orphans = [all[3], all[9]]
            stock.living = all.filter { !stock.orphans.contains($0) }
            stocks.append(stock)
        }
    }

    private static func path(
        of resource: Resource, in parent: StorePath?, _ manifest: Manifest, _ random: inout Seeded
    ) -> StorePath? {
        guard let glob = resource.entries.randomElement(using: &random) else { return nil }
        var names = glob.components.map { $0.isLiteral ? $0.bytes : PatternSampler(glob: $0.bytes).sample(&random) }
        if glob.isDeep { names.append(Array("file\(UInt16.random(in: 0...UInt16.max, using: &random))".utf8)) }
        if let parent {
            let above = parent.components.map { Array($0) }
            guard names.count > above.count else { return nil }
            names.replaceSubrange(0..<above.count, with: above)
        }
        let base = glob.fixedDepth
        if let shape = resource.shape {
            guard let drawn = PatternSampler(regex: shape.pattern)?.sample(&random) else { return nil }
            let pieces = drawn.split(separator: UInt8.slash).map { Array($0) }
            // The whole of what the glob leaves open, or only its end.
            if parent == nil, pieces.count == names.count - base { names.replaceSubrange(base..., with: pieces) }
            if let last = pieces.last { names[names.count - 1] = last }
        }
        guard let path = StorePath(Array(names.joined(separator: [UInt8.slash]))), glob.matches(path),
            !resource.except.contains(where: { $0.matches(path) }), !isIgnored(names, manifest)
        else { return nil }
        let subject = Array(names[min(base, names.count - 1)...].joined(separator: [UInt8.slash]))
        guard resource.shape.map({ $0.match(subject) != nil }) ?? true else { return nil }
        return path
    }

    private static func isIgnored(_ names: [[UInt8]], _ manifest: Manifest) -> Bool {
        manifest.store.ignore.contains { rule in
            switch rule {
            case .name(let component): names.contains { component.matches($0) }
            case .path(let glob):
                (1...names.count).contains { depth in
                    StorePath(Array(names.prefix(depth).joined(separator: [UInt8.slash]))).map(glob.matches) ?? false
                }
            }
        }
    }

    /// Leaves out what turned out not to be what it was meant to be.
    mutating func leaveOut(_ resource: String, _ reason: String) {
        stocks.removeAll { $0.resource.name == resource || $0.resource.within == resource }
        leftOut.append((resource, reason))
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same everywhere.
    private struct Seeded: RandomNumberGenerator {
        private var state: UInt64
        init(_ seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
