internal import FoundlingCore
internal import FoundlingPipeline
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers every request: finds its endpoint, asks who calls, checks what is sent, and words what comes of it.
struct Responder: HTTPResponder {
    typealias Context = Connection

    let routes: RouteTable
    let dashboard: Dashboard
    let site: Site
    let access: AccessCheck
    let hosts: HostCheck
    let audit: AuditLog
    let traffic: Traffic

    /// Bytes of a request's body: a plan's choice of ten thousand paths fits.
    private static let mostBody = 1 << 20
    /// Bytes of a path with its query: 4,096 bytes of a path in the store, every one escaped, and some more.
    private static let mostPath = 20 << 10
    /// Seconds for a body to arrive.
    private static let patience = 10.0

    func respond(to request: Request, context: Connection) async throws -> Response {
        let started = Custody.steadyTime
        let id = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        var seen = Seen()
        var response: Response
        do {
            response = try await answer(request, context, id, &seen)
        } catch {
            response = refuse(error, id, &seen)
        }
        for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
        response.headers[Self.requestID] = id
        if request.method == .head {
            let length = response.body.contentLength
            response.body = ResponseBody()
            if let length { response.headers[.contentLength] = String(length) }
        }
        traffic.count(request.method, response.status, Custody.steadyTime - started)
        if let operation = seen.mutation {
            audit.write(
                AuditLine(
                    at: Custody.time, request: id, operation: operation, path: request.uri.path,
                    caller: seen.caller, from: context.from, status: Int(response.status.code), code: seen.code))
        }
        return response
    }

    private static let requestID = HTTPField.Name("Foundling-Request")!
    private static let headers: [(HTTPField.Name, String)] = [
        (.cacheControl, "no-store"), (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
        (.xContentTypeOptions, "nosniff"), (HTTPField.Name("Referrer-Policy")!, "same-origin"),
        (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
    ]

    /// What became known of a request on the way.
    private struct Seen {
        var endpoint: Endpoint?
        var caller: Caller?
        var code: String?
        /// What would change something; nil for what only reads.
        var mutation: String?
    }

    // MARK: One request

    private func answer(
        _ request: Request, _ context: Connection, _ id: String, _ seen: inout Seen
    ) async throws -> Response {
        let authority = request.head.authority ?? request.headers[HTTPField.Name("Host")!]
        guard hosts.allows(authority) else {
            throw FoundlingError(
                .hostUnknown, "this daemon is not called '\(Printable.escape(authority ?? ""))'",
                hint: "use the address it listens on, or name the host under `serve.hosts` in the manifest")
        }
        let path = request.uri.path
        guard path.utf8.count + (request.uri.query?.utf8.count ?? 0) <= Self.mostPath else {
            throw FoundlingError(.requestInvalid, "the path is too long", hint: "at most \(Self.mostPath) bytes")
        }
        let endpoint: Endpoint
        let parameters: [String: String]
        switch routes.match(request.method, path: path) {
        case .found(let found, let values): (endpoint, parameters) = (found, values)
        case .otherMethods(let methods):
            var problem = Problem(
                FoundlingError(
                    .methodNotAllowed, "'\(Printable.escape(request.method.rawValue))' is not for this path",
                    hint: "it knows \(methods.map(\.rawValue).joined(separator: ", "))"))
            problem.fields[.allow] = methods.map(\.rawValue).joined(separator: ", ")
            throw problem
        case .nothing where !path.hasPrefix("/api/"):
            var visited = Dashboard.Seen()
            defer {
                (seen.caller, seen.code) = (visited.caller, visited.code)
                seen.mutation = visited.isMutation ? "form" : nil
            }
            let reply = try await dashboard.respond(
                request, from: context.from, authority: authority, hosts: hosts,
                body: { try await self.body(of: request) }, &visited)
            return response(reply, visited.caller ?? .anonymous)
        case .nothing:
            throw FoundlingError(
                .notFound, "there is nothing at '\(Printable.escape(String(path.prefix(200))))'",
                hint: "/api/v1/openapi.json lists what there is")
        }
        seen.endpoint = endpoint
        if endpoint.access == .operate { seen.mutation = endpoint.operation }
        var caller = endpoint.access == .open ? .anonymous : try access.caller(request)
        // A page's own script reads with the page's session; what changes anything needs the token itself.
        if endpoint.access == .read, caller == .anonymous { caller = dashboard.reader(request) ?? .anonymous }
        seen.caller = caller
        try access.check(caller, endpoint, site.manifest.serve)
        if endpoint.access == .operate { try checkOrigin(request, authority) }
        let call = try Call(
            endpoint, id: id, caller: caller, from: context.from, headers: request.headers, path: parameters,
            query: request.uri.query, body: try await body(of: request, endpoint))
        return response(try await endpoint.handle(call), caller)
    }

    /// A page elsewhere may make a browser send something here; the browser says whose page it was.
    private func checkOrigin(_ request: Request, _ authority: String?) throws(FoundlingError) {
        guard let origin = request.headers[.origin], !hosts.isOwn(origin: origin, authority: authority) else { return }
        throw FoundlingError(
            .roleInsufficient, "this was sent by a page of '\(Printable.escape(origin))'",
            hint: "only the daemon's own pages, and programs, may change anything")
    }

    private func body(of request: Request) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.mostBody {
            throw Self.tooLarge
        }
        // Nearly all requests. A clock for a body that does not come would not go when the answer does: a sleep that is
        // cancelled keeps its memory until its time has come, which under load are hundreds of megabytes.
        guard Self.hasBody(request) else { return [] }
        return Array(try await collect(request.body).readableBytesView)
    }

    private func body(of request: Request, _ endpoint: Endpoint) async throws -> [UInt8] {
        let bytes = try await body(of: request)
        guard !bytes.isEmpty, endpoint.body != nil else { return bytes }
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        guard type.trimmingCharacters(in: .whitespaces) == "application/json" else {
            throw FoundlingError(
                .mediaType, "the body is '\(Printable.escape(type))'", hint: "send JSON: Content-Type: application/json"
            )
        }
        return bytes
    }

    private static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    private static let tooLarge = FoundlingError(
        .bodyTooLarge, "the body is larger than \(mostBody >> 10) KiB", hint: "send less at a time")

    /// The whole body, if it comes in time.
    private func collect(_ body: RequestBody) async throws -> ByteBuffer {
        try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask {
                do { return try await body.collect(upTo: Self.mostBody) } catch is NIOTooManyBytesError {
                    throw Self.tooLarge
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(Self.patience))
                throw FoundlingError(
                    .requestTimeout, "the body did not arrive within \(Int(Self.patience)) s", hint: "send it again")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? ByteBuffer()
        }
    }

    // MARK: Answers

    private func response(_ reply: Reply, _ caller: Caller) -> Response {
        var fields = reply.fields
        if let type = reply.type { fields[.contentType] = type }
        let body: ResponseBody =
            switch reply.body {
            case .none: ResponseBody()
            case .text(let text):
                ResponseBody(byteBuffer: ByteBuffer(string: caller.role < .operator ? site.redaction(text) : text))
            case .bytes(let buffer): ResponseBody(byteBuffer: buffer)
            case .stream(let write): ResponseBody(write)
            }
        return Response(status: reply.status, headers: fields, body: body)
    }

    private func refuse(_ error: any Error, _ id: String, _ seen: inout Seen) -> Response {
        let problem: Problem =
            switch error {
            case let problem as Problem: problem
            case let error as FoundlingError: Problem(error)
            case is CancellationError:
                Problem(FoundlingError(.tooMany, "the daemon is ending", hint: "ask again when it runs"))
            default:
                Problem(
                    FoundlingError(
                        .system, "something that should not happen happened", hint: "the daemon's log says more"))
            }
        if problem.error.code == .system { audit.note("request \(id): \(error)") }
        seen.code = problem.error.code.rawValue
        let text = problem.json(instance: id)
        // Who may not even read learns nothing of where things lie.
        let isTrusted = (seen.caller?.role ?? .viewer) == .operator
        var fields = problem.fields
        fields[.contentType] = "application/problem+json"
        if problem.status == .unauthorized { fields[.wwwAuthenticate] = "Bearer realm=\"foundling\"" }
        return Response(
            status: problem.status, headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: isTrusted ? text : site.redaction(text))))
    }
}
