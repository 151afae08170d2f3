internal import FoundlingCore
internal import FoundlingPipeline
internal import Synchronization

/// What the daemon counts for `/metrics`, since it started.
final class Counters: Sendable {
    struct Figures: Sendable {
        struct Run: Hashable, Sendable {
            let kind: String
            let outcome: String
        }

        var runs: [Run: Int] = [:]
        /// Seconds that the last of each kind took.
        var durations: [String: Double] = [:]
        /// Nanoseconds since 1970 when each kind last went well.
        var successes: [String: Int64] = [:]
        var items: [ItemState: Int] = [:]
        /// Items that a record claimed while they lay in quarantine: nearly a loss.
        var hits = 0
        var trips: [String: Int] = [:]
    }

    private let state = Mutex(Figures())

    var figures: Figures { state.withLock { $0 } }

    func run(_ kind: String, _ outcome: String, from started: Int64) {
        let seconds = Double(Custody.time - started) / 1e9
        state.withLock { figures in
            figures.runs[.init(kind: kind, outcome: outcome), default: 0] += 1
            figures.durations[kind] = max(0, seconds)
        }
    }

    func succeeded(_ kind: String, at time: Int64) {
        state.withLock { $0.successes[kind] = max($0.successes[kind] ?? 0, time) }
    }

    func count(_ outcome: RunOutcome) {
        let states = Dictionary(grouping: outcome.items, by: \.state).mapValues(\.count)
        let hits = outcome.items.count(where: \.isAlarm)
        state.withLock { figures in
            for (state, count) in states { figures.items[state, default: 0] += count }
            figures.hits += hits
        }
    }

    func trip(_ code: FoundlingError.Code) { state.withLock { $0.trips[code.rawValue, default: 0] += 1 } }
}
