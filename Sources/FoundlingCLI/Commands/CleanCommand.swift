internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling clean`: plan and apply for a person, with the flags of the script that Foundling began with.
struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Plan and apply in one go: choose what to move aside, look, confirm.",
        discussion: """
            Any --RESOURCE-only is the same as --only RESOURCE: --trainings-only, --datasets-only. Everything goes \
            into the quarantine and can be put back with `foundling restore`; with --purge it is removed for good, in \
            small batches that free space as they go. --yes answers questions, never a guard.

            EXAMPLES
              foundling clean --dry-run
              foundling clean --trainings-only
              foundling clean --delete-all
              foundling clean --interactive

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(help: "Show what would go; change nothing.")
    var dryRun = false

    @Option(help: "Only this resource; may be repeated. --RESOURCE-only is the same.")
    var only: [String] = []

    @Flag(help: "Every orphan of every resource.")
    var deleteAll = false

    @Flag(help: "Ask about each orphan: yes, no, all, quit, explain.")
    var interactive = false

    @Flag(help: "Remove for good at once, in small batches, instead of waiting for the retention to end.")
    var purge = false

    @Flag(help: "For cron: record a scan, move aside what an earlier one agrees with, purge what is due.")
    var unattended = false

    @Flag(name: [.short, .long], help: "Answer yes to questions; guards refuse all the same.")
    var yes = false

    @Option(help: "Why; it stands in the ledger.")
    var reason: String?

    @Option(name: [.customShort("f"), .long], help: "table, json or jsonl.")
    var format: ActFormat = .table

    @Option(help: "Items that the table shows; 0 shows all.")
    var limit = 20

    func validate() throws {
        if unattended {
            guard !dryRun, !deleteAll, !interactive, !purge, !yes, only.isEmpty else {
                throw ValidationError("--unattended takes what the manifest allows it: leave out the other choices")
            }
            return
        }
        guard dryRun || deleteAll || interactive || !only.isEmpty else {
            throw ValidationError(
                """
                nothing was chosen, so nothing was done. Choose what to move aside:
                  foundling clean --dry-run          only show it
                  foundling clean --RESOURCE-only    one resource, e.g. --trainings-only
                  foundling clean --delete-all       every orphan of every resource
                  foundling clean --interactive      ask about each one
                  foundling clean --unattended       for cron, if the manifest allows it
                """)
        }
        if deleteAll, !only.isEmpty { throw ValidationError("--delete-all is all resources: leave out --only, or it") }
        if interactive, yes {
            throw ValidationError("--interactive asks and --yes does not want to be asked: choose one")
        }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            if unattended { return try cleanUnattended(manifest, progress) }
            let wanted = try ResourceChoice.check(only, manifest)
            guard dryRun || Terminal.isInputInteractive || yes else {
                throw FoundlingError(
                    .confirmationNeeded, "there is no terminal to ask at",
                    hint: interactive
                        ? "run it at a terminal; `foundling clean --dry-run` shows what would go"
                        : "`foundling clean --dry-run` shows what would go; add --yes to go ahead without a question")
            }
            if dryRun { return try rehearse(manifest, wanted, progress) }
            let custody = try options.open(manifest, reason: reason)
            let planned = try custody.plan(only: wanted, progress: progress) { findings throws(FoundlingError) in
                guard interactive else { return findings }
                progress(.done)
                return try Question.choose(findings, manifest, purges: purge)
            }
            for note in planned.notes where !options.quiet { Terminal.note("note: \(note)") }
            guard !planned.plan.items.isEmpty else {
                let hasOrphans = planned.result.count(.orphan) > 0
                if interactive, hasOrphans { return try Terminal.write("Nothing was chosen: nothing was moved.\n") }
                return try show(planned)
            }
            let approval = try agree(to: planned)
            guard approval.goesAhead else {
                return try Terminal.write("Nothing was \(purge ? "removed" : "moved").\n")
            }
            let outcome = try custody.applying(planned).apply(
                planned.plan, hash: planned.hash, approval: approval.hash, purges: purge, progress: progress)
            try Outcome.tell(outcome, format.report, options)
        }
    }

    /// Says what it did, in as few words as fit into a mail from cron.
    private func cleanUnattended(
        _ manifest: Manifest, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws {
        let custody = try options.open(manifest, reason: reason ?? "unattended")
        let outcome = try custody.cleanUnattended(progress: progress)
        for note in outcome.notes where !options.quiet { Terminal.note("note: \(note)") }
        let report = UnattendedReport(
            observed: outcome.observed, agreed: outcome.agreed, applied: outcome.applied, purged: outcome.purged,
            refused: outcome.refused,
            warnings: outcome.result.warnings, colour: Terminal.usesColour, flag: options.flag)
        try report.write(format.report, to: Terminal.write)
        if outcome.exit != .clean { throw ExitCode(outcome.exit.rawValue) }
    }

    /// A dry run makes nothing, not even a quarantine.
    private func rehearse(
        _ manifest: Manifest, _ wanted: Set<String>, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws {
        let planned = try Rehearsal(manifest).plan(only: wanted, progress: progress)
        for note in planned.notes where !options.quiet { Terminal.note("note: \(note)") }
        try show(planned)
    }

    private func show(_ planned: Custody.Planned, withNext: Bool = true) throws {
        var next: [String] = []
        if withNext, !planned.plan.items.isEmpty {
            let choice = only.map { " --\($0)-only" }.joined()
            next = ["foundling clean\(options.flag)\(choice.isEmpty ? " --delete-all" : choice)"]
            // Its last lines say how to approve what it planned.
            if !planned.plan.trips.isEmpty { next = [planCommand] }
        }
        try PlanReport(
            planned.plan, hash: planned.hash, file: nil, purges: purge, colour: Terminal.usesColour, limit: limit,
            next: next
        ).write(format.report, to: Terminal.write)
        guard format == .table, planned.plan.items.isEmpty else { return }
        let kinds: [(Finding.Kind, String)] = [
            (.young, "too young"), (.pinned, "pinned"), (.nearMiss, "nearly claimed"),
        ]
        let kept = kinds.compactMap { kind, words in
            let count = planned.result.count(kind)
            return count > 0 ? "\(Count.text(count)) \(words)" : nil
        }
        if !kept.isEmpty { try Terminal.write("Unclaimed, and kept: \(kept.joined(separator: ", ")).\n") }
    }

    /// The way that shows, and approves, exactly what would go.
    private var planCommand: String { "foundling plan\(options.flag)" + only.map { " --only \($0)" }.joined() }

    private func agree(to planned: Custody.Planned) throws -> (goesAhead: Bool, hash: String?) {
        if !planned.plan.trips.isEmpty {
            guard Terminal.isInputInteractive else {
                throw FoundlingError(
                    .approvalNeeded, "this plan goes over a limit of the manifest, and --yes does not answer a guard",
                    hint:
                        "`foundling plan\(only.map { " --only \($0)" }.joined())`, look at it; its last lines say how to approve exactly that plan",
                    details: planned.plan.trips.map(\.sentence))
            }
            try show(planned, withNext: false)
            return (true, try Question.approval(of: planned.plan, hash: planned.hash, purges: purge))
        }
        // Whoever said yes to each item has answered already.
        if yes || (interactive && !purge) { return (true, nil) }
        try show(planned, withNext: false)
        let verb = purge ? "remove for good" : "move aside"
        return (try Question.yes("\(verb) \(Count.text(planned.plan.items.count, "entry", "entries"))?"), nil)
    }
}
