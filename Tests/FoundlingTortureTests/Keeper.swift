import Foundation
import FoundlingTesting

/// Whoever runs Foundling beside the application: every command that acts, over and over, in any order.
final class Keeper {
    private let world: WritersWorld
    private let journal: Journal
    private let commands: Commands
    private let trouble: Trouble
    private var random: WorldGenerator.Seeded

    init(_ world: WritersWorld, _ journal: Journal, _ commands: Commands, _ trouble: Trouble, seed: UInt64) {
        self.world = world
        self.journal = journal
        self.commands = commands
        self.trouble = trouble
        random = WorldGenerator.Seeded(seed &* 7_919 &+ 77)
    }

    func work(until isOver: () -> Bool) {
        var rounds = 0
        while !isOver() {
            do {
                switch Int.random(in: 0..<10, using: &random) {
                case 0, 1: try scan()
                case 2, 3, 4: try apply()
                case 5: try clean()
                case 6, 7: try restore()
                default: try purge()
                }
                rounds += 1
                if rounds % 5 == 0 { try verify() }
            } catch { trouble.report("keeper: \(error)") }
        }
    }

    /// Beside it: what the outbox says is taken along.
    func drain(until isOver: () -> Bool) {
        while !isOver() {
            do {
                let outcome = try commands.perform(["worker", "--once", "-q", "--format", "jsonl"], slow: dwelling())
                expect(outcome, [0, 4], "worker")
                // A worker that stays looks every two seconds.
                usleep(300_000)
            } catch { trouble.report("worker: \(error)") }
        }
    }

    private func expect(_ outcome: Program.Outcome, _ statuses: Set<Int32>, _ command: String) {
        guard !statuses.contains(outcome.status) else { return }
        // Whoever waits too long for another's batch is told so; on a busy machine that is no fault.
        if outcome.errors.contains("store-busy") { return journal.count("commands that found the store busy") }
        trouble.report("\(command) exits with \(outcome.status): \(outcome.output)\(outcome.errors)")
    }

    // MARK: Looking

    func scan() throws {
        let before = orphans()
        let outcome = try commands.perform(["scan", "--record", "-q", "--format", "json"])
        expect(outcome, [0], "scan")
        guard outcome.status == 0 else { return }
        let findings = Commands.object(outcome.output)?["findings"] as? [[String: Any]] ?? []
        let found = Set(findings.filter { $0["kind"] as? String == "orphan" }.compactMap { $0["path"] as? String })
        let after = orphans()
        for (entry, state) in before where after[entry] == state && !found.contains(entry) {
            let verdict = findings.first { $0["path"] as? String == entry }
            trouble.report(
                "a scan did not find \(entry), which nobody claims: \(verdict ?? [:])\n\(journal.history(entry))")
        }
        journal.count("orphans that a scan had to find", before.filter { after[$0.key] == $0.value }.count)
    }

    private struct Known: Equatable {
        let hands: Int
        let inode: UInt64
        let newest: Int64
    }

    /// What the application knows to be claimed by nobody and old; links keep targets, which are looked at in the end.
    private func orphans() -> [String: Known] {
        var found: [String: Known] = [:]
        let old = Int64((Date.now.timeIntervalSince1970 - Double(WritersWorld.minAge) - 1) * 1e9)
        for (entry, hands) in journal.unclaimed where !entry.hasPrefix("targets/") {
            let path = world.store + "/" + entry
            guard let state = WritersWorld.state(of: path) else { continue }
            let inside = WritersWorld.files(below: path).compactMap { WritersWorld.state(of: $0.path)?.changed }
            let newest = max(state.changed, inside.max() ?? 0, WritersWorld.state(of: path + "/sub")?.changed ?? 0)
            if newest < old { found[entry] = Known(hands: hands, inode: state.inode, newest: newest) }
        }
        return found
    }

    func verify() throws { expect(try commands.perform(["ledger", "verify"]), [0], "ledger verify") }

    // MARK: Acting

    /// What a person does who reads the plan and approves of it.
    func apply() throws {
        let planned = try commands.perform(["plan", "-q", "--format", "json", "--output", "plan.jsonl"])
        expect(planned, [0], "plan")
        guard let plan = Commands.object(planned.output), let hash = plan["hash"] as? String else { return }
        let items = plan["items"] as? [[String: Any]] ?? []
        journal.wish(for: Set(items.prefix(12).compactMap { $0["path"] as? String }))
        defer { journal.wish(for: []) }
        let outcome = try commands.perform(
            ["apply", "plan.jsonl", "--approve", hash, "-q", "--format", "json"], slow: dwelling())
        expect(outcome, [0, 4, 5], "apply")
    }

    /// A moment to dwell at, between two looks at the claims: what is committed just then must count.
    private func dwelling() -> String? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1: "item.move@\(Int.random(in: 1...3, using: &random)):before"
        case 2: "item.move@\(Int.random(in: 1...3, using: &random)):after"
        default: nil
        }
    }

    /// - Parameter ahead: only where nobody writes any more: to a clock that is ahead nothing is young.
    func clean(ahead: Int = 0) throws {
        let outcome = try commands.perform(["clean", "--unattended", "-q", "--format", "json"], ahead: ahead)
        expect(outcome, [0, 4], "clean")
    }

    /// Runs that have items in one of these states.
    private func runs(_ wanted: Set<String> = ["moved", "held"]) throws -> [String] {
        let outcome = try commands.perform(["ledger", "--format", "json"])
        let runs = Commands.object(outcome.output)?["runs"] as? [[String: Any]] ?? []
        return runs.filter { run in
            (run["states"] as? [String: Int] ?? [:]).contains { wanted.contains($0.key) && $0.value > 0 }
        }.compactMap { $0["run"] as? String }
    }

    /// Entries that were removed for good, as the ledger has it.
    func purged() throws -> Set<String> {
        var found: Set<String> = []
        for run in try runs(["purged"]) {
            let items = Commands.object(try world.run(["ledger", run, "--format", "json"]).output)?["items"]
            for item in items as? [[String: Any]] ?? [] where item["state"] as? String == "purged" {
                found.insert(item["path"] as? String ?? "")
            }
        }
        return found
    }

    func restore() throws {
        guard let run = try runs().randomElement(using: &random) else { return }
        expect(try commands.perform(["restore", run, "-q", "--format", "json"]), [0, 4], "restore")
    }

    /// Puts everything back that can be put back.
    func restoreAll() throws {
        for run in try runs() {
            expect(try commands.perform(["restore", run, "-q", "--format", "json"]), [0, 4], "restore")
        }
    }

    func purge() throws {
        guard Bool.random(using: &random), let run = try runs().randomElement(using: &random) else {
            return expect(try commands.perform(["purge", "--yes", "-q", "--format", "json"]), [0, 4], "purge")
        }
        expect(try commands.perform(["purge", run, "--now", "--yes", "-q", "--format", "json"]), [0, 4], "purge")
    }
}
