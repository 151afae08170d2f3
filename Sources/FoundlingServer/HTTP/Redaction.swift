internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingReport
internal import FoundlingStore
internal import Glibc

/// Takes out of an answer what only operators may know: where on this machine things lie, and where the database is.
///
/// Whatever an answer is made of, it passes here last, so that no sentence of an error can tell what its fields do not.
struct Redaction: Sendable {
    /// Longest first: a path in the store before the store.
    private let words: [(text: [UInt8], name: [UInt8])]

    init(_ manifest: Manifest) {
        var paths: [(String, String)] = [
            (manifest.store.root, "{store}"), (manifest.store.quarantine, "{quarantine}"),
            (manifest.serve.state, "{state}"), (manifest.file, "{manifest}"),
        ]
        if let slash = manifest.file.lastIndex(of: "/") {
            paths.append((String(manifest.file[..<slash]), "{manifest}"))
        }
        if let state = manifest.store.state { paths.append((state, "{state}")) }
        if manifest.database.url.engine == .sqlite { paths.append((manifest.database.url.location, "{database}")) }
        // Other names of the root are as good as it; a relative one says nothing of this machine.
        paths += manifest.store.aliases.filter { $0.hasPrefix("/") }.map { ($0, "{store}") }
        paths += paths.compactMap { path, name in
            LocalStore.realPath(of: path).flatMap { $0 == path ? nil : ($0, name) }
        }
        let spelt = paths.filter { $0.0.utf8.count > 1 }.flatMap { path, name in
            // Sentences escape a path for a screen, commands for a shell, and pages for HTML.
            Set([path, Printable.escape(path), ShellWord.quoted(path), Self.marked(path)]).map { ($0, name) }
        }
        // As they stand in JSON.
        words = (spelt + Self.server(manifest.database))
            .map { (Array(JSONString.quote($0.0).utf8.dropFirst().dropLast()), Array($0.1.utf8)) }
            .sorted { $0.0.count > $1.0.count }
    }

    /// As a page writes it.
    private static func marked(_ path: String) -> String {
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")].reduce(path) {
            $0.replacing($1.0, with: $1.1)
        }
    }

    /// A server as it is shown to people, and its host and user as its own messages quote them.
    private static func server(_ database: Manifest.Database) -> [(String, String)] {
        [database.url, database.writer].compactMap { $0 }.filter { $0.engine != .sqlite }.flatMap { url in
            let rest = url.location.split(separator: "://", maxSplits: 1).last ?? ""
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            let parts = authority.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let host = parts.last.map {
                $0.hasPrefix("[") ? $0.dropFirst().prefix { $0 != "]" } : $0.prefix { $0 != ":" }
            }
            let user = parts.count == 2 ? parts[0].prefix { $0 != ":" } : ""
            let names = [host ?? "", user].compactMap { PercentEncoding.decode($0, plusIsSpace: false) }
            return names.filter { !$0.isEmpty }.flatMap { [("\"\($0)\"", "{database}"), ("'\($0)'", "{database}")] }
        } + ((try? Catalog.location(of: database)).map { $0.utf8.count > 1 ? [($0, "{database}")] : [] } ?? [])
    }

    func callAsFunction(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for word in words { Self.replace(word.text, by: word.name, in: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func replace(_ word: [UInt8], by name: [UInt8], in bytes: inout [UInt8]) {
        var replaced: [UInt8] = []
        var done = 0
        var start = 0
        while let found = index(of: word, in: bytes, from: start) {
            let end = found + word.count
            start = found + 1
            guard isWhole(bytes, found, end) else { continue }
            replaced += bytes[done..<found] + name
            (done, start) = (end, end)
        }
        if done > 0 { bytes = replaced + bytes[done...] }
    }

    private static func index(of word: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress, let first = word.first else { return nil }
            var at = start
            while at + word.count <= buffer.count {
                guard let found = memchr(base + at, Int32(first), buffer.count - word.count - at + 1) else {
                    return nil
                }
                at = UnsafeRawPointer(found) - base
                if memcmp(base + at, word, word.count) == 0 { return at }
                at += 1
            }
            return nil
        }
    }

    /// Whether a word that was found is one, and no part of another: to who looks for `/data`, `items/data` and
    /// `/database` are names of their own.
    private static func isWhole(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        if bytes[start] == .slash, start > 0, isOfName(bytes[start - 1]) || "._-".utf8.contains(bytes[start - 1]) {
            // The n of a line break that JSON escapes is none.
            guard start > 1, bytes[start - 2] == .backslash else { return false }
        }
        return end == bytes.count || bytes[start] != .slash || !isOfName(bytes[end])
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
