internal import FoundlingCore
internal import Synchronization

/// Whoever signed in with a token in a browser: the browser holds a random name and nothing else.
///
/// In memory only: after a restart people sign in again, and no file can let anybody in.
final class Sessions: Sendable {
    struct Session: Sendable {
        let token: TokenRecord
        /// What each form of this session carries.
        let csrf: String
        var seen: Int64
    }

    private let sessions = Mutex<[String: Session]>([:])
    /// Nanoseconds without a word after which a session ends: a working day.
    private static let idle: Int64 = 12 * 3_600_000_000_000
    private static let most = 1_000
    static let cookie = "foundling_session"

    /// Begins one; what the browser is to send with each request.
    func begin(_ token: TokenRecord, now: Int64) -> String {
        let name = Self.random()
        let session = Session(token: token, csrf: Self.random(), seen: now)
        sessions.withLock { sessions in
            sessions = sessions.filter { now - $0.value.seen < Self.idle }
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.seen < $1.value.seen }) {
                sessions[oldest.key] = nil
            }
            sessions[Self.key(name)] = session
        }
        return name
    }

    /// The session of a cookie, if its token is still worth something.
    func find(_ name: String?, _ tokens: TokenFile, now: Int64) -> Session? {
        guard let name else { return nil }
        let key = Self.key(name)
        guard let session = sessions.withLock({ $0[key] }) else { return nil }
        guard now - session.seen < Self.idle, tokens.isValid(session.token, now: now) else {
            sessions.withLock { $0[key] = nil }
            return nil
        }
        sessions.withLock { $0[key]?.seen = now }
        return session
    }

    func end(_ name: String?) {
        guard let name else { return }
        sessions.withLock { $0[Self.key(name)] = nil }
    }

    /// Looked up by its hash: how long a look in a table takes tells nothing of the name then.
    private static func key(_ name: String) -> String { Libcrypto.hexadecimal(TokenSecret.hash(name)) }

    /// 256 bits of the kernel's.
    private static func random() -> String { Libcrypto.hexadecimal(Libcrypto.random(32)) }
}
