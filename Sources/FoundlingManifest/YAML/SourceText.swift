/// A place in the manifest; both numbers count from 1, columns in Unicode scalars.
struct Position: Hashable, Comparable, Sendable {
    let line: Int
    let column: Int

    static let start = Position(line: 1, column: 1)

    static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// The text of a manifest by line and column, divided into lines exactly as libyaml does it.
struct SourceText {
    private(set) var scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (i, scalar) in scalars.enumerated() {
            switch scalar {
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": starts.append(i + 1)
            case "\r" where i + 1 == scalars.count || scalars[i + 1] != "\n": starts.append(i + 1)
            default: break
            }
        }
        lineStarts = starts
    }

    var text: String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    func index(of position: Position) -> Int? {
        guard position.line >= 1, position.line <= lineStarts.count else { return nil }
        let index = lineStarts[position.line - 1] + position.column - 1
        return index < scalars.count ? index : nil
    }

    func position(of index: Int) -> Position {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return Position(line: low + 1, column: index - lineStarts[low] + 1)
    }

    /// libyaml ends a text without a last line end with one of its own, and speaks of the line behind it.
    func clamped(_ position: Position) -> Position {
        position.line > lineStarts.count ? self.position(of: scalars.count) : position
    }

    func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let end = number < lineStarts.count ? lineStarts[number] : scalars.count
        var line = ""
        line.unicodeScalars.append(contentsOf: scalars[lineStarts[number - 1]..<end])
        return line
    }

    mutating func replace(_ index: Int, with scalar: Unicode.Scalar) { scalars[index] = scalar }

    /// Where byte `offset` of `text` stands in the file, `text` being the scalar that starts at `position`.
    ///
    /// Escapes and folded lines move characters about; there the start of the scalar must do.
    func position(ofByte offset: Int, in text: String, startingAt position: Position) -> Position {
        guard var index = index(of: position) else { return position }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        let before = Array(String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars)
        guard scalars[index...].starts(with: before), !before.contains("\n") else { return position }
        return self.position(of: index + before.count)
    }
}
