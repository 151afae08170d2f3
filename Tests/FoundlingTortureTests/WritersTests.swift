import Foundation
import FoundlingTesting
import Testing

/// An application of several threads that writes while every command of Foundling runs beside it.
///
/// `FOUNDLING_WRITER_SECONDS` says how long, for each engine; `FOUNDLING_WRITER_SEED` which moves are drawn: the moves
/// are the same again, the moments at which they meet are not.
@Suite(.serialized) struct WritersTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["FOUNDLING_WRITER_SECONDS"].flatMap(Double.init) ?? 8
    private static let seed =
        ProcessInfo.processInfo.environment["FOUNDLING_WRITER_SEED"].flatMap(UInt64.init)
        ?? UInt64.random(in: 1...999_999)
    private static let writers = 3

    @Test(arguments: Engine.available) func noLiveByteIsLostWhileAnApplicationWrites(_ engine: Engine) throws {
        let (journal, trouble) = (Journal(), Trouble())
        let world = try WritersWorld(engine)
        journal.set("first", .init(name: "docs/first", files: ["docs/first/data": .file("first")]))
        let commands = Commands(world, journal, trouble)
        let keeper = Keeper(world, journal, commands, trouble, seed: Self.seed)
        let checker = Checker(world, journal, commands, trouble)
        let writers = try (0..<Self.writers).map {
            try Writer($0, world, journal, trouble, seed: Self.seed)
        }
        let end = Date.now + Self.seconds
        // A short run ends at the first loss: later ones would follow from it.
        let isOver = { @Sendable in Date.now > end || !trouble.all.isEmpty }
        print("\(engine.rawValue): FOUNDLING_WRITER_SEED=\(Self.seed) FOUNDLING_WRITER_SECONDS=\(Self.seconds)")
        let parts = Threads()
        for writer in writers { parts.start { writer.work(until: isOver) } }
        let other = Keeper(world, journal, commands, trouble, seed: Self.seed &+ 1)
        parts.start { keeper.work(until: isOver) }
        parts.start { other.drain(until: isOver) }
        parts.start { checker.work(until: isOver) }
        parts.join()
        if trouble.all.isEmpty { try Ending(world, journal, keeper, checker, trouble).run() }
        print("\(engine.rawValue), seed \(Self.seed): \(summary(journal))")
        for sentence in trouble.all {
            Issue.record("\(engine.rawValue), FOUNDLING_WRITER_SEED=\(Self.seed): \(sentence)")
        }
    }

    private func summary(_ journal: Journal) -> String {
        (journal.figures.merging(["losses": 0, "live files": journal.records.values.map(\.files.count).reduce(0, +)]) {
            first, _ in first
        }).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

/// Threads that wait for one another: what they do blocks, and must not hold up other tests' tasks.
final class Threads {
    private let group = DispatchGroup()

    func start(_ body: @escaping () -> Void) {
        group.enter()
        nonisolated(unsafe) let body = body
        let group = group
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }

    func join() { group.wait() }
}
