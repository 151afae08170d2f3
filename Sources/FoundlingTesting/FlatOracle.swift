package import FoundlingCore
internal import Foundation

/// The answer to "which entries are claimed?" for entries of fixed depth and claims alone, cheap enough to be asked a
/// thousand times a second: ``Oracle`` knows the rest.
///
/// It compares every claim with every entry, as text with lists of components. It knows fixed-depth places, aliases and
/// near misses by folding; a test holds the real reconciler against it.
package struct FlatOracle {
    package static let resources: [Resource] = [.test("items", ["items/*"]), .test("shards", ["shards/*/*"])]

    package let root: String
    package let aliases: [String]

    package init(root: String, aliases: [String]) {
        self.root = root
        self.aliases = aliases
    }

    /// Whether `claim` equals `entry`, lies below it or above it, by any reading.
    package func keeps(_ claim: [UInt8], _ entry: [UInt8]) -> Bool {
        let wanted = split(entry)
        return meanings(claim).contains { meaning in
            guard case .inside(let parts) = meaning else { return false }
            return parts.starts(with: wanted) || wanted.starts(with: parts)
        }
    }

    /// Whether `claim` could be meant for `entry` by a person who spells loosely: nothing else may excuse a kept entry.
    package func couldMean(_ claim: [UInt8], _ entry: [UInt8], tail: Int) -> Bool {
        let wanted = folded(split(entry))
        let end = folded(split(entry).suffix(tail))
        return meanings(claim).contains { meaning in
            let parts: [[UInt8]]
            switch meaning {
            case .inside(let inside): parts = folded(inside)
            case .outside(let outside): parts = folded(outside)
            }
            if parts.starts(with: wanted) || wanted.starts(with: parts) { return true }
            // Ends of paths are read more loosely still: an escape of an escape is one.
            return contains(parts, end) || contains(folded(parts), folded(end))
        }
    }

    private func contains(_ parts: [[UInt8]], _ end: [[UInt8]]) -> Bool {
        (0...max(0, parts.count - end.count)).contains { Array(parts.dropFirst($0).prefix(end.count)) == end }
    }

    private enum Meaning {
        case inside([[UInt8]])
        case outside([[UInt8]])
    }

    private func meanings(_ claim: [UInt8]) -> [Meaning] {
        var bytes = claim
        if let text = String(validating: claim, as: UTF8.self), let url = text.range(of: "://"),
            !text.hasPrefix("file:"), text[..<url.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber }),
            text[..<url.lowerBound].count > 1
        {
            return [.outside(normal(split(Array(text[url.upperBound...].utf8))))]
        }
        if bytes.starts(with: "file:///".utf8) { bytes = percentDecoded(Array(bytes.dropFirst(7))) }
        if bytes.starts(with: "file:".utf8) { bytes = percentDecoded(Array(bytes.dropFirst(5))) }
        var found: [Meaning] = []
        if bytes.first != 0x2F {
            let here = split(Array(root.utf8)) + split(bytes)
            let absolute = normal(here)
            let base = split(Array(root.utf8))
            if absolute.starts(with: base) { found.append(.inside(Array(absolute.dropFirst(base.count)))) }
            for alias in aliases where !alias.hasPrefix("/") {
                let other = split(Array(alias.utf8))
                let parts = normal(split(bytes))
                if parts.starts(with: other) { found.append(.inside(Array(parts.dropFirst(other.count)))) }
            }
            if found.isEmpty { found.append(.outside(absolute)) }
        } else {
            let parts = normal(split(bytes))
            for alias in [root] + aliases where alias.hasPrefix("/") {
                let other = split(Array(alias.utf8))
                if parts.starts(with: other) { found.append(.inside(Array(parts.dropFirst(other.count)))) }
            }
            if found.isEmpty { found.append(.outside(parts)) }
        }
        return found
    }

    private func split(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: 0x2F).map { Array($0) } }

    private func normal(_ parts: [[UInt8]]) -> [[UInt8]] {
        var stack: [[UInt8]] = []
        for part in parts where part != Array(".".utf8) {
            if part == Array("..".utf8) { _ = stack.popLast() } else { stack.append(part) }
        }
        return stack
    }

    private func folded(_ parts: some Sequence<[UInt8]>) -> [[UInt8]] {
        parts.flatMap { part -> [[UInt8]] in
            let decoded = percentDecoded(part).map { $0 == 0x5C ? UInt8(0x2F) : $0 }
            return split(decoded).compactMap { piece in
                var piece = piece
                while let last = piece.last, last <= 0x20 { piece.removeLast() }
                guard !piece.isEmpty else { return nil }
                let text = String(decoding: piece, as: UTF8.self).precomposedStringWithCanonicalMapping
                return Array(text.uppercased().lowercased().precomposedStringWithCanonicalMapping.utf8)
            }
        }
    }

    private func percentDecoded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            let digits = rest.dropFirst().prefix(2)
            if byte == 0x25, digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
                digits.allSatisfy({ $0 != 0x2B && $0 != 0x2D })
            {
                result.append(value)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
