internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingManifest
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import Synchronization

/// Which manifest, and how much to say about the work: shared by every command that reads one.
struct ManifestOptions: ParsableArguments {
    @Option(name: [.customShort("m"), .long], help: "The manifest.", completion: .file(extensions: ["yaml", "yml"]))
    var manifest = "foundling.yaml"

    @Flag(name: [.customShort("q"), .long], help: "No progress and no warnings on standard error.")
    var quiet = false

    @Flag(name: [.customShort("v"), .long], help: "Say what is being done, and how long it took.")
    var verbose = false

    /// The option again, for a command to type next.
    var flag: String { manifest == "foundling.yaml" ? "" : " --manifest \(ShellWord.quoted(manifest))" }

    /// Reads the manifest, or says everything that is wrong with it.
    ///
    /// What is only questionable is returned as warnings; `check` shows them, a scan has warnings of its own.
    func read() throws -> (manifest: Manifest, warnings: [String]) {
        let (manifest, warnings) = try ManifestReader.read(
            file: manifest, environment: ProcessInfo.processInfo.environment)
        return (manifest, warnings.map(\.description))
    }

    /// The same for whoever goes on running: it may be wrong by then.
    func manifestAgain() throws(FoundlingError) -> Manifest {
        do { return try read().manifest } catch let error as FoundlingError { throw error } catch {
            throw FoundlingError(.system, "the manifest cannot be read: \(error)", hint: "")
        }
    }

    /// Opens the store to act on it, and tells at once what the first look at its past found: not even `--quiet` may
    /// miss an alarm, and not even a command that fails later.
    func open(_ manifest: Manifest, reason: String? = nil, planHash: String? = nil) throws(FoundlingError) -> Custody {
        Interruption.isActing.store(true, ordering: .relaxed)
        let custody = try Custody(manifest, reason: reason, planHash: planHash) { holder in
            if !quiet { Terminal.note("waiting for another Foundling: \(holder)") }
        }
        if custody.isAlarmed { Interruption.isAlarmed.store(true, ordering: .relaxed) }
        for note in custody.notes where note.hasPrefix("ALARM") { Terminal.note(completed(note)) }
        for note in custody.notes where !quiet && !note.hasPrefix("ALARM") {
            Terminal.note("note: \(completed(note))")
        }
        return custody
    }

    /// What is pinned, for a look that changes nothing; whoever may not read the quarantine is told so.
    func pins(_ manifest: Manifest) -> (pins: [Pin], doubts: [String]) {
        do throws(FoundlingError) { return (try Custody.pins(manifest), []) } catch {
            return ([], ["pins cannot be read, so what is pinned looks like the rest: \(error.summary)"])
        }
    }

    /// A text whose commands name the manifest, so that they can be pasted as they are.
    func completed(_ text: String) -> String {
        flag.isEmpty
            ? text
            : text.replacing(/`foundling ((?:ledger (?:verify|list))|token (?:create|revoke)|[a-z]+)/) {
                "`foundling \($0.1)\(flag)"
            }
    }

    func completeCommands(in outcome: inout RunOutcome) {
        for index in outcome.items.indices { outcome.items[index].reason = outcome.items[index].reason.map(completed) }
        outcome.notes = outcome.notes.map(completed)
        outcome.stopped = outcome.stopped.map(completed)
    }

    func completed(_ error: FoundlingError) -> FoundlingError {
        FoundlingError(
            error.code, completed(error.summary), hint: completed(error.hint), details: error.details.map(completed))
    }
}
