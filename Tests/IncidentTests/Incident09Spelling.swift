import Foundation
import FoundlingTesting
import Testing

/// Records spelt the same file by another scheme, host or escape than the listing did, and nothing matched: a manual
/// warns that it "will lead to data loss" (iceberg#4346, amoro#1981, delta-rs#663).
@Suite("Incident 9: another scheme, authority or escape for the same path") struct Incident09Spelling {
    @Test(arguments: Engine.available) func everySpellingOfAPathKeepsItsFile(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let store = world.world.store
        let spellings = [
            "ds1": "\(store)/datasets/ds1", "ds2": "/data/datasets/ds2", "ds3": "file:///data/datasets/ds3",
            "ds5": "./datasets//ds5/", "ds6": "trainings/../datasets/ds6", "ds7": "file://\(store)/datasets/ds%37",
            "ds8": "datasets/ds8/data", "ds9": "data/datasets/ds9",
        ]
        let elsewhere = [
            "ds10": "s3://bucket/datasets/ds10", "ds11": "/mnt/old/data/datasets/ds11",
            "ds12": "abfss://container@account.example/datasets/ds12", "ds13": "datasets%2Fds13",
        ]
        for (key, path) in spellings.merging(elsewhere, uniquingKeysWith: { $1 }) {
            try world.sql("UPDATE datasets SET raw_path = '\(path)' WHERE id = '\(key)'")
        }
        let findings = try world.findings().filter { !$0.hasPrefix("dangling") }
        #expect(findings == (elsewhere.keys.map { "near_miss datasets/\($0)" } + IncidentWorld.asEver).sorted())
        try world.clean()
    }

    @Test(arguments: Engine.available) func escapesAreReadBothWays(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        for name in ["a b", "c%20d", "e%2Ff", "100%", "%"] {
            try world.live("datasets/\(name)/data")
        }
        let rows = ["a%20b", "c d", "e%2Ff", "100%", "%"]
        for (number, name) in rows.enumerated() { try world.sql(world.row("x\(number)", path: "datasets/\(name)")) }
        try world.clean()
    }

    @Test(arguments: Engine.available) func aPathThatNobodyCanReadLeavesNoVerdict(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        let long = String(repeating: "x", count: 5_000)
        switch engine {
        case .sqlite: try world.sql("INSERT INTO datasets VALUES ('bad', CAST(X'6461740061' AS TEXT), 'ready')")
        case .postgres: try world.sql("ALTER TABLE datasets ALTER raw_path TYPE text; \(world.row("bad", path: long))")
        case .mariadb: try world.sql("ALTER TABLE datasets MODIFY raw_path TEXT; \(world.row("bad", path: long))")
        }
        for command in ["scan -q", "clean --delete-all --yes -q"] {
            try world.run(command, exits: 3, error: "path-undecodable")
        }
    }

    @Test(arguments: Engine.available) func aWorkerReadsEverySpelling(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.sql(world.row("twin", path: "file://\(world.world.store)/datasets/./ds1"))
        try world.sql(world.row("far", path: "s3://bucket/datasets/ds2"))
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id IN ('ds1', 'ds2')")
        _ = try Program.run(["worker", "--once", "-q"], in: world.world.directory)
        world.expectNothingLost("worker")
        #expect(world.exists("datasets/ds1") && world.exists("datasets/ds2"))
    }
}
