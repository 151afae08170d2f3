import Yams

/// Parses YAML, and goes on where Yams would stop: at a duplicate key.
///
/// Yams refuses the whole text with the place of the first of the two. We disguise that key, letter for letter, as one
/// that occurs nowhere, parse again, and take the disguise off in the tree. So a duplicate is one mistake among others.
struct Composer {
    /// Must outlive the nodes: they hold their anchors weakly.
    private(set) var parser: Parser?
    private var source: SourceText
    private var disguises: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// Private-use characters: a file that has them itself goes without the disguise.
    private static let standIns = UInt32(0xE000)..<0xE100

    init(_ source: SourceText) { self.source = source }

    mutating func compose() throws -> Node? {
        let mayDisguise = !source.scalars.contains { Self.standIns.contains($0.value) }
        while true {
            do {
                // No resolver: every scalar is text, and `<<` is a key like any other until we refuse it.
                let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
                self.parser = parser
                return try parser.singleRoot()
            } catch let error as YamlError {
                guard mayDisguise, case .duplicatedKeysInMapping(let names, let context) = error,
                    let name = names.first,
                    disguise(name, at: Position(line: context.mark.line, column: context.mark.column))
                else { throw error }
            }
        }
    }

    private mutating func disguise(_ name: String, at position: Position) -> Bool {
        guard var index = source.index(of: position) else { return false }
        if source.scalars[index] == "\"" || source.scalars[index] == "'" { index += 1 }
        guard index < source.scalars.count, let first = name.unicodeScalars.first, source.scalars[index] == first,
            let standIn = Unicode.Scalar(Self.standIns.lowerBound + UInt32(disguises.count)),
            Self.standIns.contains(standIn.value)
        else { return false }
        disguises[standIn] = first
        source.replace(index, with: standIn)
        return true
    }

    /// A key as the file has it.
    func undisguised(_ key: String) -> String {
        guard let first = key.unicodeScalars.first, let real = disguises[first] else { return key }
        var text = String(Character(real))
        text.unicodeScalars.append(contentsOf: key.unicodeScalars.dropFirst())
        return text
    }
}
