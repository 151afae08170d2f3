import FoundlingCore

/// Checks `within`: the parent exists, takes directories and is no descendant, and the globs lie inside its entries.
struct NestingCheck {
    private let drafts: [ResourceDraft]
    private let mistakes: MistakeList
    private let indexes: [String: Int]

    init(_ drafts: [ResourceDraft], _ mistakes: MistakeList) {
        self.drafts = drafts
        self.mistakes = mistakes
        indexes = Dictionary(drafts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func run() {
        var circular: Set<Int> = []
        for index in drafts.indices where !circular.contains(index) {
            guard let circle = circle(from: index) else { continue }
            circular.formUnion(circle)
            reportCircle(circle)
        }
        for (index, draft) in drafts.enumerated() where !circular.contains(index) {
            guard let (name, position) = draft.within else { continue }
            guard let parent = indexes[name] else {
                let advice = NearestWord.advice(name, among: drafts.map(\.name).filter { $0 != draft.name })
                mistakes.error("'within' names no resource: \(quoted(name))\(advice)", at: position)
                continue
            }
            check(draft, inside: drafts[parent], at: position)
        }
    }

    /// The resources of a circle that `start` is part of.
    private func circle(from start: Int) -> [Int]? {
        var path = [start]
        while let name = drafts[path[path.count - 1]].within?.name, let next = indexes[name] {
            if next == start { return path }
            if path.contains(next) { return nil }
            path.append(next)
        }
        return nil
    }

    private func reportCircle(_ circle: [Int]) {
        guard let position = drafts[circle[0]].within?.position else { return }
        let names = (circle + [circle[0]]).map { quoted(drafts[$0].name) }
        mistakes.error("a resource can't lie within itself: \(names.joined(separator: " within "))", at: position)
    }

    private func check(_ draft: ResourceDraft, inside parent: ResourceDraft, at position: Position) {
        guard parent.kinds.contains(.directory) else {
            mistakes.error("\(quoted(parent.name)) takes no directories, so nothing lies within it", at: position)
            return
        }
        guard parent.entriesAreWhole else { return }
        for placed in draft.entries where !parent.entries.contains(where: { isInside(placed.glob, $0.glob) }) {
            let places = parent.entries.map { quoted($0.glob.text) }.joined(separator: " or ")
            mistakes.error(
                "\(quoted(placed.glob.text)) must begin with \(places), the entries of \(quoted(parent.name)), "
                    + "and go deeper", at: placed.position)
        }
    }

    /// Component by component the same, so that no name can be in one and outside the other.
    private func isInside(_ inner: Glob, _ outer: Glob) -> Bool {
        guard !outer.isDeep, inner.components.starts(with: outer.components) else { return false }
        return inner.components.count > outer.components.count || inner.isDeep
    }
}
