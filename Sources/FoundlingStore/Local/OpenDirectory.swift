internal import CLinux
package import FoundlingCore

/// A directory held open by its descriptor: what lies below is reached from here, whatever its path is renamed to.
package final class OpenDirectory: Sendable {
    package let descriptor: Int32
    package let device: UInt64
    package let mount: UInt64

    /// Takes over a descriptor; closed when nobody holds this any more.
    package init(descriptor: Int32) throws(FoundlingError) {
        self.descriptor = descriptor
        var status = cl_stat()
        let failed = cl_stat_at(descriptor, "", 0, &status)
        device = status.device
        mount = cl_mount_of(descriptor)
        guard failed == 0 else { throw Self.error(-failed, "a directory") }
    }

    deinit { _ = cl_close(descriptor) }

    /// Opens by a path that the user gave; links in it are followed.
    package convenience init(path: String) throws(FoundlingError) {
        let opened = cl_open_directory(path)
        guard opened >= 0 else { throw Self.error(-opened, "'\(Printable.escape(path))'") }
        try self.init(descriptor: opened)
    }

    /// A directory below, reached without links and without leaving the mount; nil where it is not there.
    package func open(_ name: [UInt8]) throws(FoundlingError) -> OpenDirectory? {
        let opened = CName.with(name) { cl_open_directory_beneath(descriptor, $0) }
        if opened == -2 { return nil }  // ENOENT
        guard opened >= 0 else { throw Self.error(-opened, "'\(Printable.escape(name))'") }
        return try OpenDirectory(descriptor: opened)
    }

    /// What lies at a name directly in here, links not followed; nil where nothing does.
    package func status(_ name: [UInt8]) throws(FoundlingError) -> FileStatus? {
        var status = cl_stat()
        let failed = CName.with(name) { cl_stat_at(descriptor, $0, 0, &status) }
        if failed == -2 { return nil }  // ENOENT
        guard failed == 0 else { throw Self.error(-failed, "'\(Printable.escape(name))'") }
        return FileStatus(status)
    }

    private static func error(_ number: Int32, _ what: String) -> FoundlingError {
        FoundlingError(
            .system, "\(what) cannot be opened: \(Errno.text(number))",
            hint: number == 40 ? "it is a symbolic link where none may be" : "check the path and its permissions")
    }
}

/// What the kernel says of one inode, as far as a receipt wants it.
package struct FileStatus: Sendable, Equatable {
    package var kind: EntryKind
    package var identity: InodeIdentity
    package var device: UInt64
    package var size: UInt64
    package var allocated: UInt64
    /// Nanoseconds since 1970.
    package var modified: Int64
    package var changed: Int64
    /// Permission bits, set-id and sticky included.
    package var mode: UInt32
    package var owner: UInt32
    package var group: UInt32
    package var links: UInt32
    package var isMountRoot: Bool

    init(_ status: cl_stat) {
        kind = EntryKind(mode: status.mode)
        identity = InodeIdentity(inode: status.inode, born: status.born)
        device = status.device
        size = status.size
        allocated = status.allocated
        modified = status.modified
        changed = status.changed
        mode = status.mode & 0o7777
        owner = status.owner
        group = status.group
        links = status.links
        isMountRoot = status.is_mount_root != 0
    }
}

/// A name as C wants it.
package enum CName {
    /// Calls `body` with the bytes and a NUL behind them.
    package static func with<T>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> T) -> T {
        (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }
}
