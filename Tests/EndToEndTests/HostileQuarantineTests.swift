import Foundation
import FoundlingTesting
import Testing

/// Whoever owns the quarantine, or gets into it, plants what Foundling reads and writes there.
@Suite struct HostileQuarantineTests {
    /// Every command that opens a quarantine.
    private func commands(_ world: HostileWorld) throws -> [[String]] {
        let run = try world.runs().last ?? "20261123-031500-7f3a9c"
        return [
            ["scan", "--format", "json"], ["ledger"], ["ledger", "verify"], ["pin", "--list"],
            ["explain", "top/mid/gone"], ["plan", "-q", "--output", world.plan + "2"], ["pin", "top/nothing"],
            ["restore", run], ["purge", run, "--now", "--yes"], ["clean", "--delete-all", "--yes"],
        ]
    }

    /// Names that Foundling opens in a quarantine.
    static let names = [
        "lock", "purge.lock", "apply.lock", "store-id", "reserve", "clock", "ledger.db", "ledger.db-journal",
        "ledger.db-wal", "ledger.db-shm", "RUN", "RUN/receipt.jsonl", "RUN/undo.sh", "RUN/1",
    ]
    enum Plant: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fifo, link, danglingLink, directory, huge, garbage, device

        var testDescription: String { rawValue }

        func make(at path: String, _ world: HostileWorld) throws {
            switch self {
            case .fifo: #expect(mkfifo(path, 0o600) == 0)
            case .link: #expect(symlink(world.outside + "/a.bin", path) == 0)
            case .danglingLink: #expect(symlink(world.outside + "/made", path) == 0)
            case .directory: #expect(mkdir(path, 0o700) == 0)
            case .huge:
                try Data().write(to: URL(fileURLWithPath: path))
                #expect(truncate(path, 5 << 30) == 0)
            case .garbage:
                try Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) })
                    .write(to: URL(fileURLWithPath: path))
            // Reading it never ends, and neither does writing.
            case .device: #expect(mknod(path, S_IFCHR | 0o600, dev_t(1 << 8 | 5)) == 0)
            }
            if world.actor != .root, geteuid() == 0 { lchown(path, 65534, 65534) }
        }
    }

    @Test(arguments: Plant.allCases, Actor.available)
    func whateverIsPlantedInTheQuarantineHangsNothingAndLeadsNowhere(_ plant: Plant, _ actor: Actor) throws {
        guard plant != .device || geteuid() == 0 else { return }
        let shift = Plant.allCases.firstIndex(of: plant) ?? 0
        for (turn, name) in Self.names.enumerated() where actor.isTurn(turn + shift) {
            let world = try HostileWorld("plant-\(plant.rawValue)", actor: actor)
            let run = try world.apply()
            let path = world.quarantine + "/" + name.replacingOccurrences(of: "RUN", with: run)
            if lstatExists(path) { #expect(rename(path, world.world.directory + "/taken") == 0) }
            try plant.make(at: path, world)
            let all = try commands(world)
            for (number, command) in all.enumerated()
            where Actor.isExhaustive || number >= 6 || (number + turn) % 6 == 0 {
                let outcome = try world.run(command)
                let point: Comment = "\(plant) as \(name), \(actor): \(command): \(outcome.errors)"
                #expect([0, 1, 3, 4].contains(outcome.status), "\(outcome.status) \(point)")
                try world.expectCanaryUntouched(point)
            }
            try world.expectLivingUntouched("\(plant) as \(name), \(actor)")
            for inner in [path] where plant == .device { unlink(inner) }
        }
    }

    private func lstatExists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// A rollback journal of SQLite may name another file, which is removed once the journal was rolled back.
    @Test(arguments: Actor.available) func aForgedJournalRemovesNoFileElsewhere(_ actor: Actor) throws {
        let world = try HostileWorld(actor: actor)
        try world.apply()
        let victim = world.outside + "/gone.txt"
        try Self.journal(naming: victim, pages: world.quarantine + "/ledger.db")
            .write(to: URL(fileURLWithPath: world.quarantine + "/ledger.db-journal"))
        if geteuid() == 0, actor != .root { chown(world.quarantine + "/ledger.db-journal", 65534, 65534) }
        for command in [["ledger"], ["pin", "top/nothing"]] {
            let outcome = try world.run(command)
            #expect(outcome.status < 128)
            try world.expectCanaryUntouched("\(command): \(outcome.errors)")
        }
    }

    /// A hot journal of one page, as `pager.c` writes it, with the name of a super-journal at its end.
    private static func journal(naming name: String, pages database: String) throws -> Data {
        func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        let page = [UInt8](try Data(contentsOf: URL(fileURLWithPath: database)).prefix(4096))
        let size = UInt32(try Data(contentsOf: URL(fileURLWithPath: database)).count / 4096)
        let seed: UInt32 = 7
        var journal = magic + big(1) + big(seed) + big(size) + big(512) + big(4096)
        journal += [UInt8](repeating: 0, count: 512 - journal.count)
        var sum = seed
        for at in stride(from: 4096 - 200, to: 0, by: -200) { sum &+= UInt32(page[at]) }
        journal += big(1) + page + big(sum)
        let text = [UInt8](name.utf8)
        let check = text.reduce(UInt32(0)) { $0 &+ UInt32($1) }
        // The page that SQLite itself locks stands before the name.
        return Data(journal + big(1 << 30 / 4096 + 1) + text + big(UInt32(text.count)) + big(check) + magic)
    }
}
