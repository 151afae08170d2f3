import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting

extension World {
    /// A scan of this world, as the command line would run it.
    func scan(sizes: SizeChoice? = nil) throws -> ScanResult {
        let (manifest, _) = try ManifestReader.read(file: manifest, environment: [:])
        return try Scan(manifest, sizes: sizes).run()
    }

    /// Every finding in words, sorted by path; what is claimed does not appear.
    func verdicts(sizes: SizeChoice? = nil) throws -> String {
        try scan(sizes: sizes).verdicts
    }

    /// The code of the refusal that a scan ends with; nil if it does not.
    func refusal() throws -> FoundlingError.Code? {
        do {
            _ = try scan()
            return nil
        } catch let error as FoundlingError {
            return error.code
        }
    }
}

extension ScanResult {
    var verdicts: String {
        findings.sorted { $0.path.description < $1.path.description }
            .map { "\($0.kind.rawValue) \($0.path)" }.joined(separator: ", ")
    }

    func finding(_ path: String) -> Finding? { findings.first { $0.path == StorePath(path) } }
}
