import Foundation
import FoundlingTesting
import Testing

/// `foundling demo` as a user runs it.
@Suite struct DemoTests {
    @Test func theDemoPrintsTheFoundingDocumentsPicture() throws {
        let world = try World()
        let run = try Program.run(["demo", world.directory + "/studio"])
        #expect(run.status == 0)
        #expect(run.errors == "")
        let golden = Repository.root + "/Tests/EndToEndTests/Golden/demo.txt"
        let shown = Self.masked(run.output, world.directory)
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
            try Data(shown.utf8).write(to: URL(fileURLWithPath: golden))
        }
        #expect(try shown == String(contentsOfFile: golden, encoding: .utf8))
    }

    /// Without what differs from disk to disk: its figures, blocks and ages. The document's own figures are in G.
    private static func masked(_ text: String, _ directory: String) -> String {
        var isDisk = false
        return text.replacing(directory, with: "DIR").split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            var line = String(line)
            if line.hasPrefix("Disk:") { isDisk = true } else if line.isEmpty { isDisk = false }
            if isDisk || line.contains("Available") || line.contains("%  →") || line.contains("→") {
                line.replace(#/[0-9][0-9.,]*[KMGT]?/#, with: "#")
            }
            line.replace(#/ *\b[0-9.]+[KM]\b/#, with: " #K")
            line.replace(#/ +[0-9]+ s  /#, with: " # s  ")
            return line
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        ("trainings", "174G"), ("datasets", "124G"), ("activations", "40G"), ("models", "35G"), (".", "371G"),
    ])
    func duPrintsTheFoundingDocumentsFigures(_ area: String, _ size: String) throws {
        let world = try World()
        #expect(try Program.run(["demo", world.directory + "/studio"]).status == 0)
        let du = try Program.execute(
            "/usr/bin/du", ["-sh", "--apparent-size", world.directory + "/studio/data/" + area])
        #expect(du.output.hasPrefix(size + "\t"))
    }

    @Test func theTenNamedTrainingsAreOrphans() throws {
        let world = try World()
        #expect(try Program.run(["demo", "studio"], in: world.directory).status == 0)
        let scan = try Program.run(["scan", "--format", "jsonl"], in: world.directory + "/studio")
        let named = [
            "00d10dde", "132ef5bd", "16091885", "1b4d5fff", "21de9472", "238da321", "33e3ed8d", "361c7233", "38265547",
            "38f89250",
        ]
        for id in named { #expect(scan.output.contains(#""path":"trainings/train_\#(id)""#)) }
        #expect(scan.output.split(separator: "\n").count { $0.contains(#""kind":"orphan""#) } == 83)
    }

    @Test(arguments: ["a directory with a file", "an empty directory", "a file", "a link"])
    func aDirectoryThatNoDemoMadeIsRefusedAndLeftAlone(_ what: String) throws {
        let world = try World()
        let path = world.directory + "/mine"
        let files = FileManager.default
        switch what {
        case "a file": try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        case "a link": try files.createSymbolicLink(atPath: path, withDestinationPath: world.store)
        default:
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            if what != "an empty directory" { try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/data")) }
        }
        let run = try Program.run(["demo", path])
        #expect(run.status == 1)
        #expect(run.errors.contains("demo-foreign-directory"))
        #expect(try files.contentsOfDirectory(atPath: world.store).isEmpty)
        #expect(!files.fileExists(atPath: path + "/foundling.yaml"))
    }

    @Test func aSecondDemoReplacesTheFirstAndFollowsNoLinkOutOfIt() throws {
        let world = try World()
        let path = world.directory + "/studio"
        #expect(try Program.run(["demo", path]).status == 0)
        try world.file("precious")
        try FileManager.default.removeItem(atPath: path + "/data")
        try FileManager.default.createSymbolicLink(atPath: path + "/data", withDestinationPath: world.store)
        #expect(try Program.run(["demo", path]).status == 0)
        #expect(FileManager.default.fileExists(atPath: world.store + "/precious"))
    }
}
