internal import FoundlingCore

extension WorldGenerator {
    /// A manifest: resources side by side, within one another, at any depth.
    mutating func rules() -> [DrawnWorld.Rules] {
        var rules: [DrawnWorld.Rules] = []
        var places = ["items", "shards", "files", "data", "tmp"].shuffled(using: &random)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = places.removeLast()
            let rule = self.rule(place)
            rules.append(rule)
            guard rule.globs.count == 1, rule.kinds.contains(.directory), let glob = rule.globs.first,
                !glob.hasSuffix("**"), one(in: 3)
            else { continue }
            let inner = ["parts/*", "p_*", "parts/x.y", "parts/*/*"].randomElement(using: &random)!
            rules.append(.init(place + "_in", [glob + "/" + inner], within: place, kinds: kinds()))
            if inner == "parts/*", one(in: 3) {
                // Something must be able to lie in it.
                rules[rules.count - 1].kinds.insert(.directory)
                rules.append(.init(place + "_deep", ["\(glob)/\(inner)/**"], within: place + "_in"))
            }
        }
        // Two for one directory, told apart by their kinds or shapes: or not, and then that is no world.
        if one(in: 8), let first = rules.first, first.within == nil {
            rules.append(.init("twin", first.globs, shape: shape(), kinds: kinds()))
        }
        return rules
    }

    private mutating func rule(_ place: String) -> DrawnWorld.Rules {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .init(place, ["\(place)/**"], except: one(in: 3) ? ["\(place)/a"] : [], shape: shape())
        case 1: return .init(place, ["\(place)/*/*"], except: one(in: 3) ? ["\(place)/b"] : [], kinds: kinds())
        case 2: return .init(place, ["\(place)/*", "\(place)/data/*"], except: one(in: 2) ? ["\(place)/data"] : [])
        case 3:
            let part = ["*.y", "?", "[a-m]*", "[!a]*"].randomElement(using: &random)!
            return .init(place, ["\(place)/\(part)"], kinds: kinds())
        case 4: return .init(place, ["\(place)/*/parts/*"])
        case 5: return .init(place, ["\(place)/*/x.y"])
        default:
            return .init(
                place, ["\(place)/*"], except: one(in: 5) ? ["\(place)/[a-b]*"] : [], shape: shape(), kinds: kinds())
        }
    }

    private mutating func shape() -> DrawnWorld.Shape? {
        one(in: 4) ? DrawnWorld.Shape.allCases.randomElement(using: &random) : nil
    }

    private mutating func kinds() -> Set<EntryKind> {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: [.directory]
        case 1: [.file, .symlink]
        case 2: [.directory, .symlink]
        default: [.directory, .file, .symlink]
        }
    }
}
