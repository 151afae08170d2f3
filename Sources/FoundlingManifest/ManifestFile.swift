import Foundation
import FoundlingCore

/// The manifest on disk.
struct ManifestFile {
    /// As the user named it.
    let name: String
    let path: String

    /// One byte more than allowed at most, so that a larger file is known without being read whole.
    func bytes() throws(FoundlingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= ManifestReader.sizeLimit {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private func failure(_ code: Int32) -> FoundlingError {
        switch code {
        case ENOENT, ENOTDIR:
            FoundlingError(
                .manifestMissing, "there is no manifest at \(name)",
                hint: "write a foundling.yaml that names the database, the store and its resources "
                    + "('foundling demo' makes one to learn from), or point to yours with --manifest FILE")
        case EISDIR:
            FoundlingError(
                .manifestMissing, "\(name) is a directory, not a manifest",
                hint: "name the file itself: --manifest \(name)/foundling.yaml")
        default:
            FoundlingError(
                .system, "the manifest \(name) cannot be read: \(String(cString: strerror(code)))",
                hint: "let the user who runs foundling read it, or name another with --manifest FILE")
        }
    }
}
