import CXattr
import Foundation
import FoundlingTesting
import Synchronization
import Testing

/// A thread that exchanges a directory for a link as fast as it can, while every act goes on.
///
/// `FOUNDLING_RACE_SECONDS` says for how long each; CI races for a moment.
@Suite(.serialized) struct RacingTests {
    /// Exchanges two names until it is stopped.
    private final class Racer: Sendable {
        private let isStopped = Atomic(false)
        private let rounds = Atomic(0)
        private let done = DispatchSemaphore(value: 0)

        init(_ one: String, _ other: String) {
            Thread.detachNewThread { [self] in
                while !isStopped.load(ordering: .relaxed) {
                    if renameat2(AT_FDCWD, one, AT_FDCWD, other, 2) == 0 { rounds.add(1, ordering: .relaxed) }
                }
                done.signal()
            }
        }

        func stop() -> Int {
            isStopped.store(true, ordering: .relaxed)
            done.wait()
            return rounds.load(ordering: .relaxed)
        }
    }

    @Test(arguments: ["top", "top/mid", "top/mid/gone", ".foundling", ".foundling/RUN"], Actor.available)
    func aRacerLeadsNothingOut(_ target: String, _ actor: Actor) throws {
        let turn = ["top", "top/mid", "top/mid/gone", ".foundling", ".foundling/RUN"].firstIndex(of: target) ?? 0
        guard actor.isTurn(turn) else { return }
        let world = try HostileWorld("race", actor: actor)
        let run = try world.apply()
        #expect(try world.run("restore", run).status == 0)
        let (path, link) = (
            world.world.store + "/" + target.replacingOccurrences(of: "RUN", with: run), world.world.directory + "/link"
        )
        #expect(symlink(world.outside, link) == 0)
        let seconds = ProcessInfo.processInfo.environment["FOUNDLING_RACE_SECONDS"].flatMap(Double.init) ?? 0.4
        let end = ContinuousClock.now + .seconds(seconds)
        let racer = Racer(path, link)
        var acts = 0
        repeat {
            let known = try world.runs()
            for command in [
                ["clean", "--delete-all", "--yes", "-q"], ["restore", known.last ?? run],
                ["restore", known.last ?? run],
                ["purge", run, "--now", "--yes"],
            ] {
                let outcome = try world.run(command)
                #expect([0, 1, 3, 4, 5].contains(outcome.status), "\(command): \(outcome.status) \(outcome.errors)")
                acts += 1
            }
        } while ContinuousClock.now < end
        let rounds = racer.stop()
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
            #expect(renameat2(AT_FDCWD, path, AT_FDCWD, link, 2) == 0)
        }
        #expect(rounds > acts, "the racer was too slow to prove anything")
        try world.expectCanaryUntouched("\(target) as \(actor), after \(acts) acts and \(rounds) exchanges")
        try world.expectLivingUntouched("\(target) as \(actor)")
        // Only a run that nobody made again could be removed; the orphans are here or there.
        try world.run("restore", try world.runs().last ?? run)
        try world.expectNothingLost("\(target) as \(actor)")
    }
}
