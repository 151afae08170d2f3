import Foundation
import FoundlingTesting
import Testing

/// The power goes at any moment, and the disk keeps what was synced and any part of the rest.
@Suite(.enabled(if: geteuid() == 0, "only root may mount"), .enabled(if: PowerWorld.canTrace, PowerWorld.needsStrace))
struct PowerLossTests {
    @Test(arguments: PowerScenario.chosen)
    func afterAPowerLossNothingIsLostAndTheNextCommandConverges(_ scenario: PowerScenario) throws {
        let world = try scenario.world("power")
        let (record, last) = try world.record(scenario.session(world))
        let search = PowerSearch(world, scenario, record, from: last)
        let problem = try search.run(most: PowerSearch.budget)
        print("power loss, \(scenario.rawValue): \(search.figures)")
        if let problem { Issue.record("\(problem)") }
    }

    /// Syncs that somebody may forget one day, each in the last command of a scenario: the search has to find it.
    ///
    /// Those that are found soon come first; the rest is for `script/torture power`.
    private static let all: [(scenario: PowerScenario, unsynced: String)] = [
        (.apply, "receipt.sync"), (.apply, "undo.sync"), (.apply, "ledger.append"), (.purge, "ledger.append"),
        // The directory above a quarantine that was just made.
        (.cleanAndPurge, "quarantine.sync"),
        // The directory above one that was made again, and what a command left that was killed.
        (.restoreWithParents, "directory.sync@1"), (.restoreRecovery, "directory.sync"),
        (.purgeEndRecovery, "directory.sync"),
        (.purgeRecovery, "directory.sync"), (.giveBackRecovery, "directory.sync"), (.undoneByHand, "directory.sync"),
        // The directory of the run, and after the moves that and the entries' own.
        (.apply, "directory.sync@1"), (.apply, "directory.sync@3"), (.apply, "directory.sync@4"),
        (.restore, "directory.sync@1"), (.restore, "directory.sync@2"), (.purge, "directory.sync@1"),
        // SQLite syncs the quarantine as well where the ledger lies in it: only elsewhere is it ours alone to do.
        (.ledgerElsewhere, "quarantine.sync"), (.ledgerElsewhere, "directory.sync@2"),
    ]

    static var planted: [(scenario: PowerScenario, unsynced: String)] {
        PowerSearch.budget < 100 ? Array(all.prefix(8)) : all
    }

    @Test(arguments: planted)
    func aMissingSyncIsFound(_ bug: (scenario: PowerScenario, unsynced: String)) throws {
        let world = try bug.scenario.world("planted")
        let (record, last) = try world.record(bug.scenario.session(world, unsynced: bug.unsynced))
        let search = PowerSearch(world, bug.scenario, record, from: last)
        let problem = try search.run(most: PowerSearch.plantedBudget)
        print("power loss, \(bug.scenario.rawValue) without \(bug.unsynced): \(search.figures)")
        if let problem { print(problem) }
        #expect(problem != nil, "nothing shows that \(bug.unsynced) is missing")
    }
}
