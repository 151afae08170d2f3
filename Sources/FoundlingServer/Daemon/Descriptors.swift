internal import Glibc

/// How many files and connections the daemon may have open: the system's limit, shared out so that whoever connects
/// leaves enough to scan with.
package enum Descriptors {
    /// Connections at a time, where the system allows that; more wait in the kernel's queue.
    private static let most = 512
    /// What the daemon needs itself: its databases, a worker, a scan.
    private static let own = 48
    /// Fewer would not even serve one browser.
    private static let fewest = 8

    /// Connections that so many descriptors leave room for.
    package static func connections(of descriptors: UInt64) -> Int {
        descriptors > UInt64(most + own) ? most : max(fewest, Int(descriptors) - own)
    }

    /// Asks for as many as we may have, which may be more than we were given; how many connections that allows.
    static func claim() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return most }
        let wanted = rlim_t(2 * most)
        if limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = min(wanted, limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return connections(of: UInt64(limit.rlim_cur))
    }
}
