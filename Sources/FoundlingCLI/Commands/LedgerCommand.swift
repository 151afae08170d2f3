internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling ledger`: what was ever done, and whether the record of it holds.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "List every run, and what of it lies in quarantine.",
        discussion: """
            EXAMPLES
              foundling ledger
              foundling ledger --format json
              foundling ledger verify --head 8f0c…

            \(HelpText.exitCodes)
            """,
        subcommands: [LedgerListCommand.self, LedgerVerifyCommand.self], defaultSubcommand: LedgerListCommand.self)
}

/// `foundling ledger list`.
struct LedgerListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every run, oldest first.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions

    @Argument(help: ArgumentHelp("Only this run, with each of its items.", valueName: "run"))
    var run_: String?

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let manifest = try options.read().manifest
            if let run_ {
                let outcome = try Custody.story(of: run_, manifest)
                try RunReport(
                    outcome, colour: Terminal.usesColour, isStory: true, flag: options.flag, next: []
                ).write(
                    format == .json ? .json : .table, to: Terminal.write)
                return
            }
            let (runs, head) = try Custody.history(manifest)
            var next: [String] = []
            if let last = runs.last(where: { $0.inQuarantine != Bytes() }) {
                next = ["foundling ledger\(options.flag) \(last.run)", "foundling restore\(options.flag) \(last.run)"]
                if runs.contains(where: { $0.due.map { $0 <= Custody.time } ?? false }) {
                    next.append("foundling purge\(options.flag)")
                }
            }
            let unlisted = try Custody.unlisted(manifest)
            if let last = unlisted.last { next.append("foundling restore\(options.flag) \(last)") }
            try LedgerReport(
                runs, unlisted: unlisted, head: head, now: Custody.time, colour: Terminal.usesColour, next: next
            ).write(
                format == .json ? .json : .table, to: Terminal.write)
        }
    }
}

/// `foundling ledger verify`.
struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every hash of the ledger's chain.",
        discussion: """
            Each line carries the hash of the line before: a changed or missing line shows. A tail that was cut off \
            shows only against a head that was noted elsewhere: --head.

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(help: "A head printed by an earlier run; it must still be in the chain.")
    var head: String?

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func validate() throws {
        if let head, head.utf8.count < 12 || !head.allSatisfy(\.isHexDigit) {
            throw ValidationError("--head takes at least the first 12 digits of a head")
        }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let (lines, end) = try Custody.verify(try options.read().manifest, expecting: head?.lowercased())
            let text =
                format == .json
                ? "{\"head\":\"\(end)\",\"lines\":\(lines),\"version\":1}\n"
                : "The ledger holds: \(Count.text(lines, "line", "lines")), head \(end)\n"
            try Terminal.write(text)
        }
    }
}
