internal import FoundlingCore
internal import FoundlingReport
internal import HTTPTypes
internal import Hummingbird

/// How a request becomes a page: who asks, whether that is enough, and what is said where it is not.
extension Dashboard {
    /// What became of a visit, for the audit.
    struct Seen: Sendable {
        var caller: Caller?
        var isMutation = false
        var code: String?
    }

    /// Answers a request that is none of the API's.
    func respond(
        _ request: Request, from: String, authority: String?, hosts: HostCheck,
        body: @Sendable () async throws -> [UInt8], _ seen: inout Seen
    ) async throws -> Reply {
        if [.get, .head].contains(request.method), let asset = Self.asset(request.uri.path) { return asset }
        let cookie = Self.cookie(request)
        let session = sessions.find(cookie, tokens, now: now)
        seen.caller = session.map { .token(id: $0.token.id, name: $0.token.name, role: $0.token.role) } ?? .anonymous
        do {
            let isForm = request.method == .post
            seen.isMutation = isForm
            let visit = Visit(
                method: request.method, path: request.uri.path, query: try .query(request.uri.query),
                form: isForm ? try FormBody(try await Self.form(request, body)) : try .query(nil), session: session,
                cookie: cookie, from: from,
                isSecure: request.headers[HTTPField.Name("X-Forwarded-Proto")!]?.lowercased() == "https")
            switch request.method {
            case .get, .head: return try await show(visit)
            case .post:
                try check(request, visit, authority, hosts)
                if let reply = try await act(visit) { return reply }
            default: break
            }
            throw FoundlingError(
                .notFound, "there is nothing at '\(Printable.escape(String(request.uri.path.prefix(200))))'",
                hint: "the links above lead to every page")
        } catch let error as FoundlingError {
            seen.code = error.code.rawValue
            return refusal(error, request, session)
        }
    }

    private func show(_ visit: Visit) async throws -> Reply {
        if visit.path == "/login" { return login(visit, next: Self.ours(visit.query["next"])) }
        guard visit.session != nil || (site.manifest.serve.anonymous && isLocal) else {
            return seeOther(link("/login", [("next", visit.path)]))
        }
        guard let reply = try await page(visit) else {
            throw FoundlingError(
                .notFound, "there is no page '\(Printable.escape(String(visit.path.prefix(200))))'",
                hint: "the links above lead to every page")
        }
        return reply
    }

    /// That a form comes from a page of ours, by somebody who may.
    private func check(
        _ request: Request, _ visit: Visit, _ authority: String?, _ hosts: HostCheck
    ) throws(FoundlingError) {
        let site = request.headers[HTTPField.Name("Sec-Fetch-Site")!]
        let isForeign = request.headers[.origin].map { !hosts.isOwn(origin: $0, authority: authority) } ?? false
        guard !isForeign, site == nil || site == "same-origin" || site == "none" else { throw Self.foreign }
        if visit.path == "/session" { return }
        guard let session = visit.session else {
            throw FoundlingError(
                .tokenMissing, "you are not signed in, or the session has ended: nothing was done",
                hint: "sign in, then do it again")
        }
        guard let csrf = visit.form["csrf"], Libcrypto.areEqual(Array(csrf.utf8), Array(session.csrf.utf8)) else {
            throw Self.foreign
        }
        guard visit.mayAct || visit.path == "/session/end" else {
            throw FoundlingError(
                .roleInsufficient, "this token may look and nothing else: nothing was done",
                hint: "sign in with one that has the role operator")
        }
    }

    private static let foreign = FoundlingError(
        .roleInsufficient, "this form was not sent by a page of this session: nothing was done",
        hint: "go back, load the page again, and send it once more")

    private static func form(
        _ request: Request, _ body: @Sendable () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        let bytes = try await body()
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        guard bytes.isEmpty || type == "application/x-www-form-urlencoded" else {
            throw FoundlingError(
                .mediaType, "that is no form of a page", hint: "programs use the API: /api/v1/openapi.json")
        }
        return bytes
    }

    private static func cookie(_ request: Request) -> String? {
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                let name = parts[0].drop { $0 == " " }
                if parts.count == 2, name == Sessions.cookie { return String(parts[1]) }
            }
        }
        return nil
    }

    /// The session of a request to the API that only reads: a page's script asks with the page's cookie.
    func reader(_ request: Request) -> Caller? {
        guard let session = sessions.find(Self.cookie(request), tokens, now: now) else { return nil }
        return .token(id: session.token.id, name: session.token.name, role: session.token.role)
    }

    private func refusal(_ error: FoundlingError, _ request: Request, _ session: Sessions.Session?) -> Reply {
        let (isForm, isSignedOut) = (request.method == .post, error.code == .tokenMissing)
        // A page that cannot be shown leads nowhere but home.
        let back = isForm ? Self.ours(request.headers[HTTPField.Name("Referer")!].flatMap(Self.path)) : "/"
        let mayRead = session != nil || (site.manifest.serve.anonymous && isLocal)
        let frame = PageFrame(
            nil, title: isSignedOut ? "Not signed in" : isForm ? "Not done" : "Not shown",
            store: mayRead ? storeName : nil,
            banners: [], csrf: session?.csrf ?? "", mayAct: session?.token.role == .operator,
            who: session.map { Printable.escape($0.token.name) }, now: now)
        let page = NoticePage(
            error, isForm: isForm, back: isSignedOut ? link("/login", [("next", back)]) : back,
            onward: isSignedOut ? "Sign in" : isForm ? "Go back" : "Go to the overview")
        return html(page.html(frame, templates), error.code.status)
    }

    /// The path of an address, with its query.
    private static func path(_ address: String) -> String? {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "/" + parts[3] : nil
    }
}
