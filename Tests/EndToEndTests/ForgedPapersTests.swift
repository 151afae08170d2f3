import Foundation
import FoundlingTesting
import Testing

/// A receipt, a run or a ledger that somebody made up: at worst an item of theirs lands in a free place of the store.
@Suite struct ForgedPapersTests {
    /// What a forged receipt says instead of what is true.
    enum Lie: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case upward, absolute, dot, empty, emptyPart, nul, link, livingEntry, quarantine, manyFiles, manyBytes, negative
        case deepJSON, longLine, huge, setIDParents, parentsOfOthers, longName, garbageAfter

        var testDescription: String { rawValue }

        /// - Parameter text: the true receipt, of a run whose items were `top/mid/gone` and others.
        func tell(_ text: String, _ world: HostileWorld) -> String {
            func path(_ other: String) -> String {
                text.replacingOccurrences(of: "\"path\":\"top/mid/gone\"", with: "\"path\":\(other)")
            }
            func number(_ name: String, _ other: String) -> String {
                text.replacingOccurrences(
                    of: "\"\(name)\":[0-9]+", with: "\"\(name)\":\(other)", options: .regularExpression)
            }
            return switch self {
            case .upward: path("\"../outside/new/x\"")
            case .absolute: path("\"\(world.outside)/new/x\"")
            case .dot: path("\"top/./x\"")
            case .empty: path("\"\"")
            case .emptyPart: path("\"top//x\"")
            case .nul: path("\"top/mid/x\\u0000/../../y\"")
            case .link: path("\"top/way/x\"")
            case .livingEntry: path("\"top/mid/alive\"")
            case .quarantine: path("\".foundling/20261123-031500-7f3a9c/x\"")
            case .manyFiles: number("files", "9223372036854775807")
            case .manyBytes:
                number("(freed|allocated|apparent)", "0").replacingOccurrences(
                    of: "\"freed|allocated|apparent\":0", with: "\"freed\":18446744073709551615")
            case .negative: number("retention", "-9223372036854775808")
            case .deepJSON: text + String(repeating: "{\"record\":{\"a\":[", count: 50_000) + "\n"
            case .longLine: text + String(repeating: "x", count: 5 << 20) + "\n"
            case .huge: text + String(repeating: "{\"of\":1}\n", count: 300_000)
            case .setIDParents: number("mode", "4095")
            case .parentsOfOthers: number("owner", "4242")
            case .longName: path("\"top/mid/\(String(repeating: "n", count: 300))\"")
            case .garbageAfter: text + "\u{0}\u{1B}[2J not a line\n"
            }
        }
    }

    private func forget(_ world: HostileWorld) {
        for name in ["ledger.db", "ledger.db-journal"] { unlink(world.quarantine + "/" + name) }
    }

    @Test(arguments: Lie.allCases, Actor.available)
    func aForgedReceiptTouchesNothingOutsideAndNothingThatLives(_ lie: Lie, _ actor: Actor) throws {
        let world = try HostileWorld("lie-\(lie.rawValue)", actor: actor)
        let run = try world.apply()
        #expect(symlink(world.outside, world.world.store + "/top/way") == 0)
        let receipt = world.quarantine + "/" + run + "/receipt.jsonl"
        let told = lie.tell(try String(contentsOfFile: receipt, encoding: .utf8), world)
        try Data(told.utf8).write(to: URL(fileURLWithPath: receipt))
        // Whoever forges the one would lose the other.
        forget(world)
        // Directories above are made on the receipt's word.
        if lie == .setIDParents || lie == .parentsOfOthers {
            #expect(rename(world.world.store + "/top/mid", world.world.directory + "/mid") == 0)
        }
        for command in [["ledger"], ["restore", run, "--format", "json"], ["purge", run, "--now", "--yes"]] {
            let outcome = try world.run(command)
            let point: Comment = "\(lie) as \(actor): \(command): \(outcome.status) \(outcome.errors)"
            #expect([0, 1, 3, 4].contains(outcome.status), point)
            try world.expectCanaryUntouched(point)
            #expect(!(outcome.output + outcome.errors).contains("\u{1B}"), point)
        }
        if world.exists("top/mid/alive") { try world.expectLivingUntouched("\(lie) as \(actor)") }
        var status = stat()
        if lie == .setIDParents, lstat(world.world.store + "/top/mid", &status) == 0 {
            #expect(status.st_mode & 0o7000 == 0)
        }
    }

    /// A run that never was, with a receipt that names what lives.
    @Test(arguments: Actor.available) func aRunThatNeverWasGivesNothingAway(_ actor: Actor) throws {
        let world = try HostileWorld(actor: actor)
        let run = try world.apply()
        let forged = "20261123-031500-7f3a9c"
        let (old, new) = (world.quarantine + "/" + run, world.quarantine + "/" + forged)
        _ = try Program.execute("/bin/cp", ["-a", old, new])
        let text = try String(contentsOfFile: old + "/receipt.jsonl", encoding: .utf8)
            .replacingOccurrences(of: run, with: forged)
        try Data(text.utf8).write(to: URL(fileURLWithPath: new + "/receipt.jsonl"))
        // What stands for its first item leads out, or is what lives elsewhere under the same number.
        _ = try Program.execute("/bin/rm", ["-rf", new + "/1", new + "/2"])
        #expect(symlink(world.outside, new + "/1") == 0)
        #expect(Glibc.link(world.world.store + "/top/mid/alive.txt", new + "/2") == 0)
        for command in [
            ["restore", forged], ["purge", forged, "--now", "--yes"],
            ["purge", forged, "--unverified", "--confirm", forged],
        ] {
            let outcome = try world.run(command)
            #expect([0, 1, 3, 4].contains(outcome.status), "\(command): \(outcome.errors)")
            try world.expectCanaryUntouched("\(command): \(outcome.output)\(outcome.errors)")
            try world.expectLivingUntouched("\(command): \(outcome.output)\(outcome.errors)")
        }
    }

    /// Lines of a ledger with a chain that holds: whoever can write the file can also hash.
    @Test(arguments: [
        "UPDATE lines SET run = '../../outside' WHERE run IS NOT NULL",
        "UPDATE lines SET item = -9223372036854775808 WHERE item = 1",
        "UPDATE lines SET time = -9223372036854775808", "UPDATE lines SET time = 9223372036854775807",
        "UPDATE lines SET body = replace(body, '\"files\":', '\"files\":922337203685477580')",
        "UPDATE lines SET body = replace(body, '\"retention\":', '\"retention\":-9')",
        "UPDATE lines SET body = replace(body, 'top/mid/gone', '../outside/gone')",
        "UPDATE lines SET body = replace(body, '\"kind\"', '\"kind\":7,\"x\"')",
        "UPDATE lines SET reason = char(27) || '[2J' || char(8238), actor = replace(actor, 'root', char(27))",
        "UPDATE lines SET body = CAST(x'80FF00' AS TEXT), kind = 'intent'", "UPDATE lines SET kind = char(27)",
        "UPDATE lines SET seq = seq + 9223372036854775000", "UPDATE lines SET hash = x'00', previous = NULL",
        "DROP TABLE lines", "DROP TABLE lines; CREATE VIEW lines AS SELECT 1 AS seq",
        "CREATE TRIGGER late AFTER INSERT ON lines BEGIN DELETE FROM lines; END",
        "PRAGMA journal_mode = WAL; UPDATE lines SET reason = 'x'", "PRAGMA user_version = 99",
    ])
    func aForgedLedgerTouchesNothingOutsideAndNothingThatLives(_ sql: String) throws {
        let world = try HostileWorld(actor: Actor.available.contains(.rootForOwner) ? .rootForOwner : .ordinary)
        let run = try world.apply()
        _ = try Program.execute("/usr/bin/sqlite3", [world.quarantine + "/ledger.db", sql])
        for command in [
            ["ledger"], ["ledger", run], ["ledger", "verify"], ["pin", "--list"], ["scan"],
            ["explain", "top/mid/gone"],
            ["pin", "top/nothing"], ["restore", run, "--item", "2"], ["purge", run, "--now", "--yes"],
            ["restore", run],
        ] {
            let outcome = try world.run(command)
            let point: Comment = "\(sql): \(command): \(outcome.status) \(outcome.errors)"
            #expect([0, 1, 3, 4].contains(outcome.status), point)
            #expect(Screen.lies(in: outcome.output + outcome.errors).isEmpty, point)
            try world.expectCanaryUntouched(point)
        }
        try world.expectLivingUntouched("\(sql)")
    }
}
