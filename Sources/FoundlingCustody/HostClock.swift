internal import Glibc

/// The host's clock.
package enum HostClock {
    /// Nanoseconds since 1970.
    package static func time() -> Int64 { read(CLOCK_REALTIME) + offset }

    /// The same without what a test adds: for comparing it with another clock.
    static func untampered() -> Int64 { read(CLOCK_REALTIME) + skew }

    #if DEBUG
        /// Seconds that a test wants to be ahead, in `FOUNDLING_CLOCK`: nobody waits a week to see a week pass.
        private static let offset = seconds("FOUNDLING_CLOCK")
        /// Seconds that this host is to be ahead of the store's clock, in `FOUNDLING_SKEW`.
        private static let skew = seconds("FOUNDLING_SKEW")

        private static func seconds(_ name: String) -> Int64 {
            getenv(name).flatMap { Int64(String(cString: $0)) }.map { $0 * 1_000_000_000 } ?? 0
        }
    #else
        private static let offset: Int64 = 0
        private static let skew: Int64 = 0
    #endif

    /// Nanoseconds since some moment; never set back.
    package static func steady() -> Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
