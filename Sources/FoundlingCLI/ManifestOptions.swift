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

    /// Reads the manifest, or says everything that is wrong with it.
    func read() throws -> Manifest {
        let (manifest, warnings) = try ManifestReader.read(
            file: manifest, environment: ProcessInfo.processInfo.environment)
        if !quiet { for warning in warnings { Terminal.note("warning: \(warning.description)") } }
        return manifest
    }
}
