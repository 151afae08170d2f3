/// A sentence that a reader must see before the rest of a page.
package struct Banner: Sendable {
    /// How much it matters.
    package enum Severity: String, Sendable {
        case info, caution, alarm
    }

    /// Where a reader goes on.
    package struct Link: Sendable {
        let name: String
        let href: String

        package init(_ name: String, _ href: String) {
            self.name = name
            self.href = href
        }
    }

    /// What to do.
    struct Hint: Sendable {
        let words: [QuotedText]
        let link: Link?
    }

    let tone: String
    let word: String
    let glyph: String
    let text: [QuotedText]
    let hint: Hint?
    /// Read out at once only where it is an alarm; the rest waits its turn.
    let role: String

    /// - Parameters:
    ///   - hint: what to do about it.
    ///   - link: where that is done.
    ///   - word: what it is called where the severity's own name would say less.
    package init(_ severity: Severity, _ text: String, hint: String = "", link: Link? = nil, word: String? = nil) {
        tone = severity.rawValue
        self.text = QuotedText.parts(Self.sentence(text, isLast: hint.isEmpty && link == nil))
        self.hint =
            hint.isEmpty && link == nil
            ? nil : Hint(words: QuotedText.parts(Self.sentence(hint, isLast: false)), link: link)
        role = severity == .alarm ? "alert" : "note"
        switch severity {
        case .info: (self.word, glyph) = (word ?? "Note", "i")
        case .caution: (self.word, glyph) = (word ?? "Warning", "!")
        case .alarm: (self.word, glyph) = (word ?? "Alarm", "!!")
        }
    }

    /// With a full stop where something follows.
    private static func sentence(_ text: String, isLast: Bool) -> String {
        guard !isLast, let last = text.last, !".?!:`".contains(last) else { return text }
        return text + "."
    }
}
