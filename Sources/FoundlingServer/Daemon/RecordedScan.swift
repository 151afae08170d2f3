/// When somebody last recorded a scan of the store, by the clock of the machine that did.
package struct RecordedScan: Sendable {
    /// Nanoseconds since 1970.
    private let time: Int64

    /// Nanoseconds that another machine's clock may be ahead of ours.
    private static let slack: Int64 = 300_000_000_000

    package init(at time: Int64) { self.time = time }

    /// Whether a scan that is due need not be made any more.
    ///
    /// One that lies ahead was recorded by a clock that was wrong: it must not keep all others from being made until
    /// its time has come, which may be years.
    package func serves(due: Int64, now: Int64) -> Bool { time >= due && time - Self.slack <= now }
}
