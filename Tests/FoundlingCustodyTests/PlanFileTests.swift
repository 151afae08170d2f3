import Foundation
import FoundlingCore
import FoundlingCustody
import FoundlingTesting
import Testing

/// A plan is applied as it was written, where it was made, within its hour, and once.
@Suite struct PlanFileTests {
    private func text(_ world: ActingWorld) throws -> String {
        try String(contentsOfFile: world.plan, encoding: .utf8)
    }

    private func expectRefusal(
        _ world: ActingWorld, _ code: String, exit: Int32, _ words: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try TreeSnapshot(world.world.store)
        let outcome = try world.run("apply", world.plan, "--approve", "000000000000")
        let plain = try world.run("apply", world.plan)
        #expect(outcome.status == exit || code == "approval-needed", sourceLocation: sourceLocation)
        #expect(plain.status == exit, "\(plain.errors)", sourceLocation: sourceLocation)
        #expect(plain.errors.contains("error[\(code)]"), "\(plain.errors)", sourceLocation: sourceLocation)
        #expect(words.isEmpty || plain.errors.contains(words), "\(plain.errors)", sourceLocation: sourceLocation)
        #expect(plain.errors.contains("hint: "), "\(plain.errors)", sourceLocation: sourceLocation)
        #expect(try TreeSnapshot(world.world.store) == before, sourceLocation: sourceLocation)
        #expect(try world.inQuarantine().isEmpty, sourceLocation: sourceLocation)
    }

    /// What may happen to a file on its way to the apply.
    enum Damage: String, CaseIterable, CustomTestStringConvertible {
        case edited, pathChanged, lineRemoved, linesSwapped, truncated, empty, version, foreign, duplicated

        var testDescription: String { rawValue }

        func inflict(on text: String) -> String {
            let lines = text.split(separator: "\n").map(String.init)
            return switch self {
            case .edited: text.replacingOccurrences(of: "\"files\":1", with: "\"files\":2")
            case .pathChanged: text.replacingOccurrences(of: "items/gone\"", with: "items/alive\"")
            case .lineRemoved: lines.dropLast().map { $0 + "\n" }.joined()
            case .linesSwapped: ([lines[0]] + lines.dropFirst().reversed()).map { $0 + "\n" }.joined()
            case .truncated: String(text.dropLast(40))
            case .empty: ""
            case .version: text.replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
            case .foreign: "{\"hello\":1}\n"
            case .duplicated: text + lines.last! + "\n"
            }
        }
    }

    @Test(arguments: Damage.allCases) func aDamagedPlanIsRefusedWhole(_ damage: Damage) throws {
        let world = try ActingWorld("damage-\(damage.rawValue)")
        try world.makePlan()
        let text = try text(world)
        let damaged = damage.inflict(on: text)
        #expect(damaged != text)
        try damaged.write(toFile: world.plan, atomically: true, encoding: .utf8)
        try expectRefusal(world, "plan-invalid", exit: 1, damage == .version ? "version 2" : "")
    }

    @Test func aPlanThatLeadsOutOfTheStoreIsRefusedThoughItsHashHolds() throws {
        for path in ["../elsewhere", "/etc/passwd", "items/../../x", ""] {
            let world = try ActingWorld()
            try world.makePlan()
            let lines = try text(world).split(separator: "\n").map(String.init)
            let header = String(lines[0].prefix(upTo: lines[0].range(of: ",\"hash\"")!.lowerBound)) + "}"
            let body = lines.dropFirst().map {
                $0.replacingOccurrences(of: "\"path\":\"items/gone\"", with: "\"path\":\"\(path)\"") + "\n"
            }.joined()
            #expect(body.contains("\"path\":\"\(path)\""))
            let hash = Digest.hex(header + "\n" + body)
            try (header.dropLast() + ",\"hash\":\"\(hash)\"}\n" + body)
                .write(toFile: world.plan, atomically: true, encoding: .utf8)
            try expectRefusal(world, "plan-invalid", exit: 1)
        }
    }

    @Test func aPlanOlderThanAnHourIsRefused() throws {
        let world = try ActingWorld()
        try world.makePlan()
        var (plan, _) = try PlanFile.decode(Array(try text(world).utf8), name: "plan")
        plan.created -= Plan.lifetime + 1_000_000_000
        plan.expires -= Plan.lifetime + 1_000_000_000
        try Data(PlanFile.encode(plan).text).write(to: URL(fileURLWithPath: world.plan))
        try expectRefusal(world, "plan-expired", exit: 5)
        // Nor does a longer life of its own help.
        plan.expires += 100 * Plan.lifetime
        try Data(PlanFile.encode(plan).text).write(to: URL(fileURLWithPath: world.plan))
        try expectRefusal(world, "plan-expired", exit: 5)
    }

    @Test func numbersThatNoPlanHasAreRefusedAndEndNothingElse() throws {
        let world = try ActingWorld()
        try world.makePlan()
        var (plan, _) = try PlanFile.decode(Array(try text(world).utf8), name: "plan")
        plan.created = .max
        plan.trips = [GuardTrip(.entries, of: "items", limit: 1e300, part: 1, whole: 1)]
        plan.trips[0].share = 1e300
        try Data(PlanFile.encode(plan).text).write(to: URL(fileURLWithPath: world.plan))
        try expectRefusal(world, "plan-expired", exit: 5)
        #expect(plan.trips[0].sentence.contains("allows"))
    }

    @Test func aPlanForAnotherStoreOrManifestIsRefused() throws {
        let (world, other) = (try ActingWorld("one"), try ActingWorld("two"))
        try other.makePlan()
        try world.makePlan()
        // The same manifest byte for byte, another store.
        try FileManager.default.removeItem(atPath: world.plan)
        try FileManager.default.copyItem(atPath: other.plan, toPath: world.plan)
        try expectRefusal(world, "plan-stale", exit: 5, "another store")
        try world.makePlan()
        let manifest = try String(contentsOfFile: world.world.manifest, encoding: .utf8)
        try (manifest + "# a word\n").write(toFile: world.world.manifest, atomically: true, encoding: .utf8)
        try expectRefusal(world, "plan-stale", exit: 5, "the manifest changed")
    }

    @Test func aPlanIsAppliedOnce() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        #expect(try world.run("restore", run).status == 0)
        try expectRefusal(world, "plan-applied", exit: 5, run)
    }

    @Test func aDatabaseThatLostItsRowsSinceThePlanMakesItStale() throws {
        let world = try ActingWorld(safety: "max_orphans: 80%, max_bytes: 100%")
        for number in 0..<20 {
            try world.world.sql("INSERT INTO items VALUES ('\(number)', 'items/x\(number)', 'ready')")
        }
        try world.makePlan()
        try world.world.sql("DELETE FROM items WHERE id NOT IN ('alive', 'alive.txt')")
        let outcome = try world.run("apply", world.plan, "--format", "json")
        #expect(outcome.status == 5, "\(outcome.output)\(outcome.errors)")
        #expect(try world.inQuarantine().isEmpty)
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }
}
