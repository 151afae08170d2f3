import FoundlingCore
import Testing

@testable import FoundlingReport

/// Each row was checked against GNU `date -u`.
@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_772_337_906, "2026-03-01T04:05:06Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-9_223_372_036, "1677-09-21T00:12:44Z"),
        ] as [(Int64, String)])
    func timesAreISOInUTC(seconds: Int64, text: String) { #expect(Timestamp.iso(seconds * 1_000_000_000) == text) }

    @Test func aFractionIsCutNotRounded() {
        #expect(Timestamp.iso(1_999_999_999) == "1970-01-01T00:00:01Z")
        #expect(Timestamp.iso(.min) == "1677-09-21T00:12:43Z")
    }

    @Test(
        arguments: [
            (0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (172_799, "47 h"), (172_800, "2 d"),
            (18_489_600, "214 d"), (101_000_000, "3.2 y"), (-1, "future"),
        ] as [(Int64, String)])
    func agesAreOneNumberAndAUnit(seconds: Int64, text: String) {
        #expect(Timestamp.age(-seconds * 1_000_000_000, now: 0) == text)
    }

    @Test func anAgeNeverOverflows() { #expect(Timestamp.age(.min, now: .max) == "292.2 y") }
}
