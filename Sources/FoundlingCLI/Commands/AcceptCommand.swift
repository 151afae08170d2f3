internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling accept`: a change that a guard refused was meant.
struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Accept the database, its schema or the store as it is now, after a guard refused.",
        discussion: """
            The first plan accepts all three. Later, another database, one that went backwards, changed columns or \
            another store refuse until somebody says that the change was meant.

            EXAMPLES
              foundling accept schema
              foundling accept database --reason "restored Monday's backup on purpose"

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: "database, schema or store.")
    var what: Custody.Accepting

    @Option(help: "Why; it stands in the ledger.")
    var reason: String?

    func run() throws {
        try CommandRun(options: options, isJSON: false) { progress in
            let custody = try options.open(try options.read().manifest, reason: reason)
            let lines = try custody.accept(what, progress: progress)
            try Terminal.write("Accepted the \(what.rawValue) as it is now:\n")
            for line in lines { try Terminal.write("  \(line)\n") }
        }
    }
}

extension Custody.Accepting: ExpressibleByArgument {}
