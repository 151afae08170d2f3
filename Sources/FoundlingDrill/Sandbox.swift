internal import FoundlingCore
internal import Foundation
internal import GRDB

/// A store, a database and a manifest of our own, shaped like somebody's, in a directory that goes again; and the real
/// program at work in it.
///
/// Claims are plain paths there: one table a resource, with `key`, `path` and `state`. `min_age` is 0, since everything
/// was made a moment ago; all other limits are the manifest's own.
final class Sandbox {
    let directory: String
    let stocks: [SandboxLayout.Stock]
    private let program: String
    private let aliases: [String]
    /// Programs that were run.
    private(set) var commands = 0

    var store: String { directory + "/data" }
    var database: String { directory + "/app.db" }
    var manifest: String { directory + "/foundling.yaml" }
    var plan: String { directory + "/plan.jsonl" }

    /// What a program left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    init(_ manifest: Manifest, _ layout: SandboxLayout, in base: String, program: String) throws {
        stocks = layout.stocks
        self.program = program
        aliases = manifest.store.aliases
        directory = base + "/case-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
        for stock in stocks {
            for path in stock.living + stock.orphans { try make(path, stock.isDirectory) }
        }
        try makeDatabase()
        try write(manifest)
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    // MARK: Files

    /// What an entry holds: told again by its path, so that nobody need remember it.
    private static func content(of path: StorePath) -> String { "the content of \(path)\n" }

    private func file(of path: StorePath, _ isDirectory: Bool) -> String {
        "\(store)/\(path)" + (isDirectory ? "/data.bin" : "")
    }

    private func make(_ path: StorePath, _ isDirectory: Bool) throws {
        let file = file(of: path, isDirectory)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(Self.content(of: path).utf8).write(to: URL(fileURLWithPath: file))
    }

    /// Where an entry's content is not what it was.
    func damaged(_ stock: SandboxLayout.Stock, _ paths: [StorePath]) -> [StorePath] {
        paths.filter { path in
            let found = FileManager.default.contents(atPath: file(of: path, stock.isDirectory))
            return found != Data(Self.content(of: path).utf8)
        }
    }

    /// Living entries that are not what they were, of all resources.
    func lost(but moved: Set<StorePath> = []) -> [StorePath] {
        stocks.flatMap { stock in damaged(stock, stock.living.filter { !moved.contains($0) }) }
    }

    func exists(_ path: StorePath) -> Bool {
        var status = stat()
        return lstat("\(store)/\(path)", &status) == 0
    }

    /// Something new is written into an entry.
    func touch(_ path: StorePath) throws {
        let stock = stocks.first { $0.living.contains(path) || $0.orphans.contains(path) }
        let handle = try FileHandle(
            forWritingTo: URL(fileURLWithPath: file(of: path, stock?.isDirectory ?? false)))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("more\n".utf8))
        try handle.close()
    }

    func makeAgain(_ path: StorePath) throws {
        let stock = stocks.first { $0.living.contains(path) || $0.orphans.contains(path) }
        try make(path, stock?.isDirectory ?? false)
    }

    // MARK: Rows

    static func table(_ stock: Int) -> String { "resource_\(stock)" }

    private func makeDatabase() throws {
        let queue = try DatabaseQueue(path: database)
        try queue.write { database in
            for (number, stock) in stocks.enumerated() {
                try database.execute(
                    sql:
                        "CREATE TABLE \(Self.table(number)) (key INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT, state TEXT)"
                )
                for path in stock.living {
                    try database.execute(
                        sql: "INSERT INTO \(Self.table(number)) (path, state) VALUES (?, 'ready')",
                        arguments: [path.description])
                }
            }
        }
        try queue.close()
    }

    func sql(_ statement: String, _ arguments: [String] = []) throws {
        let queue = try DatabaseQueue(path: database)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: statement, arguments: StatementArguments(arguments))
        }
        try queue.close()
    }

    /// A row that claims a path, as some application spells it.
    func claim(_ spelling: String, of stock: Int) throws {
        try sql("INSERT INTO \(Self.table(stock)) (path, state) VALUES (?, 'ready')", [spelling])
    }

    func unclaim(_ path: StorePath, of stock: Int) throws {
        try sql("DELETE FROM \(Self.table(stock)) WHERE path = ?", [path.description])
    }

    // MARK: Manifest

    private func write(_ source: Manifest, minAge: String = "0s") throws {
        var resources: [(String, [String: Any])] = []
        for (number, stock) in stocks.enumerated() {
            let resource = stock.resource
            let safety = resource.safety
            var rule: [String: Any] = [
                "entries": resource.entries.map(\.text),
                "kind": resource.kinds.filter { $0 != .special }.map(\.name).sorted(),
                "safety": [
                    "min_age": minAge, "retention": "\(safety.retention)s",
                    "max_orphans": "\(safety.maxOrphans * 100)%", "max_bytes": "\(safety.maxBytes * 100)%",
                ],
                "records": [
                    [
                        "table": Self.table(number), "key": "key", "claims": ["{path}"],
                        "making": "state = 'making'", "released": "state = 'released'",
                        "may_be_empty": resource.sources.allSatisfy(\.mayBeEmpty),
                        "may_meet_nothing": resource.sources.contains(where: \.mayMeetNothing),
                    ] as [String: Any]
                ],
            ]
            if !resource.except.isEmpty { rule["except"] = resource.except.map(\.text) }
            if let shape = resource.shape { rule["shape"] = shape.pattern }
            if let within = resource.within { rule["within"] = within }
            resources.append((resource.name, rule))
        }
        var root: [String: Any] = ["root": "data"]
        if !source.store.aliases.isEmpty { root["aliases"] = source.store.aliases }
        let manifest: [String: Any] = [
            "database": ["url": "sqlite:app.db"], "store": root,
            "resources": Dictionary(uniqueKeysWithValues: resources),
        ]
        // JSON is YAML, too.
        let text = try JSONSerialization.data(
            withJSONObject: manifest, options: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
        try text.write(to: URL(fileURLWithPath: self.manifest))
    }

    /// The same manifest with another `min_age`.
    func setMinAge(_ age: String) throws {
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        try text.replacing("\"min_age\" : \"0s\"", with: "\"min_age\" : \"\(age)\"")
            .write(toFile: manifest, atomically: true, encoding: .utf8)
    }

    /// Another spelling of the root that the manifest knows.
    var alias: String? { aliases.first }

    // MARK: The program

    func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)")) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/err"))
        try process.run()
        commands += 1
        return process
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Outcome {
        let process = try start(arguments)
        process.waitUntilExit()
        func text(_ name: String) -> String {
            (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? ""
        }
        return Outcome(status: process.terminationStatus, output: text("out"), errors: text("err"))
    }

    /// A plan of everything, and its hash.
    func makePlan() throws -> (outcome: Outcome, hash: String) {
        let outcome = try run("plan", "-q", "--output", plan)
        let first = (try? String(contentsOfFile: plan, encoding: .utf8))?.split(separator: "\n").first ?? ""
        let hash = first.components(separatedBy: "\"hash\":\"").last?.prefix(64) ?? ""
        return (outcome, String(hash))
    }

    /// Moves every orphan aside, as a person would who looked at the plan.
    @discardableResult
    func moveAside() throws -> Outcome {
        let (_, hash) = try makePlan()
        return try run("apply", plan, "--approve", hash)
    }

    /// Runs that the quarantine holds, by name.
    func runs() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store + "/.foundling")) ?? []
        return names.filter { $0.hasPrefix("20") }.sorted()
    }
}
