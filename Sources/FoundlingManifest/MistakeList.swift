import FoundlingCore

/// Collects what is wrong with one manifest while the decoder goes on, so that all of it is told at once.
final class MistakeList {
    let file: String
    private var found: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    init(file: String) { self.file = file }

    func error(_ message: String, at position: Position) { add(.error, message, position) }

    func warning(_ message: String, at position: Position) { add(.warning, message, position) }

    private func add(_ severity: Diagnostic.Severity, _ message: String, _ position: Position) {
        let diagnostic = Diagnostic(
            severity, file: file, line: position.line, column: position.column, message: message)
        // An alias is a copy of its anchor and would repeat everything found there.
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    var hasErrors: Bool { found.contains { $0.severity == .error } }

    /// Those of one severity in the order of the file.
    func sorted(_ severity: Diagnostic.Severity) -> [Diagnostic] {
        found.enumerated().filter { $1.severity == severity }
            .sorted {
                ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
            }
            .map(\.element)
    }

    /// Every mistake in one error.
    var error: FoundlingError {
        let errors = sorted(.error)
        return FoundlingError(
            .manifestInvalid, "\(errors.count) mistake\(errors.count == 1 ? "" : "s") in \(file)",
            hint: "correct each of them; docs/reference/manifest.schema.json lists every key",
            details: errors.map(\.description))
    }
}

/// Shows a piece of the manifest in a message: escaped, short, and never with what may be a password.
///
/// A URL in the wrong place is still a URL with a password in it, so nothing behind `://` is ever repeated.
func quoted(_ text: String) -> String {
    var shown = text
    if let scheme = shown.firstRange(of: "://") { shown = shown[..<scheme.upperBound] + "…" }
    if shown.count > 60 { shown = shown.prefix(60) + "…" }
    return "'\(Printable.escape(shown))'"
}
