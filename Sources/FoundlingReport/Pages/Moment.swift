internal import FoundlingCore

/// A point in time as people read it: how far away it is, with the exact time for whoever wants that.
package struct Moment: Sendable {
    let words: String
    /// ISO 8601, in UTC.
    let exact: String

    /// One that is past: `3 d`.
    package init(past nanoseconds: Int64, now: Int64) {
        words = Timestamp.age(nanoseconds, now: now)
        exact = Timestamp.iso(nanoseconds)
    }

    /// One that is expected: `in 3 d`, or `now`.
    package init(next nanoseconds: Int64, now: Int64) {
        words = nanoseconds <= now ? "now" : "in \(Timestamp.until(nanoseconds, now: now))"
        exact = Timestamp.iso(nanoseconds)
    }
}
