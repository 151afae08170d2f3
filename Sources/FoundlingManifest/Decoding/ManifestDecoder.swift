import FoundlingCore

/// Turns the tree of a manifest into a ``Manifest``, going on after every mistake.
///
/// Each file `ManifestDecoder+…` knows one part of the manifest; this one knows how values are read.
struct ManifestDecoder {
    let source: SourceText
    let mistakes: MistakeList
    let variables: Variables
    /// The manifest, absolute.
    let path: String
    let exists: (String) -> Bool

    /// What relative paths are relative to.
    var directory: String { FilePath.directory(of: path) }

    /// nil where anything at all is wrong.
    func decode(_ tree: Tree) -> Manifest? {
        guard let fields = Fields<ManifestKey>(tree, mistakes) else { return nil }
        let database = fields.required(.database).flatMap(database)
        let store = fields.required(.store).flatMap(store)
        let safety = fields[.safety].map { self.safety($0, over: .standard) } ?? .standard
        let drafts = fields.required(.resources).map { resources($0, safety) } ?? []
        NestingCheck(drafts, mistakes).run()
        if drafts.reduce(0, { $0 + $1.entries.count }) <= ManifestReader.globLimit {
            OverlapCheck(drafts, mistakes).run()
        }
        let serve = fields[.serve].flatMap { self.serve($0, store, drafts) }
        guard !mistakes.hasErrors, let database, let store else { return nil }
        return Manifest(file: path, database: database, store: store, resources: drafts.map(\.resource), serve: serve)
    }

    // MARK: Values

    /// The text of a scalar that says something; `what` names it in messages, as in "'table'".
    func text(_ tree: Tree, _ what: String) -> String? {
        switch tree.value {
        case .text(let text, _):
            guard !text.isEmpty, !tree.isNothing else {
                mistakes.error("\(what) is empty", at: tree.position)
                return nil
            }
            return text
        case .refused:
            return nil
        case .list, .map:
            mistakes.error("\(what) must be a text, not \(tree.noun)", at: tree.position)
            return nil
        }
    }

    /// The items of a list, or the one value that stands instead of it.
    func items(_ tree: Tree) -> [Tree] {
        if case .list(let items) = tree.value { items } else { [tree] }
    }

    /// A text with the variables of the environment filled in; empty if they are.
    func expanded(_ tree: Tree, _ what: String) -> String? {
        guard let text = text(tree, what) else { return nil }
        let (result, refused) = variables.expand(text)
        for mistake in refused { error(mistake.message, in: tree, atByte: mistake.offset) }
        return refused.isEmpty ? result : nil
    }

    /// A piece of SQL without the space around it.
    func sql(_ tree: Tree, _ what: String) -> String? {
        guard let text = text(tree, what) else { return nil }
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let trimmed = text.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !trimmed.isEmpty else {
            mistakes.error("\(what) is empty", at: tree.position)
            return nil
        }
        guard !trimmed.contains("\0") else {
            mistakes.error("\(what) holds a NUL byte", at: tree.position)
            return nil
        }
        return String(trimmed)
    }

    /// Nothing but these two words: YAML 1.1 has a dozen more, and readers disagree about them.
    func bool(_ tree: Tree, _ what: String) -> Bool? {
        switch text(tree, what) {
        case "true": return true
        case "false": return false
        case nil: return nil
        case .some(let other):
            mistakes.error("\(what) is true or false, not \(quoted(other))", at: tree.position)
            return nil
        }
    }

    /// Reports at byte `offset` of a scalar's text, as nearly as the file shows it.
    func error(_ message: String, in tree: Tree, atByte offset: Int) {
        guard case .text(let text, _) = tree.value else { return mistakes.error(message, at: tree.position) }
        mistakes.error(message, at: source.position(ofByte: offset, in: text, startingAt: tree.position))
    }
}
