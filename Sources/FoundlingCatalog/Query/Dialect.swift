internal import FoundlingCore

/// What differs between engines in the SQL that we write: data, and no more code than it takes to use it.
struct Dialect: Sendable {
    /// Around identifiers; doubled inside them.
    let quote: Character
    /// Whether a backslash in a literal escapes what follows.
    let escapesWithBackslash: Bool
    /// Whether `||` may mean OR, depending on a setting of the session that reads it.
    let pipesMayMeanOr: Bool
    /// Whether `char(n)` comes padded with spaces unless it is made text first.
    let padsCharacters: Bool

    static let sqlite = Dialect(
        quote: "\"", escapesWithBackslash: false, pipesMayMeanOr: false, padsCharacters: false)
    static let postgres = Dialect(
        quote: "\"", escapesWithBackslash: false, pipesMayMeanOr: false, padsCharacters: true)
    static let mysql = Dialect(
        quote: "`", escapesWithBackslash: true, pipesMayMeanOr: true, padsCharacters: false)

    func quoted(_ name: String) -> String {
        let q = String(quote)
        return q + name.split(separator: quote, omittingEmptySubsequences: false).joined(separator: q + q) + q
    }

    func literal(_ text: String) -> String {
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
    func objection(to expression: String) -> String? {
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
struct Column: Equatable, Sendable {
    let name: String
    let type: String
}

/// A table or view that a source names.
struct Table: Sendable {
    /// As SQL spells it, quoted and with its schema where that is needed.
    let from: String
    let columns: [Column]
    /// What is another once the table was made anew; nil where the engine does not tell.
    var identity: String?
    /// The highest number it ever gave out; nil where it counts none or may not be asked.
    var sequence: Int64?
    /// A number that was given out for certain, where ``sequence`` may run ahead; nil where it does not.
    var issued: Int64?
}
