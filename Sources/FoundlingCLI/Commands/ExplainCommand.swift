internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling explain`: one path's whole story, or one rule's.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell one path's whole story: which rules, which claims, what would have kept it.",
        discussion: """
            The path may be relative to the store's root, absolute, as a record spells it, or relative to where you \
            are. The verdict comes from a scan, so it is the report's own.

            EXAMPLES
              foundling explain trainings/train_00d10dde
              foundling explain --rule min_age

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(help: "Explain a rule instead: \(RuleText.all.map(\.name).joined(separator: ", ")).")
    var rule: String?

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    @Argument(help: "The path.", completion: .file())
    var path: String?

    func validate() throws {
        guard (path == nil) != (rule == nil) else { throw ValidationError("name a path, or a rule with --rule") }
        if let rule, RuleText.named(rule) == nil {
            let nearest = Nearest.word(to: rule, in: RuleText.all.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            throw ValidationError(
                "there is no rule '\(rule)'\(nearest) (\(RuleText.all.map(\.name).joined(separator: ", ")))")
        }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { progress in
            if let rule, let text = RuleText.named(rule) {
                return try Terminal.write("\(text.name)\n\n\(text.meaning)\n")
            }
            let manifest = try options.read().manifest
            let (pins, doubts) = options.pins(manifest)
            if !options.quiet { for doubt in doubts { Terminal.note("note: \(doubt)") } }
            var explanation = try Explain(manifest, pins: pins, progress: progress).run(
                StoreArgument.spellings(of: path ?? ""))
            if explanation.kind == nil, doubts.isEmpty, let way = try Custody.wayBack(of: explanation.path, manifest) {
                explanation.advice = [options.completed(way)]
            }
            progress(.done)
            let report = ExplanationReport(explanation, style: Style(colour: Terminal.usesColour))
            try Terminal.write(format == .json ? try report.json() : report.text())
        }
    }
}
