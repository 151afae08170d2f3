internal import Foundation

/// The database engines that a world may be made with.
package enum Engine: String, CaseIterable, Sendable {
    case sqlite, postgres, mariadb

    /// Those that can be had here: servers only where `script/test` started them.
    package static var available: [Engine] { allCases.filter { $0 == .sqlite || $0.server != nil } }

    /// Engines that are servers, where they can be had.
    package static var servers: [Engine] { available.filter { $0 != .sqlite } }

    /// The URL of a superuser of the test server.
    package var server: String? {
        switch self {
        case .sqlite: nil
        case .postgres: ProcessInfo.processInfo.environment["FOUNDLING_TEST_POSTGRES"]
        case .mariadb: ProcessInfo.processInfo.environment["FOUNDLING_TEST_MARIADB"]
        }
    }

    /// The certificate that the test server proves itself with.
    package var authority: String? {
        ProcessInfo.processInfo.environment["FOUNDLING_TEST_\(rawValue.uppercased())_CA"]
    }
}

/// A database of its own on a server, made and used through the engine's own client.
package struct ServerDatabase: Sendable {
    package let engine: Engine
    package let name: String
    /// The server's URL, without a database.
    package let server: String
    package var url: String { server + "/" + name }

    /// What a client said.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter server: another than the one that `script/test` started.
    package init(_ engine: Engine, server: String? = nil) throws {
        guard let url = server ?? engine.server, let slash = url.lastIndex(of: "/") else {
            throw Failure(description: "there is no \(engine.rawValue) server here: run script/test")
        }
        self.engine = engine
        self.server = String(url[..<slash])
        name = "w_" + UUID().uuidString.lowercased().prefix(8)
        let admin = String(url[url.index(after: slash)...])
        try Self.run("CREATE DATABASE \(name)", engine, self.server, admin)
    }

    /// Runs statements; `-- as ROLE` in front is not needed: it is the superuser.
    package func run(_ sql: String) throws { try Self.run(sql, engine, server, name) }

    /// What a query prints: one row a line, columns parted by `|` or a tab.
    package func ask(_ sql: String) throws -> String {
        try Self.run(sql, engine, server, name).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package func remove() {
        let admin = engine == .postgres ? "postgres" : "mysql"
        let force = engine == .postgres ? " WITH (FORCE)" : ""
        _ = try? Self.run("DROP DATABASE \(name)\(force)", engine, server, admin)
    }

    @discardableResult
    private static func run(_ sql: String, _ engine: Engine, _ server: String, _ database: String) throws -> String {
        let arguments: [String]
        if engine == .postgres {
            arguments = ["psql", "-qXtA", "-v", "ON_ERROR_STOP=1", "-d", server + "/" + database, "-c", sql]
        } else {
            let parts = URLComponents(string: server)
            arguments = [
                "mariadb", "--no-defaults", "-N", "-h", parts?.host ?? "", "-P", "\(parts?.port ?? 0)", "-u",
                parts?.user ?? "", database, "-e", sql,
            ]
        }
        let outcome = try Program.execute("/usr/bin/env", arguments)
        guard outcome.status == 0 else { throw Failure(description: "\(sql): \(outcome.errors)") }
        return outcome.output
    }
}

/// A server of a test's own, for what would disturb others: stopped when the test is done with it.
package final class PrivateServer {
    package let url: String
    package let directory: String
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()

    /// - Parameter options: of the server, beside those that `script/with-servers` gives it.
    package init(_ engine: Engine, options: String = "") throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("script/with-servers").path
        let name = "FOUNDLING_TEST_\(engine.rawValue.uppercased())"
        process = Process()
        process.executableURL = URL(fileURLWithPath: script)
        // Each line read starts it anew; the end of the input ends it.
        let wait = "while read -r; do \"$FOUNDLING_RESTART\"; echo ready; done"
        process.arguments = [
            engine.rawValue, "--", "bash", "-c", "echo \"$\(name)\" \"$\(name)_CA\"; \(wait)",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["FOUNDLING_SERVER_OPTIONS": options]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else { throw ServerDatabase.Failure(description: "no \(engine.rawValue): \(line)") }
        url = words[0]
        directory = (words[1] as NSString).deletingLastPathComponent
    }

    /// Stops it in order, and starts it again at the same address.
    package func restart() throws {
        input.fileHandleForWriting.write(Data("\n".utf8))
        _ = output.fileHandleForReading.availableData
    }

    /// Stops it at once, as a machine that loses its power would.
    package func stop() {
        guard process.isRunning else { return }
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { stop() }
}
