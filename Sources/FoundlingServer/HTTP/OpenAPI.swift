internal import FoundlingReport
internal import HTTPTypes

/// The OpenAPI 3.1 document, from the endpoints themselves.
struct OpenAPI {
    private let endpoints: [Endpoint]
    private let schemas: [(name: String, schema: Schema)]

    init(_ endpoints: [Endpoint], _ schemas: [(name: String, schema: Schema)]) {
        self.endpoints = endpoints
        self.schemas = schemas
    }

    /// - Parameter version: of Foundling.
    func json(version: String) -> String {
        var info = JSONObject()
        info.field(
            "description",
            "Finds the files that no database record claims, and gives the space back without losing a live byte. "
                + "Reading needs no token unless the manifest says so; changing anything needs one with the role operator: "
                + "`foundling token create --name NAME --role operator`.")
        var licence = JSONObject()
        licence.field("name", "Apache-2.0")
        licence.field("identifier", "Apache-2.0")
        info.field("license", licence)
        info.field("title", "Foundling")
        info.field("version", version)
        var document = JSONObject()
        document.field("openapi", "3.1.0")
        document.field("info", info)
        document.field("servers", json: "[{\"url\":\"/\"}]")
        document.field("tags", json: "[\(groups.map { "{\"name\":\(JSONString.quote($0))}" }.joined(separator: ","))]")
        document.field("paths", paths)
        document.field("components", components)
        return IndentedJSON.text(document.json)
    }

    private var groups: [String] {
        endpoints.reduce(into: []) { if !$0.contains($1.group) { $0.append($1.group) } }
    }

    private var paths: JSONObject {
        var paths = JSONObject()
        var seen: [String] = []
        for endpoint in endpoints where !seen.contains(endpoint.path.text) {
            seen.append(endpoint.path.text)
            var item = JSONObject()
            for operation in endpoints where operation.path.text == endpoint.path.text {
                item.field(operation.method.rawValue.lowercased(), self.operation(operation))
            }
            paths.field(endpoint.path.text, item)
        }
        return paths
    }

    private func operation(_ endpoint: Endpoint) -> JSONObject {
        var object = JSONObject()
        object.field("operationId", endpoint.operation)
        object.field("summary", endpoint.summary)
        object.field("tags", json: JSONObject.array([endpoint.group]))
        let parameters = endpoint.parameters.map { parameter -> String in
            let isInPath = endpoint.path.names.contains(parameter.name)
            var object = JSONObject()
            object.field("name", parameter.name)
            object.field("in", isInPath ? "path" : "query")
            object.field("required", isInPath || parameter.isRequired)
            object.field("description", parameter.about)
            object.field("schema", parameter.schema.json(isClosed: true))
            return object.json
        }
        if !parameters.isEmpty { object.field("parameters", json: "[\(parameters.joined(separator: ","))]") }
        if let body = endpoint.body {
            var content = JSONObject()
            content.field("schema", body.json(isClosed: true))
            var request = JSONObject()
            request.field("required", endpoint.isBodyRequired)
            request.field("content", json: "{\"application/json\":\(content.json)}")
            object.field("requestBody", request)
        }
        object.field("responses", responses(endpoint))
        switch endpoint.access {
        case .open: object.field("security", json: "[]")
        case .read: object.field("security", json: "[{},{\"token\":[]}]")
        case .operate: object.field("security", json: "[{\"token\":[]}]")
        }
        return object
    }

    private func responses(_ endpoint: Endpoint) -> JSONObject {
        var responses = JSONObject()
        for answer in endpoint.answers {
            var response = JSONObject()
            response.field("description", answer.about)
            if let schema = answer.schema {
                var media = JSONObject()
                media.field("schema", schema.json(isClosed: false))
                response.field("content", json: "{\(JSONString.quote(answer.type)):\(media.json)}")
            }
            if answer.hasLocation {
                var location = JSONObject()
                location.field("required", true)
                location.field("description", "Where to look on.")
                location.field("schema", json: "{\"type\":\"string\"}")
                response.field("headers", json: "{\"Location\":\(location.json)}")
            }
            responses.field(String(answer.status.code), response)
        }
        for status in Self.problems(of: endpoint) {
            var response = JSONObject()
            response.field("$ref", "#/components/responses/\(Self.name(of: status))")
            responses.field(String(status.code), response)
        }
        return responses
    }

    /// Every way in which a request may be refused.
    private static func problems(of endpoint: Endpoint) -> [HTTPResponse.Status] {
        var problems: [HTTPResponse.Status] = [.badRequest, .requestTimeout, .misdirectedRequest, .internalServerError]
        if endpoint.access != .open { problems += [.unauthorized, .serviceUnavailable] }
        if endpoint.access == .operate { problems += [.forbidden] }
        if endpoint.body != nil { problems += [.contentTooLarge, .unsupportedMediaType] }
        problems += endpoint.problems
        return Dictionary(grouping: problems, by: \.code).compactMap { $1.first }.sorted { $0.code < $1.code }
    }

    private static func name(of status: HTTPResponse.Status) -> String {
        status.reasonPhrase.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var components: JSONObject {
        var schemas = JSONObject()
        schemas.field("Problem", Problem.schema.json(isClosed: false))
        for (name, schema) in self.schemas { schemas.field(name, schema.json(isClosed: false)) }
        var responses = JSONObject()
        let statuses = Dictionary(grouping: endpoints.flatMap(Self.problems), by: \.code).compactMap { $1.first }
        for status in statuses.sorted(by: { $0.code < $1.code }) {
            var response = JSONObject()
            response.field("description", status.reasonPhrase)
            response.field(
                "content",
                json: "{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}")
            responses.field(Self.name(of: status), response)
        }
        var components = JSONObject()
        components.field("responses", responses)
        components.field("schemas", schemas)
        components.field(
            "securitySchemes",
            json:
                "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"From `foundling token create`.\"}}"
        )
        return components
    }
}
