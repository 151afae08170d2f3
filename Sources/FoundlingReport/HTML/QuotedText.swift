/// A piece of a sentence: words, or what is typed as it stands.
struct QuotedText: Sendable {
    let text: String
    let isCode: Bool

    /// A sentence whose commands stand between backquotes, in pieces.
    ///
    /// A name may hold backquotes too: then a piece looks like a command, and nothing worse.
    static func parts(_ text: String) -> [QuotedText] {
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        // One that is never closed is a character like any other.
        guard !pieces.count.isMultiple(of: 2) else { return [QuotedText(text: text, isCode: false)] }
        return pieces.enumerated().compactMap { index, piece in
            piece.isEmpty ? nil : QuotedText(text: String(piece), isCode: !index.isMultiple(of: 2))
        }
    }
}
