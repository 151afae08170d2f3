internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling apply`: moves what a plan names into the quarantine.
struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Move what a plan names into the quarantine; everything can be put back.",
        discussion: """
            Each item is looked at again at the last moment: what changed, is open, pinned or claimed by now stays. \
            Nothing is freed yet; `foundling purge` does that, `foundling restore` takes everything back.

            EXAMPLES
              foundling apply foundling.plan.jsonl
              foundling apply foundling.plan.jsonl --approve 3f6c…

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: "The plan.", completion: .file())
    var plan: String

    @Option(help: "Approve a plan that goes over a limit: its hash, or at least its first 12 digits.")
    var approve: String?

    @Flag(help: "Remove for good at once, in small batches that free as they go; nothing of it can be restored.")
    var purge = false

    @Option(help: "Why; it stands in the ledger.")
    var reason: String?

    @Option(name: [.customShort("f"), .long], help: "table, json or jsonl.")
    var format: ActFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            guard let bytes = FileManager.default.contents(atPath: plan) else {
                throw FoundlingError(
                    .planInvalid, "there is no plan '\(Printable.escape(plan))'",
                    hint: "`foundling plan` makes one")
            }
            let (value, hash) = try Custody.readPlan([UInt8](bytes), name: plan)
            let custody = try options.open(manifest, reason: reason, planHash: hash)
            var approval = approve
            if approval == nil, !value.trips.isEmpty, Terminal.isInputInteractive {
                let shown = PlanReport(
                    value, hash: hash, file: plan, purges: purge, colour: Terminal.usesColour, next: [])
                try shown.write(.table, to: Terminal.write)
                approval = try Question.approval(of: value, hash: hash, purges: purge)
            }
            let outcome: RunOutcome
            do throws(FoundlingError) {
                outcome = try custody.apply(value, hash: hash, approval: approval, purges: purge, progress: progress)
            } catch { throw error.replacing("apply PLAN", with: "apply \(ShellWord.quoted(plan))") }
            try Outcome.tell(outcome, format.report, options)
        }
    }
}

/// How acts report: what they did is no table to load into a spreadsheet.
enum ActFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, jsonl

    var isJSON: Bool { self != .table }
    var report: ReportFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .jsonl: .jsonl
        }
    }
}

/// What every acting command does in the end.
enum Outcome {
    /// Reports, and exits with what the outcome deserves.
    static func tell(_ outcome: RunOutcome, _ format: ReportFormat, _ options: ManifestOptions) throws {
        var outcome = outcome
        if format == .table { options.completeCommands(in: &outcome) }
        do {
            try RunReport(
                outcome, colour: Terminal.usesColour, flag: options.flag, next: next(outcome, options)
            ).write(
                format, to: Terminal.write)
        } catch {
            // Whoever was to read it is gone or full; what was done stays done, and the exit code still says it.
            if let error = error as? FoundlingError { Terminal.note(ErrorReport(error, colour: false).text) }
            guard outcome.exit == .clean, error is Terminal.Gone else {
                throw ExitCode(max(outcome.exit.rawValue, outcome.exit == .clean ? ExitStatus.error.rawValue : 0))
            }
        }
        if outcome.exit != .clean { throw ExitCode(outcome.exit.rawValue) }
    }

    private static func next(_ outcome: RunOutcome, _ options: ManifestOptions) -> [String] {
        guard let run = outcome.runs.first else { return ["foundling scan\(options.flag)"] }
        switch outcome.act {
        case .apply where outcome.count(.moved) > 0:
            return ["foundling restore\(options.flag) \(run)", "foundling purge\(options.flag) \(run) --now"]
        case .apply, .restore, .purge: return ["foundling ledger\(options.flag)", "foundling scan\(options.flag)"]
        }
    }
}
