import Foundation
import FoundlingCustody
import FoundlingTesting
import Testing

/// Every act killed before and after each of its steps, and each step failed with each plausible error.
///
/// The points are not written down here: an undisturbed run under a trace says which there are.
enum Scenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case apply, restore, purge, cleanAndPurge
    /// A record appears while the entry moves: it goes back.
    case giveBack
    /// The disk is full when the ledger is written: the reserve is given up.
    case fullDisk
    /// The directory above the entries is gone when they come back.
    case restoreWithParents
    /// A run that was cut short is settled by the next.
    case recovery
    /// A purge that was cut short is taken back by the next command.
    case purgeRecovery

    var testDescription: String { rawValue }

    /// What must be there before the act.
    func prepare(_ world: ActingWorld) throws {
        switch self {
        case .apply, .giveBack, .fullDisk: try world.makePlan()
        case .cleanAndPurge: break
        case .restore, .purge: try world.apply()
        case .restoreWithParents:
            try world.apply()
            try FileManager.default.moveItem(
                atPath: world.world.store + "/items", toPath: world.world.directory + "/away")
        case .recovery:
            try world.makePlan()
            try world.run("apply", world.plan, fault: "item.move@2:after=kill")
        case .purgeRecovery:
            let run = try world.apply()
            try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@2:after=kill")
        }
        try? FileManager.default.removeItem(atPath: world.traceFile)
    }

    @discardableResult
    func act(_ world: ActingWorld, fault: String? = nil, trace: Bool = false) throws -> Program.Outcome {
        switch self {
        case .apply: return try world.run("apply", world.plan, fault: fault, trace: trace)
        case .fullDisk:
            // Two faults at once need the second door: this one is only ever traced or killed by the first.
            return try world.run("apply", world.plan, fault: fault ?? "ledger.append@3:before=28", trace: trace)
        case .giveBack:
            let row = "sqlite3 '\(world.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
            return try world.run("apply", world.plan, fault: fault, at: "item.move@1:after=\(row)", trace: trace)
        case .restore, .restoreWithParents:
            return try world.run("restore", try #require(world.runs().last), fault: fault, trace: trace)
        case .purge:
            return try world.run("purge", try #require(world.runs().last), "--now", "--yes", fault: fault, trace: trace)
        case .cleanAndPurge:
            return try world.run("clean", "--delete-all", "--yes", "--purge", fault: fault, trace: trace)
        case .recovery, .purgeRecovery: return try world.run("pin", "items/nothing", fault: fault, trace: trace)
        }
    }

    /// What holds after the act was cut short anywhere, and after it was done again undisturbed.
    func expectConvergence(_ world: ActingWorld, _ point: Comment) throws {
        for path in ActingWorld.living where self != .restoreWithParents { #expect(world.exists(path), point) }
        switch self {
        case .apply, .fullDisk, .recovery:
            try world.expectNothingLost(point)
            try world.makePlan()
            let again = try world.run("apply", world.plan)
            #expect(again.status == 0, "\(point): \(again.output)\(again.errors)")
            #expect(try world.inQuarantine().count == ActingWorld.orphans.count, point)
            try world.expectUndo(point)
        case .giveBack:
            try world.expectNothingLost(point)
            try world.world.sql("DELETE FROM items WHERE id = 'late'")
            try world.run("pin", "items/nothing")
            try world.expectUndo(point)
        case .restore:
            try world.expectNothingLost(point)
            try world.run("pin", "items/nothing")
            try world.expectUndo(point)
        case .restoreWithParents:
            try world.run("pin", "items/nothing")
            for run in try world.runs() where try !world.inQuarantine().isEmpty {
                let outcome = try world.run("restore", run)
                #expect(outcome.status == 0, "\(point): \(outcome.output)\(outcome.errors)")
            }
            for path in ActingWorld.orphans { #expect(world.exists(path), "\(point): \(path)") }
        case .purge, .purgeRecovery, .cleanAndPurge:
            let again: Program.Outcome
            if self != .cleanAndPurge {
                try world.run("pin", "items/nothing")
                again = try world.run("purge", try #require(world.runs().last), "--now", "--yes")
            } else {
                try world.run("pin", "items/nothing")
                for run in try world.runs() { try world.run("purge", run, "--now", "--yes") }
                again = try world.run("clean", "--delete-all", "--yes", "--purge")
            }
            #expect(again.status == 0, "\(point): \(again.output)\(again.errors)")
            let left = try world.inQuarantine()
            #expect(left.isEmpty, "\(point): \(left)")
            for path in ActingWorld.orphans { #expect(!world.exists(path), point) }
            #expect(try world.run("ledger", "verify").status == 0, point)
        }
    }

    /// `step@occurrence` of each step that the act passes, read off an undisturbed run.
    func points() throws -> [String] {
        let world = try ActingWorld("points-\(rawValue)")
        try prepare(world)
        try act(world, trace: true)
        var counts: [String: Int] = [:]
        return world.steps().map { step in
            counts[step, default: 0] += 1
            return "\(step)@\(counts[step]!)"
        }
    }
}

@Suite struct CrashTests {
    @Test(arguments: Scenario.allCases)
    func anActKilledAtAnyStepLosesNothingAndConverges(_ scenario: Scenario) throws {
        let points = try scenario.points()
        #expect(!points.isEmpty)
        for point in points {
            for phase in ["before", "after"] {
                let fault = "\(point):\(phase)=kill"
                let world = try ActingWorld("crash-\(scenario.rawValue)")
                try scenario.prepare(world)
                try scenario.act(world, fault: fault)
                try scenario.expectConvergence(world, "\(scenario) killed at \(fault)")
            }
        }
    }

    @Test(
        arguments: [Scenario.apply, .restore, .purge, .recovery, .purgeRecovery],
        [EIO, ENOSPC, EACCES, EROFS, EXDEV, ENOENT])
    func aStepThatFailsLosesNothingAndTheNextRunConverges(_ scenario: Scenario, _ error: Int32) throws {
        for point in try scenario.points() {
            let fault = "\(point):before=\(error)"
            let world = try ActingWorld("errno-\(scenario.rawValue)")
            try scenario.prepare(world)
            let outcome = try scenario.act(world, fault: fault)
            #expect(
                [0, 1, 3, 4].contains(outcome.status), "\(scenario) at \(fault): \(outcome.status) \(outcome.errors)")
            try scenario.expectConvergence(world, "\(scenario) failed at \(fault)")
        }
    }

    @Test func aCrashInRecoveryItselfLosesNothing() throws {
        // The run was cut short, and so is the recovery that follows it, at each of its steps.
        let world = try ActingWorld()
        try Scenario.recovery.prepare(world)
        try Scenario.recovery.act(world, trace: true)
        for step in Set(world.steps()) {
            let world = try ActingWorld("twice")
            try Scenario.recovery.prepare(world)
            try Scenario.recovery.act(world, fault: "\(step)@1:before=kill")
            try Scenario.recovery.act(world, fault: "\(step)@1:after=kill")
            try Scenario.recovery.expectConvergence(world, "recovery killed twice at \(step)")
        }
    }

    @Test func everyNamedStepIsPassedByAScenario() throws {
        var passed: Set<String> = []
        for scenario in Scenario.allCases {
            let world = try ActingWorld("steps-\(scenario.rawValue)")
            try scenario.prepare(world)
            try scenario.act(world, trace: true)
            passed.formUnion(world.steps())
        }
        // What only the first command in a store does.
        let fresh = try ActingWorld("steps-first")
        try fresh.run("plan", "--output", fresh.plan, trace: true)
        passed.formUnion(fresh.steps())
        let missing = Set(Step.allCases.map(\.rawValue)).subtracting(passed)
        #expect(missing.isEmpty, "no test passes \(missing.sorted()): add a scenario")
    }
}
