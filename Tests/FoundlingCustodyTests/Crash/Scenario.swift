import Foundation
import FoundlingTesting
import Testing

/// An act that is cut short at each of its points, and what must hold afterwards.
///
/// The points are not written down here: an undisturbed run under a trace says which there are.
enum Scenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// The very first command in a store makes the quarantine.
    case first
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
        case .apply, .giveBack, .fullDisk: try world.makePlanHere()
        case .cleanAndPurge, .first: break
        case .restore, .purge: try world.cleanAgain("before")
        case .restoreWithParents:
            try world.cleanAgain("before")
            try FileManager.default.moveItem(
                atPath: world.world.store + "/items", toPath: world.world.directory + "/away")
        case .recovery:
            try world.makePlanHere()
            try world.run("apply", world.plan, fault: "item.move@2:after=kill")
        case .purgeRecovery:
            try world.cleanAgain("before")
            let run = try #require(world.runs().last)
            try world.run("purge", run, "--now", "--yes", fault: "purge.unlink@2:after=kill")
        }
    }

    @discardableResult
    func act(_ world: ActingWorld, fault: String? = nil, trace: Bool = false) throws -> Program.Outcome {
        switch self {
        case .first: return try world.run("plan", "-q", "--output", world.plan, fault: fault, trace: trace)
        case .apply: return try world.run("apply", world.plan, fault: fault, trace: trace)
        case .fullDisk:
            // Through the second door, so that the first is free for a fault beside it.
            return try world.run("apply", world.plan, fault: fault, at: "ledger.append@3:before=28", trace: trace)
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
        case .apply, .fullDisk, .recovery, .first:
            try world.expectNothingLost(point)
            try world.cleanAgain(point)
            #expect(try world.inQuarantine().count == ActingWorld.orphans.count, point)
            try world.expectUndoHere(point)
        case .giveBack:
            try world.expectNothingLost(point)
            try world.world.sql("DELETE FROM items WHERE id = 'late'")
            try world.recoverHere()
            try world.expectUndoHere(point)
        case .restore:
            try world.expectNothingLost(point)
            try world.recoverHere()
            try world.expectUndoHere(point)
        case .restoreWithParents:
            try world.recoverHere()
            try world.restoreAllHere(point)
            for path in ActingWorld.orphans { #expect(world.exists(path), "\(point): \(path)") }
        case .purge, .purgeRecovery, .cleanAndPurge:
            try world.recoverHere()
            if self == .cleanAndPurge {
                for run in try world.runs() { try world.run("purge", run, "--now", "--yes") }
            }
            let again =
                self == .cleanAndPurge
                ? try world.run("clean", "--delete-all", "--yes", "--purge")
                : try world.run("purge", try #require(world.runs().last), "--now", "--yes")
            #expect(again.status == 0, "\(point): \(again.output)\(again.errors)")
            let left = try world.inQuarantine()
            #expect(left.isEmpty, "\(point): \(left)")
            for path in ActingWorld.orphans { #expect(!world.exists(path), point) }
            try world.expectWholeLedgerHere(point)
        }
    }

    /// Every point at which the act can be cut short.
    func points() throws -> [CrashPoint] {
        let world = try ActingWorld("points-\(rawValue)", isInMemory: true)
        try prepare(world)
        try act(world, trace: true)
        return try CrashPoint.points(inTrace: world.traceFile)
    }
}
