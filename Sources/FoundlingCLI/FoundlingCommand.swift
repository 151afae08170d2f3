internal import ArgumentParser
internal import FoundlingCore

/// The command line: parses, calls the library, renders; it decides nothing itself.
struct FoundlingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foundling",
        abstract: "Find the files that no database record claims, and the records whose files are gone.",
        discussion: """
            A manifest, foundling.yaml, says which table claims which files. `scan` compares the two and \
            changes nothing; `clean` moves orphans aside, `restore` puts them back, `purge` removes them for good.

            EXAMPLES
              foundling demo              make a small world and look at it
              foundling check             prove that the manifest is right
              foundling scan              what is orphaned, how big it is and why
              foundling explain items/42  one path's whole story
              foundling clean --dry-run   what would be moved aside

            \(HelpText.exitCodes)
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "Start", subcommands: [DemoCommand.self, CheckCommand.self, DrillCommand.self]),
            CommandGroup(name: "See", subcommands: [ScanCommand.self, ExplainCommand.self]),
            CommandGroup(
                name: "Act",
                subcommands: [
                    CleanCommand.self, PlanCommand.self, ApplyCommand.self, RestoreCommand.self, PurgeCommand.self,
                ]),
            CommandGroup(
                name: "Prevent",
                subcommands: [TriggersCommand.self, WorkerCommand.self, TasksCommand.self, DeleteCommand.self]),
            CommandGroup(name: "Serve", subcommands: [ServeCommand.self, TokenCommand.self]),
            CommandGroup(name: "Keep", subcommands: [LedgerCommand.self, PinCommand.self, AcceptCommand.self]),
        ])
}

/// Where the process starts.
public enum CommandLineTool {
    /// Parses the arguments and runs the command; does not return.
    public static func run() -> Never {
        Terminal.holdStreams()
        // Swift reads the arguments from /proc/self/cmdline: without /proc there are none, and guessing is not our
        // trade.
        guard !CommandLine.arguments.isEmpty else {
            Terminal.note("error[system]: the command line could not be read (is /proc mounted?)")
            FoundlingCommand.exit(withError: ExitCode(ExitStatus.error.rawValue))
        }
        Interruption.watch()
        do {
            var command = try FoundlingCommand.parseAsRoot(
                FoundingFlags.translated(Array(CommandLine.arguments.dropFirst())))
            try command.run()
        } catch {
            refuse(error)
        }
        FoundlingCommand.exit()
    }
}

extension CommandLineTool {
    /// Ends as the parser would, but for arguments that it repeats: a shell's `*` makes arguments of names.
    private static func refuse(_ error: any Error) -> Never {
        let text = FoundlingCommand.fullMessage(for: error)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.map { line in
            let escaped = Printable.escape(String(line))
            return escaped.replacing("\\\\", with: "\\") == line ? String(line) : escaped
        }
        guard shown.joined(separator: "\n") != text else { FoundlingCommand.exit(withError: error) }
        Terminal.note(shown.joined(separator: "\n"))
        FoundlingCommand.exit(withError: FoundlingCommand.exitCode(for: error))
    }
}

/// The founding script's own flags: `clean --trainings-only`, for any resource.
enum FoundingFlags {
    /// `--RESOURCE-only` after `clean` becomes `--only RESOURCE`.
    static func translated(_ arguments: [String]) -> [String] {
        guard arguments.first == "clean" else { return arguments }
        return arguments.flatMap { argument -> [String] in
            guard argument.hasPrefix("--"), argument.hasSuffix("-only"), argument.count > 7 else { return [argument] }
            return ["--only", String(argument.dropFirst(2).dropLast(5))]
        }
    }
}

/// Texts that several help screens share.
enum HelpText {
    /// The exit codes, as every help screen lists them.
    static let exitCodes =
        "EXIT CODES\n"
        + ExitStatus.allCases.map { status in
            let code = String(status.rawValue)
            return "  " + code + String(repeating: " ", count: 4 - code.count) + status.meaning
        }.joined(separator: "\n")
}

/// The release that this is.
enum Version {
    static let current = "0.1.0"
}
