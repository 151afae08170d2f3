import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting

extension World {
    /// A scan of this world, as the command line would run it.
    func scan(progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }) throws -> ScanResult {
        let (manifest, _) = try ManifestReader.read(file: manifest, environment: [:])
        return try Scan(manifest, progress: progress).run()
    }

    /// Every finding in words, sorted by path; what is claimed does not appear.
    func verdicts() throws -> String {
        try scan().findings.sorted { $0.path.description < $1.path.description }
            .map { "\($0.kind.rawValue) \($0.path)" }.joined(separator: ", ")
    }

    /// The refusal that a scan ends with; nil if it does not.
    func refusal() throws -> FoundlingError? {
        do {
            _ = try scan()
            return nil
        } catch let error as FoundlingError {
            return error
        }
    }

    /// Runs `foundling` here.
    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Outcome {
        try Program.run(arguments, in: directory, environment: environment)
    }

    /// The commonest manifest: `items/*`, claimed by one table.
    func mapItems(_ record: String, database: String? = nil) throws {
        try write("items:\n  entries: items/*\n  records:\n    - \(record)")
    }
}
