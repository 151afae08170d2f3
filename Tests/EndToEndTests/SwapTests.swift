import Foundation
import FoundlingTesting
import Testing

/// Whoever may write in the store swaps a directory for a link that leads out of it, at every step of every act.
///
/// `FOUNDLING_EXHAUSTIVE=1` tries every target at every step; CI tries every step, and every target at some of them.
@Suite struct SwapTests {
    /// An act that is disturbed.
    enum Act: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case plan, apply, restore, restoreWithParents, purge, cleanAndPurge
        /// Settles what a run left that was killed between its moves.
        case recovery

        var testDescription: String { rawValue }

        func prepare(_ world: HostileWorld) throws {
            switch self {
            case .plan, .cleanAndPurge: break
            case .apply: try world.makePlan()
            case .restore, .purge: try world.apply()
            case .restoreWithParents:
                try world.apply()
                try FileManager.default.moveItem(
                    atPath: world.world.store + "/top/mid", toPath: world.world.directory + "/mid")
            case .recovery:
                try world.makePlan()
                try world.run(["apply", world.plan], at: "item.move@2:after=kill -9 $PPID")
            }
            _ = try world.points()
        }

        func arguments(_ world: HostileWorld) throws -> [String] {
            let run = try world.runs().last ?? ""
            return switch self {
            case .plan: ["plan", "-q", "--output", world.plan]
            case .apply: ["apply", world.plan, "--format", "json"]
            case .restore, .restoreWithParents: ["restore", run, "--format", "json"]
            case .purge: ["purge", run, "--now", "--yes", "--format", "json"]
            case .cleanAndPurge: ["clean", "--delete-all", "--yes", "--purge", "--format", "json"]
            case .recovery: ["pin", "top/nothing"]
            }
        }

        var removes: Bool { self == .purge || self == .cleanAndPurge }
    }

    /// What is swapped, from the store's root: a pattern, since the name of a run is not known before.
    static let targets = [
        "top", "top/mid", "top/mid/gone", "top/mid/gone/deep", "top/mid/gone.txt", ".foundling", ".foundling/20*",
        ".foundling/20*/[0-9]", ".foundling/20*/purging-*",
    ]

    struct Attack: Sendable {
        let point: String
        let phase: String
        let target: String
        /// The step at which everything is put back again; nil where it is not.
        let back: String?
    }

    /// Writes the attacker's scripts; a link that was swapped in is told by its target.
    private func arm(_ world: HostileWorld) throws {
        let (store, outside) = (world.world.store, world.outside)
        let swap = """
            cd '\(store)' || exit; for t in $1; do
            case $t in *.away) continue;; esac
            if [ -e "$t" ] || [ -L "$t" ]; then mv -T "$t" "$t.away" && ln -s '\(outside)' "$t"; fi; done
            """
        let back = """
            cd '\(store)' || exit; for t in $1; do
            if [ "$(readlink "$t")" = '\(outside)' ]; then rm "$t" && mv -T "$t.away" "$t"; fi; done
            """
        for (name, text) in [("swap", swap), ("back", back)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(world.world.directory)/\(name).sh"))
        }
    }

    private func script(_ name: String, _ target: String, _ world: HostileWorld) -> String {
        "sh '\(world.world.directory)/\(name).sh' '\(target)'"
    }

    private func disturb(_ act: Act, as actor: Actor, _ attack: Attack) throws {
        let point: Comment = "\(act) as \(actor), \(attack)"
        let world = try HostileWorld("swap-\(act.rawValue)", actor: actor)
        try arm(world)
        try act.prepare(world)
        let outcome = try world.run(
            try act.arguments(world),
            at: "\(attack.point):\(attack.phase)=\(script("swap", attack.target, world))",
            later: attack.back.map { "\($0):before=\(script("back", attack.target, world))" })
        #expect([0, 1, 3, 4].contains(outcome.status), "\(point): \(outcome.status) \(outcome.errors)")
        try world.expectCanaryUntouched(point)
        _ = try world.execute(["/bin/sh", world.world.directory + "/back.sh", attack.target])
        if act == .restoreWithParents {
            let mid = world.world.directory + "/mid"
            for path in HostileWorld.living { #expect(FileManager.default.fileExists(atPath: mid + path.dropFirst(7))) }
        } else {
            try world.expectLivingUntouched(point)
        }
        guard !act.removes else { return }
        try world.expectNothingLost(point)
        // What is said to be back is back, once the links are gone.
        if act == .restore, world.counts(outcome)["restored"] == 3 {
            for path in HostileWorld.orphans { #expect(world.exists(path), "\(point): \(path)") }
        }
    }

    private func points(_ act: Act, _ actor: Actor) throws -> [String] {
        let world = try HostileWorld("trace-\(act.rawValue)", actor: actor)
        try act.prepare(world)
        _ = try world.run(try act.arguments(world), trace: true)
        return try world.points()
    }

    @Test(arguments: Act.allCases, Actor.available)
    func aLinkSwappedInAtAnyStepLeadsNothingOut(_ act: Act, _ actor: Actor) throws {
        let points = try points(act, actor)
        #expect(points.count >= 2)
        var turn = (Act.allCases.firstIndex(of: act) ?? 0) + (Actor.allCases.firstIndex(of: actor) ?? 0) * 2
        var tried = 0
        for (number, point) in points.enumerated() {
            for phase in ["before", "after"] {
                let later = number + 1 < points.count ? points[number + 1] : nil
                let all = Self.targets.flatMap { target in
                    ([nil] + (later.map { [$0] } ?? [])).map {
                        Attack(point: point, phase: phase, target: target, back: $0)
                    }
                }
                turn += 1
                // In CI each actor takes another sixth of the turns.
                let chosen = Actor.isExhaustive ? all : turn % 6 == 0 ? [all[(turn / 6 * 5) % all.count]] : []
                for attack in chosen {
                    try disturb(act, as: actor, attack)
                    tried += 1
                }
            }
        }
        if Actor.isExhaustive {
            FileHandle.standardError.write(Data("\(act) \(actor): \(points.count) steps, \(tried) attacks\n".utf8))
        }
    }
}
