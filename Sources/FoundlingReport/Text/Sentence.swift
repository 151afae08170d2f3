import FoundlingCore

/// Sentences of ours that may quote a name: safe to print, and broken into lines.
enum Sentence {
    /// Escapes what a terminal would act on, but leaves backslashes: names inside were escaped when the sentence was
    /// made.
    static func safe(_ text: String) -> String {
        text.utf8.split(separator: UInt8.backslash, omittingEmptySubsequences: false)
            .map(Printable.escape)
            .joined(separator: "\\")
    }

    /// Lines of at most `width` columns, broken between words only: a path in a sentence stays whole.
    static func wrap(_ text: String, width: Int) -> [String] {
        var (lines, line, used) = ([String](), "", 0)
        for word in text.split(separator: " ") {
            let columns = self.columns(String(word))
            if used > 0, used + 1 + columns > width {
                lines.append(line)
                (line, used) = ("", 0)
            }
            line += used > 0 ? " \(word)" : String(word)
            used += columns + (used > 0 ? 1 : 0)
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Columns on a terminal: most characters take one, those of East Asia and emoji take two.
    static func columns(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { sum, character in
            switch character.unicodeScalars.first?.value ?? 0 {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                sum + 2
            default: sum + 1
            }
        }
    }
}
