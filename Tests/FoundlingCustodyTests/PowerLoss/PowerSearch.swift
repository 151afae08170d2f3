import Foundation
import FoundlingTesting

/// Goes through the states that a power loss may leave, each taken up again in one of the ways there are.
final class PowerSearch {
    private let world: PowerWorld
    private let scenario: PowerScenario
    private let record: DiskRecord
    private var states: CrashStates
    private let seed: UInt64
    private(set) var tried = 0
    private var candidates = 0
    /// Events after which the last command had said something.
    private let promise: Int

    /// How many states of each scenario are tried: `script/torture power` tries all.
    static var budget: Int {
        let wanted = ProcessInfo.processInfo.environment["FOUNDLING_POWER_STATES"]
        return wanted == "all" ? .max : wanted.flatMap(Int.init) ?? 20
    }

    /// How many it may take to find a planted bug.
    static let plantedBudget = 1000

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["FOUNDLING_POWER_SEED"].flatMap(UInt64.init) ?? 20_261_126
    }

    init(_ world: PowerWorld, _ scenario: PowerScenario, _ record: DiskRecord, from: Int) {
        (self.world, self.scenario, self.record) = (world, scenario, record)
        seed = Self.seed
        states = CrashStates(record, from: from, seed: seed)
        let said = record.events.firstIndex {
            if case .said = $0 { return true }
            return false
        }
        promise = said.map { $0 + 1 } ?? .max
    }

    /// Tries states until one shows a problem, or so many were tried.
    ///
    /// - Returns: the first problem, and the state that shows it.
    func run(most: Int) throws -> String? {
        let all = states.shuffled()
        candidates = all.count * WayBack.allCases.count
        // Every state once in one way before any is taken up in another.
        for turn in 0..<WayBack.allCases.count {
            for (number, state) in all.enumerated() {
                guard tried < most else { return nil }
                let way = WayBack.allCases[(number + turn) % WayBack.allCases.count]
                tried += 1
                try world.materialise(state, of: record)
                let problems = try PowerCheck.problems(
                    world, scenario, isPromised: state.point >= promise, way)
                if let first = problems.first {
                    return "\(first)\nafter a power loss taken up by '\(way)', seed \(seed):\n\(describe(state))"
                }
            }
        }
        return nil
    }

    var figures: String {
        "\(record.changes.count) changes, \(record.syncs) syncs, at most \(states.mostPending) changes pending; "
            + "\(states.enumerated) states enumerated, \(states.states.count) of them different, in "
            + "\(WayBack.allCases.count) ways each; \(tried) of \(candidates) tried"
    }

    /// What reached the disk of what had been asked for, so that a person can follow.
    private func describe(_ state: CrashState) -> String {
        let durable = CrashStates.durable(in: record, after: state.point)
        var lines: [String] = []
        for number in durable.indices where !durable[number] {
            let fate = number < state.fates.count ? state.fates[number] : .dropped
            lines.append("  \(number) \(fate): \(record.words[number])")
        }
        return "\(durable.count) changes were asked for; of those not synced:\n" + lines.joined(separator: "\n")
    }
}
