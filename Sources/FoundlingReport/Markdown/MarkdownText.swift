import FoundlingCore

/// Text that Markdown must show and not obey.
enum MarkdownText {
    /// Running text: every character that could begin a mark-up is escaped.
    static func escape(_ text: String) -> String {
        escape(Sentence.safe(text), "\\`*_{}[]<>#|~&$!")
    }

    /// Scalars, not characters: a bar followed by a combining accent is one `Character` and would pass unseen.
    private static func escape(_ text: String, _ specials: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if specials.unicodeScalars.contains(scalar) { escaped.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    /// A name in a code span, whatever backticks it holds; `inTable`, a bar would end the cell even there.
    static func code(_ printable: String, inTable: Bool = false) -> String {
        let fence = String(repeating: "`", count: longestRun(printable) + 1)
        let backtick = UInt8(ascii: "`")
        let needsRoom = printable.isEmpty || printable.utf8.first == backtick || printable.utf8.last == backtick
        let pad = needsRoom ? " " : ""
        let span = fence + pad + printable + pad + fence
        return inTable ? escape(span, "|") : span
    }

    /// A block of lines, fenced by more backticks than any of them holds.
    static func block(_ lines: [String], language: String = "") -> String {
        let fence = String(repeating: "`", count: max(3, (lines.map(longestRun).max() ?? 0) + 1))
        return ([fence + language] + lines + [fence]).joined(separator: "\n")
    }

    private static func longestRun(_ text: String) -> Int {
        var (longest, run) = (0, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
