package import FoundlingCore

/// Makes small worlds full of trouble: names that nearly agree, and claims spelt in every way an application might.
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

    /// One world, as lists of bytes.
    package struct Drawn {
        /// Entries of `items/*` and `shards/*/*`, relative; directories end in a slash.
        package var entries: [[UInt8]]
        package var claims: [[UInt8]]
    }

    package static let root = "/srv/app/data"
    package static let aliases = ["/data", "data"]
    package static let resources: [Resource] = [.test("items", ["items/*"]), .test("shards", ["shards/*/*"])]

    /// Names chosen to be confused with one another.
    private static let names: [[UInt8]] =
        [
            "a", "A", "ab", "a b", "a%20b", "a ", "b", "1", "10", "train_1", "Train_1", "train_10", "\u{E9}",
            "e\u{301}",
            "\u{C9}", "x.y", "...", "-rf", "a\\b", "data", "items", "ß", "ss", "%", "%41", " ", "%2F", "a\u{0A}b",
            "\u{1B}[2J", "*",
            "日",
        ].map { Array($0.utf8) } + [[0x66, 0xFF, 0x6F], [0xE9], [0xFE]]

    private var random: Seeded
    package init(seed: UInt64) { random = Seeded(seed) }

    package mutating func draw() -> Drawn {
        var entries: Set<[UInt8]> = []
        for _ in 0..<Int.random(in: 1...8, using: &random) { entries.insert(path()) }
        var claims: [[UInt8]] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            // Mostly about what is there, so that claims and entries meet.
            let subject = Bool.random(using: &random) ? entries.randomElement(using: &random)! : path()
            claims.append(spell(subject))
        }
        return Drawn(
            entries: entries.sorted { $0.lexicographicallyPrecedes($1) }.map {
                Bool.random(using: &random) ? $0 + [0x2F] : $0
            },
            claims: claims)
    }

    private mutating func name() -> [UInt8] { Self.names.randomElement(using: &random)! }

    private mutating func path() -> [UInt8] {
        Bool.random(using: &random)
            ? Array("items/".utf8) + name() : Array("shards/".utf8) + name() + [0x2F] + name()
    }

    /// A path as some program might have recorded it, sometimes above or below what it means, sometimes plainly wrong.
    private mutating func spell(_ path: [UInt8]) -> [UInt8] {
        var path = path
        switch Int.random(in: 0..<10, using: &random) {
        case 0: path += Array("/checkpoints/x.bin".utf8)
        case 1: path = Array(path.split(separator: 0x2F).dropLast().joined(separator: [0x2F]))
        case 2: path = Array(String(decoding: path, as: UTF8.self).uppercased().utf8)
        case 3: path += [0x20]
        default: break
        }
        switch Int.random(in: 0..<14, using: &random) {
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
