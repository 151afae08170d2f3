internal import FoundlingCore

/// The slow, obviously correct answer to "what may go?", written without a line of what it checks.
///
/// It compares every row with every path, as lists of components, and follows the documentation word by word: rows
/// first, then links, then ages. A test holds the real reconciler against it.
package struct Oracle {
    let world: DrawnWorld
    /// Rows that count, and the places in the store that each may mean.
    private let rows: [(row: DrawnWorld.Row, meant: [[[UInt8]]])]
    /// What each of these may mean, in the store or out of it, folded as a person reads who does not look closely.
    private let loose: [[[UInt8]]]
    private let readings: Readings
    let tree: [[UInt8]: DrawnWorld.Thing]
    let links: MemoryLinks
    private let allLinks: [[UInt8]]
    let places: [Place]
    /// Every entry by its path, as the manifest has it.
    package let entries: [[UInt8]: Entry]
    /// The manifest contradicts itself about something in the store.
    package let isDisputed: Bool

    /// One glob of one resource.
    struct Place {
        let resource: Int
        let parts: [[UInt8]]
        let isDeep: Bool
        let isNested: Bool
        /// Parts before the first with a wildcard: what follows tells one entry from another.
        let base: Int
    }

    /// Something that a record may own.
    package struct Entry {
        package let resource: Int
        /// The entry that it lies in, if it lies in one.
        package let parent: [UInt8]?
        /// Parts at its end that tell it from others of its place.
        package let tail: Int
    }

    /// - Parameter late: whether rows that were committed after the first reading count.
    package init(
        _ world: DrawnWorld, late: Bool, root: String = DrawnWorld.root, aliases: [String] = DrawnWorld.aliases
    ) {
        self.world = world
        tree = world.tree
        links = MemoryLinks(tree, root: root)
        allLinks = tree.filter { $0.value.kind == .symlink }.map(\.key)
        places = world.rules.enumerated().flatMap { index, rule in
            rule.globs.map { Self.place($0, index, isNested: rule.within != nil) }
        }
        (entries, isDisputed) = Self.entries(world, tree, places)
        let readings = Readings(root: root, aliases: aliases)
        self.readings = readings
        var rows: [(row: DrawnWorld.Row, meant: [[[UInt8]]])] = []
        var loose: Set<[[UInt8]]> = []
        for row in world.rows where !row.isReleased && (late || !row.isLate) {
            let meanings = readings.meanings(row.path.bytes)
            let meant = meanings.flatMap { [entries, links] in Self.meant($0, entries, links) }
            rows.append((row, meant))
            for meaning in meanings {
                switch meaning {
                case .inside(let parts), .outside(let parts): loose.insert(readings.folded(parts))
                }
            }
            for parts in meant { loose.insert(readings.folded(parts)) }
        }
        self.rows = rows
        self.loose = Array(loose)
    }

    // MARK: Why an entry must stay

    /// Why an entry may not be called an orphan; nil where it may.
    ///
    /// - Parameter orphans: what is called one: a link that lies in none of them stays, and so must its target.
    package func reasonToStay(_ path: [UInt8], orphans: Set<[UInt8]>) -> String? {
        guard let entry = entries[path] else { return "the manifest knows no such entry" }
        if isClaimed(path) { return "a record claims it" }
        if let age = age(of: path) { return "something in it is \(age)" }
        if tree[path]?.isPinned ?? false { return "it is pinned" }
        if let link = staying(orphans).first(where: { keeps($0, path) }) {
            return "a link that stays leads to it: \(Printable.escape(link))"
        }
        guard let parent = entry.parent else { return nil }
        if isBeingMade(parent) { return "it lies in an entry that is being made" }
        // A link keeps it, too; but a link that nobody certainly wants does not make it settled.
        if !isClaimed(parent), !staying(orphans).contains(where: { isWanted($0) && mightKeep($0, parent) }) {
            return "it lies in an entry that nobody claims"
        }
        if let age = age(of: parent) { return "something in the entry around it is \(age)" }
        if tree[parent]?.isPinned ?? false { return "it lies in a pinned entry" }
        return nil
    }

    /// Whether there is any excuse for not calling an entry an orphan, beside the reasons that it must stay: somebody
    /// may have meant it.
    package func isExcused(_ path: [UInt8], orphans: Set<[UInt8]>) -> Bool {
        guard let entry = entries[path] else { return true }
        if couldBeMeant(path, tail: entry.tail) { return true }
        if staying(orphans).contains(where: { mightKeep($0, path) }) { return true }
        // Whoever marks a directory to be kept means all that lies in it.
        if split(path).indices.contains(where: {
            tree[Array(split(path)[..<$0].joined(separator: [0x2F]))]?.isPinned ?? false
        }) {
            return true
        }
        // What lies in an entry goes its way, unless a record certainly claims that.
        guard let parent = entry.parent else { return false }
        return !isClaimed(parent)
    }

    /// Whether a row certainly names an entry: what equals it, lies in it, or holds it.
    package func isClaimed(_ path: [UInt8]) -> Bool {
        guard let entry = entries[path] else { return false }
        return rows.contains { row, meant in
            meant.contains { parts in
                let own = split(path)
                if parts.starts(with: own) { return true }
                // Of what lies in an entry only its own rows can mean all by naming what holds it.
                return own.starts(with: parts) && (entry.parent == nil || row.resource == entry.resource)
            }
        }
    }

    private func isBeingMade(_ path: [UInt8]) -> Bool {
        let own = split(path)
        return rows.contains { row, meant in
            row.isMaking && meant.contains { $0.starts(with: own) || own.starts(with: $0) }
        }
    }

    /// Places in the store that a row means: as it is spelt, and where links on the way lead.
    private static func meant(
        _ meaning: Readings.Meaning, _ entries: [[UInt8]: Entry], _ links: MemoryLinks
    ) -> [[[UInt8]]] {
        guard case .inside(let parts) = meaning else { return [] }
        // A link that is an entry, or lies in one, is what such a row names; where it leads is said by ``keeps``.
        let isEntry = parts.indices.contains { entries[Array(parts[...$0].joined(separator: [0x2F]))] != nil }
        let real = isEntry ? links.real(Array(parts.dropLast())).map { $0 + parts.suffix(1) } : links.real(parts)
        return [parts] + (real.map { $0 == parts ? [] : [$0] } ?? [])
    }

    // MARK: Ages

    private func age(of path: [UInt8]) -> DrawnWorld.Age? {
        let own = split(path)
        let ages = tree.filter { split($0.key).starts(with: own) }.map(\.value.age)
        return ages.contains(.future) ? .future : ages.contains(.young) ? .young : nil
    }

    // MARK: Links

    /// Links that are there when every orphan is gone.
    private func staying(_ orphans: Set<[UInt8]>) -> [[UInt8]] {
        allLinks.filter { link in
            let parts = split(link)
            return !(1...parts.count).contains { orphans.contains(Array(parts[..<$0].joined(separator: [0x2F]))) }
        }
    }

    /// Whether what a link leads to is this entry, or lies in it; or, where somebody wants the link, holds it.
    private func keeps(_ link: [UInt8], _ path: [UInt8]) -> Bool {
        guard let target = links.real(split(link)), !split(link).starts(with: target) else { return false }
        let own = split(path)
        if target.starts(with: own) { return true }
        guard own.starts(with: target) else { return false }
        return isWanted(link) || entries[Array(target.joined(separator: [0x2F]))] != nil
    }

    private func mightKeep(_ link: [UInt8], _ path: [UInt8]) -> Bool {
        guard let text = tree[link]?.target?.bytes, !text.isEmpty else { return false }
        let above = split(link).dropLast()
        let full = text[0] == 0x2F || above.isEmpty ? text : Array(above.joined(separator: [0x2F])) + [0x2F] + text
        let own = split(path)
        var targets = readings.meanings(full).compactMap { meaning -> [[UInt8]]? in
            if case .inside(let parts) = meaning { parts } else { nil }
        }
        if let real = links.real(split(link)) { targets.append(real) }
        return targets.contains { $0.starts(with: own) || own.starts(with: $0) }
    }

    /// Whether a row claims the entry that a link is, or lies in.
    private func isWanted(_ link: [UInt8]) -> Bool {
        let parts = split(link)
        return (1...parts.count).contains { isClaimed(Array(parts[..<$0].joined(separator: [0x2F]))) }
    }

    // MARK: Spellings

    /// Whether some row could be meant for `entry` by a person who spells loosely.
    private func couldBeMeant(_ entry: [UInt8], tail: Int) -> Bool {
        let wanted = readings.folded(split(entry))
        let end = Array(wanted.suffix(tail))
        return loose.contains { parts in
            if parts.starts(with: wanted) || wanted.starts(with: parts) { return true }
            return (0...max(0, parts.count - end.count)).contains {
                Array(parts.dropFirst($0).prefix(end.count)) == end
            }
        }
    }

    private func split(_ path: [UInt8]) -> [[UInt8]] { Spelling(path).parts }
}
