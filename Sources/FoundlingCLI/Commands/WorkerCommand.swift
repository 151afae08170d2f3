internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// `foundling worker`: carries out what the database told.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Take the files of deleted records along, as the database tells of them.",
        discussion: """
            Runs until it is told to end (SIGTERM, Ctrl-C): then it finishes its batch. SIGHUP, or a changed manifest, \
            makes it read the manifest again. Many may run, on many machines. Every entry is looked at, and every \
            record asked, before anything moves; what moves lies in quarantine and can be put back.

            EXAMPLES
              foundling worker
              foundling worker --once

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(help: "End when nothing is due any more.")
    var once = false

    @Option(help: "Seconds that a task stays with a worker that gives no sign of life.")
    var lease = 60

    @Option(name: [.customShort("f"), .long], help: "table or jsonl.")
    var format: LogFormat = .table

    func validate() throws {
        guard (1...3_600).contains(lease) else { throw ValidationError("--lease takes 1 to 3600 seconds") }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format == .jsonl) { _ in
            let wishes = Worker.Wishes()
            Interruption.asks(Interruption.Wish(end: { wishes.end() }, reload: { wishes.reload() }))
            var isTroubled = false
            let worker = try Worker(lease: Int64(lease) * 1_000, wishes: wishes) { () throws(FoundlingError) in
                try options.manifestAgain()
            } tell: { event in
                try tell(event, &isTroubled)
            }
            do { try worker.run(once: once) } catch let error as Terminal.Gone { throw error }
            if isTroubled { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    private func tell(_ event: Worker.Event, _ isTroubled: inout Bool) throws {
        let now = Custody.time
        switch event {
        case .started(let worker): if !options.quiet { Terminal.note("worker \(worker) is at work") }
        case .batch(let drained):
            if once {
                isTroubled =
                    isTroubled || drained.isAlarmed
                    || drained.verdicts.contains { if case .done = $0.verdict { false } else { true } }
            }
            for run in drained.runs { for note in run.recovered where note.hasPrefix("ALARM") { Terminal.note(note) } }
            if options.quiet, format == .table {
                // Not even --quiet may hide what waits for somebody.
                for line in WorkerReport.troubles(drained.verdicts) { Terminal.note(options.completed(line)) }
                return
            }
            let lines =
                format == .table
                ? WorkerReport.lines(drained.verdicts, drained.runs, now: now)
                : [WorkerReport.json(drained.verdicts, drained.runs, now: now)]
            try Terminal.write(lines.map { options.completed($0) + "\n" }.joined())
        case .alarm(let notes):
            isTroubled = isTroubled || once
            for note in notes { Terminal.note(note) }
        case .trouble(let error, let seconds):
            _ = CommandRun.tell(options.completed(error), isJSON: format == .jsonl)
            if let seconds { Terminal.note("\(Timestamp.iso(now)) trying again in \(seconds) s") }
        case .reloaded: Terminal.note("\(Timestamp.iso(now)) the manifest was read again")
        case .refused(let error):
            _ = CommandRun.tell(options.completed(error), isJSON: format == .jsonl)
            Terminal.note("\(Timestamp.iso(now)) the changed manifest is refused: nothing is done until it is right")
        case .ended(let batches):
            guard !options.quiet else { return }
            let did =
                batches == 0 && once ? "nothing was due" : Count.text(batches, "batch", "batches") + " carried out"
            Terminal.note("\(Timestamp.iso(now)) ended: \(did)")
        }
    }
}

/// How a long-running command reports: a line at a time.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case table, jsonl
}
