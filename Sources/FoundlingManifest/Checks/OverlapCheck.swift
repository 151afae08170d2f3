import FoundlingCore

/// Finds places that two resources claim for themselves.
///
/// Whether two globs ever meet on one name is for the scan to see; here only what must go wrong is refused.
struct OverlapCheck {
    private let drafts: [ResourceDraft]
    private let mistakes: MistakeList
    private var trie = GlobTrie()

    init(_ drafts: [ResourceDraft], _ mistakes: MistakeList) {
        self.drafts = drafts
        self.mistakes = mistakes
        for (resource, draft) in drafts.enumerated() {
            for (entry, placed) in draft.entries.enumerated() {
                trie.insert(placed.glob, GlobTrie.Owner(resource: resource, entry: entry))
            }
        }
    }

    func run() {
        findTwins()
        for resource in drafts.indices {
            for inner in drafts[resource].entries { findOuter(of: inner, resource) }
        }
    }

    /// The same glob twice, and nothing that could tell the entries apart.
    private func findTwins() {
        struct Place: Hashable {
            let components: [GlobComponent]
            let isDeep: Bool
        }
        var first: [Place: (resource: Int, placed: PlacedGlob)] = [:]
        for (resource, draft) in drafts.enumerated() where draft.hasNoShape {
            for placed in draft.entries {
                let place = Place(components: placed.glob.components, isDeep: placed.glob.isDeep)
                guard let earlier = first[place] else {
                    first[place] = (resource, placed)
                    continue
                }
                let kinds = draft.kinds.intersection(drafts[earlier.resource].kinds)
                guard earlier.resource != resource, kinds != (place.isDeep ? [.directory] : []), !kinds.isEmpty,
                    !isWithin(resource, earlier.resource), !isWithin(earlier.resource, resource)
                else { continue }
                mistakes.error(
                    "two resources for one place: \(quoted(placed.glob.text)) belongs to "
                        + "\(quoted(drafts[earlier.resource].name)) in line \(earlier.placed.position.line); "
                        + "tell them apart by 'shape' or 'kind', or make them one", at: placed.position)
            }
        }
    }

    private func findOuter(of inner: PlacedGlob, _ resource: Int) {
        var told: Set<Int> = []
        for owner in trie.prefixes(of: inner.glob) {
            let outer = drafts[owner.resource].entries[owner.entry]
            let depth = outer.glob.components.count
            guard isDeeper(inner.glob, than: outer.glob), !told.contains(owner.resource),
                !drafts[owner.resource].except.contains(where: { GlobIntersection.covers($0.glob, inner.glob) })
            else { continue }
            if outer.glob.isDeep {
                if owner.resource != resource, drafts[owner.resource].kinds != [.directory] {
                    told.insert(owner.resource)
                    warnOfDeep(outer, owner.resource, inner)
                }
                continue
            }
            // A literal part makes an ancestor of the place, which is never an entry: nothing lies inside anything.
            guard depth > 0, !outer.glob.components[depth - 1].isLiteral, !inner.glob.components[depth - 1].isLiteral,
                drafts[owner.resource].kinds.contains(.directory), !isWithin(resource, owner.resource)
            else { continue }
            told.insert(owner.resource)
            report(inner, resource, inside: outer, owner.resource)
        }
    }

    private func isDeeper(_ inner: Glob, than outer: Glob) -> Bool {
        let (a, b) = (inner.components.count, outer.components.count)
        return a > b || a == b && inner.isDeep && !outer.isDeep
    }

    private func report(_ inner: PlacedGlob, _ resource: Int, inside outer: PlacedGlob, _ owner: Int) {
        if owner == resource {
            mistakes.warning(
                "no directory of \(quoted(outer.glob.text)) will be an entry: "
                    + "\(quoted(inner.glob.text)) leads through it", at: outer.position)
        } else {
            mistakes.error(
                "\(quoted(inner.glob.text)) lies inside the entries of \(quoted(drafts[owner].name)) "
                    + "(line \(outer.position.line)): write 'within: \(drafts[owner].name)'", at: inner.position)
        }
    }

    private func warnOfDeep(_ outer: PlacedGlob, _ owner: Int, _ inner: PlacedGlob) {
        mistakes.warning(
            "every file below \(quoted(inner.glob.text)) is an entry of \(quoted(drafts[owner].name)) "
                + "(line \(outer.position.line)) too; 'except' there keeps them apart", at: inner.position)
    }

    /// Whether `inner` is nested in `outer`, at whatever depth.
    private func isWithin(_ inner: Int, _ outer: Int) -> Bool {
        var seen: Set<String> = []
        var next = drafts[inner].within?.name
        while let name = next, seen.insert(name).inserted {
            if name == drafts[outer].name { return true }
            next = drafts.first { $0.name == name }?.within?.name
        }
        return false
    }
}
