import Foundation
import FoundlingSeam
import FoundlingTesting
import Testing

/// What prevention does, killed and failed at each of its steps.
@Suite struct OutboxCrashTests {
    /// An act in the application's database.
    enum Act: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case install, remove, delete, drain

        var testDescription: String { rawValue }

        func prepare(_ engine: Engine) throws -> OutboxWorld {
            let world = try OutboxWorld(
                engine, "crash-\(rawValue)", installs: self != .install, isInMemory: true)
            if self == .drain { try world.sql("DELETE FROM leaves WHERE id IN ('l0', 'l1')") }
            return world
        }

        @discardableResult
        func act(_ world: OutboxWorld, environment: [String: String] = [:]) throws -> Program.Outcome {
            let arguments =
                switch self {
                case .install: ["triggers", "install"]
                case .remove: ["triggers", "remove"]
                case .delete: ["delete", "leaves", "l0", "--yes"]
                case .drain: ["worker", "--once", "-q"]
                }
            return try Program.run(arguments, in: world.world.directory, environment: environment)
        }

        func points(_ engine: Engine) throws -> [CrashPoint] {
            let world = try prepare(engine)
            let file = world.world.directory + "/trace"
            let outcome = try act(world, environment: ["FOUNDLING_TRACE": file])
            #expect(outcome.status == 0, "\(self): \(outcome.output)\(outcome.errors)")
            return try CrashPoint.points(inTrace: file)
        }

        /// What holds after it was cut short anywhere, and after it was done again undisturbed.
        func expectConvergence(_ world: OutboxWorld, _ schema: String, _ point: Comment) throws {
            for leaf in ["l2", "l3"] { #expect(world.exists("leaves/\(leaf)/data"), point) }
            // A row is there with its files, or it is gone and a task is there for them.
            if self == .delete, !world.exists("leaves/l0/data") {
                Issue.record("\(point): files went with the command")
            }
            switch self {
            case .install:
                // Whatever was made by then harms nobody: the application can delete, and installing again ends it.
                try world.sql("DELETE FROM leaves WHERE id = 'l1'")
                try world.install()
                #expect(try world.run("triggers", "status").status == 0, point)
                try world.sql("DELETE FROM leaves WHERE id = 'l0'")
                #expect(try world.events("ready").contains { $0.contains("leaves l0") }, point)
            case .remove:
                try world.sql("DELETE FROM leaves WHERE id = 'l1'")
                let again = try act(world)
                #expect(again.status == 0, "\(point): \(again.output)\(again.errors)")
                #expect(try world.schema() == schema, point)
            case .delete:
                let again = try act(world)
                #expect(again.status == 0 || again.errors.contains("record-unknown"), "\(point): \(again.errors)")
                try world.drain()
                #expect(!world.exists("leaves/l0"), point)
            case .drain:
                try world.sql("UPDATE \(world.outbox) SET lease = 1 WHERE state = 'leased'")
                // What failed is tried again when it is due.
                for _ in 0..<4 {
                    try world.sql("UPDATE \(world.outbox) SET due = 0 WHERE state = 'ready'")
                    try act(world)
                }
                for leaf in ["l0", "l1"] { #expect(!world.exists("leaves/\(leaf)"), point) }
                #expect(try world.tasks("done").count == 2, point)
                #expect(try world.run("ledger", "verify").status == 0, point)
            }
        }
    }

    @Test(arguments: Act.allCases, Engine.available)
    func anActCutShortAnywhereLosesNothingAndTheNextEndsIt(_ act: Act, _ engine: Engine) async throws {
        let bare = try OutboxWorld(engine, "bare", installs: false)
        let schema = try bare.schema()
        let points = try act.points(engine)
        // On servers a statement is one round trip like another: beyond the catalog's steps SQLite shows the rest.
        let wanted = engine == .sqlite ? points : points.filter { $0.step.isOfCatalog }
        let faults = wanted.flatMap { $0.kills + (engine == .sqlite ? $0.failures : []) }
        #expect(faults.count > 4)
        try await AtOnce.forEach(faults) { fault in
            let world = try act.prepare(engine)
            try act.act(world, environment: ["FOUNDLING_FAULT": fault])
            try act.expectConvergence(world, schema, "\(act) on \(engine) at \(fault)")
        }
        print("crash points: \(act) on \(engine): \(faults.count) kills and failures")
    }

    @Test func everyStepInTheDatabaseIsPassed() throws {
        let passed = try Set(Act.allCases.flatMap { try $0.points(.sqlite).map(\.step) })
        #expect(Step.allCases.filter(\.isOfCatalog).allSatisfy(passed.contains))
    }
}
