internal import FoundlingCore
internal import HTTPTypes

/// Who calls.
enum Caller: Sendable, Equatable {
    case anonymous
    case token(id: String, name: String, role: Role)

    var role: Role {
        switch self {
        case .anonymous: .viewer
        case .token(_, _, let role): role
        }
    }

    /// For the audit and the ledger.
    var words: String {
        switch self {
        case .anonymous: "nobody in particular"
        case .token(let id, let name, _): "token '\(Printable.escape(name))' (\(id))"
        }
    }
}

/// One request whose parameters and body are as its endpoint wants them.
struct Call: Sendable {
    let endpoint: Endpoint
    let id: String
    let caller: Caller
    /// Where it comes from; `local` for a Unix socket.
    let from: String
    let headers: HTTPFields
    fileprivate let parameters: [String: String]
    let body: JSONValue

    func text(_ name: String) -> String? { parameters[name] }

    func integer(_ name: String) -> Int64? { parameters[name].flatMap { Int64($0) } }

    /// A parameter of the path, which is always there.
    func path(_ name: String) -> String { parameters[name] ?? "" }

    /// How many items a page has.
    var limit: Int { Int(integer("limit") ?? 100) }

    /// Why something is done, for the ledger: who, from where, and what they said of it.
    func reason(_ said: String?) -> String {
        "by \(caller.words) from \(from)" + (said.map { ": \($0)" } ?? "")
    }
}

extension Call {
    /// Checks a request against its endpoint.
    ///
    /// - Throws: `request-invalid` with every mistake.
    init(
        _ endpoint: Endpoint, id: String, caller: Caller, from: String, headers: HTTPFields, path: [String: String],
        query: String?, body bytes: [UInt8]
    ) throws(FoundlingError) {
        self.endpoint = endpoint
        self.id = id
        self.caller = caller
        self.from = from
        self.headers = headers
        var mistakes: [String] = []
        var parameters: [String: String] = [:]
        for parameter in endpoint.pathParameters {
            let text = path[parameter.name] ?? ""
            mistakes += parameter.mistakes(in: text)
            parameters[parameter.name] = text
        }
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(parts[0], plusIsSpace: true)
            let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            guard let name, let value else {
                mistakes.append("the query is not written as it should be: a broken escape")
                continue
            }
            guard let parameter = endpoint.queryParameters.first(where: { $0.name == name }) else {
                let known = endpoint.queryParameters.map(\.name)
                mistakes.append(
                    "unknown parameter '\(Printable.escape(name))'"
                        + (Nearest.word(to: name, in: known).map { ": did you mean '\($0)'?" } ?? ""))
                continue
            }
            if parameters[name] != nil { mistakes.append("'\(name)' is there twice") }
            mistakes += parameter.mistakes(in: value)
            parameters[name] = value
        }
        for parameter in endpoint.queryParameters where parameter.isRequired && parameters[parameter.name] == nil {
            mistakes.append("'\(parameter.name)' is missing")
        }
        self.parameters = parameters
        body = Self.body(bytes, endpoint, &mistakes)
        guard mistakes.isEmpty else {
            throw FoundlingError(
                .requestInvalid, "the request is not as it should be: \(mistakes[0])",
                hint: "/api/v1/openapi.json says what this takes", details: Array(mistakes.prefix(Self.mostMistakes)))
        }
    }

    /// A query of 8 KiB holds thousands of mistakes, and nobody reads more than these.
    private static let mostMistakes = 20

    private static func body(_ bytes: [UInt8], _ endpoint: Endpoint, _ mistakes: inout [String]) -> JSONValue {
        guard let schema = endpoint.body else {
            if !bytes.isEmpty { mistakes.append("this takes no body") }
            return .null
        }
        if bytes.isEmpty, !endpoint.isBodyRequired { return .object([:]) }
        guard let value = JSONValue(parsing: bytes) else {
            mistakes.append(bytes.isEmpty ? "a body is missing: JSON" : "the body is no JSON")
            return .null
        }
        if case .object = value {
            mistakes += schema.mistakes(in: value, "")
        } else {
            mistakes.append("the body is \(value.noun), not an object")
        }
        return value
    }
}

extension Endpoint.Parameter {
    /// What is wrong with the text of a parameter, as sentences.
    fileprivate func mistakes(in text: String) -> [String] {
        switch schema {
        case .integer:
            // As JSON writes it, so that a client's check and this one agree.
            guard text.wholeMatch(of: /-?(0|[1-9][0-9]{0,18})/) != nil, let number = Int64(text) else {
                return ["'\(name)' is a whole number"]
            }
            return schema.mistakes(in: .integer(number), name)
        case .boolean: return text == "true" || text == "false" ? [] : ["'\(name)' is true or false"]
        default: return schema.mistakes(in: .text(text), name)
        }
    }
}
