import Foundation
import FoundlingCore
import Testing

/// When a cron expression is due.
@Suite struct CronExpressionTests {
    /// Against every minute of the wall, for expressions and moments drawn at random.
    @Test(arguments: WallOracle.all.indices)
    func eachTimeIsThatOfAWallReadMinuteByMinute(span: Int) throws {
        let oracle = WallOracle.all[span]
        var random = Seeded(UInt64(span) + 1)
        var compared = 0
        for _ in 0..<150 {
            let drawn = DrawnExpression(&random)
            guard let cron = try? CronExpression(drawn.text) else { continue }
            let due = oracle.due(drawn.matches)
            let end = oracle.start + oracle.readings.count
            for _ in 0..<20 {
                let minute = Int.random(in: (oracle.start + 1)..<end, using: &random)
                // At the minute itself, and within it.
                for part in [0, 1, minuteOfTime / 2, minuteOfTime - 1] {
                    let time = Int64(minute) * minuteOfTime + part
                    let next = due.first { $0 > minute }.map { Int64($0) * minuteOfTime }
                    let previous = due.last { part == 0 ? $0 < minute : $0 <= minute }.map { Int64($0) * minuteOfTime }
                    let found = (
                        cron.next(after: time, in: oracle.zone).flatMap { $0 < Int64(end) * minuteOfTime ? $0 : nil },
                        // Whether the first minute of the span was due is not known: what was before it may matter.
                        cron.previous(before: time, in: oracle.zone).flatMap {
                            $0 > Int64(oracle.start) * minuteOfTime ? $0 : nil
                        }
                    )
                    try #require(found.0 == next, "\(drawn.text) after \(time) in \(oracle.zone.identifier)")
                    try #require(
                        found.1 == previous.flatMap { $0 > Int64(oracle.start) * minuteOfTime ? $0 : nil },
                        "\(drawn.text) before \(time) in \(oracle.zone.identifier)")
                    compared += next == nil ? 0 : 1
                }
            }
        }
        #expect(compared > 1_000)
    }

    @Test(arguments: [
        ("30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", ["2026-03-29 03:00", "2026-03-30 02:30"]),
        ("*/15 2 * * *", "Europe/Berlin", "2026-03-28 12:00", ["2026-03-29 03:00", "2026-03-30 02:00"]),
        ("0 3 * * *", "Europe/Berlin", "2026-03-28 12:00", ["2026-03-29 03:00", "2026-03-30 03:00"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", ["2026-10-25 02:30", "2026-10-26 02:30"]),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00", ["2026-10-04 02:30", "2026-10-05 02:15"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04 12:00", ["2026-04-05 01:45", "2026-04-06 01:45"]),
        ("0 0 29 2 *", "UTC", "2096-03-01 00:00", ["2104-02-29 00:00"]),
        (
            "0 0 29 2 */7", "UTC", "2004-03-01 00:00",
            ["2032-02-29 00:00", "2060-02-29 00:00", "2088-02-29 00:00", "2128-02-29 00:00"]
        ),
        ("0 0 1,15 * mon", "UTC", "2026-06-01 00:00", ["2026-06-08 00:00", "2026-06-15 00:00", "2026-06-22 00:00"]),
        ("0 0 */2 * mon", "UTC", "2026-06-01 00:00", ["2026-06-15 00:00", "2026-06-29 00:00"]),
        ("0 0 * * fri-sun", "UTC", "2026-06-01 00:00", ["2026-06-05 00:00", "2026-06-06 00:00", "2026-06-07 00:00"]),
        ("@weekly", "Asia/Kathmandu", "2026-06-01 00:00", ["2026-06-07 00:00", "2026-06-14 00:00"]),
        ("@hourly", "UTC", "2026-06-01 23:30", ["2026-06-02 00:00", "2026-06-02 01:00"]),
        ("@Annually", "UTC", "2026-06-01 23:30", ["2027-01-01 00:00"]),
        ("0 0 31 12 *", "UTC", "1969-06-01 00:00", ["1969-12-31 00:00", "1970-12-31 00:00"]),
    ])
    func whatIsSkippedComesAfterTheGapAndWhatComesTwiceCountsOnce(
        text: String, zone: String, after: String, times: [String]
    ) throws {
        let cron = try CronExpression(text)
        let place = try #require(TimeZone(identifier: zone))
        var time = at(after, zone)
        for expected in times {
            let next = try #require(cron.next(after: time, in: place))
            #expect(next == at(expected, zone), "\(Timestamp.iso(next))")
            // From the other side.
            #expect(cron.previous(before: next + 1, in: place) == next)
            time = next
        }
    }

    @Test(arguments: [
        ("", "0 fields, and it takes five: minute, hour, day of the month, month, day of the week"),
        ("5 4 * *", "4 fields, and it takes five: minute, hour, day of the month, month, day of the week"),
        (
            "0 5 4 * * *",
            "6 fields, and it takes five: minute, hour, day of the month, month, day of the week; seconds, "
                + "years and commands have no place here"
        ),
        ("60 * * * *", "minute: '60' is not from 0 to 59"), ("* 24 * * *", "hour: '24' is not from 0 to 23"),
        ("* * 0 * *", "day of the month: '0' is not from 1 to 31"), ("* * * 13 *", "month: '13' is not from 1 to 12"),
        ("* * * * 8", "day of the week: '8' is not from 0 to 7"),
        ("* * * * funday", "day of the week: 'funday' is no number or one of sun, mon, tue, wed, thu, fri, sat"),
        ("30-10 * * * *", "minute: '30-10' is empty: it ends before it begins"),
        ("* * * * 5-0", "day of the week: '5-0' is empty: it ends before it begins"),
        ("*/0 * * * *", "minute: a step is a whole number from 1 to 59"),
        ("*/60 * * * *", "minute: a step is a whole number from 1 to 59"),
        ("*/ * * * *", "minute: a step is a whole number from 1 to 59"),
        ("5/15 * * * *", "minute: a step needs a range: write 5-59/15"),
        ("1,,2 * * * *", "minute: a comma with nothing beside it"),
        (", * * * *", "minute: a comma with nothing beside it"),
        ("-5 * * * *", "minute: '' is no number"), ("+5 * * * *", "minute: '+5' is no number"),
        ("1-2-3 * * * *", "minute: '2-3' is no number"), ("٣ * * * *", "minute: '٣' is no number"),
        ("? * * * *", "minute: '?' is no number"),
        ("* * L * *", "day of the month: 'L' is no number"), ("mon * * * *", "minute: 'mon' is no number"),
        ("99999999999999999999 * * * *", "minute: '99999999999999999999' is no number"),
        ("0 0 30 2 *", "none of its months has such a day: it would never be due"),
        ("0 0 31 4,6,9,11 *", "none of its months has such a day: it would never be due"),
        ("0 0 31 2 */2", "none of its months has such a day: it would never be due"),
        ("@reboot", "@reboot is no time: a schedule says when, not after what"),
        (
            "@every 5m",
            "'@every' is none of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly"
        ),
        ("@daily x", "'@daily' is none of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly"),
    ])
    func whatIsNoExpressionIsToldWhy(text: String, reason: String) {
        do {
            _ = try CronExpression(text)
            Issue.record("accepted")
        } catch { #expect(error.reason == reason) }
    }

    /// With days of the week beside it, the impossible day does no harm.
    @Test func aDayThatNeverComesIsHarmlessWhereAnotherFieldWillDo() throws {
        let cron = try CronExpression("0 0 30 2 mon")
        #expect(cron.next(after: at("2026-01-31 00:00"), in: .gmt) == at("2026-02-02 00:00"))
    }

    @Test func noSecretAndNoControlCharacterComesOutInAReason() {
        for text in ["* * * * https://hooks/hunter2", "\u{1B}[2J * * * *", "@hunter2\u{202E}"] {
            #expect {
                _ = try CronExpression(text)
            } throws: { error in
                let reason = (error as? CronExpression.Invalid)?.reason ?? ""
                return reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E }
                    && (!text.contains("://") || !reason.contains("hunter2"))
            }
        }
    }

    /// The ends of what 64 bits of nanoseconds can say.
    @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
    func noMomentIsTooFarAway(time: Int64) throws {
        let cron = try CronExpression("17 3 * * 0")
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        if let next = cron.next(after: time, in: zone) { #expect(next > time) }
        if let previous = cron.previous(before: time, in: zone) { #expect(previous < time) }
    }
}
