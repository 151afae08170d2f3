internal import FoundlingCore

/// Makes a world that fails as small as it can be and still fail in the same way.
package struct Shrinker {
    /// Whether a world still fails as the one that was drawn did.
    private let fails: (DrawnWorld) -> Bool

    package init(_ fails: @escaping (DrawnWorld) -> Bool) { self.fails = fails }

    /// Takes away whatever may be taken away, until nothing can be any more.
    package func shrink(_ drawn: DrawnWorld) -> DrawnWorld {
        var world = drawn
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in smaller(world) where fails(candidate) {
                world = candidate
                isSmaller = true
                break
            }
        }
        return world
    }

    /// Worlds that are a little less than this one, those that take away most first.
    private func smaller(_ world: DrawnWorld) -> [DrawnWorld] {
        withoutAPart(world) + withoutADetail(world) + withShorterNames(world)
    }

    private func withoutAPart(_ world: DrawnWorld) -> [DrawnWorld] {
        var found: [DrawnWorld] = []
        for index in world.rules.indices where world.rules.count > 1 {
            var less = world
            let name = less.rules.remove(at: index).name
            guard !less.rules.contains(where: { $0.within == name }) else { continue }
            less.rows.removeAll { $0.resource == index }
            for row in less.rows.indices where less.rows[row].resource > index { less.rows[row].resource -= 1 }
            found.append(less)
        }
        for index in world.things.indices {
            var less = world
            less.things.remove(at: index)
            found.append(less)
        }
        for index in world.rows.indices {
            var less = world
            less.rows.remove(at: index)
            found.append(less)
        }
        return found
    }

    private func withoutADetail(_ world: DrawnWorld) -> [DrawnWorld] {
        var found: [DrawnWorld] = []
        func add(_ change: (inout DrawnWorld) -> Void) {
            var less = world
            change(&less)
            if less != world { found.append(less) }
        }
        for index in world.rules.indices {
            for glob in world.rules[index].globs.indices where world.rules[index].globs.count > 1 {
                add { $0.rules[index].globs.remove(at: glob) }
            }
            add { $0.rules[index].except = [] }
            add { $0.rules[index].shape = nil }
            add { $0.rules[index].kinds = [.directory, .file, .symlink] }
        }
        for index in world.things.indices {
            add { $0.things[index].age = .old }
            add { $0.things[index].isPinned = false }
            add {
                $0.things[index].kind = .file
                $0.things[index].target = nil
            }
        }
        for index in world.rows.indices {
            add { $0.rows[index].isMaking = false }
            add { $0.rows[index].isReleased = false }
            add { $0.rows[index].isLate = false }
        }
        return found
    }

    private func withShorterNames(_ world: DrawnWorld) -> [DrawnWorld] {
        var found: [DrawnWorld] = []
        // The same name everywhere, so that what agreed goes on to agree.
        let names = Set(world.things.flatMap(\.path.parts)).union(world.rows.flatMap(\.path.parts)).sorted {
            $0.lexicographicallyPrecedes($1)
        }
        for name in names where name.count > 1 {
            for shorter in Self.shorter(name) {
                var less = world
                for index in less.things.indices {
                    less.things[index].path = Self.replaced(less.things[index].path, name, shorter)
                    less.things[index].target = less.things[index].target.map { Self.replaced($0, name, shorter) }
                }
                for index in less.rows.indices {
                    less.rows[index].path = Self.replaced(less.rows[index].path, name, shorter)
                }
                if less != world { found.append(less) }
            }
        }
        for index in world.rows.indices {
            for shorter in [world.rows[index].path.bytes.dropFirst(), world.rows[index].path.bytes.dropLast()]
            where !shorter.isEmpty {
                var less = world
                less.rows[index].path = Spelling(Array(shorter))
                found.append(less)
            }
            let parts = world.rows[index].path.parts
            guard parts.count > 1 else { continue }
            var less = world
            less.rows[index].path = Spelling(Array(parts.dropLast().joined(separator: [0x2F])))
            if less != world { found.append(less) }
        }
        return found
    }

    /// By whole letters where it is text, so that it stays readable.
    private static func shorter(_ name: [UInt8]) -> [[UInt8]] {
        guard let text = String(validating: name, as: UTF8.self) else {
            return [[UInt8(ascii: "z")], Array(name.dropLast()), Array(name.dropFirst())]
        }
        let letters = text.unicodeScalars
        return [[UInt8(ascii: "z")]]
            + [
                String(String.UnicodeScalarView(letters.dropLast())),
                String(String.UnicodeScalarView(letters.dropFirst())),
            ]
            .map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    private static func replaced(_ path: Spelling, _ name: [UInt8], _ other: [UInt8]) -> Spelling {
        var parts = path.bytes.split(separator: 0x2F, omittingEmptySubsequences: false).map { Array($0) }
        for index in parts.indices where parts[index] == name { parts[index] = other }
        return Spelling(Array(parts.joined(separator: [0x2F])))
    }
}
