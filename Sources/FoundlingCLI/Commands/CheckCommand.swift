internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling check`: is the manifest right?
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prove a manifest against the real database and store; changes nothing.",
        discussion: """
            Shows for every claim rule how often it names something and how often that is there, which names no \
            rule knows, and what would make a scan refuse. With 'serve:' in the manifest it says when each job is due.

            EXAMPLES
              foundling check
              foundling check --manifest /etc/foundling/studio.yaml --format json

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { progress in
            let (manifest, warnings) = try options.read()
            var result = Check(manifest, progress: progress).run()
            result.warnings = warnings + result.warnings
            let schedules = manifest.isServed ? ScheduleLines(manifest.serve, now: Custody.time).lines : []
            let report = CheckReport(
                result, schedules: schedules, style: Style(colour: Terminal.usesColour), flag: options.flag)
            try Terminal.write(format == .json ? try report.json() : report.text())
            if let refusal = result.refusals.first { throw ExitCode(refusal.code.exit.rawValue) }
        }
    }
}

/// For people, or for programs.
enum PlainFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}
