internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling plan`: exactly what would go, in a file that can be reviewed, approved and applied.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write down exactly what would be moved aside; moves nothing.",
        discussion: """
            A plan names each orphan with what was seen of it, expires after an hour, and is applied with \
            `foundling apply`. Where it goes over a limit of the manifest, apply wants its hash approved. \
            The first plan in a store accepts the database and the store as they are.

            EXAMPLES
              foundling plan
              foundling plan --only trainings --output trainings.plan.jsonl

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(help: "Only this resource; may be repeated. Everything is read all the same.")
    var only: [String] = []

    @Option(name: [.short, .long], help: "Where to write the plan.", completion: .file())
    var output = "foundling.plan.jsonl"

    @Option(name: [.customShort("f"), .long], help: "table, json, jsonl, csv or markdown.")
    var format: ReportFormat = .table

    @Option(help: "Items that the table shows; 0 shows all.")
    var limit = 20

    func validate() throws {
        if format == .html { throw ValidationError("a plan is not written as html: markdown is for people, too") }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            let wanted = try ResourceChoice.check(only, manifest)
            let custody = try options.open(manifest)
            let planned = try custody.plan(only: wanted, progress: progress)
            for note in planned.notes where !options.quiet { Terminal.note("note: \(note)") }
            try OutputFile.write(planned.text, to: output, "a plan")
            var next = ["foundling apply\(options.flag) \(ShellWord.quoted(output))"]
            if !planned.plan.trips.isEmpty { next[0] += " --approve \(planned.hash)" }
            if planned.plan.items.isEmpty { next = ["foundling scan\(options.flag)"] }
            try PlanReport(
                planned.plan, hash: planned.hash, file: output, colour: Terminal.usesColour, limit: limit, next: next
            ).write(format, to: Terminal.write)
        }
    }
}

/// Resources as the command line names them.
enum ResourceChoice {
    static func check(_ names: [String], _ manifest: Manifest) throws(FoundlingError) -> Set<String> {
        for name in names where manifest.index(of: name) == nil {
            let all = manifest.resources.map(\.name)
            let nearest = Nearest.word(to: name, in: all).map { "did you mean '\($0)'? " } ?? ""
            throw FoundlingError(
                .usage, "the manifest has no resource '\(Printable.escape(name))'",
                hint: "\(nearest)it has: \(all.joined(separator: ", "))")
        }
        return Set(names)
    }
}
