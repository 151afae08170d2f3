internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling triggers`: the database tells of deletions, whoever deletes.
struct TriggersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triggers",
        abstract: "Let the database note what its deletions leave behind, whoever deletes.",
        discussion: """
            EXAMPLES
              foundling triggers install
              foundling triggers install --print > migration.sql
              foundling triggers status
              foundling triggers remove

            \(HelpText.exitCodes)
            """,
        subcommands: [TriggersInstallCommand.self, TriggersStatusCommand.self, TriggersRemoveCommand.self],
        defaultSubcommand: TriggersStatusCommand.self)
}

/// `foundling triggers install`.
struct TriggersInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Make the outbox and its triggers, or bring them up to date.",
        discussion: """
            They note, in the deleting transaction, what the row claimed: with cascades, manual SQL, changed paths. \
            They never fail the application's statement. Needs a role that may make triggers: database.writer.

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(name: .long, help: "Only print the SQL, for a migration tool.")
    var print = false

    @Flag(help: "Only the outbox, for an application that tells of its deletions by itself (foundling.enqueue).")
    var outboxOnly = false

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let manifest = try options.read().manifest
            if print { return try Terminal.write(try Prevention.script(manifest, onlyOutbox: outboxOnly)) }
            let report = try Prevention.install(manifest, onlyOutbox: outboxOnly)
            try TriggersOutput.tell(report, format, options, next: ["foundling worker\(options.flag)"])
        }
    }
}

/// `foundling triggers status`.
struct TriggersStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Prove the triggers, and name what they cannot see.",
        discussion: """
            A canary row is made and deleted in a transaction that is taken back: `proven` means that its deletion \
            was noted. Exits with 4 where a trigger is missing, disabled or silent.

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(help: "Only look whether the triggers are there: no canary.")
    var noCanary = false

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let manifest = try options.read().manifest
            let report = try Prevention.status(manifest, isProving: !noCanary)
            try TriggersOutput.tell(
                report, format, options,
                next: report.isWhole
                    ? ["foundling tasks\(options.flag)"] : ["foundling triggers install\(options.flag)"])
        }
    }
}

/// `foundling triggers remove`.
struct TriggersRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take triggers and outbox out again: the schema is as it was.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions

    func run() throws {
        try CommandRun(options: options, isJSON: false) { _ in
            let (removed, undone, hadOutbox) = try Prevention.remove(try options.read().manifest)
            guard hadOutbox || removed > 0 else { return try Terminal.write("There was nothing to remove.\n") }
            try Terminal.write("\(Count.text(removed, "trigger", "triggers")) removed, and the outbox with them.\n")
            if undone > 0 {
                try Terminal.write(
                    "\(Count.text(undone, "task was", "tasks were")) not done: `foundling scan\(options.flag)` finds their files.\n"
                )
            }
        }
    }
}

/// What commands about triggers print.
enum TriggersOutput {
    static func tell(
        _ report: TriggerReport, _ format: PlainFormat, _ options: ManifestOptions, next: [String]
    ) throws {
        try TriggersReport(report, colour: Terminal.usesColour, next: next).write(
            format == .json ? .json : .table, to: Terminal.write)
        if report.exit != .clean { throw ExitCode(report.exit.rawValue) }
    }
}
