internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Glibc

/// A system call that did not do what it should.
struct Failure: Error {
    let error: Int32
    let doing: String

    /// From a call's negative errno.
    init(_ result: Int32, _ doing: String) {
        error = -result
        self.doing = doing
    }

    var reason: String { "\(doing): \(Errno.text(error))" }

    /// For when the whole work must stop.
    var refusal: FoundlingError {
        switch error {
        case ENOSPC, EDQUOT:
            FoundlingError(
                .noSpace, "\(doing): no space left",
                hint:
                    "free about 1 MiB and a few files by hand (a log, a cache), then run this again: once there is room for it Foundling "
                    + "keeps a reserve of its own")
        case EROFS:
            FoundlingError(
                .quarantineUnusable, "\(doing): the file system is read-only",
                hint: "mount it for writing; nothing more was changed")
        case EACCES, EPERM:
            FoundlingError(
                .quarantineUnusable, "\(doing): permission denied",
                hint: "run as the user who owns the store, or as root; nothing more was changed")
        default:
            FoundlingError(
                .system, "\(doing): \(Errno.text(error))",
                hint: "check the file system (dmesg); what was begun is finished or taken back by the next run")
        }
    }
}

extension Int32 {
    /// A negative errno as an error.
    func orThrow(_ doing: @autoclosure () -> String) throws(Failure) {
        guard self >= 0 else { throw Failure(self, doing()) }
    }
}
