import Foundation
import FoundlingTesting
import Testing

/// Directories that are renamed, taken away or exchanged in the middle of an act.
@Suite struct MovedParentsTests {
    /// A store whose directory `top/mid` is gone, with a private directory of somebody else's beside its place.
    private func parentless(_ actor: Actor, isEmpty: Bool) throws -> (world: HostileWorld, run: String) {
        let world = try HostileWorld("parentless", actor: actor) { world in
            try world.makeDirectory("top/private")
            if !isEmpty { try world.file("top/private/key", "secret") }
        }
        // What the receipt remembers of the directory: it is the attacker's, and open to all.
        chmod(world.world.store + "/top/mid", 0o777)
        if geteuid() == 0, actor != .ordinary {
            chown(world.world.store + "/top/mid", 4242, 4242)
            chown(world.world.store + "/top/private", 0, 0)
        }
        chmod(world.world.store + "/top/private", 0o700)
        let run = try world.apply()
        #expect(rename(world.world.store + "/top/mid", world.world.directory + "/mid") == 0)
        return (world, run)
    }

    @Test(arguments: Actor.available, [false, true])
    func aDirectoryPutInPlaceOfAParentIsNotGivenAway(_ actor: Actor, _ isEmpty: Bool) throws {
        let (world, run) = try parentless(actor, isEmpty: isEmpty)
        // An empty one that was made a moment ago could be ours.
        var times = [timespec(tv_sec: 1_500_000_000, tv_nsec: 0), timespec(tv_sec: 1_500_000_000, tv_nsec: 0)]
        utimensat(AT_FDCWD, world.world.store + "/top/private", &times, 0)
        _ = try Program.execute("/bin/sleep", isEmpty ? ["1.2"] : ["0"])
        let swap = "cd '\(world.world.store)/top' && mv mid mid.made && mv private mid"
        let outcome = try world.run(["restore", run], at: "parent.make@1:after=\(swap)")
        #expect([0, 4].contains(outcome.status), "\(outcome.errors)")
        var status = stat()
        #expect(lstat(world.world.store + "/top/mid", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700, "\(String(status.st_mode, radix: 8))")
        #expect(status.st_uid != 4242)
        try world.expectCanaryUntouched("a swapped parent")
    }

    @Test(arguments: Actor.available) func aParentMadeAgainIsAsTheReceiptRemembersIt(_ actor: Actor) throws {
        let (world, run) = try parentless(actor, isEmpty: true)
        #expect(try world.run("restore", run).status == 0)
        var status = stat()
        #expect(lstat(world.world.store + "/top/mid", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o777)
        #expect(status.st_uid == (geteuid() == 0 && actor != .ordinary ? 4242 : status.st_uid))
    }

    @Test(arguments: ["item.restore@1:before", "item.restore@1:after"], Actor.available)
    func whatWentAlongWithItsDirectoryIsNotSaidToBeBack(_ point: String, _ actor: Actor) throws {
        let world = try HostileWorld(actor: actor)
        let run = try world.apply()
        let (mid, taken) = (world.world.store + "/top/mid", world.world.directory + "/taken")
        let outcome = try world.run(
            ["restore", run, "--item", "1", "--format", "json"], at: "\(point)=mv '\(mid)' '\(taken)'")
        #expect(outcome.status == 4, "\(outcome.output)")
        #expect(world.counts(outcome) == ["failed": 1], "\(outcome.output)")
        #expect(outcome.output.contains("it stays in the quarantine"), "\(outcome.output)")
        #expect(try !FileManager.default.contentsOfDirectory(atPath: taken).contains { $0.hasPrefix("gone") })
        #expect(rename(taken, mid) == 0)
        try world.expectLivingUntouched("\(point)")
        let again = try world.run("restore", run)
        #expect(again.status == 0, "\(again.output)\(again.errors)")
        for path in HostileWorld.orphans { #expect(world.exists(path), "\(point): \(path)") }
        try world.expectNothingLost("\(point)")
    }

    /// Steps at which a directory wanders, and from where to where, from the store's root.
    static let wanderings: [(act: String, point: String, from: String, to: String)] = [
        ("apply", "receipt.sync@2:before", "top/mid", "../taken"),
        ("apply", "item.move@1:before", "top/mid", "../taken"),
        ("apply", "item.move@1:after", "top/mid", "../taken"), ("apply", "item.move@2:before", "top", "../taken"),
        ("apply", "item.move@1:before", "top/mid/gone/deep", "top/mid/alive/adopted"),
        ("apply", "item.move@1:before", "top/mid/alive/deep", "top/mid/gone/lent"),
        ("apply", "item.move@1:after", ".foundling/RUN/1/deep", "top/mid/alive/adopted"),
        ("apply", "item.move@1:after", "top/mid/alive/deep", ".foundling/RUN/1/lent"),
        ("restore", "item.restore@1:before", ".foundling/RUN/1/deep", "top/mid/alive/adopted"),
        ("restore", "item.restore@1:before", "top/mid/alive/deep", ".foundling/RUN/1/lent"),
        ("purge", "purge.begin@1:before", ".foundling/RUN/1/deep", "top/mid/alive/adopted"),
        ("purge", "purge.begin@1:after", "top/mid/alive/deep", ".foundling/RUN/purging-1/lent"),
        ("purge", "purge.begin@1:after", ".foundling/RUN/purging-1", "top/mid/adopted"),
        ("purge", "purge.unlink@1:before", ".foundling/RUN/purging-1/deep", "top/mid/alive/adopted"),
        ("purge", "purge.unlink@1:after", ".foundling/RUN/purging-1", "../taken"),
        ("purge", "purge.begin@1:after", ".foundling/RUN", "../taken"),
        ("purge", "purge.unlink@1:before", ".foundling", "../taken"),
    ]

    @Test(arguments: wanderings.indices, Actor.available)
    func whatWandersInMidActIsNotLost(_ index: Int, _ actor: Actor) throws {
        guard actor.isTurn(index) else { return }
        let wandering = Self.wanderings[index]
        let world = try HostileWorld("wander\(index)", actor: actor)
        let run: String
        if wandering.act == "apply" {
            try world.makePlan()
            run = "20*"
        } else {
            run = try world.apply()
        }
        let from = wandering.from.replacingOccurrences(of: "RUN", with: run)
        let to = wandering.to.replacingOccurrences(of: "RUN", with: run)
        let arguments =
            switch wandering.act {
            case "apply": ["apply", world.plan, "--format", "json"]
            case "restore": ["restore", run, "--format", "json"]
            default: ["purge", run, "--now", "--yes", "--format", "json"]
            }
        let outcome = try world.run(
            arguments, at: "\(wandering.point)=cd '\(world.world.store)' && set -- \(from) \(to) && mv -T \"$1\" \"$2\""
        )
        let point: Comment = "\(wandering) as \(actor): \(outcome.output)\(outcome.errors)"
        #expect([0, 1, 3, 4].contains(outcome.status), point)
        try world.expectCanaryUntouched(point)
        // What lives is somewhere still, lent or taken, and so is what the wanderer took from an orphan.
        func found(_ bytes: String) throws -> Int {
            let places = [world.world.store, world.world.directory + "/taken"]
            return try Program.execute("/bin/grep", ["-rlxF", bytes] + places).output.split(separator: "\n").count
        }
        for path in HostileWorld.living {
            let places = try found("living bytes of \(path)")
            #expect(places == 1, point)
        }
        guard wandering.act != "purge" || wandering.from.hasSuffix("deep") else { return }
        let places = try found("orphaned b")
        #expect(places == 1, point)
    }
}
