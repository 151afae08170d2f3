import Foundation
import FoundlingTesting
import Synchronization
import Testing

/// A world with the real daemon at work in it.
final class ServedWorld {
    let world: World
    private(set) var daemon: Program.Running?
    private(set) var place = HTTPExchange.Place.port(0)
    private let arguments: [String]
    /// Tokens by role.
    private var tokens: [String: String] = [:]

    /// - Parameters:
    ///   - serve: the manifest's `serve:` section, as YAML indented by two spaces.
    ///   - accepts: whether a person made a plan before.
    ///   - make: what lies in the world; `items` by default: two claimed, three orphans.
    init(
        _ name: String = #function, engine: Engine = .sqlite, server: String? = nil, serve: String = "",
        arguments: [String] = ["--port", "0"], safety: String = "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%",
        accepts: Bool = true, starts: Bool = true, make: ((World) throws -> Void)? = nil
    ) throws {
        world = try World(name, engine: engine, server: server)
        self.arguments = arguments
        if let make {
            try make(world)
        } else {
            try world.items(
                rows: [("a", nil), ("b", nil)], safety: safety)
            for name in ["a", "b", "lost1", "lost2", "lost3"] {
                try world.file("items/\(name)/data", String(repeating: name, count: 100))
            }
        }
        if !serve.isEmpty {
            let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
            try (text + "serve:\n" + serve + "\n").write(toFile: world.manifest, atomically: true, encoding: .utf8)
        }
        if accepts {
            let planned = try run("plan", "-q", "--output", "plan.jsonl")
            #expect(planned.status == 0, "\(planned.output)\(planned.errors)")
        }
        if starts { try start() }
    }

    deinit {
        daemon?.send(SIGKILL)
        daemon?.waitUntilExit()
    }

    // MARK: The daemon

    func start(environment: [String: String] = [:]) throws {
        let daemon = try Program.start(["serve"] + arguments, in: world.directory, environment: environment)
        self.daemon = daemon
        var port: UInt16?
        let isUp = wait {
            let text = daemon.errors
            if let match = text.firstMatch(of: /listening on http:\/\/127.0.0.1:([0-9]+)/) { port = UInt16(match.1) }
            return port != nil || text.contains("listening on unix:") || !daemon.isRunning
        }
        try #require(isUp && daemon.isRunning, "the daemon did not start: \(daemon.errors)")
        if let port { place = .port(port) }
        if let socket = arguments.last, arguments.contains("--socket") {
            place = .socket(socket.hasPrefix("/") ? socket : world.directory + "/" + socket)
        }
    }

    /// Ends it in good order.
    func stop() throws {
        daemon?.terminate()
        daemon?.waitUntilExit()
    }

    var log: String { daemon?.errors ?? "" }

    func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: world.directory) }

    // MARK: Requests

    func token(_ role: String) throws -> String {
        if let token = tokens[role] { return token }
        let made = try run("token", "create", "--name", role, "--role", role, "--quiet")
        #expect(made.status == 0, "\(made.errors)")
        let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        tokens[role] = token
        return token
    }

    /// - Parameter role: whose token goes with it; nil for none.
    func send(
        _ method: String, _ path: String, as role: String? = nil, body: String? = nil, headers: [String: String] = [:]
    ) throws -> HTTPExchange.Answer {
        var headers = headers
        if let role { headers["Authorization"] = "Bearer \(try token(role))" }
        return try HTTPExchange.send(method, path, to: place, headers: headers, body: body)
    }

    func get(_ path: String, as role: String? = nil) throws -> HTTPExchange.Answer { try send("GET", path, as: role) }

    /// The same many times, a few at a time; what was answered at all.
    func atOnce(
        _ count: Int, _ method: String, _ path: String, as role: String? = nil, body: String? = nil
    ) throws -> [HTTPExchange.Answer] {
        let headers = try role.map { ["Authorization": "Bearer \(try token($0))"] } ?? [:]
        let place = place
        let answers = Mutex<[HTTPExchange.Answer]>([])
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            let answer = try? HTTPExchange.send(method, path, to: place, headers: headers, body: body)
            if let answer { answers.withLock { $0.append(answer) } }
        }
        return answers.withLock { $0 }
    }

    /// Asks for something long and waits until it is over; what it came to.
    @discardableResult
    func finish(_ method: String, _ path: String, body: String? = nil) throws -> [String: Any] {
        let begun = try send(method, path, as: "operator", body: body)
        #expect(begun.status == 202, "\(begun.status) \(begun.body)")
        let location = try #require(begun.headers["location"])
        var activity: [String: Any] = [:]
        let isOver = wait {
            activity = ((try? self.get(location, as: "operator"))?.json) ?? [:]
            let state = activity["state"] as? String
            return state != nil && state != "queued" && state != "running"
        }
        #expect(isOver, "\(activity)")
        return activity
    }

    /// Until a scan has been made.
    func scanned() throws {
        #expect(wait { (try? self.get("/api/v1/orphans/summary"))?.status == 200 }, "\(log)")
    }

    /// What has come to lie in quarantine, by its path.
    func quarantined() throws -> [String] {
        try get("/api/v1/quarantine").items.compactMap { $0["path"] as? String }.sorted()
    }
}

/// Waits until something is so, at most for a minute; whether it is.
func wait(_ isSo: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(60)
    while Date() < end {
        if try isSo() { return true }
        usleep(20_000)
    }
    return try isSo()
}
