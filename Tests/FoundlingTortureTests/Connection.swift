import Foundation
import FoundlingTesting

/// A connection of the application's: the engine's own client, kept open, fed through a pipe.
///
/// Not the product's code: what an application commits must not depend on what is under test. One thread at a time.
final class Connection {
    /// What the database said instead of doing it.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let engine: Engine
    private var waiting: [UInt8] = []
    private var count = 0

    init(_ world: World, _ engine: Engine) throws {
        self.engine = engine
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["stdbuf", "-oL"] + Self.client(world, engine)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // So that the end of the client is the end of what it says.
        try output.fileHandleForWriting.close()
        if engine == .sqlite { try say(".timeout 30000\n.print ready", "ready") }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private static func client(_ world: World, _ engine: Engine) -> [String] {
        switch engine {
        case .sqlite: return ["sqlite3", "-batch", world.database]
        case .postgres: return ["psql", "-qXtA", "-d", world.url]
        case .mariadb:
            let parts = URLComponents(string: world.url)
            return [
                "mariadb", "--no-defaults", "-N", "-n", "--force", "-h", parts?.host ?? "", "-P", "\(parts?.port ?? 0)",
                "-u", parts?.user ?? "", String((parts?.path ?? "").dropFirst()),
            ]
        }
    }

    /// Runs statements of one line, and comes back when they are done.
    @discardableResult
    func run(_ sql: String) throws -> String {
        count += 1
        let end = "said-\(count)"
        let mark =
            switch engine {
            case .sqlite: ".print \(end)"
            case .postgres: "\\echo \(end)"
            case .mariadb: "SELECT '\(end)';"
            }
        return try say("\(sql);\n\(mark)", end)
    }

    /// Both or neither: what `body` throws takes back what it did.
    func transaction(_ body: () throws -> Void) throws {
        try run(engine == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN")
        do {
            try body()
            try run("COMMIT")
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    @discardableResult
    private func say(_ text: String, _ end: String) throws -> String {
        input.fileHandleForWriting.write(Data((text + "\n").utf8))
        var lines: [String] = []
        while true {
            let line = try line()
            if line == end { break }
            lines.append(line)
        }
        let said = lines.joined(separator: "\n")
        if said.lowercased().contains("error") { throw Refused(description: "\(text): \(said)") }
        return said
    }

    private func line() throws -> String {
        while true {
            if let newline = waiting.firstIndex(of: 0x0A) {
                defer { waiting.removeSubrange(...newline) }
                return String(decoding: waiting[..<newline], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else {
                throw Refused(description: "the client ended: \(String(decoding: waiting, as: UTF8.self))")
            }
            waiting += more
        }
    }
}
