import Foundation
import FoundlingCore
import FoundlingSeam
import FoundlingTesting
import Testing

/// What the documents promise, held against the program.
@Suite struct DocumentTests {
    @Test func everyCommandOfTheReadmeRunsAsWritten() throws {
        let world = try World()
        let blocks = try Repository.text("README.md").components(separatedBy: "```sh\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
        #expect(!blocks.isEmpty)
        // The same lines, but in a world of this test's own.
        let script = blocks.joined().replacing("/tmp/", with: world.directory + "/")
        let path = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        let run = try Program.execute(
            "/bin/bash", ["-euo", "pipefail", "-c", script], in: world.directory,
            environment: ["PATH": path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")])
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func theTableOfExitCodesEqualsTheEnum() throws {
        let rows = try Repository.text("docs/reference/exit-codes.md").split(separator: "\n")
        for status in ExitStatus.allCases {
            #expect(rows.contains { $0.hasPrefix("| \(status.rawValue) | \(status.meaning) |") }, "\(status)")
        }
        let help = try Program.run(["scan", "--help"]).output
        for status in ExitStatus.allCases { #expect(help.contains(status.meaning)) }
    }

    @Test func everyErrorCodeAndEveryKindOfFindingIsDocumented() throws {
        let errors = try Repository.text("docs/reference/errors.md")
        for code in FoundlingError.Code.allCases { #expect(errors.contains("`\(code.rawValue)`"), "\(code)") }
        let findings = try Repository.text("docs/reference/findings.md")
        for kind in Finding.Kind.allCases { #expect(findings.contains("`\(kind.rawValue)`"), "\(kind)") }
        for cause in Cause.allCases { #expect(findings.contains("`\(cause.rawValue)`"), "\(cause)") }
    }

    @Test func everySafetyRuleNamesATestThatExists() throws {
        let safety = try Repository.text("docs/SAFETY.md")
        let names = safety.matches(of: #/`([a-z][A-Za-z0-9]+)\(\)`/#).map { String($0.1) }
        #expect(names.count >= 20)
        let tests = try FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/Tests")
            .filter { $0.hasSuffix(".swift") }.map { try Repository.text("Tests/" + $0) }.joined()
        for name in names { #expect(tests.contains("func \(name)("), "\(name)") }
    }

    @Test func everyGuardIsInTheListOfGuards() throws {
        let list = try Repository.text("docs/SAFETY.md").matches(
            of: #/\| `([a-zA-Z]+)` \| .* \| `[a-zA-Z0-9]+\(\)` \|/#)
        #expect(list.map { String($0.1) } == Safeguard.allCases.map(\.rawValue))
    }

    @Test func everyLinkOfTheDocumentsLeadsSomewhere() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/docs").filter {
            $0.hasSuffix(".md")
        }
        for file in ["README.md", "CONTRIBUTING.md", "SECURITY.md"] + files.map({ "docs/" + $0 }) {
            let directory = (file as NSString).deletingLastPathComponent
            for match in try Repository.text(file).matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
                let target = Repository.root + "/" + directory + "/" + match.1
                #expect(FileManager.default.fileExists(atPath: target), "\(file): \(match.1)")
            }
        }
    }
}
