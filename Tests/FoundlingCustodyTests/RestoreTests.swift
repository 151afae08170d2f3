import Foundation
import FoundlingTesting
import Testing

/// What was moved aside can be taken back, all of it, also on the day nothing else works.
@Suite struct RestoreTests {
    @Test func aRestoredTreeIsTheSameInEverything() throws {
        let world = try ActingWorld()
        #expect(try !TreeSnapshot(world.world.store).lines.isEmpty)
        try world.apply()
        for path in ActingWorld.orphans { #expect(!world.exists(path)) }
        try world.expectUndo("a plain round")
        // Nothing is left to restore, and it says so.
        let again = try world.run("restore", try #require(world.runs().last))
        #expect(again.status == 0)
        #expect(again.output.contains("it was back already"), "\(again.output)")
    }

    @Test func itemsAndPathsAreRestoredAlone() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        #expect(try world.run("restore", run, "items/gone.txt").status == 0)
        #expect(ActingWorld.orphans.filter(world.exists) == ["items/gone.txt"])
        #expect(try world.run("restore", run, "--item", "1").status == 0)
        #expect(ActingWorld.orphans.filter(world.exists).count == 2)
        for wrong in [["--item", "9"], ["items/alive"], ["--item", "1"], ["items/gone-link", "items/goen"]] {
            let outcome = try Program.run(["restore", run] + wrong, in: world.world.directory)
            #expect(outcome.status == 1, "\(wrong): \(outcome.output)")
            #expect(outcome.errors.contains("error[run-unknown]"), "\(outcome.errors)")
        }
        try world.expectUndo("the rest")
    }

    @Test func nothingAtItsPlaceIsEverReplaced() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        // A directory, even an empty one, a file, a link: the application may have made any of them.
        try world.world.makeDirectory("items/gone")
        try world.world.file("items/gone.txt", "new")
        try world.world.link("items/gone-link", to: "nowhere")
        let outcome = try world.run("restore", run, "--format", "json")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome) == ["failed": 3])
        #expect(outcome.output.contains("--to DIR"))
        let text = try String(contentsOfFile: world.world.store + "/items/gone.txt", encoding: .utf8)
        #expect(text == "new")
        #expect(try world.inQuarantine().count == 3)
        let elsewhere = try world.world.makeDirectory("recovered")
        #expect(try world.run("restore", run, "--to", elsewhere).status == 0)
        #expect(world.exists("recovered/items/gone/deep/er/b.bin"))
        #expect(try world.inQuarantine().isEmpty)
    }

    @Test func aRestoreToElsewhereThatIsCutShortIsSettledByTheNext() throws {
        for point in ["item.restore@1:after=kill", "item.restore@2:before=kill"] {
            let world = try ActingWorld()
            let run = try world.apply()
            let elsewhere = try world.world.makeDirectory("recovered")
            try world.run("restore", run, "--to", elsewhere, fault: point)
            let next = try world.run("restore", run, "--to", elsewhere)
            #expect(next.status == 0, "\(point): \(next.output)\(next.errors)")
            #expect(!(next.output + next.errors).contains("ALARM"), "\(next.output)")
            #expect(world.exists("recovered/items/gone.txt") && world.exists("recovered/items/gone/a.bin"))
        }
    }

    @Test func directoriesAboveAreMadeAgainWithTheirModes() throws {
        let world = try ActingWorld()
        chmod(world.world.store + "/items", 0o751)
        let run = try world.apply()
        try FileManager.default.moveItem(
            atPath: world.world.store + "/items", toPath: world.world.directory + "/away")
        #expect(try world.run("restore", run).status == 0)
        var status = stat()
        #expect(stat(world.world.store + "/items", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o751)
        for path in ActingWorld.orphans { #expect(world.exists(path)) }
    }

    @Test func aLinkWhereTheDirectoryWasIsNotFollowed() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let away = world.world.directory + "/away"
        try FileManager.default.moveItem(atPath: world.world.store + "/items", toPath: away)
        try world.world.link("items", to: away)
        let outcome = try world.run("restore", run, "--format", "json")
        #expect(outcome.status == 4)
        #expect(try world.counts(outcome) == ["failed": 3])
        #expect(!FileManager.default.fileExists(atPath: away + "/gone.txt"))
        #expect(try world.inQuarantine().count == 3)
    }

    @Test(arguments: ["deleted", "damaged"]) func aLostLedgerIsNoObstacle(_ loss: String) throws {
        let world = try ActingWorld("ledger-\(loss)")
        let run = try world.apply()
        let ledger = world.quarantine + "/ledger.db"
        for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: ledger + suffix) }
        if loss == "damaged" { try Data(repeating: 0x41, count: 9000).write(to: URL(fileURLWithPath: ledger)) }
        let outcome = try world.run("restore", run)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(
            (outcome.output + outcome.errors).contains("chain"),
            "a new chain is told: \(outcome.output)\(outcome.errors)")
        try world.expectUndo("without a ledger")
        #expect(try world.run("ledger", "verify").status == 0)
    }

    @Test func theUndoScriptNeedsNoFoundling() throws {
        let world = try ActingWorld()
        try world.makePlan()
        let run = try world.apply()
        let script = world.quarantine + "/" + run + "/undo.sh"
        let outcome = try Program.execute("/bin/sh", [script], in: "/")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(try TreeSnapshot(world.world.store).difference(from: world.original).isEmpty)
        // Run twice it does nothing, and Foundling sees that everything is back.
        #expect(try Program.execute("/bin/sh", [script], in: "/").status == 0)
        #expect(try TreeSnapshot(world.world.store).difference(from: world.original).isEmpty)
        let shown = try world.run("pin", "items/nothing")
        #expect((shown.output + shown.errors).contains("put back by hand"), "\(shown.output)\(shown.errors)")
        #expect(try world.run("purge", run, "--now", "--yes").output.contains("Nothing is due"))
        #expect(try world.run("ledger", "verify").status == 0)
    }

    @Test func theUndoScriptWorksWhereverTheStoreIsMounted() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        let moved = world.world.directory + "/mounted elsewhere"
        try FileManager.default.moveItem(atPath: world.world.store, toPath: moved)
        let outcome = try Program.execute("/bin/sh", [moved + "/.foundling/" + run + "/undo.sh"], in: "/")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(try TreeSnapshot(moved).difference(from: world.original).isEmpty)
    }

    @Test func theUndoScriptReplacesNothingAndSaysSo() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try world.world.file("items/gone.txt", "new")
        let outcome = try Program.execute("/bin/sh", [world.quarantine + "/" + run + "/undo.sh"], in: "/")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("items/gone.txt"), "\(outcome.errors)")
        #expect(try String(contentsOfFile: world.world.store + "/items/gone.txt", encoding: .utf8) == "new")
        #expect(world.exists("items/gone/a.bin"))
        #expect(try world.inQuarantine().count == 1)
    }

    @Test func namesOfAnyBytesComeBackEitherWay() throws {
        let names: [[UInt8]] = [
            Array("new\nline".utf8), Array("quote'\"\\back".utf8), Array("$(touch x)`y`".utf8), Array("-rf".utf8),
            Array("  spaces  ".utf8), [0x66, 0xFF, 0xFE, 0x80], Array(repeating: 0x61, count: 255),
        ]
        for isByHand in [false, true] {
            let world = try ActingWorld("names-\(isByHand)")
            for name in names {
                try world.world.makeDirectory(bytes: Array("items/".utf8) + name)
                try world.world.makeDirectory(bytes: Array("items/".utf8) + name + [0x2F] + name)
            }
            let before = try TreeSnapshot(world.world.store)
            let run = try world.apply()
            #expect(try world.inQuarantine().count == 3 + names.count)
            let outcome =
                isByHand
                ? try Program.execute("/bin/sh", [world.quarantine + "/" + run + "/undo.sh"], in: "/")
                : try world.run("restore", run)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(try TreeSnapshot(world.world.store).difference(from: before).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "/x"))
        }
    }

    /// A receipt is a file that anybody may have written.
    enum Forgery: String, CaseIterable, CustomTestStringConvertible {
        case dots, absolute, twice, otherRun, quarantine, notJSON, version, empty, fifo

        var testDescription: String { rawValue }

        func forge(_ text: String, at path: String) throws {
            let forged: String? =
                switch self {
                case .dots: text.replacingOccurrences(of: "\"items/gone\"", with: "\"../gone\"")
                case .absolute: text.replacingOccurrences(of: "\"items/gone\"", with: "\"/etc/gone\"")
                case .twice: text + text.split(separator: "\n").last { $0.contains("\"record\"") }! + "\n"
                case .otherRun: text.replacingOccurrences(of: "\"run\":\"2", with: "\"run\":\"1")
                case .quarantine: text.replacingOccurrences(of: "\"items/gone\"", with: "\".foundling/gone\"")
                case .notJSON: "hello\n" + text
                case .version: text.replacingOccurrences(of: "\"receipt\":1", with: "\"receipt\":9")
                case .empty: ""
                case .fifo: nil
                }
            try FileManager.default.removeItem(atPath: path)
            if let forged {
                #expect(forged != text)
                try forged.write(toFile: path, atomically: true, encoding: .utf8)
            } else {
                #expect(mkfifo(path, 0o600) == 0)
            }
        }
    }

    @Test(arguments: Forgery.allCases) func aReceiptThatWasTamperedWithMovesNothingOutOfTheStore(_ forgery: Forgery)
        throws
    {
        let world = try ActingWorld("forgery-\(forgery.rawValue)")
        let run = try world.apply()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: world.quarantine + "/ledger.db" + suffix)
        }
        let path = world.quarantine + "/" + run + "/receipt.jsonl"
        try forgery.forge(try String(contentsOfFile: path, encoding: .utf8), at: path)
        let outcome = try world.run("restore", run)
        #expect(outcome.status != 0, "\(outcome.output)")
        if forgery != .quarantine {
            #expect(outcome.errors.contains("error[receipt-invalid]"), "\(outcome.errors)")
            #expect(try world.inQuarantine().count == 3)
        }
        #expect(!FileManager.default.fileExists(atPath: world.world.directory + "/gone"))
        #expect(!FileManager.default.fileExists(atPath: "/etc/gone"))
        #expect(!FileManager.default.fileExists(atPath: world.quarantine + "/gone"))
    }

    @Test func aReceiptThatWasCutOffIsNotTakenForTheWholeRun() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        try FileManager.default.removeItem(atPath: world.quarantine + "/ledger.db")
        let receipt = world.quarantine + "/" + run + "/receipt.jsonl"
        let lines = try String(contentsOfFile: receipt, encoding: .utf8).split(separator: "\n")
        let second = try #require(lines.firstIndex { $0.contains("\"item\":2") })
        try lines[..<second].map { $0 + "\n" }.joined().write(toFile: receipt, atomically: true, encoding: .utf8)
        let outcome = try world.run("restore", run)
        #expect(outcome.status == 4, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("holds 2, 3"), "\(outcome.output)")
        #expect(world.exists("items/gone/a.bin"))
    }

    @Test func nothingIsRestoredIntoTheQuarantine() throws {
        let world = try ActingWorld()
        let run = try world.apply()
        for place in ["data/.foundling", "data/.foundling/\(run)/1"] {
            #expect(try world.run("restore", run, "--to", place).status == 64)
        }
        #expect(try world.inQuarantine().count == 3)
    }

    @Test(arguments: ["20261123-031500-7f3a9c", "../..", "x", ""]) func anUnknownRunIsSaid(_ run: String) throws {
        let world = try ActingWorld()
        try world.apply()
        for command in [["restore", run], ["purge", run, "--now", "--yes"], ["ledger", run]]
        where !run.isEmpty || command[0] == "restore" {
            let outcome = try Program.run(command, in: world.world.directory)
            #expect(outcome.status == 1, "\(command): \(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("error[run-unknown]"), "\(outcome.errors)")
        }
        #expect(try world.inQuarantine().count == 3)
    }
}
