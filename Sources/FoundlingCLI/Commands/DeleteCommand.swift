internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling delete`: a record with its files.
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a record: its row now, its files in the background.",
        discussion: """
            Reads what the row claims, deletes it and notes a task, in one transaction; a worker takes the files \
            along. Rows that refer to it and must not are named, and nothing is done.

            EXAMPLES
              foundling delete trainings train_00d10dde --dry-run
              foundling delete trainings train_00d10dde

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: "The resource, as the manifest names it.")
    var resource: String

    @Argument(help: "The key of its record.")
    var key: String

    @Flag(help: "Show what would go, cascades included; change nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let manifest = try options.read().manifest
            _ = try ResourceChoice.check([resource], manifest)
            let report: ReportFormat = format == .json ? .json : .table
            if dryRun || !yes {
                let outcome = try Prevention.delete(resource, key: key, manifest, isRehearsal: true)
                let command = "foundling delete\(options.flag) \(resource) \(ShellWord.quoted(key))"
                if dryRun {
                    return try DeletionReport(outcome, colour: Terminal.usesColour, next: [command]).write(
                        report, to: Terminal.write)
                }
                guard Terminal.isInputInteractive else {
                    throw FoundlingError(
                        .confirmationNeeded, "there is no terminal to ask at, and a deleted row is gone",
                        hint: "`\(command) --dry-run` shows what would go; add --yes to go ahead without a question")
                }
                try DeletionReport(outcome, colour: Terminal.usesColour, isQuestion: true, next: []).write(
                    .table, to: Terminal.write)
                guard try Question.yes("delete it?") else { return try Terminal.write("Nothing was deleted.\n") }
            }
            let outcome = try Prevention.delete(resource, key: key, manifest, isRehearsal: false)
            let next =
                outcome.tasks > 0 ? ["foundling worker\(options.flag) --once", "foundling tasks\(options.flag)"] : []
            try DeletionReport(outcome, colour: Terminal.usesColour, next: next).write(report, to: Terminal.write)
        }
    }
}
