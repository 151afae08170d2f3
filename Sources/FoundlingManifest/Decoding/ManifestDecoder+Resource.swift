import FoundlingCore

extension ManifestDecoder {
    func resources(_ tree: Tree, _ safety: Safety) -> [ResourceDraft] {
        guard case .map(let entries) = tree.value else {
            if case .refused = tree.value { return [] }
            mistakes.error("'resources' must be a mapping of names to resources, not \(tree.noun)", at: tree.position)
            return []
        }
        if entries.isEmpty { mistakes.error("'resources' is empty: declare at least one", at: tree.position) }
        let drafts = entries.map { resource($0, safety) }
        let globs = drafts.reduce(0) { $0 + $1.entries.count }
        if globs > ManifestReader.globLimit {
            mistakes.error(
                "\(globs) globs in 'entries': at most \(ManifestReader.globLimit) are supported", at: tree.position)
        }
        return drafts
    }

    private func resource(_ entry: Tree.Entry, _ base: Safety) -> ResourceDraft {
        var draft = ResourceDraft(name: entry.key, position: entry.keyPosition, safety: base)
        if !Self.isResourceName(entry.key) {
            mistakes.error(
                "\(quoted(entry.key)) is no name for a resource: a lower-case letter, then letters, digits, '-' or '_' "
                    + "(it becomes the option --NAME-only)", at: entry.keyPosition)
        }
        draft.entriesAreWhole = false
        if entry.value.isNothing {
            mistakes.error("resource \(quoted(entry.key)) has no value", at: entry.keyPosition)
            return draft
        }
        guard let fields = Fields<ResourceKey>(entry.value, mistakes) else { return draft }
        if let tree = fields.required(.entries) {
            draft.entries = globs(tree, "'entries'")
            draft.entriesAreWhole = !draft.entries.isEmpty && draft.entries.count == items(tree).count
            if items(tree).isEmpty { mistakes.error("'entries' is empty", at: tree.position) }
        }
        draft.except = fields[.except].map { globs($0, "'except'") } ?? []
        if let tree = fields[.within], let name = text(tree, "'within'") { draft.within = (name, tree.position) }
        if let tree = fields[.shape] { draft.shape = shape(tree) }
        if let tree = fields[.kind] { draft.kinds = kinds(tree) }
        if let tree = fields[.safety] { draft.safety = safety(tree, over: base) }
        warnOfIdleExceptions(draft)
        if let tree = fields.required(.records) {
            let records = records(tree)
            draft.sources = records.map(\.source)
            checkUnknownPieces(records, draft)
        }
        return draft
    }

    private static func isResourceName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-_".utf8.contains($0)
        }
    }

    private func globs(_ tree: Tree, _ what: String) -> [PlacedGlob] {
        let items = items(tree)
        return items.compactMap { item in
            guard let text = text(item, items.count > 1 ? "a glob in \(what)" : what) else { return nil }
            guard let glob = Glob(text) else {
                mistakes.error("glob \(quoted(text)): \(GlobRefusal.reason(text))", at: item.position)
                return nil
            }
            if text.contains("{") {
                mistakes.warning(
                    "glob \(quoted(text)): '{' stands for itself, nothing is expanded here", at: item.position)
            }
            return PlacedGlob(glob: glob, position: item.position)
        }
    }

    /// `except: downloads` for `datasets/downloads` would protect nothing, and look as if it did.
    private func warnOfIdleExceptions(_ draft: ResourceDraft) {
        guard draft.entriesAreWhole else { return }
        for exception in draft.except
        where !draft.entries.contains(where: { GlobIntersection.mayMeet(exception.glob, below: $0.glob) }) {
            mistakes.warning(
                "except \(quoted(exception.glob.text)) meets none of the entries: "
                    + "it is read from the root of the store", at: exception.position)
        }
    }

    private func shape(_ tree: Tree) -> ResourceDraft.ShapeDraft {
        guard let pattern = text(tree, "'shape'") else { return .refused }
        do {
            return .shape(try Shape(pattern))
        } catch {
            self.error("'shape' is no regular expression: \(error.reason)", in: tree, atByte: error.offset)
            return .refused
        }
    }

    private func kinds(_ tree: Tree) -> Set<EntryKind> {
        let known = EntryKind.allCases.filter { $0 != .special }
        let items = items(tree)
        if items.isEmpty { mistakes.error("'kind' is empty", at: tree.position) }
        let kinds: [EntryKind] = items.compactMap { item in
            guard let text = text(item, "'kind'") else { return nil }
            if let kind = known.first(where: { $0.name == text }) { return kind }
            let advice = NearestWord.advice(text, among: known.map(\.name))
            mistakes.error("unknown kind \(quoted(text))\(advice)", at: item.position)
            return nil
        }
        return Set(kinds.isEmpty ? known : kinds)
    }
}
