package import FoundlingCore
internal import GRDB

/// How fast orphans and the disk grow, from what was seen in the last 30 days.
///
/// It cannot know what is yet to come: a job that writes once a month, a clean-up, a larger disk. It sees how full the
/// whole file system is, whoever filled it, and says nothing of why. Slopes are medians (Theil–Sen), so that one large
/// deletion does not turn them round; but half of all points moving together does.
package struct Growth: Sendable, Equatable {
    /// Bytes a day; nil where fewer than three scans, or less than a day, speak for it.
    package var orphans: Double?
    /// Bytes a day that the file system's used space grows by; nil in the same way.
    package var used: Double?
    /// When the disk will be full if that goes on, in nanoseconds since 1970; nil where it does not grow, or is not
    /// known to, and beyond ten years.
    package var diskFull: Int64?

    package init(orphans: Double? = nil, used: Double? = nil, diskFull: Int64? = nil) {
        self.orphans = orphans
        self.used = used
        self.diskFull = diskFull
    }
}

extension History {
    private static let growthDays: Int64 = 30
    /// The slopes between them all are some 20,000.
    private static let growthPoints = 200
    private static let furthestDays = 3_652.0

    /// What the last 30 days say; what is dated after now, by a clock that was set back since, does not count.
    package func growth(now: Int64) throws(FoundlingError) -> Growth {
        let start = now.subtractingDownTo(Self.growthDays * Self.day)
        let scans: [Slope.Point] = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT started, orphan_bytes FROM scans WHERE outcome = 'done' AND orphan_bytes IS NOT NULL
                    AND started BETWEEN ? AND ? ORDER BY started
                    """, arguments: [start, now]
            ).map { row in
                let (time, bytes): (Int64, Int64) = (row[0], row[1])
                return Slope.Point(day: Self.days(time, since: start), bytes: Double(bytes))
            }
        }
        let samples = try samples(from: start, to: now, limit: Self.growthPoints)
        let used = Slope.perDay(
            samples.map { Slope.Point(day: Self.days($0.time, since: start), bytes: Double($0.used)) })
        return Growth(
            orphans: Slope.perDay(scans.thinned(to: Self.growthPoints)), used: used,
            diskFull: samples.last.flatMap { Self.diskFull($0, growing: used, now: now) })
    }

    private static func days(_ time: Int64, since start: Int64) -> Double {
        Double(time.subtractingDownTo(start)) / Double(day)
    }

    private static func diskFull(_ last: DiskSample, growing perDay: Double?, now: Int64) -> Int64? {
        guard let perDay, perDay > 0 else { return nil }
        let days = Double(last.available) / perDay
        guard days <= furthestDays else { return nil }
        // It may have become full since it was last looked at: that is now, not in the past.
        return max(now, last.time.addingUpTo(Int64(days * Double(day))))
    }
}

/// The median of the slopes between all pairs of points (Theil and Sen): up to 29 % of them may be anything.
enum Slope {
    /// Bytes at a time.
    struct Point {
        let day: Double
        let bytes: Double
    }

    /// nil for fewer than three points, or for less than a day.
    static func perDay(_ points: [Point]) -> Double? {
        guard points.count >= 3, let first = points.first, let last = points.last, last.day - first.day >= 1 else {
            return nil
        }
        var slopes: [Double] = []
        for (index, point) in points.enumerated() {
            for later in points[(index + 1)...] where later.day > point.day {
                slopes.append((later.bytes - point.bytes) / (later.day - point.day))
            }
        }
        slopes.sort()
        guard let middle = slopes.dropFirst(slopes.count / 2).first else { return nil }
        return slopes.count.isMultiple(of: 2) ? (slopes[slopes.count / 2 - 1] + middle) / 2 : middle
    }
}
