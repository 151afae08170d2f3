import FoundlingCore
import FoundlingManifest

/// The reader with an empty environment.
enum ManifestReaderForTests {
    static func read(_ path: String) throws -> ManifestReader.Reading {
        try ManifestReader.read(file: path, environment: [:])
    }
}
