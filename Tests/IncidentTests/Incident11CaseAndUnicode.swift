import Foundation
import FoundlingTesting
import Testing

/// A library moved from macOS to Linux: its umlauts were written as one character in the database and as two on disk,
/// and each document counted as missing and as an orphan at once (paperless-ngx#6839; rulesync#2740).
@Suite("Incident 11: case and Unicode form") struct Incident11CaseAndUnicode {
    private static let one = "caf\u{E9}"
    private static let two = "cafe\u{301}"

    @Test(arguments: Engine.available) func theOtherFormIsKept(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.live("datasets/\(Self.two)/data")
        try world.sql("INSERT INTO datasets VALUES ('x', \(world.text("datasets/\(Self.one)")), 'ready')")
        let found = try world.findings().filter { $0.hasPrefix("near_miss") }
        #expect(found.map { Array($0.unicodeScalars) } == [Array("near_miss datasets/\(Self.two)".unicodeScalars)])
        try world.clean()
    }

    @Test(arguments: Engine.available) func bothFormsAreTwoFiles(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.live("datasets/\(Self.one)/data", "one")
        try world.live("datasets/\(Self.two)/data", "two")
        for (key, name) in [("x1", Self.one), ("x2", Self.two)] {
            try world.sql("INSERT INTO datasets VALUES ('\(key)', \(world.text("datasets/\(name)")), 'ready')")
        }
        try world.clean()
        // One of them goes: which of the two is meant only the bytes can say, and the other is kept beside it.
        try world.sql("DELETE FROM datasets WHERE id = 'x1'")
        #expect(try world.findings().filter { $0.hasPrefix("orphan") }.isEmpty)
    }

    @Test(arguments: Engine.available) func anotherCaseIsKept(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.live("datasets/Readme/data")
        try world.live("datasets/README/data", "shouted")
        try world.sql(world.row("x", path: "datasets/readme"))
        #expect(
            try world.findings().filter { $0.hasPrefix("near_miss") } == [
                "near_miss datasets/README", "near_miss datasets/Readme",
            ])
        try world.clean()
    }

    @Test(arguments: Engine.available) func bothCasesAreTwoFiles(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.dataset("Pair", path: "datasets/Pair")
        try world.live("datasets/pair/data", "the small one")
        try world.sql(world.row("other", path: "datasets/pair"))
        try world.installTriggers()
        // A collation that ignores case must not make one of them.
        try world.sql("DELETE FROM datasets WHERE id = 'Pair'")
        world.giveUp("datasets/Pair")
        _ = try Program.run(["worker", "--once", "-q"], in: world.world.directory)
        world.expectNothingLost("worker")
    }

    @Test(arguments: Engine.available) func namesThatAreNoTextKeepTheirFiles(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.world.makeDirectory(bytes: Array("datasets/caf".utf8) + [0xE9])
        try world.sql(world.row("x", path: "datasets/caf"))
        // No text in a database can name it; it is an orphan, and the one beside it is not.
        try world.live("datasets/caf/data")
        try world.clean(["moved": 4])
    }
}
