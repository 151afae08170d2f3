internal import CLinux
package import FoundlingCore
internal import Glibc

/// A directory on this host, opened once: everything below is reached through this descriptor, never by name again.
package final class LocalStore: Sendable {
    /// As the manifest spells it, absolute.
    package let root: String
    /// Links resolved.
    package let realPath: String
    package let device: UInt64
    package let inode: UInt64
    package let fileSystem: UInt64
    package let isReadOnly: Bool
    package let descriptor: Int32

    /// Opens the root; it may be reached through links, but must be a directory and not `/`.
    package init(root: String) throws(FoundlingError) {
        self.root = root
        guard let resolved = Glibc.realpath(root, nil) else { throw Self.refusal(errno, root) }
        realPath = String(cString: resolved)
        free(resolved)
        guard realPath != "/" else {
            throw FoundlingError(
                .storeForbidden, "the store's root is '/': a whole file system cannot be one application's store",
                hint: "set store.root to the directory that the application fills")
        }
        let opened = cl_open_directory(realPath)
        guard opened >= 0 else { throw Self.refusal(-opened, root) }
        var status = cl_stat()
        var space = cl_space()
        let failed = min(cl_stat_at(opened, "", 0, &status), cl_space_of(opened, &space))
        guard failed == 0 else {
            _ = cl_close(opened)
            throw Self.refusal(-failed, root)
        }
        descriptor = opened
        device = status.device
        inode = status.inode
        fileSystem = space.file_system
        isReadOnly = space.read_only != 0
    }

    deinit { _ = cl_close(descriptor) }

    private static func refusal(_ error: Int32, _ root: String) -> FoundlingError {
        let shown = Printable.escape(root)
        return switch error {
        case ENOENT:
            FoundlingError(
                .storeMissing, "the store's root '\(shown)' does not exist: unmounted, moved, or misspelt",
                hint: "mount it, or correct store.root; nothing was judged")
        case ENOTDIR:
            FoundlingError(
                .storeNotADirectory, "the store's root '\(shown)' is not a directory",
                hint: "set store.root to the directory that the application fills")
        default:
            FoundlingError(
                .storeMissing, "the store's root '\(shown)' cannot be opened: \(Errno.text(error))",
                hint: error == EACCES ? "run as a user who may read it" : "check the mount; nothing was judged")
        }
    }

    /// The name of a file system that several hosts may share, where a lock may hold on one of them only.
    package var sharedFileSystem: String? {
        // From linux/magic.h, and the modules' own headers for SMB and Ceph.
        switch cl_file_system_type(descriptor) {
        case 0x6969: "NFS"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "SMB"
        case 0x6573_5546: "FUSE"
        case 0x00C3_6400: "Ceph"
        case 0x0102_1997: "9P"
        default: nil
        }
    }

    /// The file system's figures as they are now.
    package func space() throws(FoundlingError) -> DiskSpace {
        var space = cl_space()
        let failed = cl_space_of(descriptor, &space)
        guard failed == 0 else {
            throw FoundlingError(
                .system, "the file system of '\(Printable.escape(root))' gives no figures: \(Errno.text(-failed))",
                hint: "check the mount")
        }
        return DiskSpace(
            total: space.total, free: space.free, available: space.available, inodes: space.inodes,
            inodesFree: space.inodes_free)
    }

    /// Whether anything is at an absolute path, links followed.
    ///
    /// Only ENOENT and ENOTDIR mean missing; whatever else stands in the way is no proof of absence.
    package static func isMissing(_ path: [UInt8]) -> Bool {
        var status = cl_stat()
        let failed = (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cl_stat_at(AT_FDCWD, $0.baseAddress!, 1, &status) }
        }
        return failed == -ENOENT || failed == -ENOTDIR
    }

    /// What a symbolic link below the root says; nil where it cannot be read.
    package func linkText(_ path: StorePath) -> [UInt8]? {
        let components = path.components.map { Array($0) }
        guard let name = components.last else { return nil }
        let parent = openDirectory(components.dropLast())
        guard parent >= 0 else { return nil }
        defer { _ = cl_close(parent) }
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = CName.with(name) { name in
            buffer.withUnsafeMutableBytes { cl_read_link_at(parent, name, $0.baseAddress, $0.count) }
        }
        return length < 0 ? nil : Array(buffer[..<length])
    }

    /// Whether anything is at a path below the root, links followed.
    package func isMissing(_ path: StorePath) -> Bool {
        Self.isMissing(Array(realPath.utf8) + [.slash] + path.bytes)
    }
}

/// The kernel's error numbers in words.
package enum Errno {
    package static func text(_ error: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(error, &buffer, buffer.count) == 0 || buffer[0] != 0 else { return "error \(error)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
