import FoundlingCore

extension ManifestDecoder {
    func claims(_ tree: Tree) -> [(rule: ClaimRule, position: Position)] {
        guard let items = list(tree, "'claims'") else { return [] }
        if items.isEmpty { mistakes.error("'claims' is empty: a table needs at least one", at: tree.position) }
        return items.compactMap { item in claim(item, "a claim").map { ($0, item.position) } }
    }

    /// All of the list; an inner list is any of.
    func requires(_ tree: Tree) -> [[ClaimRule]] {
        guard let items = list(tree, "'requires'") else { return [] }
        if items.isEmpty { mistakes.error("'requires' is empty: leave it out", at: tree.position) }
        return items.map { item in
            guard case .list(let choices) = item.value else { return requirement(item).map { [$0] } ?? [] }
            if choices.isEmpty { mistakes.error("an empty list in 'requires' can't be satisfied", at: item.position) }
            return choices.compactMap(requirement)
        }
    }

    private func list(_ tree: Tree, _ what: String) -> [Tree]? {
        switch tree.value {
        case .list(let items): return items
        case .refused: return nil
        case .text(let text, _):
            mistakes.error("\(what) must be a list: write [\"\(unquoted(text))\"]", at: tree.position)
            return nil
        case .map:
            mistakes.error("\(what) must be a list, not a mapping", at: tree.position)
            return nil
        }
    }

    private func unquoted(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }

    private func requirement(_ tree: Tree) -> ClaimRule? {
        guard let rule = claim(tree, "a requirement") else { return nil }
        if case .template(let template) = rule, template.hasUnknown {
            let star = Array(template.text.utf8).firstIndex(of: .star) ?? 0
            error("'*' has no place in 'requires': what must be there has to be known whole", in: tree, atByte: star)
            return nil
        }
        return rule
    }

    /// A template, or `{sql: …}`.
    private func claim(_ tree: Tree, _ what: String) -> ClaimRule? {
        if case .map(let entries) = tree.value {
            // `[{id}]` without quotes is a mapping with the key `id` and no value.
            if entries.count == 1, entries[0].value.isNothing, ExpressionKey(rawValue: entries[0].key) == nil {
                let template = "\"{\(unquoted(entries[0].key))}\""
                mistakes.error("put \(template) in quotes: without them YAML reads a mapping", at: tree.position)
                return nil
            }
            guard let fields = Fields<ExpressionKey>(tree, mistakes) else { return nil }
            return fields.required(.sql).flatMap { sql($0, "'sql'") }.map(ClaimRule.expression)
        }
        if case .list = tree.value {
            mistakes.error("\(what) must be a text or {sql: …}, not a list", at: tree.position)
            return nil
        }
        guard let text = text(tree, what) else { return nil }
        do {
            return .template(try ClaimTemplate(text))
        } catch {
            self.error("\(what): \(error.reason)", in: tree, atByte: error.offset)
            return nil
        }
    }

    /// `tmp/*_{id}` is looked up by key, so row and name must each have one.
    func checkUnknownPieces(_ records: [RecordDraft], _ draft: ResourceDraft) {
        for record in records {
            for (rule, position) in record.claims {
                guard case .template(let template) = rule, template.hasUnknown else { continue }
                if record.source.key == nil {
                    mistakes.error("'*' in a claim needs 'key' in the record: it is looked up by key", at: position)
                }
                switch draft.shape {
                case .refused: break
                case .shape(let shape) where shape.hasKey: break
                case .none, .shape:
                    mistakes.error(
                        "'*' in a claim needs a 'shape' with a group named key, as in (?<key>[0-9a-f]+)", at: position)
                }
                checkDepth(of: template, position, draft)
            }
        }
    }

    /// A pattern shorter than every glob can match no entry.
    private func checkDepth(of template: ClaimTemplate, _ position: Position, _ draft: ResourceDraft) {
        guard draft.entriesAreWhole, let depth = template.knownDepth,
            let shallowest = draft.entries.map({ $0.glob.components.count + ($0.glob.isDeep ? 1 : 0) }).min(),
            depth < shallowest
        else { return }
        mistakes.error(
            "\(quoted(template.text)) has fewer parts than the entries, so it can equal none of them", at: position)
    }
}

extension ClaimTemplate {
    /// The number of components, unless a column could hold several, as one at the start of a component may.
    fileprivate var knownDepth: Int? {
        var depth = 1
        var atStart = true
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                depth += bytes.count { $0 == .slash }
                atStart = bytes.last == .slash
            case .column(_, let from, let to):
                if atStart, from == 0, to == nil { return nil }
                atStart = false
            case .unknown:
                atStart = false
            }
        }
        return depth
    }
}
