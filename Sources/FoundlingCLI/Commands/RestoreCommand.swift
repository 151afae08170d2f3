internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling restore`: takes a run back.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a run, or some items of it, back where they were; replaces nothing.",
        discussion: """
            Works from the receipts alone where the ledger is lost, and without the database. What lies at a place \
            already stays: --to DIR puts the item elsewhere.

            EXAMPLES
              foundling restore 20261123-031500-7f3a9c
              foundling restore 20261123-031500-7f3a9c --item 7
              foundling restore 20261123-031500-7f3a9c trainings/train_00d10dde --to recovered

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: ArgumentHelp("The run, as `foundling ledger` lists it.", valueName: "run"))
    var run_: String

    @Argument(help: "Only these paths, relative to the store's root.")
    var paths: [String] = []

    @Option(help: "Only the item of this number; may be repeated.")
    var item: [Int] = []

    @Option(help: "Below this directory instead, on the same mount.", completion: .directory)
    var to: String?

    @Option(help: "Why; it stands in the ledger.")
    var reason: String?

    @Option(name: [.customShort("f"), .long], help: "table, json or jsonl.")
    var format: ActFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format.isJSON) { progress in
            let manifest = try options.read().manifest
            let chosen = try paths.map { try StoreArgument.path($0, manifest) }
            let custody = try options.open(manifest, reason: reason)
            let outcome = try custody.restore(
                run_, items: Set(item), paths: Set(chosen), to: to, progress: progress)
            try Outcome.tell(outcome, format.report, options)
        }
    }
}

/// Paths that a person typed.
enum StoreArgument {
    /// Relative to the root, or absolute below it.
    static func path(_ text: String, _ manifest: Manifest) throws(FoundlingError) -> StorePath {
        let bytes = RawArgument.bytes(of: text)
        let readings = ClaimReadings(root: manifest.store.root, aliases: [])
        for reading in bytes.isEmpty ? [] : readings.readings(of: bytes) {
            if case .inside(let components) = reading, !components.isEmpty {
                return StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
            }
        }
        throw FoundlingError(
            .usage, "'\(Printable.escape(bytes))' is no path in this store",
            hint: "name it relative to \(Printable.escape(manifest.store.root))")
    }
}
