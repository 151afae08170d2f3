import FoundlingCore
import Testing

/// Every row is one recorded path and all that it may mean, for a root at /srv/app/data with the aliases /data and
/// data.
@Suite struct ClaimReadingsTests {
    @Test(arguments: [
        ("trainings/a", "trainings/a"),
        ("./trainings//a/", "trainings/a"),
        ("trainings/x/../a", "trainings/a"),
        ("data/trainings/a", "trainings/a | data/trainings/a"),
        ("/data/trainings/a", "trainings/a"),
        ("/srv/app/data/trainings/a", "trainings/a"),
        ("//srv/app/./data/trainings/a", "trainings/a"),
        ("file:///data/trainings/a%20b", "trainings/a b | file:/data/trainings/a%20b"),
        ("file://localhost/data/trainings/a", "trainings/a | file:/localhost/data/trainings/a"),
        ("file:trainings/a", "trainings/a | file:trainings/a"),
        ("file:a%00b", "a%00b | file:a%00b"), ("file:/../a", "outside a"),
        ("/data", ""), ("data", " | data"), (".", ""), ("/srv/app/data/", ""),
        ("../data/trainings/a", "trainings/a"),
        ("../../app/data/a", "a"), ("../../data/a", "a | outside srv/data/a"),
        ("../elsewhere/a", "outside srv/app/elsewhere/a"),
        ("../../../../../../a", "outside a"),
        ("/database/trainings/a", "outside database/trainings/a"),
        ("/mnt/other/a", "outside mnt/other/a"),
        ("s3://bucket/trainings/a", "elsewhere bucket/trainings/a"),
        ("https://host/a", "elsewhere host/a"),
        ("C:\\data\\a", "C:\\data\\a"),
        ("database/a", "database/a"),
    ])
    func everyReadingThatFitsCounts(_ recorded: String, _ expected: String) {
        let readings = ClaimReadings(root: "/srv/app/data", aliases: ["/data", "data"])
        let found = readings.readings(of: Array(recorded.utf8)).map { reading in
            switch reading {
            case .inside(let parts): text(parts)
            case .outside(let parts, isLocal: true): "outside " + text(parts)
            case .outside(let parts, isLocal: false): "elsewhere " + text(parts)
            }
        }
        #expect(found.joined(separator: " | ") == expected)
    }

    @Test(arguments: ["trainings/a", "trainings/a.b", "x/y/z"])
    func theFastPathTakesOnlyWhatHasOneMeaning(_ recorded: String) {
        let readings = ClaimReadings(root: "/srv/app/data", aliases: ["/data", "data"])
        #expect(Array(recorded.utf8).withUnsafeBytes { readings.isPlain($0) })
    }

    @Test(arguments: ["/a", "data/a", "database/a", "a//b", "a/", "a/./b", "a/../b", "./a", "file:a", "s3://a/b", ""])
    func theFastPathLeavesTheRestToTheWholeRule(_ recorded: String) {
        let readings = ClaimReadings(root: "/srv/app/data", aliases: ["/data", "data"])
        #expect(!Array(recorded.utf8).withUnsafeBytes { readings.isPlain($0) })
    }

    private func text(_ parts: [[UInt8]]) -> String {
        parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
}
