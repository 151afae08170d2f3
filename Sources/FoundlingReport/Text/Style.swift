/// Colours on a terminal that wants them, and not one escape byte anywhere else.
package struct Style: Sendable {
    /// What a piece of text is there for; colour never says anything the words do not.
    package enum Tone: String, Sendable {
        case plain = ""
        case heading = "1"
        case alarm = "31"
        case caution = "33"
        case hint = "2"
    }

    package let colour: Bool

    package init(colour: Bool) { self.colour = colour }

    package func paint(_ text: String, _ tone: Tone) -> String {
        guard colour, tone != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
}
