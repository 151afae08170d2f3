package import Foundation

/// What the clock on a wall shows, and when it shows it: the two differ where a zone puts its clocks forward or back.
///
/// A reading is in seconds, as if the wall's date were one of UTC. Between two changes of a zone's offset lie more than
/// two days.
struct WallClock {
    let zone: TimeZone

    private static let day: Int64 = 86_400

    /// Seconds that the wall is ahead of UTC.
    func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    func reading(at seconds: Int64) -> Int64 { seconds + offset(at: seconds) }

    /// No moment up to `seconds` has a later reading.
    func latestReading(upTo seconds: Int64) -> Int64 {
        // A clock that was put back within the last day showed more before than it does now.
        seconds + max(offset(at: seconds), offset(at: seconds - Self.day - 10_800))
    }

    /// When the wall first shows `reading`; if it skips that, the first moment after the gap.
    ///
    /// It never falls while readings rise.
    func first(_ reading: Int64) -> Int64 { moment(reading).at }

    /// The moment from which on the wall shows nothing earlier than `reading`.
    func end(_ reading: Int64) -> Int64 {
        // The last minute before it may come twice, although it itself does not, or the other way about.
        let last = moment(reading - 60, isLast: true)
        return last.isSkipped ? last.at : last.at + 60
    }

    private func moment(_ reading: Int64, isLast: Bool = false) -> (at: Int64, isSkipped: Bool) {
        let before = offset(at: reading - Self.day)
        let after = offset(at: reading + Self.day)
        if before == after { return (reading - before, false) }
        let (early, late) = (reading - before, reading - after)
        let fits = (early: offset(at: early) == before, late: offset(at: late) == after)
        switch fits {
        case (true, true): return (isLast ? max(early, late) : min(early, late), false)
        case (true, false): return (early, false)
        case (false, true): return (late, false)
        case (false, false):
            // Skipped: the change lies between what the two offsets make of the reading.
            var (low, high) = (late, early)
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if offset(at: middle) == before { low = middle } else { high = middle }
            }
            return (high, true)
        }
    }
}

extension Timestamp {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// What the wall shows, in words: `Sunday, 29 November 2026, 03:17`.
    package static func words(_ nanoseconds: Int64, in zone: TimeZone) -> String {
        let seconds = floored(nanoseconds, 1_000_000_000).quotient
        let (day, second) = floored(WallClock(zone: zone).reading(at: seconds), 86_400)
        let (year, month, number) = civil(day)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(Weekday.names[Int(Weekday.of(day))].capitalized), \(number) \(months[Int(month) - 1]) \(year), "
            + "\(two(second / 3600)):\(two(second / 60 % 60))"
    }
}
