internal import CLinux
package import FoundlingCore
internal import FoundlingReport
internal import FoundlingStore
internal import Glibc

/// Where the daemon keeps what it must not lose: tokens, notices under way.
///
/// Whoever can write here can let himself in. So a directory that others can write to, that belongs to somebody else,
/// or that a link leads to is refused, not mended: somebody may have been there already.
package final class StateDirectory: Sendable {
    package let path: String
    private let directory: OpenDirectory
    /// What of the directory itself decides whether it may be trusted.
    let mark: DirectoryMark

    private init(_ path: String, _ directory: OpenDirectory, _ mark: DirectoryMark) {
        self.path = path
        self.directory = directory
        self.mark = mark
    }

    /// The directory, made with mode 0700 where it is not there yet.
    package static func make(_ path: String) throws(FoundlingError) -> StateDirectory {
        if let found = try open(path) { return found }
        let path = trimmed(path)
        let made = cl_make_directory_at(AT_FDCWD, path, 0o700)
        guard made == 0 || made == -EEXIST else {
            throw failure(made, "the state directory '\(Printable.escape(path))' cannot be made")
        }
        guard let found = try open(path) else {
            throw failure(-ENOENT, "the state directory '\(Printable.escape(path))' cannot be opened")
        }
        return found
    }

    /// The directory; nil where there is none.
    package static func open(_ path: String) throws(FoundlingError) -> StateDirectory? {
        let path = trimmed(path)
        let opened = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            let error = errno
            if error == ENOENT { return nil }
            if error == ELOOP || error == ENOTDIR {
                throw refusal(path, "is a symbolic link, or no directory", "name the directory itself in 'serve.state'")
            }
            throw failure(-error, "the state directory '\(Printable.escape(path))' cannot be opened")
        }
        let directory = try OpenDirectory(descriptor: opened)
        guard let status = try directory.status([]) else {
            throw failure(-ENOENT, "the state directory '\(Printable.escape(path))' cannot be looked at")
        }
        try check(status, path)
        return StateDirectory(path, directory, DirectoryMark(status))
    }

    private static func check(_ status: FileStatus, _ path: String) throws(FoundlingError) {
        guard status.owner == geteuid() || status.owner == 0 else {
            throw refusal(
                path, "belongs to user \(status.owner), and this is user \(geteuid())",
                "run this as the user that runs the daemon, or give it the directory with chown")
        }
        guard status.mode & 0o022 == 0 else {
            throw refusal(
                path, "can be written to by others (mode \(String(status.mode, radix: 8)))",
                "look at who was there, then: chmod 700 \(ShellWord.quoted(path))")
        }
    }

    /// A slash at the end would follow a link.
    private static func trimmed(_ path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == .slash { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Files

    /// A file in here, whole; nil where it is not there.
    func read(_ name: String, limit: Int) throws(FoundlingError) -> StateFile? {
        let shown = "'\(Printable.escape(path))/\(name)'"
        // Never waits for a pipe that somebody put there.
        let opened = cl_open_file_beneath(directory.descriptor, name, O_RDONLY | O_NONBLOCK, 0)
        if opened == -ENOENT { return nil }
        guard opened >= 0 else {
            throw opened == -ELOOP
                ? Self.refusal(path, "has a link in place of \(name)", "remove the link, or restore the file")
                : Self.failure(opened, "\(shown) cannot be opened")
        }
        let file = try StateFile(descriptor: opened, limit: limit, shown)
        guard file.mark.mode & 0o022 == 0, file.mark.owner == geteuid() || file.mark.owner == 0 else {
            throw FoundlingError(
                .stateUnusable, "\(shown) can be written to by others, or belongs to somebody else",
                hint: "look at what is in it; then chmod 600 and chown it to the user that runs the daemon")
        }
        return file
    }

    /// Puts a file in place, whole or not at all, and on the disk when this returns; under a lock, for two at once
    /// would share the temporary file.
    func write(_ bytes: [UInt8], as name: String) throws(FoundlingError) {
        let what = "'\(Printable.escape(path))/\(name)' cannot be written"
        let temporary = name + ".new"
        _ = cl_unlink_at(directory.descriptor, temporary, 0)
        let file = cl_open_file_beneath(directory.descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw Self.failure(file, what) }
        var failed = bytes.withUnsafeBytes { cl_write_all(file, $0.baseAddress, $0.count) }
        if failed == 0 { failed = cl_sync(file) }
        _ = cl_close(file)
        if failed == 0 { failed = cl_rename(directory.descriptor, temporary, directory.descriptor, name) }
        guard failed == 0 else {
            _ = cl_unlink_at(directory.descriptor, temporary, 0)
            throw Self.failure(failed, what)
        }
        failed = cl_sync(directory.descriptor)
        guard failed == 0 else { throw Self.failure(failed, what) }
    }

    /// Another name for what is damaged, so that it can be looked at.
    func setAside(_ name: String) -> Bool {
        cl_rename(directory.descriptor, name, directory.descriptor, name + ".damaged") == 0
    }

    // MARK: Locks

    /// Holds a lock until it is let go of; nil where somebody else has it.
    func hold(_ name: String) throws(FoundlingError) -> StateLock? {
        let file = cl_open_file_beneath(directory.descriptor, name, O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { throw Self.failure(file, "'\(Printable.escape(path))/\(name)' cannot be opened") }
        let lock = StateLock(descriptor: file)
        let locked = cl_lock(file)
        if locked == -EAGAIN { return nil }
        guard locked == 0 else { throw Self.failure(locked, "'\(Printable.escape(path))/\(name)' cannot be locked") }
        return lock
    }

    /// Runs `body` under a lock; whoever has it needs milliseconds, and a dead one has none.
    func withLock<T>(_ name: String, _ body: () throws(FoundlingError) -> T) throws(FoundlingError) -> T {
        for _ in 0..<500 {
            if let lock = try hold(name) {
                return try withExtendedLifetime(lock) { () throws(FoundlingError) in try body() }
            }
            usleep(20_000)
        }
        throw Self.refusal(path, "has been locked by another Foundling for 10 s", "wait for it to end, then try again")
    }

    // MARK: Errors

    static func refusal(_ path: String, _ what: String, _ hint: String) -> FoundlingError {
        FoundlingError(.stateUnusable, "the state directory '\(Printable.escape(path))' \(what)", hint: hint)
    }

    private static func failure(_ result: Int32, _ what: String) -> FoundlingError {
        let summary = "\(what): \(Errno.text(-result))"
        return switch -result {
        case ENOSPC, EDQUOT:
            FoundlingError(.noSpace, summary, hint: "free some space there, or name another disk in 'serve.state'")
        case EACCES, EPERM, EROFS:
            FoundlingError(
                .stateUnusable, summary,
                hint: "run this as the user that runs the daemon; the directory has to be writable for it")
        case ENOENT:
            FoundlingError(
                .stateUnusable, summary, hint: "make the directory above it, or correct 'serve.state' in the manifest")
        default: FoundlingError(.system, summary, hint: "check the path, its permissions and the file system")
        }
    }
}
