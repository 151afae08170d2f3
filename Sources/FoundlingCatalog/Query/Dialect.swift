package import FoundlingCore

/// What differs between engines in the SQL that we write: data, and no more code than it takes to use it.
package struct Dialect: Sendable {
    package let engine: DatabaseURL.Engine
    /// Around identifiers; doubled inside them.
    package let quote: Character
    /// Whether a backslash in a literal escapes what follows.
    package let escapesWithBackslash: Bool
    /// Whether `||` may mean OR, depending on a setting of the session that reads it.
    package let pipesMayMeanOr: Bool
    /// Whether `char(n)` comes padded with spaces unless it is made text first.
    package let padsCharacters: Bool

    package static let sqlite = Dialect(
        engine: .sqlite, quote: "\"", escapesWithBackslash: false, pipesMayMeanOr: false, padsCharacters: false)
    package static let postgres = Dialect(
        engine: .postgres, quote: "\"", escapesWithBackslash: false, pipesMayMeanOr: false, padsCharacters: true)
    package static let mysql = Dialect(
        engine: .mysql, quote: "`", escapesWithBackslash: true, pipesMayMeanOr: true, padsCharacters: false)

    package func quoted(_ name: String) -> String {
        let q = String(quote)
        return q + name.split(separator: quote, omittingEmptySubsequences: false).joined(separator: q + q) + q
    }

    package func literal(_ text: String) -> String {
        var inside = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        if escapesWithBackslash {
            inside = inside.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        }
        return "'\(inside)'"
    }

    /// A column as it stands in a SELECT list.
    func selected(_ column: Column) -> String {
        let name = quoted(column.name)
        guard padsCharacters, column.type.hasPrefix("character(") || column.type == "bpchar" else { return name }
        return "\(name)::text"
    }

    /// Why an expression of the manifest must not be given to this engine; nil where nothing speaks against it.
    package func objection(to expression: String) -> String? {
        guard pipesMayMeanOr, Self.holdsPipes(expression) else { return nil }
        return "`||` joins text for some sessions and means OR for others here: write CONCAT(a, b), or OR"
    }

    /// `||` outside of literals and quoted names.
    private static func holdsPipes(_ expression: String) -> Bool {
        var open: Character?
        var previous: Character?
        for character in expression {
            if let quote = open {
                if character == quote { open = nil }
            } else if ["'", "\"", "`"].contains(character) {
                open = character
            } else if character == "|", previous == "|" {
                return true
            }
            previous = open == nil ? character : nil
        }
        return false
    }
}

/// A column as the database declares it.
package struct Column: Equatable, Sendable {
    package let name: String
    package let type: String
    /// How its texts are compared; nil where the engine does not tell, or it holds none.
    package var collation: String?
}

extension [Column] {
    /// The column that a manifest means: the one spelt so, or else one that differs in case only.
    package func named(_ name: String) -> Column? {
        first { $0.name == name } ?? first { $0.name.lowercased() == name.lowercased() }
    }
}

/// A table or view that a source names.
package struct Table: Sendable {
    /// As SQL spells it, quoted and with its schema where that is needed.
    package let from: String
    package let columns: [Column]
    /// What is another once the table was made anew; nil where the engine does not tell.
    package var identity: String?
    /// The highest number it ever gave out; nil where it counts none or may not be asked.
    package var sequence: Int64?
    /// A number that was given out for certain, where ``sequence`` may run ahead; nil where it does not.
    package var issued: Int64?
    /// Columns whose numbers the database gives out itself, in small letters: only a key in one of these can be higher
    /// than any it ever gave out.
    package var counted: Set<String> = []
}
