import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingManifest
import FoundlingTesting
import Synchronization

@testable import FoundlingServer

/// The parts of a daemon without its network, in a world, with a clock of their own for what is done by the clock.
final class Workshop {
    let served: ServedWorld
    let site: Site
    let history: History
    let activities: Activities
    let works: Works
    let schedules: Schedules
    private let log = Lines()
    private let clock: Clock

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    final class Clock: Sendable {
        private let time: Mutex<Int64>
        init(_ time: Int64) { self.time = Mutex(time) }
        var now: Int64 { time.withLock { $0 } }
        func pass(_ seconds: Int64) { time.withLock { $0 += seconds * 1_000_000_000 } }
    }

    init(_ served: ServedWorld) throws {
        self.served = served
        let file = served.world.manifest
        site = try Site { () throws(FoundlingError) in
            do { return try ManifestReader.read(file: file, environment: [:]).manifest } catch let error
                as FoundlingError
            {
                throw error
            } catch { throw FoundlingError(.system, "\(error)", hint: "") }
        }
        history = try History(in: site.manifest.serve.state, now: site.started)
        activities = Activities()
        works = Works(
            site: site, activities: activities, history: history, plans: PlanShelf(), counters: Counters())
        let (log, clock) = (log, Clock(site.started))
        self.clock = clock
        schedules = Schedules(site, works, activities, history, now: { clock.now }) { log.add($0) }
        let activities = activities
        Thread.detachNewThread { activities.work() }
    }

    deinit { activities.end() }

    var lines: [String] { log.all }

    /// Time passes, whatever is due begins and ends.
    func pass(_ seconds: Int64) throws {
        clock.pass(seconds)
        try schedules.tick()
        _ = try wait {
            try schedules.states().allSatisfy { !$0.isRunning } && activities.all.allSatisfy(\.state.isOver)
        }
    }
}
