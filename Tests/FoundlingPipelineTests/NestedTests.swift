import Foundation
import FoundlingCore
import FoundlingPipeline
import FoundlingTesting
import Testing

/// Entries inside living entries: checkpoints of trainings, on real files.
@Suite struct NestedTests {
    private func world(
        _ name: String, safety: String = "min_age: 0s", status: String = "completed", rows: [String] = ["checkpoint_1"],
        extra: (World) throws -> Void = { _ in }
    ) throws -> World {
        let world = try World(name)
        for step in 1...2 { try world.file("trainings/t1/checkpoints/checkpoint_\(step)/layer_0/x.bin") }
        try world.file("trainings/t1/community_format/cfg.json")
        try world.file("trainings/t1/checkpoints/notes.txt")
        try extra(world)
        try world.sql(
            "CREATE TABLE trainings (id TEXT, status TEXT); CREATE TABLE checkpoints (id TEXT, storage_path TEXT)")
        try world.insert("INSERT INTO trainings VALUES ('t1', ?)", [status])
        for row in rows {
            try world.insert(
                "INSERT INTO checkpoints VALUES (?, ?)", [row, "trainings/t1/checkpoints/\(row)/layer_0/x.bin"])
        }
        try world.write(
            """
            trainings:
              entries: trainings/*
              records: [{ table: trainings, key: id, claims: ["trainings/{id}"], making: status = 'running' }]
            checkpoints:
              within: trainings
              entries: trainings/*/checkpoints/checkpoint_*
              records: [{ table: checkpoints, key: id, claims: ["{storage_path}"], requires: ["{storage_path}"] }]
            """, safety: safety)
        return world
    }

    @Test func anOrphanInsideALivingEntryIsSeenAndItsNeighboursAreNot() throws {
        #expect(try world("nested").verdicts() == "orphan trainings/t1/checkpoints/checkpoint_2")
    }

    @Test func nothingInsideAnEntryBeingMadeIsJudged() throws {
        let result = try world("making", status: "running").scan()
        #expect(result.count(.orphan) == 0)
        #expect(result.warnings.contains { $0.contains("nested entry was not judged") })
    }

    @Test func nothingInsideAYoungEntryIsJudged() throws {
        #expect(try world("young", safety: "min_age: 24h").scan().count(.orphan) == 0)
    }

    @Test func nothingInsideAPinnedEntryIsJudged() throws {
        let pinned = try world("pinned") { try $0.file("trainings/t1/.foundling-keep") }
        #expect(try pinned.scan().count(.orphan) == 0)
    }

    @Test(.enabled(if: geteuid() == 0)) func nothingInsideAnEntryThatIsHalfSeenIsJudged() throws {
        let world = try world("mount") { try $0.makeDirectory("trainings/t1/other") }
        let target = world.store + "/trainings/t1/other"
        try #require(try Program.execute("/bin/mount", ["-t", "tmpfs", "none", target]).status == 0)
        defer { _ = try? Program.execute("/bin/umount", [target]) }
        #expect(try world.scan().count(.orphan) == 0)
    }

    @Test func anUnclaimedParentGoesAsAWhole() throws {
        let both = try world("whole") { world in
            try world.file("trainings/t2/checkpoints/checkpoint_9/x")
        }
        let result = try both.scan()
        #expect(result.finding("trainings/t2")?.kind == .orphan)
        #expect(result.finding("trainings/t2/checkpoints/checkpoint_9") == nil)
    }

    @Test func aFileOfAClaimedEntryThatIsGoneMakesItsRowDangling() throws {
        let result = try world("dangling", rows: ["checkpoint_1", "checkpoint_7"]).scan()
        #expect(result.findings.filter { $0.kind == .dangling }.map { $0.record?.key } == [Array("checkpoint_7".utf8)])
    }
}
