import Foundation
import FoundlingTesting
import Testing

/// Names that try to erase a line, forge one, or turn it round, in whatever Foundling writes.
@Suite struct HostileNamesTests {
    /// Below `top/mid/`; each is a directory, an orphan.
    static let names: [[UInt8]] = [
        Array("\u{1B}[2J\u{1B}[1;1H0 orphans".utf8), Array("a\nb\r\nclean".utf8),
        Array("tab\tand\u{7}bell\u{8}back".utf8),
        Array("\u{1B}]0;title\u{7}".utf8), Array("\u{1B}]8;;http:x\u{1B}\\".utf8),
        Array("\u{9B}31m\u{90}\u{9D}".utf8),
        Array("gpj\u{202E}exe.\u{202C}".utf8), Array("\u{2066}a\u{2069}\u{200E}\u{200F}\u{61C}".utf8),
        Array("\u{2028}\u{2029}\u{FEFF}\u{200B}".utf8), [0x66, 0xFF, 0xFE, 0x80, 0xC0, 0xAF], [0xED, 0xA0, 0x80],
        Array("\u{7F}del".utf8), Array("`$(touch x)`'\"\\".utf8), Array("| pipe | <b>&amp; [l](u) ,;=cmd".utf8),
        Array("-rf".utf8), Array(" ".utf8), Array("…\u{301}\u{1F468}\u{200D}\u{1F467}".utf8),
        Array(repeating: 0x61, count: 255), Array(repeating: 0x1B, count: 255), Array(repeating: 0xFF, count: 255),
    ]

    private func world(_ name: String = #function) throws -> HostileWorld {
        try HostileWorld(name) { world in
            for name in Self.names { try world.makeDirectory(bytes: Array("top/mid/".utf8) + name) }
            // Inside an entry that is kept for it, so that an obstacle names it.
            try world.makeDirectory(bytes: Array("top/mid/gone/".utf8) + Self.names[0])
            try world.link("top/mid/gone/way", to: "../\u{1B}[2Jtarget")
        }
    }

    /// - Parameter isCSV: whether a line ends with two characters, as the standard has it.
    private func expectHonest(_ outcome: Program.Outcome, _ point: Comment, isCSV: Bool = false) {
        #expect(outcome.status < 128, point)
        for text in [isCSV ? outcome.output.replacing("\r\n", with: "\n") : outcome.output, outcome.errors] {
            let lies = Set(Screen.lies(in: text))
            #expect(lies.isEmpty, "\(point): \(lies.sorted())")
        }
    }

    @Test func noOutputOfAnyCommandHoldsWhatCouldLie() throws {
        let world = try world()
        for format in ["table", "json", "jsonl", "csv", "markdown"] {
            expectHonest(try world.run("scan", "--format", format), "scan \(format)", isCSV: format == "csv")
        }
        expectHonest(try world.run("check"), "check")
        expectHonest(try world.run("explain", "top/mid/gone"), "explain")
        expectHonest(try world.run("clean", "--dry-run"), "dry run")
        expectHonest(try world.run("plan", "--output", world.plan), "plan")
        expectHonest(try world.run("plan", "--format", "json", "--output", world.plan), "plan json")
        let hostile = "top/mid/\u{1B}[2J\u{1B}[1;1H0 orphans"
        for command in [
            ["explain", hostile], ["explain", hostile + "\u{202E}x"],
            ["pin", hostile, "--why", "\u{1B}[2J\u{202E}why"],
            ["pin", "--list"], ["pin", "--remove", hostile], ["scan", "--manifest", "\u{1B}[2J\u{202E}.yaml"],
            ["apply", "\u{1B}[2J\u{202E}.plan"], ["restore", "\u{1B}[2J\u{202E}"], ["ledger", "\u{1B}[2J"],
            ["\u{1B}[2J\u{202E}"], ["scan", "--format", "\u{1B}[2J"], ["purge", "\u{9B}2J"],
        ] { expectHonest(try world.run(command), "\(command)") }
        try world.makePlan()
        // One is open, one is gone, one is claimed by now: each is named with its reason.
        try world.world.makeDirectory(bytes: Array("top/mid/".utf8) + Self.names[0] + [0x2F] + Self.names[1])
        let applied = try world.run("apply", world.plan, "--reason", "\u{1B}[2J\u{202E}because")
        expectHonest(applied, "apply")
        #expect(applied.status == 4, "\(applied.errors)")
        let run = try #require(world.runs().last)
        for command in [
            ["ledger"], ["ledger", run], ["ledger", "--format", "json"], ["ledger", run, "--format", "json"],
        ] {
            expectHonest(try world.run(command), "\(command)")
        }
        for name in Self.names.dropFirst(2).prefix(9) {
            try world.world.makeDirectory(bytes: Array("top/mid/".utf8) + name)
        }
        for format in ["table", "json", "jsonl"] {
            expectHonest(try world.run("restore", run, "--format", format), "restore \(format)")
        }
        expectHonest(try world.run("purge", run, "--now", "--yes"), "purge")
        expectHonest(try world.run("purge", run, "--now", "--yes", "--format", "jsonl"), "purge again")
    }

    @Test func jsonGivesEveryNameBackExactly() throws {
        let world = try world()
        let wanted = Set(Self.names.map { Array("top/mid/".utf8) + $0 })
        func bytes(_ finding: [String: Any]) -> [UInt8] {
            (finding["path_bytes"] as? [Int])?.map { UInt8($0) } ?? Array((finding["path"] as? String ?? "").utf8)
        }
        let scanned = try world.run("scan", "--format", "jsonl").output.split(separator: "\n")
            .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(wanted.subtracting(scanned.map(bytes)).isEmpty)
        // A name of nothing but blanks and controls may stand for any: it is a near miss, and stays.
        let orphans = wanted.intersection(scanned.filter { $0["kind"] as? String == "orphan" }.map(bytes))
        #expect(orphans.count >= wanted.count - 2)
        try world.makePlan()
        let applied = try world.run("apply", world.plan, "--format", "json")
        for text in [
            applied.output, try world.run("ledger", try #require(world.runs().last), "--format", "json").output,
        ] {
            let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let items = document?["items"] as? [[String: Any]] ?? []
            let missing = orphans.subtracting(items.map(bytes))
            #expect(missing.isEmpty, "\(missing.map { String(decoding: $0, as: UTF8.self) })")
        }
    }

    /// What a terminal gets besides: colours, and a line of progress that is drawn over.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script(1) is not here"))
    func aTerminalGetsNoSequencesButOurs() throws {
        let world = try world()
        for command in ["scan", "clean --delete-all --yes", "ledger"] {
            let shown = try Program.execute(
                "/usr/bin/script", ["-qefc", "'\(Program.path)' \(command)", "/dev/null"], in: world.world.directory,
                environment: ["TERM": "xterm"])
            #expect(shown.status == 0, "\(command): \(shown.output)")
            let bare = shown.output.replacingOccurrences(
                of: "\u{1B}\\[([0-9;]*m|K|2K)", with: "", options: .regularExpression)
            let lies = Set(Screen.lies(in: bare, allowing: [0x0D]))
            #expect(lies.isEmpty, "\(command): \(lies)")
        }
    }

    /// `FOUNDLING_NAMES=1000000` is what the figures are about; CI takes fewer.
    @Test func aDirectoryOfManyNamesIsMovedRestoredAndRemoved() throws {
        let count = ProcessInfo.processInfo.environment["FOUNDLING_NAMES"].flatMap(Int.init) ?? 30_000
        let world = try HostileWorld { world in
            let many = try world.makeDirectory("top/mid/many")
            let made = try Program.execute(
                "/usr/bin/perl",
                [
                    "-e",
                    "chdir shift; for (1..shift) { open F, '>', sprintf('%s-%07d', 'a name as long as many', $_) or die }",
                    many, "\(count)",
                ])
            #expect(made.status == 0, "\(made.errors)")
        }
        var figures: [String] = []
        func timed(_ what: String, _ command: [String]) throws -> Program.Outcome {
            let began = ContinuousClock.now
            let outcome = try world.run(command)
            figures.append("\(what) \(ContinuousClock.now - began)")
            #expect(outcome.status == 0, "\(what): \(outcome.output.suffix(500))\(outcome.errors)")
            return outcome
        }
        _ = try timed("scan", ["scan", "--format", "jsonl", "-q"])
        _ = try timed("plan", ["plan", "-q", "--output", world.plan])
        _ = try timed("apply", ["apply", world.plan])
        let run = try #require(world.runs().last)
        #expect(!world.exists("top/mid/many"))
        _ = try timed("restore", ["restore", run])
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.world.store + "/top/mid/many").count == count)
        _ = try timed("clean", ["clean", "--delete-all", "--yes", "-q"])
        _ = try timed("purge", ["purge", try #require(world.runs().last), "--now", "--yes"])
        #expect(!world.exists("top/mid/many"))
        try world.expectLivingUntouched("many names")
        if count > 100_000 {
            FileHandle.standardError.write(Data("\(count) names: \(figures.joined(separator: ", "))\n".utf8))
        }
    }

    @Test func aTreeThatGrowsDeepInQuarantineIsHeldAndComesBack() throws {
        let world = try HostileWorld()
        let run = try world.apply()
        try world.world.makeDeep(".foundling/\(run)/1/grown", levels: 3000)
        defer { _ = try? Program.execute("/bin/rm", ["-rf", world.world.store + "/top/mid/gone"]) }
        let purged = try world.run("purge", run, "--now", "--yes", "--format", "json")
        #expect(world.counts(purged)["held"] == 1, "\(purged.output)\(purged.errors)")
        let restored = try world.run("restore", run)
        #expect(restored.status == 4, "\(restored.output)\(restored.errors)")
        #expect(world.exists("top/mid/gone/grown/d/d/d"))
        // The same while it is being removed: what does not fit is left, and said.
        let deep = try HostileWorld("deeper")
        let second = try deep.apply()
        let grow = "cd '\(deep.quarantine)/\(second)/purging-1' && perl -e 'for (1..6000) { mkdir q(d); chdir q(d) }'"
        let outcome = try deep.run(["purge", second, "--now", "--yes"], at: "purge.unlink@1:before=\(grow)")
        #expect([0, 4].contains(outcome.status), "\(outcome.errors)")
        try deep.expectLivingUntouched("deep")
        _ = try Program.execute("/bin/rm", ["-rf", deep.quarantine])
    }
}
