import Foundation
import FoundlingCore

/// What a wall in some zone shows, minute by minute, read off a calendar: slow, and without code of what it checks.
struct WallOracle {
    /// A minute of the wall's, as a person would write it down.
    struct Reading: Hashable {
        let year, month, day, weekday, hour, minute: Int

        var minuteOfDay: Int { hour * 60 + minute }
    }

    let zone: TimeZone
    /// The first minute, in minutes since 1970.
    let start: Int
    let readings: [Reading]
    /// What the wall skipped before each minute at which it jumped ahead.
    private let skipped: [Int: [Reading]]
    /// Minutes whose reading was there before.
    private let repeated: Set<Int>

    init(_ zone: String, from start: String, days: Int) {
        self.zone = TimeZone(identifier: zone)!
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = self.zone
        var plain = calendar
        plain.timeZone = .gmt
        func read(_ minute: Int, _ calendar: Calendar) -> Reading {
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday, .hour, .minute], from: Date(timeIntervalSince1970: Double(minute) * 60))
            return Reading(
                year: parts.year!, month: parts.month!, day: parts.day!, weekday: parts.weekday! - 1, hour: parts.hour!,
                minute: parts.minute!)
        }
        /// A reading as a minute of a wall that never jumps.
        func count(_ reading: Reading) -> Int {
            let parts = DateComponents(
                year: reading.year, month: reading.month, day: reading.day, hour: reading.hour, minute: reading.minute)
            return Int(plain.date(from: parts)!.timeIntervalSince1970) / 60
        }
        self.start = Int(Timestamp.day(start)! / minuteOfTime)
        var (readings, skipped, repeated): ([Reading], [Int: [Reading]], Set<Int>) = ([], [:], [])
        var seen: Set<Reading> = []
        for minute in self.start..<(self.start + days * 1440) {
            let reading = read(minute, calendar)
            // Also at midnight: a whole day may be missing.
            if let last = readings.last, reading.minuteOfDay == 0 || last.minuteOfDay + 1 != reading.minuteOfDay {
                let (from, to) = (count(last), count(reading))
                if to > from + 1 { skipped[minute] = ((from + 1)..<to).map { read($0, plain) } }
            }
            if !seen.insert(reading).inserted { repeated.insert(minute) }
            readings.append(reading)
        }
        (self.readings, self.skipped, self.repeated) = (readings, skipped, repeated)
    }

    /// All minutes since 1970 at which what `matches` takes is due: skipped ones after the gap, repeated ones once.
    func due(_ matches: (Reading) -> Bool) -> [Int] {
        readings.indices.map { $0 + start }.filter { minute in
            let isNew = !repeated.contains(minute) && matches(readings[minute - start])
            return isNew || skipped[minute, default: []].contains(where: matches)
        }
    }

    /// Spans about each change of the clocks, and one without any.
    static let all = [
        WallOracle("UTC", from: "2026-02-27", days: 3),
        WallOracle("Europe/Berlin", from: "2026-03-28", days: 3),
        WallOracle("Europe/Berlin", from: "2026-10-24", days: 3),
        WallOracle("America/New_York", from: "2026-03-07", days: 3),
        WallOracle("America/New_York", from: "2026-10-31", days: 3),
        WallOracle("Australia/Lord_Howe", from: "2026-04-04", days: 3),
        WallOracle("Australia/Lord_Howe", from: "2026-10-03", days: 3),
        WallOracle("Asia/Kathmandu", from: "2025-12-30", days: 3),
        // A whole day that no wall showed.
        WallOracle("Pacific/Apia", from: "2011-12-29", days: 3),
    ]
}

/// Nanoseconds since 1970 of what a wall in `zone` shows first: `2026-03-29 01:30`.
func at(_ text: String, _ zone: String = "UTC") -> Int64 {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.calendar = Calendar(identifier: .gregorian)
    formatter.timeZone = TimeZone(identifier: zone)
    formatter.dateFormat = text.count > 16 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm"
    let date = formatter.date(from: text)!
    // Of two it may have taken the second.
    let first = [date - 3600, date - 1800].first { formatter.string(from: $0) == text } ?? date
    return Int64(first.timeIntervalSince1970) * 1_000_000_000
}

let minuteOfTime: Int64 = 60_000_000_000
