internal import FoundlingCore
internal import FoundlingManifest
internal import FoundlingTesting

/// A pattern stays inside the store and matches as a slow reading of it does; two that take one path are found to meet.
enum GlobPromises {
    static func check(_ input: [UInt8]) throws(Broken) {
        var fields = Fields(input)
        guard let first = fields.nextText(), let second = fields.nextText() else { return }
        let path = StorePath(fields.next())
        let globs = [first, second].compactMap { Glob($0) }
        for glob in globs {
            try staysInside(glob)
            if let path, !path.bytes.isEmpty { try agree(glob, path) }
        }
        guard globs.count == 2, let path, globs.allSatisfy({ $0.matches(path) }) else { return }
        try promise(
            zip(globs[0].components, globs[1].components).allSatisfy(GlobIntersection.mayMeet),
            "'\(first)' and '\(second)' both take '\(path)', and are said never to meet")
    }

    static func staysInside(_ glob: Glob) throws(Broken) {
        for component in glob.components {
            let bytes = component.bytes
            try promise(
                !bytes.isEmpty && bytes != [.dot] && bytes != [.dot, .dot] && !bytes.contains(.slash)
                    && !bytes.contains(0),
                "'\(glob.text)' leads out of the store")
        }
        try promise((0...glob.components.count).contains(glob.fixedDepth), "a depth that is none of '\(glob.text)'")
    }

    private static func agree(_ glob: Glob, _ path: StorePath) throws(Broken) {
        let parts = path.components.map(Array.init)
        // Every way tried takes long where there are many.
        guard zip(glob.components, parts).allSatisfy({ ways($0.bytes, $1.count) <= mostWays }) else { return }
        let isWanted =
            (glob.isDeep ? parts.count > glob.components.count : parts.count == glob.components.count)
            && zip(glob.components, parts).allSatisfy { slowly($0.bytes[...], $1[...]) }
        try promise(glob.matches(path) == isWanted, "'\(glob.text)' and '\(path)'")
        // Names of our own are no entries, and a last `@` makes a link in a tree of names.
        let isOurs = parts.contains { $0 == Array(".foundling".utf8) || $0 == Array(".foundling-keep".utf8) }
        guard !isOurs, parts.allSatisfy({ $0.count <= 255 }), path.bytes.last != UInt8(ascii: "@") else { return }
        let listing = MemoryTree([path.bytes]).list(Layout(.test([.test("a", [glob.text])])))
        let isEntry =
            listing.map { listing in
                (1..<max(1, listing.count)).contains { listing.role(of: $0) == .entry && listing.path(of: $0) == path }
            } ?? false
        try promise(isEntry == isWanted, "'\(glob.text)' and '\(path)', when it is listed")
    }

    /// A few milliseconds of the slow reading.
    private static let mostWays = 100_000.0

    /// How many ways the slow reading tries, times what one costs: each star may end anywhere, and an open bracket
    /// looks for its end every time. Runs of stars count once, as they do for the slow reading.
    private static func ways(_ pattern: [UInt8], _ length: Int) -> Double {
        let stars = pattern.indices.count { pattern[$0] == .star && ($0 == 0 || pattern[$0 - 1] != .star) }
        return (0..<stars).reduce(Double(pattern.count)) { ways, _ in ways * Double(length + 1) }
    }

    /// As the manual says it: one rule after the other, and every way tried.
    private static func slowly(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case .star where rest.first == .star: return slowly(rest, name)
        case .star: return (0...name.count).contains { slowly(rest, name.dropFirst($0)) }
        case UInt8(ascii: "?"): return !name.isEmpty && slowly(rest, name.dropFirst())
        case UInt8(ascii: "["):
            guard let (set, after) = bracket(rest) else { fallthrough }
            return name.first.map(set.contains) ?? false && slowly(after, name.dropFirst())
        default: return name.first == first && slowly(rest, name.dropFirst())
        }
    }

    /// The bytes that a class takes, and what stands behind it; nil where it is not closed.
    private static func bracket(_ text: ArraySlice<UInt8>) -> (Set<UInt8>, ArraySlice<UInt8>)? {
        var rest = text
        let isComplement = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isComplement { rest = rest.dropFirst() }
        var members: Set<UInt8> = []
        var isFirst = true
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "]"), !isFirst {
                return (isComplement ? Set((1...255).filter { !members.contains($0) }) : members, rest)
            }
            isFirst = false
            if rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first, last != UInt8(ascii: "]") {
                if byte <= last { members.formUnion(byte...last) }
                rest = rest.dropFirst(2)
            } else {
                members.insert(byte)
            }
        }
        return nil
    }
}
