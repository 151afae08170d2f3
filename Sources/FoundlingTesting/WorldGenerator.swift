internal import FoundlingCore

/// Makes small worlds full of trouble: manifests of every form, names that nearly agree, links that lead to one
/// another, and claims spelt in every way an application might.
package struct WorldGenerator {
    /// SplitMix64: a seed is all it takes to see a failure again.
    package struct Seeded: RandomNumberGenerator {
        private var state: UInt64
        package init(_ seed: UInt64) { state = seed }

        package mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Names chosen to be confused with one another.
    private static let names: [[UInt8]] =
        [
            "a", "A", "ab", "a b", "a%20b", "a ", "b", "1", "10", "train_1", "Train_1", "train_10", "\u{E9}",
            "e\u{301}", "\u{C9}", "x.y", "...", "-rf", "a\\b", "data", "items", "parts", "ß", "ss", "%", "%41",
            "a\u{0A}b", "\u{1B}[2J", "*", "日", "[a]",
        ].map { Array($0.utf8) } + [[0x66, 0xFF, 0x6F], [0xE9], [0xFE]]

    var random: Seeded
    package init(seed: UInt64) { random = Seeded(seed) }

    package mutating func draw() -> DrawnWorld {
        let rules = rules()
        var things: [DrawnWorld.Thing] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) { things.append(thing(rules)) }
        for index in things.indices where things[index].kind == .symlink {
            things[index].target = Spelling(target(of: things[index].path, among: things))
        }
        var rows: [DrawnWorld.Row] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            // Mostly about what is there, so that claims and entries meet.
            let subject = one(in: 3) ? path(rules) : things.randomElement(using: &random)!.path.bytes
            rows.append(
                .init(
                    Int.random(in: rules.indices, using: &random), Spelling(spell(subject)), isMaking: one(in: 8),
                    isReleased: one(in: 12), isLate: one(in: 6)))
        }
        return DrawnWorld(rules: rules, things: things, rows: rows)
    }

    mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
    mutating func name() -> [UInt8] { Self.names.randomElement(using: &random)! }

    // MARK: What lies there

    private mutating func thing(_ rules: [DrawnWorld.Rules]) -> DrawnWorld.Thing {
        let kind: EntryKind = one(in: 4) ? .symlink : one(in: 2) ? .directory : .file
        return DrawnWorld.Thing(
            Spelling(path(rules)), kind, age: one(in: 6) ? one(in: 3) ? .future : .young : .old,
            isPinned: kind == .directory && one(in: 12))
    }

    /// Where a manifest might lead to: mostly an entry's path, sometimes something in one or above one.
    private mutating func path(_ rules: [DrawnWorld.Rules]) -> [UInt8] {
        let rule = rules.randomElement(using: &random)!
        let glob = Array(rule.globs.randomElement(using: &random)!.utf8)
        var parts = glob.split(separator: 0x2F).map { Array($0) }
        if parts.last == Array("**".utf8) {
            parts.removeLast()
            for _ in 0...Int.random(in: 0...2, using: &random) { parts.append(name()) }
        }
        for index in parts.indices { parts[index] = instance(of: parts[index]) }
        if one(in: 6) { parts.append(name()) }
        if one(in: 12), parts.count > 1 { parts.removeLast() }
        return Array(parts.joined(separator: [0x2F]))
    }

    /// A name that a part of a glob matches, or nearly does.
    private mutating func instance(of part: [UInt8]) -> [UInt8] {
        switch String(decoding: part, as: UTF8.self) {
        case "*": name()
        case "*.y": one(in: 4) ? name() : name() + Array(".y".utf8)
        case "p_*": one(in: 4) ? name() : Array("p_".utf8) + name()
        case "?", "[a-m]*", "[!a]*": name()
        default: part
        }
    }

    private mutating func target(of link: Spelling, among things: [DrawnWorld.Thing]) -> [UInt8] {
        var path = things.randomElement(using: &random)!.path.parts
        switch Int.random(in: 0..<8, using: &random) {
        case 0: path.append(name())
        case 1, 2: if path.count > 1 { path.removeLast() }
        case 3: path = [name()]
        default: break
        }
        let whole = Array(path.joined(separator: [0x2F]))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return Array((DrawnWorld.root + "/").utf8) + whole
        case 1: return Array("/data/".utf8) + whole
        case 2: return name()
        default:
            let up = Array(repeating: Array("..".utf8), count: link.parts.count - 1)
            return Array((up + path).joined(separator: [0x2F]))
        }
    }

    // MARK: What rows say

    /// A path as some program might have recorded it, sometimes above or below what it means, sometimes plainly wrong.
    private mutating func spell(_ path: [UInt8]) -> [UInt8] {
        var path = path
        switch Int.random(in: 0..<10, using: &random) {
        case 0: path += Array("/checkpoints/x.bin".utf8)
        case 1:
            let parts = path.split(separator: 0x2F)
            if parts.count > 1 { path = Array(parts.dropLast().joined(separator: [0x2F])) }
        case 2: path = Array(String(decoding: path, as: UTF8.self).uppercased().utf8)
        case 3: path += [0x20]
        default: break
        }
        switch Int.random(in: 0..<15, using: &random) {
        case 0: return Array("/data/".utf8) + path
        case 1: return Array("data/".utf8) + path
        case 2: return Array("/srv/app/data/".utf8) + path
        case 3: return Array("./".utf8) + path
        case 4: return Array("x/../".utf8) + path
        case 5: return path + [0x2F]
        case 6: return Array(path.split(separator: 0x2F).joined(separator: Array("//".utf8)))
        case 7: return Array("../data/".utf8) + path
        case 8: return Array("/mnt/old/".utf8) + path
        case 9: return Array("s3://bucket/".utf8) + path
        case 10:
            let escaped = path.flatMap { $0 == 0x20 || $0 == 0x25 || $0 > 0x7E ? Array("%\(hex($0))".utf8) : [$0] }
            return Array("file:///data/".utf8) + escaped
        default: return path
        }
    }

    private func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
