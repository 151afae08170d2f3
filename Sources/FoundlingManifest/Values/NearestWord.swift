import FoundlingCore

/// Finds the word that somebody probably meant.
enum NearestWord {
    /// The one of `words` that `typed` is a slip of the finger away from, or a short form of, if any is.
    static func to(_ typed: String, among words: some Sequence<String>) -> String? {
        let words = Array(words)
        if let near = Nearest.word(to: typed, in: words) { return near }
        return words.first { isCut(normal(typed), normal($0)) }
    }

    /// `; did you mean 'claims'?`, or the choice where nothing is near.
    static func advice(_ typed: String, among words: [String]) -> String {
        if let word = to(typed, among: words) { return "; did you mean '\(word)'?" }
        return "; known here: \(words.joined(separator: ", "))"
    }

    private static func normal(_ word: String) -> [UInt8] {
        word.lowercased().utf8.prefix(64).map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    /// `dir` for `directory`, `alias` for `aliases`.
    private static func isCut(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        min(a.count, b.count) >= 3 && (a.starts(with: b) || b.starts(with: a))
    }
}
