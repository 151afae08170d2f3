import Foundation
import FoundlingTesting
import Testing

/// A lock that another tool could not see, and one that a dead process had left and somebody removed by hand: two
/// pruned at once, and packs of a backup that was being written went (restic#2452, rustic#144).
@Suite("Incident 16: locks, and who holds them") struct Incident16Locks {
    /// Runs a script of `sh` in a world, with `foundling` in `$F` and a step held open: `echo > hold` lets it go on.
    private func script(_ world: IncidentWorld, _ text: String) throws -> String {
        let script = "mkfifo held hold; H='item.move@1:before=echo > held; read x < hold'\n" + text
        let outcome = try Program.execute(
            "/bin/sh", ["-c", script], in: world.world.directory, environment: ["F": Program.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        world.expectNothingLost("two at once")
        return outcome.output
    }

    @Test(arguments: Engine.available) func twoAtOnceTakeEachOrphanOnce(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.accept()
        let told = try script(
            world,
            """
            FOUNDLING_AT="$H" "$F" clean --delete-all --yes -q >one & first=$!
            read x < held
            "$F" clean --delete-all --yes -q >two 2>&1 & second=$!
            echo > hold
            wait $first; echo first $?; wait $second; echo second $?
            """)
        #expect(told.contains("first 0\nsecond 0"), "\(told)")
        #expect(try world.inQuarantine().count == 3)
        try world.run("ledger verify -q")
    }

    @Test func aPlanIsNotCarriedOutTwiceAtOnce() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let told = try script(
            world,
            """
            FOUNDLING_AT="$H" "$F" apply plan -q >one & first=$!
            read x < held
            "$F" apply plan -q >two 2>&1 & second=$!
            echo > hold
            wait $first; echo first $?; wait $second; echo second $?
            """)
        #expect(told.contains("first 0\nsecond 5"), "\(told)")
        #expect(try world.inQuarantine().count == 3)
    }

    @Test func aLockOfADeadProcessIsNoObstacle() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        try world.run("apply plan -q", exits: 128 + SIGKILL, with: ["FOUNDLING_FAULT": "run.make@1:before=kill"])
        // Its name still stands in the file.
        let lock = try String(contentsOfFile: world.store + "/.foundling/apply.lock", encoding: .utf8)
        #expect(lock.contains("\"pid\""))
        try world.clean()
    }

    @Test func aLivingHolderIsNamedAndNotPushedAside() throws {
        let world = try IncidentWorld(.sqlite)
        try world.accept()
        let told = try script(
            world,
            """
            FOUNDLING_AT="$H" "$F" clean --delete-all --yes -q >one & first=$!
            read x < held
            "$F" apply plan -q >two 2>&1; echo second $?; cat two
            ls data/datasets | grep -c old
            echo > hold; wait $first; echo first $?; echo pid $first
            """)
        #expect(told.contains("second 3") && told.contains("error[store-busy]"), "\(told)")
        let pid = try #require(told.firstMatch(of: #/pid ([0-9]+)/#)?.1)
        #expect(told.contains("process \(pid) on "), "\(told)")
        #expect(told.contains("first 0"), "\(told)")
    }

    @Test(arguments: Engine.available) func aWorkerAndAPersonTakeEachFileOnce(_ engine: Engine) throws {
        let world = try IncidentWorld(engine)
        try world.installTriggers()
        try world.sql("DELETE FROM datasets WHERE id = 'ds1'")
        world.giveUp("datasets/ds1")
        let told = try script(
            world,
            """
            FOUNDLING_AT="$H" "$F" worker --once -q >one & first=$!
            read x < held
            "$F" clean --delete-all --yes -q >two 2>&1 & second=$!
            echo > hold
            wait $first; echo first $?; wait $second; echo second $?
            """)
        #expect(told.contains("first 0\nsecond 0"), "\(told)")
        #expect(try world.inQuarantine().count == 4)
        try world.run("ledger verify -q")
    }
}
