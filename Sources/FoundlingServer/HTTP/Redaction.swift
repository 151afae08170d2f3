internal import FoundlingCore
internal import FoundlingReport
internal import FoundlingStore

/// Takes out of an answer what only operators may know: where on this machine things lie.
///
/// Whatever an answer is made of, it passes here last, so that no sentence of an error can tell what its fields do not.
struct Redaction: Sendable {
    /// Longest first: a path in the store before the store.
    private let words: [(path: String, name: String)]

    init(_ manifest: Manifest) {
        var words: [(String, String)] = [
            (manifest.store.root, "{store}"), (manifest.store.quarantine, "{quarantine}"),
            (manifest.serve.state, "{state}"), (manifest.file, "{manifest}"),
        ]
        if let slash = manifest.file.lastIndex(of: "/") { words.append((String(manifest.file[..<slash]), "{manifest}")) }
        if let state = manifest.store.state { words.append((state, "{state}")) }
        if manifest.database.url.engine == .sqlite { words.append((manifest.database.url.location, "{database}")) }
        words += words.compactMap { path, name in
            LocalStore.realPath(of: path).flatMap { $0 == path ? nil : ($0, name) }
        }
        // As they stand in JSON.
        self.words = words.filter { $0.0.utf8.count > 1 }
            .map { (String(JSONString.quote($0.0).dropFirst().dropLast()), $0.1) }
            .sorted { $0.0.utf8.count > $1.0.utf8.count }
    }

    func callAsFunction(_ text: String) -> String {
        words.reduce(text) { text, word in
            text.utf8.count >= word.path.utf8.count ? text.replacing(word.path, with: word.name) : text
        }
    }
}
