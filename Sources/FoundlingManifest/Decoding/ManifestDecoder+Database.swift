import FoundlingCore

extension ManifestDecoder {
    /// `database:`, the two URLs of which never appear in a message.
    func database(_ tree: Tree) -> Manifest.Database? {
        guard let fields = Fields<DatabaseKey>(tree, mistakes) else { return nil }
        let url = fields.required(.url).flatMap { databaseURL($0, .url) }
        let writer = fields[.writer].flatMap { databaseURL($0, .writer) }
        guard let url else { return nil }
        if let writer, let tree = fields[.writer], writer.engine != url.engine {
            mistakes.error(
                "'writer' is a \(writer.engine.rawValue) URL and 'url' is \(url.engine.rawValue): "
                    + "both must lead to the same database", at: tree.position)
        }
        let file = fields[.passwordFile].flatMap { path($0, "'password_file'") }
            .map { FilePath.absolute($0, in: directory) }
        if let tree = fields[.passwordFile], url.engine == .sqlite {
            mistakes.error("'password_file' is for servers: an SQLite file has no password", at: tree.position)
        }
        let outbox = fields[.outbox].flatMap(outbox) ?? Manifest.Database.standardOutbox
        return Manifest.Database(url: url, writer: writer, passwordFile: file, outbox: outbox)
    }

    /// A name that needs no quotes in any engine, and short enough for what stands behind it.
    private func outbox(_ tree: Tree) -> String? {
        guard let name = text(tree, "'outbox'") else { return nil }
        guard name.count <= 20, name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil else {
            mistakes.error(
                "'outbox' is up to 20 small letters, digits and underscores, not \(quoted(name))", at: tree.position)
            return nil
        }
        return name
    }

    private func databaseURL(_ tree: Tree, _ key: DatabaseKey) -> DatabaseURL? {
        // A manifest may name a writer that only some machines have: a scan needs none.
        if key == .writer, case .text(let text, _) = tree.value, variables.isOneUnsetVariable(text) { return nil }
        guard let expanded = expanded(tree, "'\(key.rawValue)'") else { return nil }
        let text = expanded.split(whereSeparator: \.isNewline).joined().trimmingSpaces
        if text.isEmpty {
            // `writer: ${FOUNDLING_WRITER_URL:-}` is how to say "where there is one".
            if key == .url { mistakes.error("'url' is empty once its variables are filled in", at: tree.position) }
            return nil
        }
        do {
            return try DatabaseURLReader(directory: directory, exists: exists).read(text)
        } catch {
            mistakes.error("'\(key.rawValue)': \(error.reason)", at: tree.position)
            return nil
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
