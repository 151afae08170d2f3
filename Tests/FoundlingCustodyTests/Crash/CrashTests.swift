import Foundation
import FoundlingSeam
import FoundlingTesting
import Testing

/// Every act killed before and after each of its steps, each step failed with each plausible error, and recovery killed
/// twice in a row.
@Suite struct CrashTests {
    @Test(arguments: Scenario.allCases)
    func anActKilledAtAnyStepLosesNothingAndConverges(_ scenario: Scenario) async throws {
        let kills = try scenario.points().flatMap(\.kills)
        #expect(!kills.isEmpty)
        try await AtOnce.forEach(kills) { fault in
            let world = try ActingWorld("crash-\(scenario.rawValue)", isInMemory: true)
            try scenario.prepare(world)
            try scenario.act(world, fault: fault)
            try scenario.expectConvergence(world, "\(scenario) killed at \(fault)")
        }
        print("crash points: \(scenario): \(kills.count) kills")
    }

    @Test(arguments: Scenario.allCases)
    func aStepThatFailsLosesNothingAndTheNextRunConverges(_ scenario: Scenario) async throws {
        let failures = try scenario.points().flatMap(\.failures)
        #expect(!failures.isEmpty)
        try await AtOnce.forEach(failures) { fault in
            let world = try ActingWorld("errno-\(scenario.rawValue)", isInMemory: true)
            try scenario.prepare(world)
            let outcome = try scenario.act(world, fault: fault)
            #expect(
                [0, 1, 3, 4].contains(outcome.status), "\(scenario) at \(fault): \(outcome.status) \(outcome.errors)")
            try scenario.expectConvergence(world, "\(scenario) failed at \(fault)")
        }
        print("crash points: \(scenario): \(failures.count) failures")
    }

    @Test(arguments: [Scenario.recovery, .purgeRecovery])
    func twoCrashesInARowLoseNothing(_ scenario: Scenario) async throws {
        // The run was cut short, and so are the recovery that follows it and the one after that, wherever they are.
        let kills = try scenario.points().flatMap(\.kills)
        let pairs = kills.flatMap { first in kills.map { (first, $0) } }
        try await AtOnce.forEach(pairs) { first, second in
            let world = try ActingWorld("twice-\(scenario.rawValue)", isInMemory: true)
            try scenario.prepare(world)
            try scenario.act(world, fault: first)
            try scenario.act(world, fault: second)
            try scenario.expectConvergence(world, "\(scenario) killed at \(first), then at \(second)")
        }
        print("crash points: \(scenario): \(pairs.count) pairs of kills")
    }

    @Test func everyStepOfCustodyIsPassedByAScenario() throws {
        let passed = try Set(Scenario.allCases.flatMap { try $0.points().map(\.step) })
        let missing = Set(Step.allCases.filter { !$0.isOfCatalog }).subtracting(passed)
        #expect(missing.isEmpty, "no test passes \(missing.map(\.rawValue).sorted()): add a scenario")
    }
}
