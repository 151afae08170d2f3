internal import HTTPTypes

/// One operation of the API: what it takes, what it answers, who may, and what it does.
struct Endpoint: Sendable {
    /// Who may call it.
    enum Access: Sendable {
        /// Anybody who can reach the daemon: liveness and login.
        case open
        /// Viewers, and everybody where the manifest lets people read without a token.
        case read
        /// Operators.
        case operate
    }

    /// A parameter in the path or in the query.
    struct Parameter: Sendable {
        var name: String
        var schema: Schema
        var about: String
        /// A query parameter that must be there; those of the path always must.
        var isRequired = false
    }

    /// One way it ends well.
    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var about: String
        var schema: Schema?
        var type = "application/json"
        /// Whether it says in `Location` where to look on.
        var hasLocation = false
    }

    var method: HTTPRequest.Method
    var path: RoutePath
    var operation: String
    var group: String
    var summary: String
    var access: Access
    var parameters: [Parameter] = []
    var body: Schema?
    var isBodyRequired = true
    var answers: [Answer]
    /// Codes of problems that are its own; those of every endpoint are left out.
    var problems: [HTTPResponse.Status] = []
    var handle: @Sendable (Call) async throws -> Reply

    var pathParameters: [Parameter] { parameters.filter { path.names.contains($0.name) } }
    var queryParameters: [Parameter] { parameters.filter { !path.names.contains($0.name) } }
}

/// A path with places for parameters: `/api/v1/runs/{run}`.
struct RoutePath: Sendable, ExpressibleByStringLiteral {
    enum Part: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    let parts: [Part]

    init(stringLiteral text: String) {
        self.text = text
        parts = text.split(separator: "/").map { part in
            part.first == "{" ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    var names: [String] { parts.compactMap { if case .parameter(let name) = $0 { name } else { nil } } }
}
