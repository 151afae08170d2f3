import Foundation
import FoundlingTesting
import Testing

/// The order of writes and syncs itself, as it was recorded: what must be on the disk before what.
@Suite(.enabled(if: geteuid() == 0, "only root may mount"), .enabled(if: PowerWorld.canTrace, PowerWorld.needsStrace))
struct PowerOrderTests {
    /// What was asked for before an event and need not be on the disk by then.
    ///
    /// Nothing rests on courtesies, nor on what was removed from a directory that is itself gone for sure.
    private func unsynced(_ record: DiskRecord, before event: Int) -> [String] {
        let durable = CrashStates.durable(in: record, after: event)
        var gone: Set<DiskRecord.Node> = []
        var found: [String] = []
        for number in durable.indices.reversed() {
            if case .remove(let node, let directory, _) = record.changes[number],
                durable[number] || gone.contains(directory)
            {
                gone.insert(node)
            } else if !durable[number], !record.courtesies.contains(number) {
                found.append(record.words[number])
            }
        }
        return found.reversed()
    }

    /// The first event that changes one of the orphans, or something in one, in a way that counts.
    private func first(_ record: DiskRecord, from: Int, where counts: (DiskRecord.Change) -> Bool) throws -> Int {
        let entries = Set(
            record.base.filter { path, _ in ActingWorld.orphans.contains { path == $0 || path.hasPrefix($0 + "/") } }
                .values)
        return try #require(
            record.events.indices.first { index in
                guard index >= from, case .change(let number) = record.events[index] else { return false }
                return entries.contains(record.changes[number].node) && counts(record.changes[number])
            })
    }

    @Test(arguments: [PowerScenario.apply, .ledgerElsewhere, .cleanAndPurge])
    func beforeTheFirstEntryMovesItsReceiptAndItsIntentAreOnTheDisk(_ scenario: PowerScenario) throws {
        let world = try scenario.world("order")
        let (record, last) = try world.record(scenario.session(world))
        let move = try first(record, from: last) { if case .rename = $0 { true } else { false } }
        // All of it: the ledger's lines, both papers of the run, and the name of each directory above them.
        #expect(unsynced(record, before: move) == [])
        let made = record.words.prefix { !$0.hasPrefix("rename") }
        for name in [".foundling/", "ledger.db", "receipt.jsonl", "undo.sh"] {
            #expect(made.contains("make \(name)"), "\(made)")
        }
    }

    @Test(arguments: [PowerScenario.purge, .cleanAndPurge])
    func beforeTheFirstFileIsRemovedTheLedgerSaysSoOnTheDisk(_ scenario: PowerScenario) throws {
        let world = try scenario.world("order")
        let (record, last) = try world.record(scenario.session(world))
        let removal = try first(record, from: last) { if case .remove = $0 { true } else { false } }
        // Which name they have while they go need not be: by either of them the next command finds what is left.
        #expect(unsynced(record, before: removal).filter { !$0.contains("to purging-") } == [])
    }

    @Test(arguments: PowerScenario.allCases)
    func whatACommandSaysIsOnTheDiskByThen(_ scenario: PowerScenario) throws {
        let world = try scenario.world("said")
        let (record, _) = try world.record(scenario.session(world))
        let said = record.events.indices.filter { if case .said = record.events[$0] { true } else { false } }
        #expect(unsynced(record, before: try #require(said.first)) == [])
        // Nothing comes after it.
        #expect(unsynced(record, before: record.events.count) == [])
    }
}
