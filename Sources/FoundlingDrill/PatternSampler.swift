/// Makes names that a pattern matches: the other way round from matching.
///
/// It knows the everyday part of regular expressions: literals, classes, groups, alternatives, counts, anchors. Of the
/// rest it makes nothing. Whoever asks matches what comes, and asks again.
struct PatternSampler {
    /// A part of a pattern.
    private indirect enum Part {
        case letters([UInt8])
        case sequence([Part])
        case choice([Part])
        case several(Part, least: Int, most: Int)
    }

    private let part: Part
    /// How many more than the least a count without an end is drawn.
    private static let spread = 3
    private static let digits = Array("0123456789".utf8)
    private static let wordly = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// nil where the pattern holds what is not known here.
    init?(regex pattern: String) {
        var reader = Reader(bytes: Array(pattern.utf8))
        guard let part = reader.alternatives(), reader.isAtEnd else { return nil }
        self.part = part
    }

    /// One component of a glob.
    init(glob component: [UInt8]) {
        var parts: [Part] = []
        var index = 0
        while index < component.count {
            switch component[index] {
            case UInt8(ascii: "*"): parts.append(.several(.letters(Self.wordly), least: 8, most: 8))
            case UInt8(ascii: "?"): parts.append(.letters(Self.wordly))
            case UInt8(ascii: "["):
                var reader = Reader(bytes: component, next: index + 1)
                guard let letters = reader.classLetters() else {
                    parts.append(.letters([component[index]]))
                    break
                }
                parts.append(.letters(letters))
                index = reader.next - 1
            case let byte: parts.append(.letters([byte]))
            }
            index += 1
        }
        part = .sequence(parts)
    }

    /// One name; the same for the same state of `random`.
    func sample(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        var name: [UInt8] = []
        Self.add(part, to: &name, &random)
        return name
    }

    private static func add(_ part: Part, to name: inout [UInt8], _ random: inout some RandomNumberGenerator) {
        switch part {
        case .letters(let letters): if let letter = letters.randomElement(using: &random) { name.append(letter) }
        case .sequence(let parts): for part in parts { add(part, to: &name, &random) }
        case .choice(let parts): if let part = parts.randomElement(using: &random) { add(part, to: &name, &random) }
        case .several(let part, let least, let most):
            for _ in 0..<Int.random(in: least...most, using: &random) { add(part, to: &name, &random) }
        }
    }

    /// Reads a pattern from left to right.
    private struct Reader {
        let bytes: [UInt8]
        var next = 0

        init(bytes: [UInt8], next: Int = 0) {
            self.bytes = bytes
            self.next = next
        }

        var isAtEnd: Bool { next >= bytes.count }
        private var current: UInt8? { next < bytes.count ? bytes[next] : nil }

        private mutating func take(_ byte: Character) -> Bool {
            guard current == byte.asciiValue else { return false }
            next += 1
            return true
        }

        mutating func alternatives() -> Part? {
            var choices: [Part] = []
            repeat {
                guard let sequence = sequence() else { return nil }
                choices.append(sequence)
            } while take("|")
            return choices.count == 1 ? choices[0] : .choice(choices)
        }

        private mutating func sequence() -> Part? {
            var parts: [Part] = []
            while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
                guard let atom = atom(), let counted = counted(atom) else { return nil }
                parts.append(counted)
            }
            return .sequence(parts)
        }

        private mutating func atom() -> Part? {
            guard let byte = current else { return nil }
            next += 1
            switch byte {
            case UInt8(ascii: "^"), UInt8(ascii: "$"): return .sequence([])
            case UInt8(ascii: "."): return .letters(PatternSampler.wordly)
            case UInt8(ascii: "["): return classLetters().map { .letters($0) }
            case UInt8(ascii: "("): return group()
            case UInt8(ascii: "\\"): return escape()
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): return nil
            default: return .letters([byte])
            }
        }

        private mutating func group() -> Part? {
            if take("?") {
                if take("<") || (take("P") && take("<")) {
                    guard let first = current, first != UInt8(ascii: "="), first != UInt8(ascii: "!") else {
                        return nil
                    }
                    while let byte = current, byte != UInt8(ascii: ">") { next += 1 }
                    guard take(">") else { return nil }
                } else if !take(":") {
                    return nil
                }
            }
            guard let inner = alternatives(), take(")") else { return nil }
            return inner
        }

        private mutating func escape() -> Part? {
            guard let byte = current else { return nil }
            next += 1
            switch byte {
            case UInt8(ascii: "d"): return .letters(PatternSampler.digits)
            case UInt8(ascii: "w"): return .letters(PatternSampler.wordly)
            case UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"): return .sequence([])
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                return nil
            default: return .letters([byte])
            }
        }

        /// What stands between brackets; the first of them was read.
        mutating func classLetters() -> [UInt8]? {
            let isNegated = take("^") || take("!")
            var letters: Set<UInt8> = []
            var isFirst = true
            while let byte = current {
                next += 1
                if byte == UInt8(ascii: "]"), !isFirst {
                    let all = PatternSampler.wordly + Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_".utf8)
                    let chosen = isNegated ? all.filter { !letters.contains($0) } : letters.sorted()
                    return chosen.isEmpty ? nil : chosen
                }
                isFirst = false
                if byte == UInt8(ascii: "\\") {
                    guard case .letters(let some)? = escape() else { return nil }
                    letters.formUnion(some)
                } else if next + 1 < bytes.count, bytes[next] == UInt8(ascii: "-"), bytes[next + 1] != UInt8(ascii: "]")
                {
                    guard byte <= bytes[next + 1], byte != UInt8(ascii: "[") else { return nil }
                    letters.formUnion(byte...bytes[next + 1])
                    next += 2
                } else {
                    // A class by name, as in [[:alpha:]].
                    guard byte != UInt8(ascii: "[") else { return nil }
                    letters.insert(byte)
                }
            }
            return nil
        }

        private mutating func counted(_ atom: Part) -> Part? {
            var (least, most) = (1, 1)
            if take("*") || take("+") {
                (least, most) = (1, 1 + PatternSampler.spread)
            } else if take("?") {
                (least, most) = (0, 1)
            } else if take("{") {
                guard let first = number() else { return nil }
                (least, most) = (first, first)
                if take(",") { most = number() ?? first + PatternSampler.spread }
                guard take("}"), least <= most, most <= 255 else { return nil }
            } else {
                return atom
            }
            // As few as possible, or never giving back: the same names.
            _ = take("?") || take("+")
            return .several(atom, least: least, most: most)
        }

        private mutating func number() -> Int? {
            var digits = ""
            while let byte = current, (0x30...0x39).contains(byte), digits.count < 4 {
                digits.append(Character(UnicodeScalar(byte)))
                next += 1
            }
            return Int(digits)
        }
    }
}
