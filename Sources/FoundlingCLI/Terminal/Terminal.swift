internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Foundation
internal import Glibc

/// The two streams of the process, and what may be written on them.
enum Terminal {
    static let isOutputInteractive = isatty(STDOUT_FILENO) != 0
    static let isInputInteractive = isatty(STDIN_FILENO) != 0
    static let isErrorInteractive = isatty(STDERR_FILENO) != 0

    /// Colours only on a terminal that wants them (no-color.org).
    static var usesColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isOutputInteractive && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Puts something in the place of streams that whoever started us closed: the next file that is opened would get
    /// their number, and what is meant for people would be written into it.
    static func holdStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Standard output went away (`| head`): nobody reads on, so there is nothing left to do.
    struct Gone: Error {}

    /// Writes to standard output, whole and at once.
    static func write(_ text: String) throws { try write(text, STDOUT_FILENO) }

    /// Writes a line to standard error; if that is gone there is nobody to tell.
    static func note(_ line: String) { try? write(line.hasSuffix("\n") ? line : line + "\n", STDERR_FILENO) }

    /// A question, on standard error: what is asked is no output.
    static func prompt(_ text: String) throws { try write(text, STDERR_FILENO) }

    private static func write(_ text: String, _ descriptor: Int32) throws {
        var text = text
        let failed = text.withUTF8 { cl_write_all(descriptor, $0.baseAddress, $0.count) }
        if failed == -EPIPE { throw Gone() }
        guard failed == 0 else {
            throw FoundlingError(
                .system, "the output cannot be written: \(Errno.text(-failed))",
                hint: "is the disk full that it goes to? The work itself does not depend on it")
        }
    }
}
