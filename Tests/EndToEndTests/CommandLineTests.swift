import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// Exit codes, streams and formats of the real process.
@Suite struct CommandLineTests {
    private func orphanWorld(_ name: String) throws -> World {
        let world = try World(name)
        try world.file("items/live")
        try world.file("items/orphan")
        try world.items(rows: [("live", nil)])
        return world
    }

    private static let commands: [(String, Int32)] = [
        ("scan", 0), ("scan --exit-code", 2), ("check", 0), ("explain items/orphan", 0), ("explain --rule min_age", 0),
        ("scan --manifest none.yaml", 1), ("scan --nonsense", 64), ("explain", 64), ("explain --rule nonsense", 64),
        ("explain /elsewhere", 64), ("nonsense", 64), ("--help", 0), ("--version", 0), ("scan --help", 0),
        ("--generate-completion-script bash", 0),
    ]

    @Test(arguments: commands)
    func exitCodesTellTheTruth(_ command: String, _ status: Int32) throws {
        let world = try orphanWorld("exit")
        #expect(try Program.run(command.split(separator: " ").map(String.init), in: world.directory).status == status)
    }

    @Test func aRefusalExitsWith3AndSaysWhatToDo() throws {
        let world = try orphanWorld("refused")
        try world.sql("DELETE FROM items")
        let run = try Program.run(["scan"], in: world.directory)
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(run.errors.contains("error[source-empty]"))
        #expect(run.errors.contains("hint: "))
    }

    @Test func withAJSONFormatErrorsAreJSONOnStandardError() throws {
        let world = try orphanWorld("jsonerror")
        try world.sql("DROP TABLE items")
        let run = try Program.run(["scan", "--format", "json"], in: world.directory)
        let error = try JSONSerialization.jsonObject(with: Data(run.errors.utf8)) as? [String: [String: Any]]
        #expect(error?["error"]?["code"] as? String == "table-missing")
        #expect(run.status == 3)
    }

    @Test func allMistakesOfAManifestAreReportedAtOnceWithTheirLines() throws {
        let world = try orphanWorld("mistakes")
        let text = """
            database: { url: "sqlite:app.db" }
            store: { roott: data }
            safety: { min_age: soon }
            resources:
              items: { entries: items/*, records: [{ tabel: items, claims: ["items/{id"] }] }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: world.manifest))
        let run = try Program.run(["scan"], in: world.directory)
        #expect(run.status == 1)
        for mistake in [
            "foundling.yaml:2:", "'root'", "foundling.yaml:3:", "foundling.yaml:5:", "'table'", "'{' without '}'",
        ] {
            #expect(run.errors.contains(mistake), "\(mistake)")
        }
    }

    @Test func nothingButTheReportGoesIntoAPipe() throws {
        let world = try orphanWorld("pipe")
        for format in ["table", "json", "jsonl", "csv", "markdown"] {
            let run = try Program.run(
                ["scan", "--format", format], in: world.directory, environment: ["TERM": "xterm-256color"])
            #expect(run.status == 0)
            #expect(!run.output.contains("\u{1B}"), "\(format)")
            #expect(format == "jsonl" || format == "csv" || run.errors == "", "\(format)")
        }
        #expect(try Program.run(["scan", "--format", "csv", "--quiet"], in: world.directory).errors == "")
    }

    @Test func jsonHasTheContractsFields() throws {
        let world = try orphanWorld("json")
        let run = try Program.run(["scan", "--format", "json"], in: world.directory)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        for field in ["version", "disk", "resources", "findings", "certificate"] { #expect(document[field] != nil) }
        let resource = try #require((document["resources"] as? [[String: Any]])?.first)
        #expect(resource["name"] as? String == "items")
        #expect(resource["on_disk"] as? Int == 2)
        #expect(resource["in_database"] as? Int == 1)
        #expect(resource["orphaned"] as? Int == 1)
        #expect((resource["bytes"] as? [String: Int])?["apparent"] == 2)
        let finding = try #require((document["findings"] as? [[String: Any]])?.first)
        for field in ["kind", "resource", "path", "cause", "bytes", "newest", "evidence"] {
            #expect(finding[field] != nil)
        }
        #expect((document["certificate"] as? [String: Any])?["errors"] as? Int == 0)
    }

    @Test func hostileNamesCannotLieOnTheScreenAndAreExactInJSON() throws {
        let world = try orphanWorld("hostile")
        try world.makeDirectory(bytes: Array("items/\u{1B}[2Jclean\n  0 orphans".utf8))
        try world.makeDirectory(bytes: Array("items/".utf8) + [0xFF, 0xFE])
        for format in ["table", "markdown", "csv"] {
            let run = try Program.run(["scan", "--format", format], in: world.directory)
            #expect(!run.output.contains("\u{1B}"))
            #expect(run.output.contains(format == "markdown" ? "x1B" : "\\x1B[2Jclean\\n  0 orphans"))
        }
        let lines = try Program.run(["scan", "--format", "jsonl"], in: world.directory).output.split(separator: "\n")
        let findings = try lines.compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(
            findings.contains {
                $0["path"] as? String == "items/\u{1B}[2Jclean\n  0 orphans" && $0["path_bytes"] == nil
            })
        #expect(findings.contains { $0["path_bytes"] as? [Int] == Array("items/".utf8).map(Int.init) + [255, 254] })
    }

    @Test func scanChangesNothing() throws {
        let world = try orphanWorld("nothing")
        func picture() throws -> String {
            try Program.execute(
                "/usr/bin/find", [world.directory, "-printf", "%p %y %s %T@ %C@ %n %m\n"]
            ).output
        }
        let before = try picture()
        for arguments in [["scan"], ["scan", "--sizes", "none"], ["check"], ["explain", "items/orphan"]] {
            #expect(try Program.run(arguments, in: world.directory).status == 0)
        }
        #expect(try picture() == before)
    }

    @Test func explainTakesAPathHoweverItIsSpelt() throws {
        let world = try orphanWorld("spelt")
        for path in [
            "items/orphan", "data/items/orphan", world.store + "/items/orphan", "./data/items/../items/orphan",
        ] {
            let run = try Program.run(["explain", path], in: world.directory)
            #expect(run.output.contains("verdict: orphan"), "\(path)")
        }
        #expect(try Program.run(["explain", "orphan"], in: world.store + "/items", environment: [:]).status == 1)
        let below = try Program.run(["explain", "-m", "../../foundling.yaml", "orphan"], in: world.store + "/items")
        #expect(below.output.contains("verdict: orphan"))
    }

    @Test func checkShowsWhatAManifestAmountsTo() throws {
        let world = try orphanWorld("check")
        try world.sql("INSERT INTO items VALUES ('Orphan', NULL, '')")
        let run = try Program.run(["check"], in: world.directory)
        #expect(run.output.contains("items/{id}: 1 of 2 claims met"))
        #expect(run.output.contains("nearly names the entry 'items/orphan'"))
        try world.sql("DROP TABLE items")
        let refused = try Program.run(["check", "--format", "json"], in: world.directory)
        #expect(refused.status == 3)
        #expect(refused.output.contains(#""code" : "table-missing""#))
    }
}
