/// Finds the word that somebody probably meant.
enum NearestWord {
    /// The one of `words` that `typed` is a slip of the finger away from, if any is.
    static func to(_ typed: String, among words: some Sequence<String>) -> String? {
        let typed = normal(typed)
        let limit = max(1, typed.count / 3)
        return words.map { (word: $0, distance: distance(typed, normal($0))) }
            .filter { $0.distance <= limit || isCut(typed, normal($0)) }
            .min { $0.distance < $1.distance }?.word
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

    /// Insertions, deletions, substitutions and swaps of neighbours, each one step.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(row[j], rows[i][j + 1]) + 1
                best = min(best, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
