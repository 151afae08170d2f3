internal import FoundlingCore
internal import FoundlingStore
internal import GRDB
internal import Glibc

/// What went wrong with a file of the daemon's own, in words.
enum StateFault {
    /// From an error of the system.
    static func refusal(_ error: Int32, _ what: String) -> FoundlingError {
        switch error {
        case ENOSPC, EDQUOT:
            FoundlingError(
                .noSpace, "\(what): no space left",
                hint: "free some room there, or let 'state' under 'serve' name a directory on another disk")
        default:
            FoundlingError(
                .historyUnusable, "\(what): \(Errno.text(error))",
                hint: "let 'state' under 'serve' name a directory that belongs to the user the daemon runs as")
        }
    }

    /// From whatever reading or writing a file threw.
    static func explain(_ error: any Error, _ file: String) -> FoundlingError {
        if let error = error as? FoundlingError { return error }
        let shown = Printable.escape(file)
        guard let error = error as? DatabaseError else {
            return FoundlingError(
                .historyUnusable, "'\(shown)' holds what Foundling did not write", hint: "move it away: it is made anew"
            )
        }
        switch error.resultCode {
        case .SQLITE_FULL: return refusal(ENOSPC, "'\(shown)' cannot be written")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return FoundlingError(
                .historyUnusable, "'\(shown)' is damaged",
                hint: "start the daemon again: it sets the file aside and begins a new one; then see to the disk")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return refusal(EACCES, "'\(shown)' cannot be opened or written")
        default:
            return FoundlingError(
                .historyUnusable, "'\(shown)' failed: \(error.message ?? error.resultCode.description)",
                hint: "check the disk that it lies on, its room and its quotas")
        }
    }

    /// Whether what was thrown says that the file is not what it should be, rather than out of reach.
    static func isDamage(_ error: any Error) -> Bool {
        if error is RowDecodingError { return true }
        guard let error = error as? DatabaseError else { return false }
        // Without its tables (SQLITE_ERROR) or with values of other types (SQLITE_MISMATCH) it was not written by us.
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH].contains(error.resultCode)
    }
}
