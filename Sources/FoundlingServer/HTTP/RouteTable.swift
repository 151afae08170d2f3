internal import HTTPTypes

/// Finds the endpoint of a request.
///
/// Of our own because parameters are decoded after the path is taken apart (a record's key may hold a slash), and
/// because a wrong method is told from a wrong path, with the methods that there are.
struct RouteTable: Sendable {
    enum Match {
        case found(Endpoint, parameters: [String: String])
        /// The path is there, with these methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    private let endpoints: [Endpoint]

    /// - Parameter endpoints: where two match a path, one with more literal parts at its beginning wins.
    init(_ endpoints: [Endpoint]) { self.endpoints = endpoints.sorted { Self.rank($0) < Self.rank($1) } }

    /// Literal parts sort before parameters.
    private static func rank(_ endpoint: Endpoint) -> String {
        String(endpoint.path.parts.map { if case .literal = $0 { "0" } else { "1" } })
    }

    func match(_ method: HTTPRequest.Method, path: String) -> Match {
        guard let parts = Self.parts(of: path) else { return .nothing }
        var methods: [HTTPRequest.Method] = []
        var rank: String?
        for endpoint in endpoints {
            guard let parameters = Self.parameters(parts, endpoint.path.parts) else { continue }
            // Only the most literal path counts, whatever methods a vaguer one has.
            guard rank == nil || rank == Self.rank(endpoint) else { break }
            rank = Self.rank(endpoint)
            // HEAD is GET without its body.
            if endpoint.method == method || (method == .head && endpoint.method == .get) {
                return .found(endpoint, parameters: parameters)
            }
            methods.append(endpoint.method)
            if endpoint.method == .get { methods.append(.head) }
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }

    /// The decoded parts of a path; nil where it is not written as it should be.
    private static func parts(of path: String) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        var parts: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(part, plusIsSpace: false) else { return nil }
            parts.append(decoded)
        }
        return parts
    }

    private static func parameters(_ parts: [String], _ route: [RoutePath.Part]) -> [String: String]? {
        if parts == [""], route.isEmpty { return [:] }
        guard parts.count == route.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, wanted) in zip(parts, route) {
            switch wanted {
            case .literal(let text): guard part == text else { return nil }
            case .parameter(let name):
                guard !part.isEmpty else { return nil }
                parameters[name] = part
            }
        }
        return parameters
    }
}

/// `%2F` and the like.
enum PercentEncoding {
    /// nil where an escape is broken, or what comes out is not UTF-8.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst(), let low = rest.popFirst(), let h = digit(high), let l = digit(low)
                else { return nil }
                bytes.append(h << 4 | l)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
