/// What the process tells the shell, so that a script can act without reading a word.
///
/// Never `clean` when something was blocked or failed: a guard that trips quietly is no guard.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case clean = 0
    case error = 1
    case findings = 2
    case refused = 3
    case partial = 4
    case stale = 5
    case usage = 64

    /// One line for help texts and `docs/reference/exit-codes.md`.
    package var meaning: String {
        switch self {
        case .clean: "clean, or done"
        case .error: "an error; nothing was changed"
        case .findings: "findings present (only with scan --exit-code)"
        case .refused: "refused by a guard; nothing was changed"
        case .partial: "partial: some items failed or were left alone"
        case .stale: "the plan is stale"
        case .usage: "the command line was not understood"
        }
    }
}
