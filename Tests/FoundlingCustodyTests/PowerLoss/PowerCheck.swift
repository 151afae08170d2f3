import Foundation
import FoundlingTesting

/// Looks at a store after a power loss, takes it up again, and says what is wrong.
struct PowerCheck {
    let world: PowerWorld
    let scenario: PowerScenario
    /// Whether the command had said that it was done.
    let isPromised: Bool
    private var problems: [String] = []
    private var acting: ActingWorld { world.acting }

    init(_ world: PowerWorld, _ scenario: PowerScenario, isPromised: Bool) {
        (self.world, self.scenario, self.isPromised) = (world, scenario, isPromised)
    }

    /// - Returns: in sentences, what is not as it must be.
    static func problems(
        _ world: PowerWorld, _ scenario: PowerScenario, isPromised: Bool, _ way: WayBack
    ) throws -> [String] {
        var check = PowerCheck(world, scenario, isPromised: isPromised)
        try check.look()
        if isPromised { try check.lookAtPromise() }
        // A store that lost something already says nothing more by going on.
        guard check.problems.isEmpty else { return check.problems }
        if scenario.isPurge { try check.takeUpPurge(way) } else { try check.takeUp(way) }
        return check.problems
    }

    private mutating func expect(_ isSo: Bool, _ problem: @autoclosure () -> String) {
        if !isSo { problems.append(problem()) }
    }

    private mutating func run(_ words: String..., mayAlarm: Bool = false) throws {
        let outcome = try Program.run(words, in: acting.world.directory)
        expect(
            outcome.status == 0 || mayAlarm && outcome.status == 4,
            "\(words.joined(separator: " ")): \(outcome.status) \(outcome.output)\(outcome.errors)")
    }

    // MARK: Where things are

    /// Each entry by its inode: at its place, in the quarantine, or both, or neither.
    private func places(of orphan: String) throws -> (isAtPlace: Bool, aside: [String]) {
        let inode = world.inodes[orphan]
        let aside = try acting.inQuarantine().filter { PowerWorld.inode(acting.quarantine + "/" + $0) == inode }
        return (PowerWorld.inode(world.store + "/" + orphan) == inode, aside)
    }

    private mutating func look() throws {
        for orphan in ActingWorld.orphans {
            let (isAtPlace, aside) = try places(of: orphan)
            let count = aside.count + (isAtPlace ? 1 : 0)
            expect(count == 1 || scenario.isPurge && count == 0, "\(orphan) lies in \(count) places")
        }
        let below = scenario == .restoreWithParents ? "away" : "items"
        for path in ActingWorld.living {
            let place = below + path.dropFirst(5)
            expect(acting.exists(place), "\(place) is gone")
        }
    }

    /// What the command told its caller is so, whatever happens next.
    private mutating func lookAtPromise() throws {
        for orphan in ActingWorld.orphans {
            let (isAtPlace, aside) = try places(of: orphan)
            switch scenario {
            case .apply, .ledgerElsewhere: expect(!aside.isEmpty, "\(orphan) was said to be moved, and is not")
            case .giveBack: expect(isAtPlace == (orphan == "items/gone"), "\(orphan) is not where it was said to be")
            case .restore, .restoreWithParents: expect(isAtPlace, "\(orphan) was said to be back, and is not")
            case .purge, .cleanAndPurge:
                expect(!isAtPlace && aside.isEmpty, "\(orphan) was said to be removed, and is not")
            case .recovery, .giveBackRecovery, .restoreRecovery, .undoneByHand, .purgeRecovery,
                .purgeEndRecovery:
                break
            }
        }
        if scenario.isNextCommand {
            let pins = try acting.run("pin", "--list").output
            expect(pins.contains("items/nothing"), "what was said to be pinned is not")
        }
    }

    // MARK: After a move or a restore

    private mutating func takeUp(_ way: WayBack) throws {
        switch way {
        case .goOn, .restore:
            try run("pin", "items/nothing")
            try look()
            if scenario == .giveBack || scenario == .giveBackRecovery {
                expect(try places(of: "items/gone").isAtPlace, "an entry that a record claims was left in quarantine")
                try acting.world.sql("DELETE FROM items WHERE id = 'late'")
            } else if scenario != .restoreWithParents, way == .goOn {
                try run("plan", "-q", "--output", acting.plan)
                try run("apply", acting.plan)
                expect(try acting.inQuarantine().count == ActingWorld.orphans.count, "doing it again does not converge")
            }
            try restoreAll()
        case .script:
            try undoAll()
            compare()
            try run("pin", "items/nothing")
        case .lostLedger:
            loseLedger()
            try run("pin", "items/nothing")
            try restoreAll()
        }
        compare()
        try run("ledger", "verify")
    }

    private mutating func restoreAll(mayAlarm: Bool = false) throws {
        for run in try fullRuns() { try self.run("restore", run, mayAlarm: mayAlarm) }
        let left = try acting.inQuarantine()
        expect(left.isEmpty, "\(left) stays in the quarantine")
    }

    private mutating func undoAll() throws {
        for run in try fullRuns() {
            let outcome = try Program.execute("/bin/sh", [acting.quarantine + "/" + run + "/undo.sh"])
            expect(outcome.status == 0 || scenario.isPurge, "undo.sh: \(outcome.output)\(outcome.errors)")
        }
        let left = try acting.inQuarantine()
        expect(left.isEmpty, "undo.sh leaves \(left) in the quarantine")
    }

    private func fullRuns() throws -> [String] {
        let lying = try acting.inQuarantine()
        return try acting.runs().filter { run in lying.contains { $0.hasPrefix(run + "/") } }
    }

    private func loseLedger() {
        let directory = scenario == .ledgerElsewhere ? world.store + "/state" : acting.quarantine
        for name in ["ledger.db", "ledger.db-journal"] { unlink(directory + "/" + name) }
    }

    /// The whole tree, or what came back of it where the rest was moved elsewhere.
    private mutating func compare() {
        guard let now = try? TreeSnapshot(world.store, except: PowerWorld.notOfTheStore) else {
            return problems.append("the store cannot be read")
        }
        var difference = now.difference(from: world.original)
        if scenario == .restoreWithParents { difference.removeAll { !$0.dropFirst(2).hasPrefix("items/gone") } }
        expect(difference.isEmpty, "not as it was: \(difference.joined(separator: "\n"))")
    }

    // MARK: After a purge

    private mutating func takeUpPurge(_ way: WayBack) throws {
        let before = try remains()
        switch way {
        case .goOn:
            try run("pin", "items/nothing")
            try lookAtLedger()
            for run in try fullRuns() { try self.run("purge", run, "--now", "--yes") }
            if scenario == .cleanAndPurge { try run("clean", "--delete-all", "--yes", "--purge") }
            let left = try acting.inQuarantine()
            expect(left.isEmpty, "\(left) stays in the quarantine")
        case .restore:
            try run("pin", "items/nothing")
            try lookAtLedger()
            // Of what a purge had begun to remove it says so, loudly.
            try restoreAll(mayAlarm: true)
        case .script: try undoAll()
        case .lostLedger:
            loseLedger()
            try run("pin", "items/nothing")
            try restoreAll(mayAlarm: true)
        }
        if way != .goOn {
            for (path, bytes) in before {
                let now = FileManager.default.contents(atPath: world.store + "/" + path)
                expect(now == bytes, "\(path), which was left of it, did not come back")
            }
        }
        for path in ActingWorld.living { expect(acting.exists(path), "\(path) is gone") }
        try run("pin", "items/nothing")
        try run("ledger", "verify")
    }

    /// Every file of the orphans that is left anywhere, by where it was.
    private func remains() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for orphan in ActingWorld.orphans {
            let (isAtPlace, aside) = try places(of: orphan)
            guard let top = isAtPlace ? world.store + "/" + orphan : aside.first.map({ acting.quarantine + "/" + $0 })
            else { continue }
            for path in [""] + ((try? FileManager.default.subpathsOfDirectory(atPath: top)) ?? []).map({ "/" + $0 }) {
                var status = stat()
                guard lstat(top + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
                found[orphan + path] = FileManager.default.contents(atPath: top + path)
            }
        }
        return found
    }

    /// What lies in the quarantine is what the ledger says lies there, and nothing is called whole that is not.
    private mutating func lookAtLedger() throws {
        var states: [String: String] = [:]
        for run in try acting.runs() {
            let outcome = try acting.run("ledger", run, "--format", "json")
            // One that never got as far as an item is not worth a line.
            guard outcome.status == 0 else { continue }
            for item in try acting.items(outcome) {
                if let path = item["path"] as? String { states[path] = item["state"] as? String }
            }
        }
        for orphan in ActingWorld.orphans {
            let (isAtPlace, aside) = try places(of: orphan)
            let state = states[orphan] ?? "unknown"
            expect(!aside.contains { $0.contains("purging") }, "\(orphan) still has the name for removal")
            let allowed: [String]
            if let place = aside.first {
                allowed = isWhole(orphan, acting.quarantine + "/" + place) ? ["moved", "held"] : ["held"]
            } else {
                allowed = isAtPlace ? ["unknown", "restored"] : ["purged"]
            }
            expect(allowed.contains(state), "\(orphan) is \(allowed), and the ledger says '\(state)'")
        }
    }

    private func isWhole(_ orphan: String, _ place: String) -> Bool {
        let paths = world.original.paths.filter { $0.hasPrefix(orphan + "/") }.map { $0.dropFirst(orphan.count + 1) }
        let now = (try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? []
        return Set(paths.map(String.init)) == Set(now)
    }
}
