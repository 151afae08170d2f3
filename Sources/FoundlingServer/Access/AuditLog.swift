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
    var path: String
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
    private let state: Mutex<State>
    private let log: @Sendable (String) -> Void
    /// Bytes after which a file is put aside as `.1`, in the place of the one before: about fifty thousand lines.
    private static let most: UInt64 = 16 << 20
    /// Attempts of nobody in particular that are written down in an hour: who has no token must not push out of the
    /// file what those with one did.
    private static let mostOfNobody = 1_000
    /// Bytes of a path that are kept.
    private static let mostPath = 400

    private struct State {
        var size: UInt64
        /// Since 1970.
        var hour: Int64 = 0
        var ofNobody = 0
    }

    /// - Parameters:
    ///   - directory: the daemon's own.
    ///   - log: the daemon's log, which has each line as well.
    init(in directory: String, log: @escaping @Sendable (String) -> Void) {
        file = directory + "/audit.jsonl"
        self.log = log
        var status = stat()
        state = Mutex(State(size: stat(file, &status) == 0 ? UInt64(max(0, status.st_size)) : 0))
    }

    /// Whether a line is to be written; says once an hour that no more are.
    private func isWanted(_ line: AuditLine) -> Bool {
        switch line.caller {
        case .token: return true
        case .anonymous, nil: break
        }
        let count = state.withLock { state in
            let hour = line.at / 3_600_000_000_000
            if hour != state.hour { (state.hour, state.ofNobody) = (hour, 0) }
            state.ofNobody += 1
            return state.ofNobody
        }
        if count == Self.mostOfNobody + 1 {
            log(
                "audit: more than \(Self.mostOfNobody) attempts without a valid token this hour: "
                    + "the rest is not written down"
            )
        }
        return count <= Self.mostOfNobody
    }

    func note(_ text: String) { log(text) }

    func write(_ line: AuditLine) {
        guard isWanted(line) else { return }
        var line = line
        if line.path.utf8.count > Self.mostPath { line.path = String(line.path.prefix(Self.mostPath / 4)) + "…" }
        log("audit \(line.json)")
        let text = line.json + "\n"
        state.withLock { state in
            if state.size > Self.most, rename(file, file + ".1") == 0 { state.size = 0 }
            let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { return log("the audit file cannot be written: \(Errno.text(errno))") }
            defer { close(descriptor) }
            var text = text
            let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // The log has the line; a full disk must not keep a person from making room.
            if written < 0 { log("the audit file cannot be written: \(Errno.text(errno))") }
            state.size += UInt64(max(0, written))
        }
    }
}
