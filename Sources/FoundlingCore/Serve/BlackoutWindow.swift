package import Foundation

/// A span of each week, or of each day, in which nothing begins.
///
/// It belongs to the day on which it begins: `Fri 22:00-06:00` ends on a Saturday. Where clocks change, whatever the
/// wall shows in that span is covered, and all between.
package struct BlackoutWindow: Hashable, Sendable {
    /// Why a text is no such window.
    package struct Invalid: Error, Equatable {
        package let reason: String
    }

    /// As it was written.
    package let text: String
    /// Bit n stands for day n of the week, 0 for Sunday.
    private let weekdays: UInt64
    /// In minutes of the day on which it begins; the end may lie on the next.
    private let minutes: Range<Int64>

    /// `Mon-Fri 08:00-18:00`, `22:00-06:00`, `Sat,Sun`.
    package init(_ text: String) throws(Invalid) {
        let parts = text.split { $0 == " " || $0 == "\t" || $0.isNewline }
        let times = parts.last.flatMap { $0.contains(":") ? $0 : nil }
        guard parts.count == 2 && times != nil || parts.count == 1 else {
            throw Invalid(
                reason: "\(CronField.shown(text)) is no window: write for example Mon-Fri 08:00-18:00, 22:00-06:00 or "
                    + "Sat,Sun")
        }
        self.text = text
        weekdays = try times != nil && parts.count == 1 ? 0x7F : Self.days(parts[0])
        minutes = if let times { try Self.times(times) } else { 0..<1440 }
    }

    /// Whether nothing may begin at a moment, in nanoseconds since 1970.
    package func covers(_ time: Int64, in zone: TimeZone) -> Bool {
        stretch(at: Timestamp.floored(time, 1_000_000_000).quotient, WallClock(zone: zone)) != nil
    }

    /// When the window that covers a moment ends, with those of its days that follow without a gap; nil where it covers
    /// it not.
    ///
    /// Of one that never ends it is a moment more than a week later, which is covered, too.
    package func end(of time: Int64, in zone: TimeZone) -> Int64? {
        let clock = WallClock(zone: zone)
        var seconds = Timestamp.floored(time, 1_000_000_000).quotient
        var end: Int64?
        for _ in 0..<8 {
            guard let next = stretch(at: seconds, clock) else { break }
            (seconds, end) = (next, next)
        }
        guard let (nanoseconds, overflow) = end?.multipliedReportingOverflow(by: 1_000_000_000) else { return nil }
        return overflow ? .max : nanoseconds
    }

    /// Where the stretch that covers a moment ends.
    private func stretch(at seconds: Int64, _ clock: WallClock) -> Int64? {
        let today = Timestamp.floored(clock.reading(at: seconds), 86_400).quotient
        // One that began the day before yesterday may have been drawn out by clocks that were put back.
        return ((today - 2)...(today + 1)).compactMap { day -> Int64? in
            guard weekdays & 1 << Weekday.of(day) != 0 else { return nil }
            let begin = clock.first(day * 86_400 + minutes.lowerBound * 60)
            let end = clock.end(day * 86_400 + minutes.upperBound * 60)
            return begin <= seconds && seconds < end ? end : nil
        }.max()
    }

    /// Whether together they leave no minute of a week.
    package static func leaveNothing(_ windows: [BlackoutWindow]) -> Bool {
        let week = 7 * 1440
        var isCovered = [Bool](repeating: false, count: week)
        for window in windows {
            for day in 0..<7 where window.weekdays & 1 << day != 0 {
                for minute in window.minutes { isCovered[(day * 1440 + Int(minute)) % week] = true }
            }
        }
        return !isCovered.contains(false)
    }

    // MARK: Text

    private static func days(_ text: Substring) throws(Invalid) -> UInt64 {
        var set: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let first = try day(ends[0])
            let last = try ends.count > 1 ? day(ends[1]) : first
            // `Fri-Mon` goes over the end of the week.
            for step in 0...((last - first + 7) % 7) { set |= 1 << ((first + step) % 7) }
        }
        return set
    }

    private static func day(_ text: Substring) throws(Invalid) -> Int {
        let word = text.lowercased()
        guard word.count >= 3, let day = Weekday.names.firstIndex(where: { $0.hasPrefix(word) }) else {
            throw Invalid(reason: "\(CronField.shown(text)) is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun")
        }
        return day
    }

    private static func times(_ text: Substring) throws(Invalid) -> Range<Int64> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let begin = minute(ends[0]), let end = minute(ends[1]), begin < 1440 else {
            throw Invalid(
                reason: "\(CronField.shown(text)) is no span of a day: write 08:00-18:00, up to 24:00")
        }
        guard begin != end else {
            throw Invalid(reason: "\(CronField.shown(text)) is empty; for a whole day write 00:00-24:00")
        }
        return begin..<(end > begin ? end : end + 1440)
    }

    private static func minute(_ text: Substring) -> Int64? {
        guard let (_, hours, minutes) = text.wholeMatch(of: /([0-9]{1,2}):([0-9]{2})/)?.output,
            let hour = Int64(hours), let minute = Int64(minutes), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }
}
