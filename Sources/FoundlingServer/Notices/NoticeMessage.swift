internal import FoundlingCore

/// One message to one webhook: what is told, and since when that is tried.
struct NoticeMessage: Sendable, Codable, Equatable {
    /// Whether something began, goes on or got worse, or whether it ended.
    enum State: String, Codable {
        case firing, resolved
    }

    /// The same at each try, so that a receiver can tell a repetition.
    let id: String
    let state: State
    let notice: Notice
    /// Nanoseconds since 1970.
    var created: Int64

    init(_ state: State, _ notice: Notice, now: Int64) {
        id = Libcrypto.hexadecimal(Libcrypto.random(16))
        self.state = state
        self.notice = notice
        created = now
    }
}
