import FoundlingTesting
import Foundation
import Testing

@testable import FoundlingServer

/// The document that the daemon gives of itself, and the one that is shipped.
@Suite struct OpenAPITests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
    private static let shipped = root + "/docs/reference/openapi.json"

    private static func document() throws -> [String: Any] {
        let data = Data(API.document(version: "1.2.3").utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private static func operations() throws -> [(path: String, method: String, operation: [String: Any])] {
        let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
        return paths.flatMap { path, item in item.map { (path, $0.key, $0.value) } }
    }

    /// Every value below a value, with its own.
    private static func all(_ value: Any) -> [Any] {
        switch value {
        case let object as [String: Any]: [value] + object.values.flatMap(all)
        case let list as [Any]: [value] + list.flatMap(all)
        default: [value]
        }
    }

    // MARK: The document

    @Test func everyReferenceLeadsSomewhereAndNothingIsUnused() throws {
        let document = try Self.document()
        let references = Set(Self.all(document).compactMap { ($0 as? [String: Any])?["$ref"] as? String })
        #expect(references.count > 20)
        for reference in references {
            var place: Any? = document
            for part in reference.split(separator: "/").dropFirst() { place = (place as? [String: Any])?[String(part)] }
            #expect(place != nil, "\(reference)")
        }
        let components = try #require(document["components"] as? [String: [String: Any]])
        for kind in ["schemas", "responses"] {
            for name in try #require(components[kind]).keys {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind)/\(name) is used nowhere")
            }
        }
    }

    @Test func everyOperationHasAnIdOfItsOwn() throws {
        let ids = try Self.operations().compactMap { $0.operation["operationId"] as? String }
        #expect(ids.count == API.declarations.count)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-z][A-Za-z]+/) != nil })
    }

    @Test func everyParameterOfAPathIsDeclaredAndNoneTwice() throws {
        for (path, _, operation) in try Self.operations() {
            let parameters = operation["parameters"] as? [[String: Any]] ?? []
            let inPath = parameters.filter { $0["in"] as? String == "path" }
            #expect(
                Set(inPath.compactMap { $0["name"] as? String })
                    == Set(path.matches(of: /\{([a-z_]+)\}/).map { String($0.1) }))
            #expect(inPath.allSatisfy { $0["required"] as? Bool == true })
            #expect(Set(parameters.compactMap { $0["name"] as? String }).count == parameters.count)
        }
    }

    @Test func everyOperationSaysHowItEndsWellAndHowItIsRefused() throws {
        for (path, method, operation) in try Self.operations() {
            let responses = try #require(operation["responses"] as? [String: Any])
            #expect(responses.keys.contains { $0.hasPrefix("2") }, "\(method) \(path)")
            let security = try #require(operation["security"] as? [[String: Any]])
            #expect(responses["401"] != nil || security.isEmpty, "\(method) \(path)")
            // What changes anything can be forbidden; what only reads cannot.
            #expect((responses["403"] != nil) == (method != "get"), "\(method) \(path)")
            #expect((responses["415"] != nil) == (operation["requestBody"] != nil), "\(method) \(path)")
        }
    }

    @Test func everyCodeOfAnEndpointsProblemsHasItsResponse() throws {
        let components = try #require(try Self.document()["components"] as? [String: [String: Any]])
        for (name, response) in try #require(components["responses"]) {
            let content = try #require((response as? [String: Any])?["content"] as? [String: Any], "\(name)")
            #expect(content.keys.sorted() == ["application/problem+json"])
        }
    }

    // MARK: Indented

    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), (#"{"a":[]}"#, "{\n  \"a\": []\n}"),
        ("[1,[2,{}]]", "[\n  1,\n  [\n    2,\n    {}\n  ]\n]"),
        (#"{"a,b":"c:d[{\"}"}"#, "{\n  \"a,b\": \"c:d[{\\\"}\"\n}"), (#"["\\",null]"#, "[\n  \"\\\\\",\n  null\n]"),
    ])
    func whiteSpaceGoesBetweenPartsAndNeverIntoATexts(_ compact: String, _ indented: String) {
        #expect(IndentedJSON.text(compact) == indented)
    }

    // MARK: What is shipped

    @Test func theShippedDocumentIsTheOneThatTheProgramPrints() throws {
        let printed = try Program.run(["serve", "--print-openapi"], in: NSTemporaryDirectory())
        #expect(printed.status == 0, "\(printed.errors)")
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
            try Data(printed.output.utf8).write(to: URL(fileURLWithPath: Self.shipped))
        }
        #expect(
            try printed.output == String(contentsOfFile: Self.shipped, encoding: .utf8), "GOLDEN=write makes it anew")
    }

    @Test func theRunningDaemonGivesTheSame() throws {
        let served = try ServedWorld(accepts: false)
        for role in [nil, "viewer", "operator"] {
            let given = try served.get("/api/v1/openapi.json", as: role)
            #expect(given.headers["content-type"] == "application/json")
            #expect(try given.body + "\n" == String(contentsOfFile: Self.shipped, encoding: .utf8))
        }
    }

    @Test func theReferenceNamesEveryEndpointAndNoOther() throws {
        let text = try String(contentsOfFile: Self.root + "/docs/reference/api.md", encoding: .utf8)
        let named = Set(text.matches(of: /\| `(GET|POST|DELETE) (\/[^`? ]*)`/).map { "\($0.1) \($0.2)" })
        let declared = Set(try Self.operations().map { "\($0.method.uppercased()) \($0.path)" })
        #expect(named.subtracting(declared) == [])
        #expect(declared.subtracting(named) == [])
    }
}
