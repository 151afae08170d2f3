internal import FoundlingCore
internal import GRDB

/// Says what an SQLite error means for somebody who wants a verdict.
enum SQLiteFault {
    static func explain(_ error: any Error, path: String, doing: String) -> FoundlingError {
        let shown = Printable.escape(path)
        guard let error = error as? DatabaseError else {
            return FoundlingError(
                .catalogUnreadable, "the database '\(shown)' failed while \(doing): \(error)",
                hint: "nothing was judged")
        }
        // Behind the line break stands what we put around the user's expression.
        let reason = error.message ?? "no reason given"
        let message = Printable.escape(String(reason.prefix { $0 != "\n" }))
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return FoundlingError(
                .catalogLocked, "the database '\(shown)' is locked: another program has been writing for more than 5 s",
                hint: "try again when it has finished, or put the database into WAL mode, where readers need not wait")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return FoundlingError(
                .catalogCorrupt, "the database '\(shown)' is damaged: \(message)",
                hint:
                    "restore it first (sqlite3 \(shown) '.recover'); rows that cannot be read would make files look like orphans"
            )
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR:
            return FoundlingError(
                .catalogUnreadable,
                "the database '\(shown)' cannot be read whole: \(message) (its journal or write-ahead log may need a writer)",
                hint: "open it once with the application, or run as a user who may write beside it; nothing was judged")
        case .SQLITE_INTERRUPT:
            return FoundlingError(.sourceFailed, "reading was interrupted", hint: "run it again")
        default:
            return FoundlingError(
                .sourceFailed, "the database refused while \(doing): \(message)",
                hint: "correct the manifest; `foundling check` shows every source")
        }
    }
}
