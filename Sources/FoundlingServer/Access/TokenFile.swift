package import FoundlingCore
internal import Synchronization

/// What came of a secret that somebody presented.
package enum Authentication: Sendable, Equatable {
    case valid(TokenRecord)
    /// It was right once.
    case expired
    /// No such token, the wrong secret, or no secret at all: nobody is told which.
    case unknown
}

/// The tokens of a store, in `tokens.json` of its state directory.
///
/// The command line changes the file; a running daemon sees it at its next request, by two `statx`. A file that cannot
/// be believed lets nobody in, and `problem` says why.
package final class TokenFile: Sendable {
    private let directory: String
    private let state = Mutex(State())

    /// The tokens as they were last read, and of which files.
    private struct State {
        var look: Look?
        /// Held open, so that no other file gets its inode.
        var file: StateFile?
        var tokens: [String: (record: TokenRecord, hash: [UInt8])] = [:]
        var problem: FoundlingError?
    }

    /// What both the directory and the file look like: either may be replaced, or opened to others.
    private struct Look: Equatable {
        var directory: DirectoryMark?
        var file: FileMark?
    }

    package init(directory: String) { self.directory = directory }

    // MARK: Changing

    /// Draws a secret; only its hash is kept, so it is told here and never again.
    ///
    /// - Parameter expires: nil is never.
    package func create(
        name: String, role: Role, expires: Int64?, now: Int64
    ) throws(FoundlingError) -> (record: TokenRecord, secret: String) {
        try Self.check(name)
        let directory = try StateDirectory.make(directory)
        return try directory.withLock(Self.lock) { () throws(FoundlingError) in
            var document = try TokenDocument.read(directory)
            if let other = document.tokens.first(where: { $0.name == name && !$0.isExpired(at: now) }) {
                throw FoundlingError(
                    .tokenExists, "token \(other.id) is called '\(Printable.escape(name))' already",
                    hint: "choose another name, or revoke that one first: `foundling token revoke \(other.id)`")
            }
            guard document.tokens.count < TokenDocument.capacity else {
                throw FoundlingError(
                    .tokenExists, "there are \(TokenDocument.capacity) tokens already, expired ones included",
                    hint: "revoke those that nobody needs: `foundling token` lists them")
            }
            var (id, secret) = TokenSecret.draw()
            while document.tokens.contains(where: { $0.id == id }) { (id, secret) = TokenSecret.draw() }
            let record = TokenRecord(
                id: id, name: name, role: role, created: now, expires: expires,
                hash: Libcrypto.hexadecimal(TokenSecret.hash(secret)))
            document.tokens.append(record)
            try document.write(directory)
            return (record, secret)
        }
    }

    /// Forgets a token: whoever presents it is unknown from the next request on.
    @discardableResult
    package func revoke(_ id: String) throws(FoundlingError) -> TokenRecord {
        guard let directory = try StateDirectory.open(directory) else { throw Self.unknown(id, []) }
        return try directory.withLock(Self.lock) { () throws(FoundlingError) in
            var document = try TokenDocument.read(directory)
            guard let index = document.tokens.firstIndex(where: { $0.id == id }) else {
                throw Self.unknown(id, document.tokens)
            }
            let record = document.tokens.remove(at: index)
            try document.write(directory)
            return record
        }
    }

    /// All tokens, oldest first, expired ones included.
    package func list() throws(FoundlingError) -> [TokenRecord] {
        guard let directory = try StateDirectory.open(directory) else { return [] }
        return try TokenDocument.read(directory).tokens.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }

    private static let lock = "tokens.lock"
    private static let nameLimit = 64

    private static func check(_ name: String) throws(FoundlingError) {
        let isPlain = Printable.escape(name.replacing("\\", with: "")) == name.replacing("\\", with: "")
        guard (1...nameLimit).contains(name.unicodeScalars.count), isPlain, name.first != " ", name.last != " " else {
            throw FoundlingError(
                .usage, "'\(Printable.escape(name))' is no name for a token",
                hint: "1 to \(nameLimit) printable characters, and no space at either end")
        }
    }

    private static func unknown(_ id: String, _ tokens: [TokenRecord]) -> FoundlingError {
        let shown = Printable.escape(id)
        let named = tokens.filter { $0.name == id }.map(\.id)
        let near = named.first ?? Nearest.word(to: id, in: tokens.map(\.id))
        return FoundlingError(
            .tokenUnknown, "there is no token '\(shown)'",
            hint: near.map { "did you mean '\($0)'? A token is revoked by its id; `foundling token` lists them" }
                ?? "`foundling token` lists them")
    }

    // MARK: Letting in

    /// Who presents this secret.
    ///
    /// An unknown id costs the same hash and the same comparison as a known one, so that time does not tell which ids
    /// there are.
    package func authenticate(_ presented: String, now: Int64) -> Authentication {
        guard let id = TokenSecret.id(in: presented) else { return .unknown }
        let token = state.withLock { state in
            refresh(&state)
            return state.tokens[id]
        }
        let isRight = Libcrypto.areEqual(TokenSecret.hash(presented), token?.hash ?? Self.nobody)
        guard isRight, let record = token?.record else { return .unknown }
        return record.isExpired(at: now) ? .expired : .valid(record)
    }

    /// Whether a token that was let in before still would be: not revoked since, not replaced, not expired.
    package func isValid(_ record: TokenRecord, now: Int64) -> Bool {
        let known = state.withLock { state in
            refresh(&state)
            return state.tokens[record.id]?.record
        }
        return known == record && !record.isExpired(at: now)
    }

    /// Why nobody is let in, if so.
    package var problem: FoundlingError? {
        state.withLock { state in
            refresh(&state)
            return state.problem
        }
    }

    private static let nobody = [UInt8](repeating: 0, count: 32)

    private func refresh(_ state: inout State) {
        let look = Look(
            directory: DirectoryMark(path: directory),
            file: FileMark.of(path: directory + "/" + TokenDocument.file))
        guard look != state.look else { return }
        state = State()
        do throws(FoundlingError) {
            guard let opened = try StateDirectory.open(directory) else { return }
            let file = try opened.read(TokenDocument.file, limit: TokenDocument.sizeLimit)
            // What was read, not what was seen before: it may have been replaced in between.
            state.look = Look(directory: opened.mark, file: file?.mark)
            state.file = file
            guard let file else { return }
            for record in try TokenDocument.decode(file.bytes, in: directory).tokens {
                state.tokens[record.id] = (record, Self.bytes(record.hash))
            }
        } catch {
            // A passing failure, such as no descriptor to be had, is tried again at the next request: only what the
            // file itself says is remembered.
            if error.code != .tokensInvalid { state.look = nil }
            state.problem = error
        }
    }

    private static func bytes(_ hash: String) -> [UInt8] {
        let digits = hash.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
