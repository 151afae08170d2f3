import Foundation
import FoundlingTesting

/// Foundling's commands as they run, several at once, and what became of entries by what they said.
final class Commands: @unchecked Sendable {
    private let world: WritersWorld
    private let journal: Journal
    private let trouble: Trouble
    private let lock = NSLock()
    private var count = 0
    private var running: Set<Int> = []
    /// Entries that a command found wanted, or changed, and left or gave back.
    private var kept: [Int: Set<String>] = [:]

    init(_ world: WritersWorld, _ journal: Journal, _ trouble: Trouble) {
        self.world = world
        self.journal = journal
        self.trouble = trouble
    }

    // MARK: Which of them were at work

    /// Those at work, and the number that the next will have.
    struct Mark {
        let running: Set<Int>
        let next: Int
    }

    var mark: Mark { lock.withLock { Mark(running: running, next: count) } }

    /// Those that were at work at any time since.
    func involved(since mark: Mark) -> Set<Int> { lock.withLock { mark.running.union(mark.next..<count) } }

    func areOver(_ commands: Set<Int>) -> Bool { lock.withLock { running.isDisjoint(with: commands) } }

    func didGiveBack(_ entry: String, _ commands: Set<Int>) -> Bool {
        lock.withLock { commands.contains { kept[$0]?.contains(entry) ?? false } }
    }

    // MARK: Running them

    /// Runs one, and holds what it says against its exit status and against the disk.
    @discardableResult
    ///
    /// - Parameters:
    ///   - ahead: seconds that its clock is ahead of everybody's.
    ///   - slow: a point to dwell at, as `step@occurrence:phase`.
    func perform(_ arguments: [String], ahead: Int = 0, slow: String? = nil) throws -> Program.Outcome {
        let number = lock.withLock {
            count += 1
            running.insert(count - 1)
            return count - 1
        }
        defer { lock.withLock { _ = running.remove(number) } }
        var environment: [String: String] = [:]
        if ahead != 0 { environment["FOUNDLING_CLOCK"] = "\(ahead)" }
        if let slow { environment["FOUNDLING_AT"] = "\(slow)=sleep 0.5" }
        let outcome = try world.run(arguments, environment: environment)
        let words = arguments.joined(separator: " ")
        journal.count("commands: \(arguments[0])")
        let document = Self.object(outcome.output)
        if let items = document?["items"] as? [[String: Any]], let document, document["act"] != nil {
            note(items, by: number, words)
            judge(document, items, outcome, words)
        } else {
            for run in Self.runs(outcome.output) {
                let told = try world.run(["ledger", run, "--format", "json"])
                note(Self.object(told.output)?["items"] as? [[String: Any]] ?? [], by: number, words)
            }
        }
        return outcome
    }

    static func object(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }

    /// Runs that a worker's lines, or an unattended clean-up, speak of.
    private static func runs(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { object(String($0)) }.flatMap { line in
            (line["runs"] as? [String] ?? []) + ((line["run"] as? String).map { [$0] } ?? [])
        }
    }

    private func note(_ items: [[String: Any]], by number: Int, _ words: String) {
        for item in items {
            guard let path = item["path"] as? String, let state = item["state"] as? String else { continue }
            journal.count("items \(state)")
            let reason = item["reason"] as? String
            journal.note(path, "foundling \(words): \(state)\(reason.map { ", \($0)" } ?? "") (\(item["run"] ?? ""))")
            guard state != "moved" else { continue }
            lock.withLock { _ = kept[number, default: []].insert(path) }
        }
    }

    /// The exit status and the disk bear out what was said.
    private func judge(_ document: [String: Any], _ items: [[String: Any]], _ outcome: Program.Outcome, _ words: String)
    {
        let states = items.compactMap { $0["state"] as? String }
        let alarms =
            items.contains { $0["alarm"] as? Bool == true }
            || (document["recovered"] as? [String] ?? []).contains { $0.hasPrefix("ALARM") }
        let isStopped = document["stopped"] is [String: Any]
        let isPartial = alarms || isStopped || states.contains { ["skipped", "held", "failed", "lost"].contains($0) }
        let isDone = states.contains { ["moved", "restored", "purged"].contains($0) }
        let expected: Set<Int32> = isPartial ? isStopped && !isDone ? [1, 3, 4, 5] : [4] : [0]
        if !expected.contains(outcome.status) || document["exit"] as? Int != Int(outcome.status) {
            trouble.report("foundling \(words) exits with \(outcome.status): \(outcome.output)\(outcome.errors)")
        }
        for item in items {
            guard let run = item["run"] as? String, let number = item["item"] as? Int else { continue }
            let isAside = WritersWorld.state(of: "\(world.quarantine)/\(run)/\(number)") != nil
            switch item["state"] as? String {
            case "moved" where !isAside, "purged" where isAside, "restored" where isAside, "held" where !isAside:
                trouble.report("foundling \(words) lies about \(item["path"] ?? ""): \(item)")
            default: break
            }
        }
    }
}
