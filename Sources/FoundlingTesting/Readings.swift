internal import FoundlingCore
internal import Foundation

/// What a recorded path may mean, read part by part.
struct Readings {
    let root: String
    let aliases: [String]

    enum Meaning {
        case inside([[UInt8]])
        case outside([[UInt8]])
    }

    func meanings(_ claim: [UInt8]) -> [Meaning] {
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

    func split(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: 0x2F).map { Array($0) } }

    private func normal(_ parts: [[UInt8]]) -> [[UInt8]] {
        var stack: [[UInt8]] = []
        for part in parts where part != Array(".".utf8) {
            if part == Array("..".utf8) { _ = stack.popLast() } else { stack.append(part) }
        }
        return stack
    }

    func folded(_ parts: some Sequence<[UInt8]>) -> [[UInt8]] {
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
