/// A sentence that a reader must see before the rest of a page.
package struct Banner: Sendable {
    /// How much it matters.
    package enum Severity: String, Sendable {
        case info, caution, alarm
    }

    let tone: String
    let word: String
    let glyph: String
    let text: String
    /// Read out at once only where it is an alarm; the rest waits its turn.
    let role: String

    /// - Parameter word: what it is called where the severity's own name would say less.
    package init(_ severity: Severity, _ text: String, word: String? = nil) {
        tone = severity.rawValue
        self.text = text
        role = severity == .alarm ? "alert" : "note"
        switch severity {
        case .info: (self.word, glyph) = (word ?? "Note", "i")
        case .caution: (self.word, glyph) = (word ?? "Warning", "!")
        case .alarm: (self.word, glyph) = (word ?? "Alarm", "!!")
        }
    }
}
