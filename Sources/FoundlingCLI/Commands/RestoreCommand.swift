internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import FoundlingStore
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
              foundling restore 20261123-031500-7f3a9c trainings/train_1
              foundling restore 20261123-031500-7f3a9c --to recovered

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
    /// As typed, then as seen from the working directory.
    static func spellings(of text: String) -> [[UInt8]] {
        let typed = RawArgument.bytes(of: text)
        guard typed.first != .slash else { return [typed] }
        let here = Array(FileManager.default.currentDirectoryPath.utf8) + [.slash] + typed
        // Whoever writes a dot in front means where they are.
        if typed.starts(with: "./".utf8) || typed.starts(with: "../".utf8) { return [here, typed] }
        return [typed, Array(FileManager.default.currentDirectoryPath.utf8) + [.slash] + typed]
    }

    /// Relative to the root, absolute below it, as a record spells it, or relative to where the person is: the first
    /// that is there, and else the first that could be.
    static func path(_ text: String, _ manifest: Manifest) throws(FoundlingError) -> StorePath {
        let bytes = RawArgument.bytes(of: text)
        let readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases)
        var found: [StorePath] = []
        for reading in bytes.isEmpty ? [] : spellings(of: text).flatMap(readings.readings) {
            if case .inside(let components) = reading, !components.isEmpty {
                found.append(StorePath(trusted: Array(components.joined(separator: [UInt8.slash]))))
            }
        }
        let root = Array(manifest.store.root.utf8) + [.slash]
        if let path = found.first(where: { !LocalStore.isMissing(root + $0.bytes) }) ?? found.first { return path }
        throw FoundlingError(
            .usage, "'\(Printable.escape(bytes))' is no path in this store",
            hint: "name it relative to \(Printable.escape(manifest.store.root))")
    }
}
