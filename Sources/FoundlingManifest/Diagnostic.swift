/// One thing to say about one place of a manifest.
package struct Diagnostic: Hashable, Sendable {
    /// Whether the manifest can be used all the same.
    package enum Severity: String, Sendable {
        case error, warning
    }

    package let severity: Severity
    /// As the user named it, so that a terminal can open it.
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars, as editors and libyaml count.
    package let column: Int
    package let message: String

    package init(_ severity: Severity, file: String, line: Int, column: Int, message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

extension Diagnostic: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column): \(message)" }
}
