import Foundation
import FoundlingTesting
import Testing

/// Commands, one after the other, of which the last is the one that the power loss interrupts.
struct PowerSession {
    struct Step {
        var words: [String]
        var environment: [String: String] = [:]
        var isShell = false
    }

    var steps: [Step]
    /// Whether the power may go during the earlier commands as well: where no other session covers them.
    var countsFromFirst = false
    /// Steps of the seam, `step@occurrence`, that do not sync in the last command: planted to see that they are found.
    var unsynced = ""
}

/// What the power interrupts.
enum PowerScenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// From a store that Foundling never saw.
    case apply
    /// The same in one command, where the manifest names a directory for the ledger.
    case ledgerElsewhere
    /// A record appears while an entry moves: it goes back.
    case giveBack
    /// A run that was killed is settled by the next command.
    case recovery
    /// The same where it was killed after it had put an entry back.
    case giveBackRecovery
    case restore
    /// A restore that was killed is settled by the next command.
    case restoreRecovery
    /// Somebody put everything back by hand, and the next command takes note of it.
    case undoneByHand
    /// The directory above the entries is gone when they come back.
    case restoreWithParents
    case purge
    /// A purge that was killed is taken back by the next command.
    case purgeRecovery
    /// The same where it was killed when everything was removed, and nothing synced.
    case purgeEndRecovery
    /// One command that does it all, from a store that Foundling never saw.
    case cleanAndPurge

    var testDescription: String { rawValue }

    /// All of them, or the one that `FOUNDLING_POWER_SCENARIO` names: to look into one.
    static var chosen: [PowerScenario] {
        ProcessInfo.processInfo.environment["FOUNDLING_POWER_SCENARIO"].map { name in
            allCases.filter { $0.rawValue == name }
        }
            ?? allCases
    }

    /// Whether the last command is one that settles what another left.
    var isNextCommand: Bool {
        [.recovery, .giveBackRecovery, .restoreRecovery, .undoneByHand, .purgeRecovery, .purgeEndRecovery]
            .contains(self)
    }
    var isPurge: Bool { [.purge, .purgeRecovery, .purgeEndRecovery, .cleanAndPurge].contains(self) }

    func world(_ name: String) throws -> PowerWorld {
        try PowerWorld("\(name)-\(rawValue)", manifest: self == .ledgerElsewhere ? "state: data/state" : "")
    }

    func session(_ world: PowerWorld, unsynced: String = "") -> PowerSession {
        let acting = world.acting
        typealias Step = PowerSession.Step
        let plan = Step(words: ["plan", "-q", "--output", acting.plan])
        let apply = Step(words: ["apply", acting.plan])
        let restore = Step(words: ["restore", "RUN"])
        let purge = Step(words: ["purge", "RUN", "--now", "--yes"])
        let next = Step(words: ["pin", "items/nothing"])
        func killed(_ step: Step, at fault: String) -> Step {
            Step(words: step.words, environment: ["FOUNDLING_FAULT": "\(fault)=kill"])
        }
        var session: PowerSession
        switch self {
        case .apply:
            session = PowerSession(steps: [plan, apply])
            session.countsFromFirst = true
        case .ledgerElsewhere:
            session = PowerSession(
                steps: [Step(words: ["clean", "--delete-all", "--yes"])], countsFromFirst: true)
        case .giveBack, .giveBackRecovery:
            let row =
                "sqlite3 '\(acting.world.database)' \"INSERT INTO items VALUES ('late', 'items/gone', 'ready')\""
            var returning = self == .giveBack ? apply : killed(apply, at: "item.return@1:after")
            returning.environment["FOUNDLING_AT"] = "item.move@1:after=\(row)"
            session = PowerSession(steps: [plan, returning] + (self == .giveBack ? [] : [next]))
        case .recovery: session = PowerSession(steps: [plan, killed(apply, at: "item.move@2:after"), next])
        case .restore: session = PowerSession(steps: [plan, apply, restore])
        case .restoreRecovery:
            session = PowerSession(steps: [plan, apply, killed(restore, at: "item.restore@2:after"), next])
        case .undoneByHand:
            let undo = Step(words: ["sh data/.foundling/RUN/undo.sh"], isShell: true)
            session = PowerSession(steps: [plan, apply, undo, next])
        case .restoreWithParents:
            let away = Step(words: ["mv data/items data/away && sync"], isShell: true)
            session = PowerSession(steps: [plan, apply, away, restore])
        case .purge: session = PowerSession(steps: [plan, apply, purge])
        case .purgeRecovery:
            session = PowerSession(steps: [plan, apply, killed(purge, at: "purge.unlink@2:after"), next])
        case .purgeEndRecovery:
            session = PowerSession(steps: [plan, apply, killed(purge, at: "purge.rmdir@4:after"), next])
        case .cleanAndPurge:
            session = PowerSession(
                steps: [Step(words: ["clean", "--delete-all", "--yes", "--purge"])], countsFromFirst: true)
        }
        session.unsynced = unsynced
        return session
    }
}

/// How the next person takes up a store after the power came back.
enum WayBack: CaseIterable, Sendable {
    /// The next command settles what was cut short; then the act is done again, and undone.
    case goOn
    /// The next command settles it, and what is left is put back.
    case restore
    /// Nothing but `undo.sh`, before any command of Foundling's.
    case script
    /// The ledger is lost as well: there are only the receipts.
    case lostLedger
}
