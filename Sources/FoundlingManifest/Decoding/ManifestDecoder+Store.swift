import FoundlingCore

extension ManifestDecoder {
    func store(_ tree: Tree) -> Manifest.Store? {
        guard let fields = Fields<StoreKey>(tree, mistakes) else { return nil }
        let root = fields.required(.root).flatMap(root)
        let aliases = fields[.aliases].map { items($0).compactMap { path($0, "an alias") } } ?? []
        let ignore = fields[.ignore].map { items($0).compactMap(ignoreRule) } ?? []
        let state = fields[.state].flatMap { path($0, "'state'") }.map { FilePath.absolute($0, in: directory) }
        let singleWriter = fields[.singleWriter].flatMap { bool($0, "'single_writer'") } ?? false
        guard let root else {
            // Its own mistakes can be told without a root.
            _ = fields[.quarantine].flatMap { path($0, "'quarantine'") }
            return nil
        }
        let quarantine = fields[.quarantine].map { self.quarantine($0, root) } ?? root + "/.foundling"
        guard let quarantine else { return nil }
        return Manifest.Store(
            root: root, aliases: aliases, quarantine: quarantine, ignore: ignore, state: state,
            singleWriter: singleWriter)
    }

    /// A path with its variables filled in, which then must say something.
    func path(_ tree: Tree, _ what: String) -> String? {
        guard let path = expanded(tree, what) else { return nil }
        guard !path.isEmpty else {
            mistakes.error("\(what) is empty once its variables are filled in", at: tree.position)
            return nil
        }
        guard !path.utf8.contains(0) else {
            mistakes.error("\(what) holds a NUL byte, which no path can", at: tree.position)
            return nil
        }
        return path
    }

    private func root(_ tree: Tree) -> String? {
        guard let path = path(tree, "'root'") else { return nil }
        guard !path.contains("://") else {
            mistakes.error("'root' must be a directory, not a URL", at: tree.position)
            return nil
        }
        let root = FilePath.absolute(path, in: directory)
        guard !FilePath.collapsed(root).isEmpty else {
            mistakes.error(
                "'root' is '/', and a whole file system can't be a store: name a directory", at: tree.position)
            return nil
        }
        return root
    }

    /// One without a slash is a directory inside the root; any other is a path like every path here.
    private func quarantine(_ tree: Tree, _ root: String) -> String? {
        guard let path = path(tree, "'quarantine'") else { return nil }
        let isName = !path.utf8.contains(.slash) && path != "." && path != ".."
        let quarantine = isName ? root + "/" + path : FilePath.absolute(path, in: directory)
        let inside = FilePath.collapsed(quarantine)
        let outside = FilePath.collapsed(root)
        guard !outside.starts(with: inside) else {
            mistakes.error(
                inside == outside
                    ? "'quarantine' is the root itself: name a directory for what is moved aside"
                    : "the root lies inside 'quarantine': what is in quarantine would be searched for orphans",
                at: tree.position)
            return nil
        }
        return quarantine
    }

    private func ignoreRule(_ tree: Tree) -> IgnoreRule? {
        guard let text = text(tree, "an ignored name") else { return nil }
        if let rule = IgnoreRule(text) { return rule }
        // A slash in front anchors a rule at the root; what stands behind it is a glob.
        let anchored = text.utf8.first == .slash ? String(text.utf8.dropFirst()) ?? text : text
        mistakes.error("ignore \(quoted(text)): \(GlobRefusal.reason(anchored))", at: tree.position)
        return nil
    }
}
