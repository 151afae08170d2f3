internal import FoundlingCore

/// What the manifest makes of a path: entries, and what leads to them.
extension Oracle {
    static func place(_ glob: String, _ resource: Int, isNested: Bool) -> Place {
        var parts = Array(glob.utf8).split(separator: 0x2F).map { Array($0) }
        let isDeep = parts.last == Array("**".utf8)
        if isDeep { parts.removeLast() }
        let base =
            parts.firstIndex { $0.contains { "*?[".utf8.contains($0) } } ?? (isDeep ? parts.count : parts.count - 1)
        return Place(resource: resource, parts: parts, isDeep: isDeep, isNested: isNested, base: base)
    }

    private enum Standing {
        case leadsOn
        case entry(Place)
        case none
    }

    static func entries(
        _ world: DrawnWorld, _ tree: [[UInt8]: DrawnWorld.Thing], _ places: [Place]
    ) -> ([[UInt8]: Entry], isDisputed: Bool) {
        var found: [[UInt8]: Entry] = [:]
        var standings: [[UInt8]: Standing] = [:]
        for path in tree.keys.sorted(by: { $0.count < $1.count }) {
            let parts = path.split(separator: 0x2F).map { Array($0) }
            let holders = (1..<max(parts.count, 1)).map { Array(parts[..<$0].joined(separator: [0x2F])) }
            // Nothing is looked for below what neither leads on nor is an entry.
            let isReached = holders.allSatisfy {
                if case .none = standings[$0] ?? .none { false } else { true }
            }
            guard isReached, let thing = tree[path] else { continue }
            let parent = holders.last { found[$0] != nil }
            let fitting = places.filter { fits($0, parts, thing.kind, world) }
            let leading = thing.kind == .directory ? places.filter { leads($0, parts, world) } : []
            if Set(fitting.map(\.resource)).count > 1 { return (found, true) }
            // What leads to another place is no entry, unless that place lies in entries.
            let isOnTheWay = parent == nil ? leading.contains { !$0.isNested } : fitting.isEmpty && !leading.isEmpty
            if isOnTheWay {
                standings[path] = .leadsOn
            } else if let place = fitting.last {
                standings[path] = .entry(place)
                found[path] = Entry(resource: place.resource, parent: parent, tail: parts.count - place.base)
            }
        }
        return (found, false)
    }

    /// Whether a glob, and all that its resource asks of a name, takes a path.
    private static func fits(_ place: Place, _ parts: [[UInt8]], _ kind: EntryKind, _ world: DrawnWorld) -> Bool {
        let rule = world.rules[place.resource]
        guard place.isDeep ? parts.count > place.parts.count : parts.count == place.parts.count,
            matches(place.parts, parts), !(place.isDeep && kind == .directory), rule.kinds.contains(kind),
            !(1...parts.count).contains(where: { isExcepted(Array(parts[..<$0]), place, rule) })
        else { return false }
        return rule.shape.map { matches($0, Array(parts[place.base...].joined(separator: [0x2F]))) } ?? true
    }

    /// Whether entries of a place lie deeper in this directory.
    private static func leads(_ place: Place, _ parts: [[UInt8]], _ world: DrawnWorld) -> Bool {
        let rule = world.rules[place.resource]
        return (place.isDeep || parts.count < place.parts.count) && matches(place.parts, parts)
            && !(1...parts.count).contains { isExcepted(Array(parts[..<$0]), place, rule) }
    }

    private static func isExcepted(_ parts: [[UInt8]], _ place: Place, _ rule: DrawnWorld.Rules) -> Bool {
        rule.except.contains { except in
            let excepted = Array(except.utf8).split(separator: 0x2F).map { Array($0) }
            guard excepted.count == parts.count, matches(excepted, parts) else { return false }
            // `[a/*, a/b/*]` without `a/b`: that is no entry, and what lies in it is.
            let isOnTheWay = place.parts.count > excepted.count && Array(place.parts[..<excepted.count]) == excepted
            return !isOnTheWay || rule.globs.count < 2
        }
    }

    private static func matches(_ glob: [[UInt8]], _ parts: [[UInt8]]) -> Bool {
        zip(glob, parts).allSatisfy { matches($0[...], $1[...]) }
    }

    /// Letter by letter, trying everything that a star might stand for.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case UInt8(ascii: "*"):
            return (0...name.count).contains { matches(rest, name.dropFirst($0)) }
        case UInt8(ascii: "?"):
            return !name.isEmpty && matches(rest, name.dropFirst())
        case UInt8(ascii: "["):
            guard let byte = name.first, let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            var set = rest[rest.startIndex..<end]
            let isNegated = set.first == UInt8(ascii: "!")
            if isNegated { set = set.dropFirst() }
            let bytes = Array(set)
            let isIn =
                bytes.count == 3 && bytes[1] == UInt8(ascii: "-")
                ? (bytes[0]...bytes[2]).contains(byte) : bytes.contains(byte)
            return isIn != isNegated && matches(rest[(end + 1)...], name.dropFirst())
        default:
            return name.first == first && matches(rest, name.dropFirst())
        }
    }

    private static func matches(_ shape: DrawnWorld.Shape, _ name: [UInt8]) -> Bool {
        switch shape {
        case .word: return !name.isEmpty && name.allSatisfy { (0x61...0x7A).contains($0) }
        case .numbered:
            let start = Array("train_".utf8)
            let digits = name.dropFirst(start.count)
            return name.starts(with: start) && !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
        case .dotted: return name.contains(0x2E)
        }
    }
}
