/// One component of a pattern over names: `*`, `?` and `[...]` never cross a slash.
package struct GlobComponent: Hashable, Sendable {
    package let bytes: [UInt8]
    /// A component without wildcards is compared, not matched.
    package let isLiteral: Bool
    /// `*` alone, the commonest of all, matches without looking.
    let matchesAll: Bool

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isLiteral = !bytes.contains { $0 == .star || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
        matchesAll = bytes == [.star]
    }

    package func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        if matchesAll { return true }
        if isLiteral { return name.elementsEqual(bytes) }
        return match(name)
    }

    package func matches(_ name: some Sequence<UInt8>) -> Bool {
        Array(name).withUnsafeBytes { matches($0) }
    }

    /// Greedy with one point of return: linear in practice and never exponential.
    private func match(_ name: UnsafeRawBufferPointer) -> Bool {
        var p = 0
        var n = 0
        var star = -1
        var resume = 0
        while n < name.count {
            if p < bytes.count, bytes[p] == .star {
                star = p
                resume = n
                p += 1
            } else if p < bytes.count, let next = matchOne(at: p, name[n]) {
                p = next
                n += 1
            } else if star >= 0 {
                resume += 1
                n = resume
                p = star + 1
            } else {
                return false
            }
        }
        while p < bytes.count, bytes[p] == .star { p += 1 }
        return p == bytes.count
    }

    /// The position behind the pattern element at `p` if it takes `byte`.
    private func matchOne(at p: Int, _ byte: UInt8) -> Int? {
        switch bytes[p] {
        case UInt8(ascii: "?"): return p + 1
        case UInt8(ascii: "["):
            guard let (taken, next) = matchClass(at: p, byte) else { return byte == bytes[p] ? p + 1 : nil }
            return taken ? next : nil
        case let literal: return literal == byte ? p + 1 : nil
        }
    }

    /// A bracket expression: ranges, and `!` or `^` for the complement; nil where no bracket closes it.
    private func matchClass(at open: Int, _ byte: UInt8) -> (taken: Bool, next: Int)? {
        var i = open + 1
        var negated = false
        if i < bytes.count, bytes[i] == UInt8(ascii: "!") || bytes[i] == UInt8(ascii: "^") {
            negated = true
            i += 1
        }
        var taken = false
        var first = true
        while i < bytes.count {
            if bytes[i] == UInt8(ascii: "]"), !first { return (taken != negated, i + 1) }
            first = false
            if i + 2 < bytes.count, bytes[i + 1] == UInt8(ascii: "-"), bytes[i + 2] != UInt8(ascii: "]") {
                if bytes[i] <= byte, byte <= bytes[i + 2] { taken = true }
                i += 3
            } else {
                if bytes[i] == byte { taken = true }
                i += 1
            }
        }
        return nil
    }
}

/// A pattern over whole paths in a store, anchored at the root.
package struct Glob: Hashable, Sendable {
    package let text: String
    /// Without the last `**`, where there is one.
    package let components: [GlobComponent]
    /// The pattern ended in `**`: every file below matches, at any depth.
    package let isDeep: Bool

    /// nil if `text` is no path inside a store, or `**` stands anywhere but at the end.
    package init?(_ text: String) {
        var bytes = Array(text.utf8)
        while bytes.last == .slash { bytes.removeLast() }
        guard let path = StorePath(bytes), !bytes.isEmpty else { return nil }
        var parts = path.components.map { GlobComponent(Array($0)) }
        isDeep = parts.last?.bytes == [.star, .star]
        if isDeep { parts.removeLast() }
        guard !parts.contains(where: { $0.bytes == [.star, .star] }) else { return nil }
        self.text = text
        components = parts
    }

    /// How many leading components are literal: the directories that surely lie above every match.
    package var fixedDepth: Int {
        components.firstIndex { !$0.isLiteral } ?? (isDeep ? components.count : max(components.count - 1, 0))
    }

    package func matches(_ path: StorePath) -> Bool {
        let parts = path.components
        guard isDeep ? parts.count > components.count : parts.count == components.count else { return false }
        return zip(components, parts).allSatisfy { $0.matches($1) }
    }
}
