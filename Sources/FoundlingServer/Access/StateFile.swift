internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Glibc

/// A file of the state directory as it was read, held open.
///
/// As long as it is open its inode is given to no other file: whatever replaces it looks different, however quickly it
/// is done and however alike the sizes and times are.
final class StateFile: Sendable {
    let bytes: [UInt8]
    let mark: FileMark
    private let descriptor: Int32

    /// Takes over a descriptor.
    init(descriptor: Int32, limit: Int, _ shown: String) throws(FoundlingError) {
        do throws(FoundlingError) {
            (bytes, mark) = try Self.read(descriptor, limit: limit, shown)
            self.descriptor = descriptor
        } catch {
            _ = cl_close(descriptor)
            throw error
        }
    }

    deinit { _ = cl_close(descriptor) }

    private static func read(
        _ descriptor: Int32, limit: Int, _ shown: String
    ) throws(FoundlingError) -> (bytes: [UInt8], mark: FileMark) {
        guard let mark = FileMark.of(descriptor), mark.mode & UInt32(S_IFMT) == UInt32(S_IFREG), mark.size <= limit
        else {
            throw FoundlingError(
                .stateUnusable, "\(shown) is no plain file of at most \(limit) bytes",
                hint: "move it away and look at it; it is none that Foundling wrote")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = cl_read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                throw FoundlingError(
                    .system, "\(shown) cannot be read: \(Errno.text(Int32(-count)))", hint: "check the file system")
            }
            bytes += buffer.prefix(count)
        }
        return (bytes, mark)
    }
}

/// What tells a file from the one that was there before.
struct FileMark: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: UInt64
    let modified: Int64
    let changed: Int64
    let mode: UInt32
    let owner: UInt32

    private init(_ status: cl_stat) {
        device = status.device
        inode = status.inode
        size = status.size
        modified = status.modified
        changed = status.changed
        mode = status.mode
        owner = status.owner
    }

    static func of(_ descriptor: Int32) -> FileMark? { look(descriptor, "") }

    /// Links are not followed; nil where nothing is, or nothing can be seen.
    static func of(path: String) -> FileMark? { look(AT_FDCWD, path) }

    private static func look(_ directory: Int32, _ path: String) -> FileMark? {
        var status = cl_stat()
        return cl_stat_at(directory, path, 0, &status) == 0 ? FileMark(status) : nil
    }
}

/// The same of a directory, whose times and size change with every file in it.
struct DirectoryMark: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64
    let mode: UInt32
    let owner: UInt32

    init(_ status: FileStatus) {
        device = status.device
        inode = status.identity.inode
        mode = status.mode
        owner = status.owner
    }

    init?(path: String) {
        guard let mark = FileMark.of(path: path) else { return nil }
        device = mark.device
        inode = mark.inode
        mode = mark.mode & 0o7777
        owner = mark.owner
    }
}

/// A lock that ends with the last reference to it, or with the process.
final class StateLock: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { _ = cl_close(descriptor) }
}
