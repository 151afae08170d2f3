internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingManifest
internal import Foundation

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
}
