import Foundation
import FoundlingCore
import Testing

/// When nothing begins.
@Suite struct BlackoutWindowTests {
    @Test(arguments: [
        ("Mon-Fri 08:00-18:00", "2026-06-01 08:00", "2026-06-01 18:00"),
        ("Mon-Fri 08:00-18:00", "2026-06-05 17:59:59", "2026-06-05 18:00"),
        ("Mon-Fri 08:00-18:00", "2026-06-05 18:00", nil), ("Mon-Fri 08:00-18:00", "2026-06-01 07:59:59", nil),
        ("Mon-Fri 08:00-18:00", "2026-06-06 12:00", nil),
        ("22:00-06:00", "2026-06-01 23:00", "2026-06-02 06:00"),
        ("22:00-06:00", "2026-06-01 05:00", "2026-06-01 06:00"),
        ("22:00-06:00", "2026-06-01 06:00", nil), ("22:00-06:00", "2026-06-01 21:59", nil),
        // It belongs to the day on which it begins.
        ("Fri 22:00-06:00", "2026-06-06 05:00", "2026-06-06 06:00"), ("Fri 22:00-06:00", "2026-06-05 05:00", nil),
        ("sat,SUN", "2026-06-06 12:00", "2026-06-08 00:00"), ("Sat,Sun", "2026-06-08 00:00", nil),
        ("Sat-Mon", "2026-06-06 00:00", "2026-06-09 00:00"), ("Fri-Mon", "2026-06-06 00:00", "2026-06-09 00:00"),
        ("Mon 00:00-24:00", "2026-06-01 12:00", "2026-06-02 00:00"),
        ("monday 8:00-9:00", "2026-06-01 08:30", "2026-06-01 09:00"),
        ("Mon,Wed-Thu 00:00-24:00", "2026-06-03 12:00", "2026-06-05 00:00"),
        ("20:00-00:00", "2026-06-01 21:00", "2026-06-02 00:00"),
    ])
    func itLastsFromItsBeginningToItsEnd(text: String, time: String, end: String?) throws {
        let window = try BlackoutWindow(text)
        let zone = TimeZone(identifier: "America/New_York")!
        let moment = at(time, "America/New_York")
        #expect(window.covers(moment, in: zone) == (end != nil))
        #expect(window.end(of: moment, in: zone) == end.map { at($0, "America/New_York") })
    }

    /// Whatever the wall shows in the window is covered, and beyond that at most what lies between.
    @Test(
        arguments: WallOracle.all.indices,
        ["02:30-03:00", "22:00-02:15", "01:00-02:00", "Sun 00:00-24:00", "Sat,Sun", "01:45-01:50"])
    func itCoversWhatTheWallShows(span: Int, text: String) throws {
        let window = try BlackoutWindow(text)
        let oracle = WallOracle.all[span]
        let times = text.contains(":") ? text.split(separator: " ").last! : "00:00-24:00"
        let ends = times.split(separator: "-").map { end in
            let parts = end.split(separator: ":").map { Int($0)! }
            return parts[0] * 60 + parts[1]
        }
        let days: Set<Int> = text.hasPrefix("Sun") ? [0] : text.hasPrefix("Sat") ? [6, 0] : Set(0...6)
        func shows(_ reading: WallOracle.Reading) -> Bool {
            let minute = reading.hour * 60 + reading.minute
            let yesterday = (reading.weekday + 6) % 7
            return ends[0] < ends[1]
                ? days.contains(reading.weekday) && (ends[0]..<ends[1]).contains(minute)
                : days.contains(reading.weekday) && minute >= ends[0] || days.contains(yesterday) && minute < ends[1]
        }
        var between = 0
        for (i, reading) in oracle.readings.enumerated() {
            let time = Int64(oracle.start + i) * minuteOfTime
            let covers = window.covers(time, in: oracle.zone)
            if shows(reading) { try #require(covers, "\(Timestamp.iso(time))") }
            if covers, !shows(reading) { between += 1 }
            if covers {
                let end = try #require(window.end(of: time, in: oracle.zone))
                #expect(end > time && !window.covers(end, in: oracle.zone))
            }
        }
        #expect(between <= 60)
    }

    @Test(arguments: [
        ("", "'' is no window: write for example Mon-Fri 08:00-18:00, 22:00-06:00 or Sat,Sun"),
        ("Mon Tue", "'Mon Tue' is no window: write for example Mon-Fri 08:00-18:00, 22:00-06:00 or Sat,Sun"),
        ("Mon 8-18", "'Mon 8-18' is no window: write for example Mon-Fri 08:00-18:00, 22:00-06:00 or Sat,Sun"),
        (
            "08:00-18:00 Mon",
            "'08:00-18:00 Mon' is no window: write for example Mon-Fri 08:00-18:00, 22:00-06:00 or Sat,Sun"
        ),
        ("Foo", "'Foo' is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mo", "'Mo' is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mon-", "'' is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mon,,Tue", "'' is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("08:00-08:00", "'08:00-08:00' is empty; for a whole day write 00:00-24:00"),
        ("24:00-06:00", "'24:00-06:00' is no span of a day: write 08:00-18:00, up to 24:00"),
        ("08:00-24:01", "'08:00-24:01' is no span of a day: write 08:00-18:00, up to 24:00"),
        ("08:60-09:00", "'08:60-09:00' is no span of a day: write 08:00-18:00, up to 24:00"),
        ("08:00", "'08:00' is no span of a day: write 08:00-18:00, up to 24:00"),
        ("08:00-09:00-10:00", "'08:00-09:00-10:00' is no span of a day: write 08:00-18:00, up to 24:00"),
    ])
    func whatIsNoWindowIsToldWhy(text: String, reason: String) {
        do {
            _ = try BlackoutWindow(text)
            Issue.record("accepted")
        } catch { #expect(error.reason == reason) }
    }

    @Test(arguments: [
        (["Mon-Sun"], true), (["00:00-24:00"], true), (["Mon-Fri", "Sat,Sun"], true),
        (["06:00-22:00", "22:00-06:00"], true),
        (["Mon-Sat", "Sun 00:00-23:59"], false), (["06:00-22:00", "22:00-05:59"], false), ([], false),
        // The last of Sunday reaches over the end of the week.
        (["Tue-Sun", "Mon 06:00-24:00", "Sun 22:00-06:00"], true),
    ])
    func itIsKnownWhetherTheyLeaveAnything(texts: [String], nothing: Bool) throws {
        #expect(BlackoutWindow.leaveNothing(try texts.map { try BlackoutWindow($0) }) == nothing)
    }
}
