internal import FoundlingCore
internal import FoundlingPipeline
internal import HTTPTypes
internal import Hummingbird

/// Decides who calls, and whether that is enough.
struct AccessCheck: Sendable {
    let tokens: TokenFile
    /// Whether only this machine can reach the daemon.
    let isLocal: Bool

    /// - Throws: `token-missing`, `role-insufficient`.
    func check(_ caller: Caller, _ endpoint: Endpoint, _ settings: ServeSettings) throws(FoundlingError) {
        switch (endpoint.access, caller) {
        case (.open, _): break
        case (.read, .anonymous):
            // Where the whole network can reach it, reading needs a token whatever the manifest says.
            guard settings.anonymous, isLocal else { throw Self.missing("reading") }
        case (.operate, .anonymous): throw Self.missing("this")
        case (.operate, _) where caller.role < .operator:
            throw FoundlingError(
                .roleInsufficient, "this token may read and nothing else",
                hint: "use one with the role operator: `foundling token create --role operator`")
        default: break
        }
    }

    private static func missing(_ what: String) -> FoundlingError {
        FoundlingError(
            .tokenMissing, "\(what) needs a token",
            hint: "send `Authorization: Bearer TOKEN`; `foundling token create --role operator` makes one")
    }

    /// - Throws: `token-invalid` where a token is sent and is none.
    func caller(_ request: Request) throws(FoundlingError) -> Caller {
        guard let header = request.headers[.authorization] else { return .anonymous }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Self.invalid }
        switch tokens.authenticate(String(parts[1]), now: Custody.time) {
        case .valid(let token): return .token(id: token.id, name: token.name, role: token.role)
        case .expired:
            throw FoundlingError(
                .tokenInvalid, "this token has expired", hint: "`foundling token create` makes another one")
        case .unknown: throw Self.invalid
        }
    }

    private static let invalid = FoundlingError(
        .tokenInvalid, "this token is not known, or was revoked", hint: "`foundling token list` shows those that are")
}
