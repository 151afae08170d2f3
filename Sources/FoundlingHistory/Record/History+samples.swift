package import FoundlingCore
internal import GRDB

extension History {
    static let hour: Int64 = 3_600_000_000_000
    static let day: Int64 = 86_400_000_000_000
    /// How long each hour's sample is kept; after that the first of each day, for ten years.
    static let hourlyDays: Int64 = 400
    static let dailyDays: Int64 = 3_653

    /// Remembers how full the disk is, once an hour at most.
    ///
    /// - Returns: whether it was time for it.
    @discardableResult
    package func sample(_ disk: DiskSpace, at now: Int64) throws(FoundlingError) -> Bool {
        try write { database in
            // From before the clock was set back: they would hold up every sample until their time has come.
            try database.execute(sql: "DELETE FROM samples WHERE time > ?", arguments: [now.addingUpTo(Self.hour)])
            let last = try Int64.fetchOne(database, sql: "SELECT max(time) FROM samples")
            guard last.map({ now.subtractingDownTo($0) >= Self.hour }) ?? true else { return false }
            try database.execute(
                sql: "INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?)",
                arguments: [now, disk.total.stored, disk.available.stored, disk.used.stored])
            try Self.thin(database, now: now)
            return true
        }
    }

    private static func thin(_ database: Database, now: Int64) throws {
        let (hourly, daily) = (now.subtractingDownTo(hourlyDays * day), now.subtractingDownTo(dailyDays * day))
        try database.execute(sql: "DELETE FROM samples WHERE time < ?", arguments: [daily])
        try database.execute(
            sql: """
                DELETE FROM samples WHERE time < ? AND EXISTS (
                    SELECT 1 FROM samples earlier WHERE earlier.time >= samples.time - samples.time % ?
                    AND earlier.time < samples.time)
                """, arguments: [hourly, day])
    }

    /// Samples of a span of time, oldest first; of more than `limit` evenly chosen ones, the last among them.
    package func samples(from start: Int64, to end: Int64, limit: Int = 500) throws(FoundlingError) -> [DiskSample] {
        let all = try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT time, total, available, used FROM samples WHERE time BETWEEN ? AND ? ORDER BY time",
                arguments: [start, end]
            ).map { row in
                let (total, available, used): (Int64, Int64, Int64) = (row[1], row[2], row[3])
                return DiskSample(
                    time: row[0], total: UInt64(clamping: total), available: UInt64(clamping: available),
                    used: UInt64(clamping: used))
            }
        }
        return all.thinned(to: limit)
    }
}

extension Array {
    /// At most so many, evenly chosen, the last among them.
    func thinned(to limit: Int) -> [Element] {
        guard count > limit, limit > 0 else { return limit > 0 ? self : [] }
        return (1...limit).map { self[$0 * count / limit - 1] }
    }
}
