import HTTPTypes
import Testing

@testable import FoundlingServer

/// Which endpoint answers what.
@Suite struct RouteTableTests {
    private static func endpoint(_ method: HTTPRequest.Method, _ path: RoutePath) -> Endpoint {
        Endpoint(
            method: method, path: path, operation: "\(method.rawValue) \(path.text)", group: "test", summary: "",
            access: .read, answers: []
        ) { _ in .nothing }
    }

    private static let table = RouteTable([
        endpoint(.delete, "/v/{resource}/{key}"), endpoint(.get, "/v/runs/{run}"), endpoint(.get, "/v/runs"),
        endpoint(.post, "/v/runs"), endpoint(.get, "/v/runs/{run}/items"), endpoint(.get, "/v/runs/latest"),
        endpoint(.get, "/"),
    ])

    /// What answers, with its parameters; the methods that there are; or nothing.
    private static func words(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.match(method, path: path) {
        case .found(let endpoint, let parameters):
            let named = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return ([endpoint.operation] + named).joined(separator: " ")
        case .otherMethods(let methods): return "only " + methods.map(\.rawValue).joined(separator: ", ")
        case .nothing: return "nothing"
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/v/runs", "GET /v/runs"),
        (.post, "/v/runs", "POST /v/runs"),
        (.get, "/v/runs/r1", "GET /v/runs/{run} run=r1"),
        (.get, "/v/runs/latest", "GET /v/runs/latest"),
        (.get, "/v/runs/r1/items", "GET /v/runs/{run}/items run=r1"),
        (.delete, "/v/trainings/t1", "DELETE /v/{resource}/{key} key=t1 resource=trainings"),
        (.get, "/", "GET /"),
        // HEAD is GET without its body.
        (.head, "/v/runs", "GET /v/runs"),
        // A parameter is decoded after the path was taken apart: a key may hold a slash.
        (.delete, "/v/trainings/a%2Fb", "DELETE /v/{resource}/{key} key=a/b resource=trainings"),
        (.delete, "/v/trainings/%2e%2E", "DELETE /v/{resource}/{key} key=.. resource=trainings"),
        (.delete, "/v/trainings/a+b", "DELETE /v/{resource}/{key} key=a+b resource=trainings"),
    ])
    func thePathDecidesWhoAnswers(_ method: HTTPRequest.Method, _ path: String, _ answer: String) {
        #expect(Self.words(method, path) == answer)
    }

    @Test(arguments: [
        "", "v/runs", "//", "/v", "/v/", "/v/runs/", "//v/runs", "/v//runs", "/v/runs/r1/", "/v/runs/r1/items/1",
        "/V/runs",
        "/v/runs/%", "/v/runs/%2", "/v/runs/%zz", "/v/runs/%ff", "/v/%2Fruns", "/v%2Fruns", "/v/runs?x",
    ])
    func whatIsWrittenOtherwiseIsNothing(_ path: String) {
        #expect(Self.words(.get, path) == "nothing")
    }

    @Test func aLiteralPathIsNeverTakenForAParameter() {
        // As an endpoint of its own it knows its methods; a vaguer one that knows this method must not answer instead.
        #expect(Self.words(.delete, "/v/runs/r1") == "only GET, HEAD")
        #expect(Self.words(.put, "/v/runs") == "only GET, HEAD, POST")
        #expect(Self.words(.put, "/v/trainings/t1") == "only DELETE")
    }

    @Test func theOrderOfDeclarationsDoesNotMatter() {
        let declared = API.declarations
        let (table, reversed) = (RouteTable(declared), RouteTable(declared.reversed()))
        for endpoint in declared {
            let path = endpoint.path.names.reduce(endpoint.path.text) { $0.replacing("{\($1)}", with: "x") }
            for table in [table, reversed] {
                guard case .found(let found, _) = table.match(endpoint.method, path: path) else {
                    Issue.record("nobody answers \(endpoint.operation)")
                    continue
                }
                #expect(found.operation == endpoint.operation)
            }
        }
    }
}
