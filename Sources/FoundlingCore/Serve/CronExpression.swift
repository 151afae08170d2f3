package import Foundation

/// Times by the five fields of cron.
///
/// A time that a zone skips, as clocks are put forward, is due at the first moment after the gap; one that comes twice
/// is due the first time. So a job that is due once a day runs once on each of them.
package struct CronExpression: Hashable, Sendable {
    /// Why a text is no such expression.
    package struct Invalid: Error, Equatable {
        package let reason: String
    }

    /// As it was written.
    package let text: String
    // Bit n stands for n.
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    /// Both fields of days say something, so that either will do; as in every cron, one that begins with `*` does not.
    private let isEitherDay: Bool

    /// Days to look ahead: a 29 February on a given day of the week may be 40 years away.
    private static let horizon: Int64 = 41 * 366

    package init(_ text: String) throws(Invalid) {
        let fields = try CronField.split(text)
        var sets: [UInt64] = []
        for (field, written) in zip(CronField.all, fields) { sets.append(try field.read(written)) }
        self.text = text
        (minutes, hours, days, months, weekdays) = (sets[0], sets[1], sets[2], sets[3], sets[4])
        let isRestricted = (days: fields[2].first != "*", weekdays: fields[4].first != "*")
        isEitherDay = isRestricted.days && isRestricted.weekdays
        guard isEitherDay || Self.comeTrue(days, months) else {
            throw Invalid(reason: "none of its months has such a day: it would never be due")
        }
    }

    /// The first time after a moment, both in nanoseconds since 1970; nil where that is beyond what can be counted.
    package func next(after time: Int64, in zone: TimeZone) -> Int64? {
        let clock = WallClock(zone: zone)
        let seconds = Timestamp.floored(time, 1_000_000_000).quotient
        var minute = Timestamp.floored(clock.reading(at: seconds), 60).quotient + 1
        let end = minute / 1440 + Self.horizon
        while let found = first(from: minute, toDay: end) {
            let at = clock.first(found * 60)
            if at > seconds { return Self.nanoseconds(at) }
            minute = found + 1
        }
        return nil
    }

    /// The last time before a moment.
    package func previous(before time: Int64, in zone: TimeZone) -> Int64? {
        let clock = WallClock(zone: zone)
        let (whole, rest) = Timestamp.floored(time, 1_000_000_000)
        let seconds = rest > 0 ? whole : whole - 1
        var minute = Timestamp.floored(clock.latestReading(upTo: seconds), 60).quotient
        let end = minute / 1440 - Self.horizon
        while let found = last(upTo: minute, toDay: end) {
            let at = clock.first(found * 60)
            if at <= seconds { return Self.nanoseconds(at) }
            minute = found - 1
        }
        return nil
    }

    // MARK: Readings of the wall, in minutes

    private func first(from minute: Int64, toDay end: Int64) -> Int64? {
        var (day, least) = Timestamp.floored(minute, 1440)
        while day <= end {
            if isDue(on: day) {
                for hour in (least / 60)..<24 where hours & 1 << hour != 0 {
                    let later = hour == least / 60 ? minutes & ~0 << (least % 60) : minutes
                    if later != 0 { return day * 1440 + hour * 60 + Int64(later.trailingZeroBitCount) }
                }
            }
            (day, least) = (day + 1, 0)
        }
        return nil
    }

    private func last(upTo minute: Int64, toDay end: Int64) -> Int64? {
        var (day, most) = Timestamp.floored(minute, 1440)
        while day >= end {
            if isDue(on: day) {
                for hour in (0...(most / 60)).reversed() where hours & 1 << hour != 0 {
                    let earlier = hour == most / 60 ? minutes & (2 << (most % 60) - 1) : minutes
                    if earlier != 0 { return day * 1440 + hour * 60 + Int64(63 - earlier.leadingZeroBitCount) }
                }
            }
            (day, most) = (day - 1, 1439)
        }
        return nil
    }

    private func isDue(on day: Int64) -> Bool {
        let (_, month, number) = Timestamp.civil(day)
        guard months & 1 << month != 0 else { return false }
        let isDay = days & 1 << number != 0
        let isWeekday = weekdays & 1 << Weekday.of(day) != 0
        return isEitherDay ? isDay || isWeekday : isDay && isWeekday
    }

    private static func comeTrue(_ days: UInt64, _ months: UInt64) -> Bool {
        let lengths: [UInt64] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return zip(1..., lengths).contains { month, length in
            months & 1 << month != 0 && days & (2 << length - 1) != 0
        }
    }

    private static func nanoseconds(_ seconds: Int64) -> Int64? {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : nanoseconds
    }
}

/// Days of the week as cron counts them.
enum Weekday {
    static let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// 0 for a Sunday, of a day counted from 1970-01-01.
    static func of(_ day: Int64) -> Int64 { Timestamp.floored(day + 4, 7).remainder }
}
