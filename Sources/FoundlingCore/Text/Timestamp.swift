/// Points in time and ages, in words.
package enum Timestamp {
    /// ISO 8601 in UTC, the fraction of a second cut off: `2026-03-01T04:05:06Z`.
    ///
    /// Worked out here, because a date formatter costs more than all the rest of a line and there may be a million.
    package static func iso(_ nanoseconds: Int64) -> String {
        let (days, second) = floored(floored(nanoseconds, 1_000_000_000).quotient, 86_400)
        let (year, month, day) = civil(days)
        var text = Array("0000-00-00T00:00:00Z".utf8)
        func put(_ number: Int64, at end: Int) {
            var (rest, i) = (number, end)
            while rest > 0 {
                text[i] += UInt8(truncatingIfNeeded: rest % 10)
                (rest, i) = (rest / 10, i - 1)
            }
        }
        // 64 bits of nanoseconds reach from 1677 to 2262: four digits hold every year.
        put(year, at: 3)
        put(month, at: 6)
        put(day, at: 9)
        put(second / 3600, at: 12)
        put(second / 60 % 60, at: 15)
        put(second % 60, at: 18)
        return String(decoding: text, as: UTF8.self)
    }

    /// Midnight UTC of a day written `2027-01-31`, in nanoseconds; nil where there is no such day.
    package static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, let year = Int64(parts[0]), let month = Int64(parts[1]),
            let day = Int64(parts[2]), (1970...2261).contains(year), (1...12).contains(month), day >= 1
        else { return nil }
        // The days before a date, by years that begin on 1 March.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
        let nanoseconds = days * 86_400_000_000_000
        return iso(nanoseconds).hasPrefix(text) ? nanoseconds : nil
    }

    /// How long before `now`: `12 s`, `5 min`, `30 h`, `214 d`, `3.2 y`; `future` for what is dated ahead.
    package static func age(_ nanoseconds: Int64, now: Int64) -> String {
        let (difference, overflow) = now.subtractingReportingOverflow(nanoseconds)
        let seconds = floored(overflow ? .max : difference, 1_000_000_000).quotient
        return switch seconds {
        case ..<0: "future"
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        case ..<63_158_400: "\(seconds / 86_400) d"
        default: "\(seconds / 31_557_600).\(seconds % 31_557_600 * 10 / 31_557_600) y"
        }
    }

    /// How long until a later moment, to the nearest day where it is days.
    package static func until(_ nanoseconds: Int64, now: Int64) -> String {
        let seconds = (nanoseconds - now) / 1_000_000_000
        return seconds >= 172_800 ? "\((seconds + 43_200) / 86_400) d" : age(now, now: nanoseconds)
    }

    /// Proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin on 1 March.
    static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            era * 400 + year + (isNextYear ? 1 : 0), month + (isNextYear ? -9 : 3),
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    /// Division that rounds down, so that times before 1970 are no special case.
    static func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
