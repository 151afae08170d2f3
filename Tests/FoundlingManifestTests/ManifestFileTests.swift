import Foundation
import FoundlingCore
import FoundlingManifest
import Testing

/// The file on disk.
@Suite struct ManifestFileTests {
    private func error(_ file: String) -> FoundlingError? {
        do throws(FoundlingError) {
            _ = try ManifestReader.read(file: file, environment: [:])
            return nil
        } catch { return error }
    }

    @Test(arguments: ["/nonexistent/foundling.yaml", "/etc/passwd/foundling.yaml"])
    func aMissingFileIsItsOwnError(file: String) {
        #expect(error(file)?.code == .manifestMissing)
        #expect(error(file)?.summary == "there is no manifest at \(file)")
        #expect(error(file)?.hint.contains("--manifest") == true)
    }

    @Test func aDirectoryIsNoManifest() {
        #expect(error("/tmp")?.code == .manifestMissing)
        #expect(error("/tmp")?.summary == "/tmp is a directory, not a manifest")
    }

    @Test func anEndlessFileIsNotReadWhole() {
        #expect(error("/dev/zero")?.details == ["/dev/zero:1:1: larger than 1 MiB: is this a manifest?"])
    }

    @Test func aFileIsReadAndItsPathsAreRelativeToIt() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "manifest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "foundling.yaml")
        try Data(ManifestText.resource("kind: file").utf8).write(to: file)
        let manifest = try ManifestReader.read(file: file.path(), environment: [:]).manifest
        #expect(manifest.file == file.path())
        #expect(manifest.store.root == directory.path() + "/data")
        #expect(manifest.database.url.location == directory.path() + "/app.db")
    }

    @Test func theFileIsAbsoluteInTheManifestAndAsTypedInMessages() throws {
        let reader = ManifestText.reader(file: "conf/./foundling.yaml")
        let manifest = try reader.parse(ManifestText.resource("kind: file")).manifest
        #expect(manifest.file == "/work/conf/foundling.yaml")
        #expect(manifest.store.root == "/work/conf/data")
        #expect(reader.file == "conf/./foundling.yaml")
    }
}
