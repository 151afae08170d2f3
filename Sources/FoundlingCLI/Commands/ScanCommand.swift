internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling scan`: the report.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Compare the store with the database and report; changes nothing.",
        discussion: """
            Lists the store first and reads the claims afterwards, in one snapshot, so that a record committed \
            meanwhile can only save its files.

            EXAMPLES
              foundling scan
              foundling scan --format markdown > report.md
              foundling scan --format html > report.html
              foundling scan --format jsonl | jq -r 'select(.kind == "orphan").path'
              foundling scan --sizes none --quiet --exit-code
              foundling scan --quiet --metrics-file /var/lib/node_exporter/foundling.prom

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(name: [.customShort("f"), .long], help: "table, json, jsonl, csv, markdown or html.")
    var format: ReportFormat = .table

    @Option(help: "What to measure: all, orphans or none. Default: all, or orphans in a store of over 200,000 names.")
    var sizes: SizeChoice?

    @Option(help: "Findings of each kind that reports for people show; 0 shows all, html at most 500.")
    var limit = 20

    @Flag(help: "Exit with 2 where there are orphans, dangling records or unrecognised paths.")
    var exitCode = false

    @Flag(help: "Note what was found in the ledger: two recorded scans that agree may be acted on unattended.")
    var record = false

    @Option(help: "Write figures for node_exporter's textfile collector into this file.", completion: .file())
    var metricsFile: String?

    func validate() throws {
        if record, let sizes, sizes != .all { throw ValidationError("--record looks at everything: leave out --sizes") }
        guard limit >= 0 else { throw ValidationError("--limit takes a number from 0 up; 0 shows all") }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            let (pins, doubts) = options.pins(manifest)
            var result =
                record
                ? try options.open(manifest).record(progress: progress).result
                : try Scan(manifest, sizes: sizes, pins: pins, progress: progress).run()
            result.doubts = doubts
            if doubts.isEmpty {
                result.doubts = try Custody.doubts(result, manifest)
                result.quarantine = try Custody.lying(manifest)
            }
            progress(.done)
            if let metricsFile {
                try OutputFile.write(
                    Array(MetricsText(result).text.utf8), to: metricsFile, "a file of metrics", mode: 0o644)
            }
            try ScanReport(
                result, manifest: manifest,
                options: ReportOptions(limit: limit, colour: Terminal.usesColour, next: next(result))
            ).write(format, to: Terminal.write)
            // These formats have no place for a sentence.
            if format == .jsonl || format == .csv, !options.quiet {
                for warning in result.doubts + result.warnings { Terminal.note("warning: \(warning)") }
            }
            let found = [Finding.Kind.orphan, .dangling, .unrecognised].contains { result.count($0) > 0 }
            if exitCode, found { throw ExitCode(ExitStatus.findings.rawValue) }
        }
    }

    /// The commands to type next.
    private func next(_ result: ScanResult) -> [String] {
        let flag = options.flag
        var commands: [String] = []
        if let first = result.findings.first(where: { !$0.path.bytes.isEmpty }) {
            commands.append("foundling explain\(flag) \(ShellWord.quoted(first.path.bytes))")
            commands.append("foundling scan\(flag) --format markdown > report.md")
            if result.count(.orphan) > 0 { commands.append("foundling clean\(flag) --dry-run") }
        } else {
            commands.append("foundling check\(flag)")
        }
        if result.quarantine != nil { commands.append("foundling ledger\(flag)") }
        return commands
    }
}

extension ReportFormat: ExpressibleByArgument {}
extension SizeChoice: ExpressibleByArgument {}
