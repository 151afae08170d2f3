internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingDrill
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling drill`: what has cost others their files, tried in a sandbox.
struct DrillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Try the incidents that cost others their files, in a sandbox shaped like the manifest.",
        discussion: """
            Makes a small store and a small database in a temporary directory, with the places, shapes and limits of \
            the manifest, and lets this very program act in it while things go wrong: an empty database, a lost \
            disk, a crash, a claim that comes late. Of yours it reads the manifest and nothing else.

            EXAMPLES
              foundling drill
              foundling drill --incident 1 --incident 15 --keep
              foundling drill --format json

            Exits with 0 where every case passed, and with 1 where one failed.

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(name: .customLong("incident"), help: "Only this incident, by its number; may be repeated.")
    var incidents: [Int] = []

    @Flag(help: "Leave the sandbox of a case that failed in place, and say where.")
    var keep = false

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func validate() throws {
        for number in incidents where Incident(rawValue: number) == nil {
            throw ValidationError("there is no incident \(number): they are 1 to \(Incident.allCases.count)")
        }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { progress in
            let manifest = try options.read().manifest
            let drill = Drill(
                manifest, program: try Self.program(), keeps: keep, wanted: Set(incidents.compactMap(Incident.init))
            ) { progress($0 < $1 ? .drilling(done: $0, of: $1) : .done) }
            let result = try drill.run()
            try DrillReport(result, colour: Terminal.usesColour, flag: options.flag).write(
                format == .json ? .json : .table, to: Terminal.write)
            if result.count(.failed) > 0 { throw ExitCode(ExitStatus.error.rawValue) }
        }
    }

    /// This very program, whatever has its name by now.
    private static func program() throws(FoundlingError) -> String {
        do { return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") } catch {
            throw FoundlingError(
                .system, "this program's own file cannot be found: \(error.localizedDescription)",
                hint: "is /proc mounted?")
        }
    }
}
