import Yams

/// Turns the text of a manifest into a ``Tree``, and refuses what YAML can do but a manifest should not.
///
/// Anchors, aliases and merge keys save typing and cost the reader: what a resource says must stand where it is.
struct TreeBuilder {
    let source: SourceText
    let mistakes: MistakeList
    private var composer: Composer

    init(_ source: SourceText, _ mistakes: MistakeList) {
        self.source = source
        self.mistakes = mistakes
        composer = Composer(source)
    }

    /// nil after a mistake that leaves no tree.
    mutating func build() -> Tree? {
        if let index = source.scalars.firstIndex(where: Self.isControl) {
            let code = String(source.scalars[index].value, radix: 16, uppercase: true)
            mistakes.error("a control character (U+\(code)), which YAML forbids", at: source.position(of: index))
            return nil
        }
        do {
            guard let root = try composer.compose() else {
                mistakes.error("the file is empty; it needs database, store and resources", at: .start)
                return nil
            }
            return withExtendedLifetime(composer.parser) { tree(root) }
        } catch {
            SyntaxMistake(error, source).report(to: mistakes)
            return nil
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    private func position(of node: Node) -> Position {
        node.mark.map { source.clamped(Position(line: $0.line, column: $0.column)) } ?? .start
    }

    private func tree(_ node: Node) -> Tree {
        let position = position(of: node)
        if node.anchor != nil {
            mistakes.error("no anchors and aliases ('&name', '*name') here: write the value out", at: position)
            return .refused(at: position)
        }
        switch node {
        case .scalar(let scalar):
            guard accepts(scalar.tag, at: position) else { return .refused(at: position) }
            return Tree(position: position, value: .text(scalar.string, isPlain: scalar.style == .plain))
        case .sequence(let sequence):
            guard accepts(sequence.tag, at: position) else { return .refused(at: position) }
            return Tree(position: position, value: .list(sequence.map(tree)))
        case .mapping(let mapping):
            guard accepts(mapping.tag, at: position) else { return .refused(at: position) }
            return Tree(position: position, value: .map(entries(mapping)))
        case .alias:
            return .refused(at: position)
        }
    }

    /// Quoted scalars, and lists and mappings that were compared, have their tags without anybody having written them.
    private func accepts(_ tag: Tag, at position: Position) -> Bool {
        let plain: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
        if plain.contains(where: { $0.rawValue == tag.rawValue }) { return true }
        mistakes.error("no tags ('!name') here: they mean nothing in a manifest", at: position)
        return false
    }

    private func entries(_ mapping: Node.Mapping) -> [Tree.Entry] {
        var entries: [Tree.Entry] = []
        var lines: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let position = position(of: keyNode)
            let value = tree(valueNode)
            guard case .text(let disguised, let isPlain) = tree(keyNode).value else {
                if keyNode.anchor == nil { mistakes.error("a key must be a word", at: position) }
                continue
            }
            let key = composer.undisguised(disguised)
            if key == "<<", isPlain {
                mistakes.error("no merge keys ('<<') here: write the values out", at: position)
            } else if let line = lines[key] {
                mistakes.error("\(quoted(key)) is here twice: line \(line) has it already", at: position)
            } else {
                lines[key] = position.line
                entries.append(Tree.Entry(key: key, keyPosition: position, value: value))
            }
        }
        return entries
    }
}
