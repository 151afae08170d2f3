/// What acts write before they act, in bytes: on a full disk that must be known first.
///
/// Measured on the demo world and rounded up: the ledger's pages and its journal are counted in.
package enum Cost {
    /// One file in a receipt.
    static let file = 260
    /// One item that is moved: receipt, undo script, intent and outcome.
    static let item = 6_000
    /// One item that goes on from the quarantine, back or for good: two lines of the ledger.
    static let step = 3_000
    /// The first lines and directories of a run.
    package static let run = 256 << 10
    /// The first lines of anything else.
    package static let act = 64 << 10

    /// Moving one item of so many files; `isPurged` where it is to be removed for good at once.
    package static func move(files: Int, isPurged: Bool) -> Int { files * file + item + (isPurged ? step : 0) }

    /// Putting back or removing so many items at once.
    package static func step(items: Int) -> Int { items * step }
}
