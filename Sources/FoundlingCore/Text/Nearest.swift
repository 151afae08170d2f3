/// Finds the word that somebody probably meant.
package enum Nearest {
    /// The candidate closest to `word`, if it is close enough to be worth suggesting: a third of its letters may
    /// differ.
    package static func word(to word: String, in candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().utf8)
        let limit = max(2, typed.count / 3)
        return candidates.map { ($0, distance(typed, Array($0.lowercased().utf8), limit: limit)) }
            .filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Insertions, deletions, replacements and swapped neighbours; anything above `limit` is `limit + 1`.
    package static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int = .max - 1) -> Int {
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var previous = [Int]()
        var current = Array(0...b.count)
        for i in 1...a.count {
            let before = previous
            previous = current
            current[0] = i
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], before[j - 2] + 1)
                }
            }
        }
        return min(current[b.count], limit + 1)
    }
}
