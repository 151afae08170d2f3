internal import CLinux
package import FoundlingCore
internal import Glibc

/// The right to do one thing with one directory, among the processes of a machine; held for as long as this lives.
///
/// The kernel drops it with the process: a dead holder is no obstacle, and the file that stays behind means nothing.
package final class FileLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes it without waiting; nil where somebody else has it, this process included.
    ///
    /// - Parameters:
    ///   - name: what it is for; `NAME.lock` is the file.
    ///   - directory: absolute; it must be there.
    package static func take(_ name: String, in directory: String) throws(FoundlingError) -> FileLock? {
        // Closed on exec: a program that we start would hold it on after us.
        let file = open("\(directory)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw refusal(directory, errno) }
        let lock = FileLock(file)
        var locked = cl_lock(file)
        while locked == -EINTR { locked = cl_lock(file) }
        if locked == -EAGAIN { return nil }
        guard locked == 0 else { throw refusal(directory, -locked) }
        return lock
    }

    private static func refusal(_ directory: String, _ code: Int32) -> FoundlingError {
        FoundlingError(
            .system,
            "no lock can be had in \(Printable.escape(directory)): \(String(cString: strerror(code)))",
            hint: "let the user who runs foundling write there, or name another directory as serve.state")
    }
}
