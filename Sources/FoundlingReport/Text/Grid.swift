/// Columns that line up.
///
/// Cells are never cut: a first cell too wide for the page has a line to itself.
struct Grid {
    /// On which side a column lines up: words left, numbers right.
    enum Alignment { case left, right }

    /// A text and how it is painted; padding is measured before the paint.
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        let tone: Style.Tone

        init(_ text: String, _ tone: Style.Tone = .plain) {
            self.text = text
            self.tone = tone
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    private enum Row {
        case cells([Cell])
        case note(String)
    }

    private static let indent = "  "
    private let alignments: [Alignment]
    private var rows: [Row] = []

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    mutating func add(_ cells: [Cell]) { rows.append(.cells(cells)) }

    /// A line below a row that takes no part in the columns.
    mutating func note(_ text: String) { rows.append(.note(text)) }

    func lines(_ style: Style, page: Int = TerminalReport.page) -> [String] {
        var widths = Array(repeating: 0, count: alignments.count)
        for case .cells(let cells) in rows {
            for (i, cell) in cells.enumerated() { widths[i] = max(widths[i], Sentence.columns(cell.text)) }
        }
        let others = widths.dropFirst().reduce(Self.indent.count) { $0 + $1 + 2 }
        if others + widths[0] > page { widths[0] = max(8, page - others) }
        return rows.flatMap { row in
            switch row {
            case .cells(let cells): line(cells, widths, style)
            case .note(let text): Sentence.wrap(text, width: page - 4).map { style.paint("    " + $0, .hint) }
            }
        }
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> [String] {
        var (lines, line) = ([String](), Self.indent)
        for (i, cell) in cells.enumerated() where i < cells.count {
            let painted = style.paint(cell.text, cell.tone)
            let room = widths[i] - Sentence.columns(cell.text)
            let padding = String(repeating: " ", count: max(0, room))
            if i > 0 { line += "  " }
            if room < 0 {
                lines.append(line + painted)
                line = Self.indent + String(repeating: " ", count: widths[i])
            } else {
                line += alignments[i] == .right ? padding + painted : painted + padding
            }
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return lines + [line]
    }
}
