internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling purge`: the only step that cannot be undone.
struct PurgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove for good what lies in quarantine past its retention, after asking the database once more.",
        discussion: """
            What a record claims again is put back, or held where that is not possible, with an alarm. Without RUN, \
            everything that is due goes.

            EXAMPLES
              foundling purge
              foundling purge 20261123-031500-7f3a9c --now
              foundling purge --free 50G
              foundling purge 20261123-031500-7f3a9c --unverified

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: ArgumentHelp("Only this run.", valueName: "run"))
    var run_: String?

    @Flag(help: "Do not wait for the retention to end; needs RUN.")
    var now = false

    @Option(help: "Give back so much: the oldest first, whatever their age. 50G, 500M.")
    var free: String?

    @Flag(help: "Do not ask the database; needs RUN, and its name typed once more.")
    var unverified = false

    @Option(help: "The run's name once more, for --unverified without a terminal.")
    var confirm: String?

    @Option(help: "At most so many files a second, for a busy disk.")
    var rate: Int?

    @Flag(name: [.short, .long], help: "Do not ask; guards refuse all the same.")
    var yes = false

    @Option(help: "Why; it stands in the ledger.")
    var reason: String?

    @Option(name: [.customShort("f"), .long], help: "table, json or jsonl.")
    var format: ActFormat = .table

    func validate() throws {
        if now || unverified, run_ == nil { throw ValidationError("--now and --unverified need the name of a run") }
        if free != nil, run_ != nil { throw ValidationError("--free takes the oldest of all runs: leave out the run") }
        if let free, SizeArgument.bytes(free) == nil {
            throw ValidationError("'\(free)' is no size: write it like 50G, 500M or 1000000")
        }
        if let rate, rate < 1 { throw ValidationError("--rate takes a number from 1 up") }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            let custody = try options.open(manifest, reason: reason)
            let choice: Custody.PurgeChoice =
                if let free, let bytes = SizeArgument.bytes(free) {
                    .free(bytes: bytes)
                } else if let run_, now || unverified {
                    .whole(run: run_)
                } else { .due(run: run_) }
            let items = try custody.purgeable(choice)
            guard !items.isEmpty else {
                return try Terminal.write(format == .table ? try nothingDue(custody) : "")
            }
            guard try confirm(items) else { return try Terminal.write("Nothing was removed.\n") }
            if let free, let wanted = SizeArgument.bytes(free), format == .table {
                let freed = items.reduce(UInt64(0)) { $0.addingUpTo($1.freed) }
                if freed < wanted {
                    Terminal.note(
                        "note: all that may go from the quarantine frees \(Size.text(freed)), which is less than \(free)"
                    )
                }
            }
            let outcome = try custody.purge(choice, isVerified: !unverified, rate: rate, progress: progress)
            try Outcome.tell(outcome, format.report, options)
        }
    }

    private func nothingDue(_ custody: Custody) throws -> String {
        guard let due = try custody.nextDue(of: run_) else { return "Nothing is due: nothing lies in quarantine.\n" }
        if free != nil {
            return
                "Nothing may go by itself: what lies in quarantine is held until a person looks. `foundling ledger RUN` "
                + "says why.\n"
        }
        let now = Custody.time
        return "Nothing is due: the next is \(due <= now ? "due now" : "in \(Timestamp.until(due, now: now))"). "
            + "`foundling purge RUN --now` does not wait.\n"
    }

    private func confirm(_ items: [ItemOutcome]) throws -> Bool {
        let freed = items.reduce(UInt64(0)) { $0.addingUpTo($1.freed) }
        let bytes = items.reduce(into: Bytes()) { $0 += $1.bytes }
        let what =
            "\(Count.text(items.count, "entry", "entries")), \(Size.text(bytes.apparent)) (frees \(Size.text(freed)))"
        if unverified, let run_ {
            if confirm == run_ { return true }
            guard Terminal.isInputInteractive else {
                throw FoundlingError(
                    .confirmationNeeded,
                    "--unverified removes without asking the database: the run's name must be typed",
                    hint: "add --confirm \(run_)")
            }
            Terminal.note("Removing for good, without asking the database whether a record claims them: \(what).")
            guard try Question.answer("Type the run's name to go ahead: ") == run_ else {
                throw FoundlingError(.confirmationNeeded, "that is not the run's name: nothing was removed", hint: "")
            }
            return true
        }
        if yes { return true }
        guard Terminal.isInputInteractive else {
            throw FoundlingError(
                .confirmationNeeded, "there is no terminal to ask at, and removing cannot be undone: \(what)",
                hint: "add --yes to go ahead without a question")
        }
        return try Question.yes("remove for good: \(what)?")
    }
}

/// Sizes as a person types them.
enum SizeArgument {
    /// `50G`, `500M`, `1.5T`, `1000`: powers of 1024, as `du` and `ls` mean them.
    static func bytes(_ text: String) -> UInt64? {
        var digits = text.uppercased()
        if digits.hasSuffix("IB") { digits.removeLast(2) } else if digits.hasSuffix("B") { digits.removeLast() }
        var factor = 1.0
        if let unit = digits.last, let power = "KMGTP".firstIndex(of: unit) {
            factor = Double(
                sign: .plus, exponent: 10 * ("KMGTP".distance(from: "KMGTP".startIndex, to: power) + 1), significand: 1)
            digits.removeLast()
        }
        guard let number = Double(digits), number > 0, number * factor < 9e18 else { return nil }
        return UInt64(number * factor)
    }
}
