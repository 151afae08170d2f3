internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling tasks`: what the database told, and what became of it.
struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "See what waits for a worker; retry, drop or approve it.",
        discussion: """
            EXAMPLES
              foundling tasks
              foundling tasks list --state dead --format json
              foundling tasks retry 3f6c1a2b
              foundling tasks approve --resource trainings

            \(HelpText.exitCodes)
            """,
        subcommands: [
            TasksListCommand.self, TasksRetryCommand.self, TasksDropCommand.self, TasksApproveCommand.self,
        ], defaultSubcommand: TasksListCommand.self)
}

extension DeletionTask.State: ExpressibleByArgument {}

/// `foundling tasks list`.
struct TasksListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Tasks that are not done, oldest first.",
        discussion: """
            Exits with 4 where something needs a person: a task given up or held, or a queue that nobody works on.

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(help: "Only tasks in this state: ready, leased, held, dead or done; may be repeated.")
    var state: [DeletionTask.State] = []

    @Option(help: "Tasks that the table shows; 0 shows all.")
    var limit = 20

    @Option(name: [.customShort("f"), .long], help: "table, json or jsonl.")
    var format: ActFormat = .table

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit takes a number from 0 up; 0 shows all") }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { _ in
            let manifest = try options.read().manifest
            let (tasks, status) = try Prevention.tasks(manifest, Set(state), limit: format == .table ? limit : 0)
            var next: [String] = []
            let held = tasks.filter { $0.state == .held }
            let truncated = held.filter { $0.event == .truncated }.map { TasksReport.short($0.id) }
            if !truncated.isEmpty {
                next.append("foundling scan\(options.flag)")
                next.append("foundling tasks drop\(options.flag) \(truncated.joined(separator: " "))")
            }
            if (status.counts[.held] ?? 0) > truncated.count { next.append("foundling tasks approve\(options.flag)") }
            if (status.counts[.dead] ?? 0) > 0 { next.append("foundling tasks retry\(options.flag)") }
            if (status.counts[.ready] ?? 0) > 0, status.present.isEmpty {
                next.append("foundling worker\(options.flag) --once")
            }
            try TasksReport(tasks, status, states: Set(state), colour: Terminal.usesColour, next: next).write(
                format.report, to: Terminal.write)
            if !status.alarms.isEmpty { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }
}

/// What a person asks of tasks: which ones.
struct TaskChoice: ParsableArguments {
    @Argument(help: ArgumentHelp("Tasks, by their ids or how those begin.", valueName: "task"))
    var names: [String] = []

    @Option(help: "Only tasks of this resource.")
    var resource: String?

    /// Carries an order out, and says what came of it.
    func carryOut(_ order: TaskOrder, _ verb: String, _ options: ManifestOptions) throws {
        try CommandRun(options: options, isJSON: false) { _ in
            let manifest = try options.read().manifest
            if let resource { _ = try ResourceChoice.check([resource], manifest) }
            let count = try Prevention.order(order, names, resource: resource, manifest)
            try Terminal.write(
                count == 0 && !names.isEmpty
                    ? "None of these can: what is done stays done, and a worker has what is leased.\n"
                    : "\(Count.text(count, "task", "tasks")) \(verb).\n")
            if count == 0, !names.isEmpty { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }
}

/// `foundling tasks retry`.
struct TasksRetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try tasks again now: those named, or all that were given up.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions
    @OptionGroup var choice: TaskChoice

    func run() throws { try choice.carryOut(.retry, "will be tried again", options) }
}

/// `foundling tasks drop`.
struct TasksDropCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Forget tasks; a scan will find what they were for.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions
    @OptionGroup var choice: TaskChoice

    func validate() throws {
        if choice.names.isEmpty, choice.resource == nil {
            throw ValidationError("name the tasks to drop, or --resource")
        }
    }

    func run() throws { try choice.carryOut(.drop, "dropped", options) }
}

/// `foundling tasks approve`.
struct TasksApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let tasks go that a guard holds: those named, or all that are held.",
        discussion: """
            A guard holds what would take more of a resource than the manifest allows at once. Their number must be \
            typed, at the terminal or with --count: it cannot be known without having looked.

            EXAMPLES
              foundling tasks approve
              foundling tasks approve --resource trainings --count 44

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions
    @OptionGroup var choice: TaskChoice

    @Option(help: "How many tasks these are, where there is no terminal to type it at.")
    var count: Int?

    func run() throws {
        try CommandRun(options: options, isJSON: false) { _ in
            let manifest = try options.read().manifest
            if let resource = choice.resource { _ = try ResourceChoice.check([resource], manifest) }
            let (tasks, status) = try Prevention.tasks(manifest, [.held], limit: 0)
            let wanted = try chosen(tasks)
            // Their rows went without a word of what they claimed: there is nothing that could go.
            let approvable = wanted.filter { $0.event != .truncated }
            guard !approvable.isEmpty else {
                guard wanted.isEmpty else {
                    throw FoundlingError(
                        .approvalNeeded, "a TRUNCATE cannot be approved: nothing says what its rows claimed",
                        hint: "`foundling scan` finds what they left; then `foundling tasks drop "
                            + wanted.map { TasksReport.short($0.id) }.joined(separator: " ") + "`")
                }
                return try Terminal.write("No task is held.\n")
            }
            if count == nil, Terminal.isInputInteractive {
                var shown = status
                shown.counts = [.held: approvable.count]
                try TasksReport(approvable, shown, states: [.held], colour: Terminal.usesColour, next: []).write(
                    .table, to: Terminal.write)
            }
            try confirm(approvable.count)
            // Exactly those that were looked at: others may have come meanwhile.
            let done = try Prevention.order(.approve, approvable.map(\.id), resource: nil, manifest)
            try Terminal.write("\(Count.text(done, "task", "tasks")) approved: the next worker carries them out.\n")
        }
    }

    private func confirm(_ expected: Int) throws {
        let typed: String?
        if let count {
            typed = String(count)
        } else if Terminal.isInputInteractive {
            typed = try Question.answer("To approve exactly these, type how many tasks they are: ")
        } else {
            throw FoundlingError(
                .confirmationNeeded,
                "there is no terminal to ask at, and \(Count.text(expected, "task is", "tasks are")) held",
                hint: "look at them with `foundling tasks`, then say how many they are: --count")
        }
        guard typed == String(expected) else {
            throw FoundlingError(
                .approvalNeeded,
                "\(Printable.escape(typed ?? "nothing")) was said, and \(Count.text(expected, "task is", "tasks are")) held: "
                    + "nothing was approved",
                hint: "look at them with `foundling tasks list --state held`")
        }
    }

    /// Each name must mean one held task, and only that.
    private func chosen(_ held: [DeletionTask]) throws(FoundlingError) -> [DeletionTask] {
        let ofResource = held.filter { task in choice.resource.map { $0 == task.resource } ?? true }
        guard !choice.names.isEmpty else { return ofResource }
        var wanted: [DeletionTask] = []
        for name in choice.names {
            let meant = ofResource.filter { $0.id == name || ($0.id.count == 36 && $0.id.hasPrefix(name)) }
            guard meant.count == 1, !name.isEmpty else {
                let what = meant.isEmpty ? "there is no held task" : "several held tasks begin with"
                throw FoundlingError(
                    .taskUnknown, "\(what) '\(Printable.escape(name))'",
                    hint: "`foundling tasks list --state held` shows them")
            }
            wanted += meant
        }
        return wanted
    }
}
