internal import FoundlingCore
internal import FoundlingReport
internal import FoundlingStore
internal import Glibc
internal import Synchronization

/// One attempt to change something.
struct AuditLine: Sendable {
    /// Nanoseconds since 1970.
    let at: Int64
    let request: String
    let operation: String
    let path: String
    let caller: Caller?
    let from: String
    let status: Int
    let code: String?

    var json: String {
        var object = JSONObject()
        object.field("at", Timestamp.iso(at))
        object.field("caller", caller?.words)
        object.field("code", code)
        object.field("from", from)
        object.field("operation", operation)
        object.field("path", path)
        object.field("request", request)
        object.field("status", status)
        return object.json
    }
}

/// Who asked for what, from where, and what was answered: a line for each attempt to change something, refused ones
/// included.
final class AuditLog: Sendable {
    private let file: String
    private let state: Mutex<UInt64>
    private let log: @Sendable (String) -> Void
    /// Bytes after which a file is put aside as `.1`, in the place of the one before: about fifty thousand lines.
    private static let most: UInt64 = 16 << 20

    /// - Parameters:
    ///   - directory: the daemon's own.
    ///   - log: the daemon's log, which has each line as well.
    init(in directory: String, log: @escaping @Sendable (String) -> Void) {
        file = directory + "/audit.jsonl"
        self.log = log
        var status = stat()
        state = Mutex(stat(file, &status) == 0 ? UInt64(max(0, status.st_size)) : 0)
    }

    func note(_ text: String) { log(text) }

    func write(_ line: AuditLine) {
        log("audit \(line.json)")
        let text = line.json + "\n"
        state.withLock { size in
            if size > Self.most, rename(file, file + ".1") == 0 { size = 0 }
            let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { return log("the audit file cannot be written: \(Errno.text(errno))") }
            defer { close(descriptor) }
            var text = text
            let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // The log has the line; a full disk must not keep a person from making room.
            if written < 0 { log("the audit file cannot be written: \(Errno.text(errno))") }
            size += UInt64(max(0, written))
        }
    }
}
