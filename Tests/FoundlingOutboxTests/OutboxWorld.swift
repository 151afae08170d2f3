import Foundation
import FoundlingTesting
import Testing

/// Tables four deep that cascade, two of which claim files, with triggers installed.
final class OutboxWorld {
    let world: World
    let engine: Engine
    private static let resources = """
        twigs:
          entries: twigs/*
          records:
            - { table: twigs, key: id, claims: ["{path}"], may_be_empty: true, may_meet_nothing: true }
        leaves:
          entries: leaves/*
          records:
            - { table: leaves, key: id, claims: ["leaves/{id}", "{path}"], released: status = 'gone', may_be_empty: true, may_meet_nothing: true }
        """

    /// - Parameter leaves: how many leaves there are, each with a directory; they hang on one twig.
    init(
        _ engine: Engine, _ name: String = #function, leaves: Int = 4, safety: String = "", installs: Bool = true,
        server: String? = nil, isInMemory: Bool = false
    ) throws {
        self.engine = engine
        world = try World(name, engine: engine, server: server, isInMemory: isInMemory)
        let text = "VARCHAR(200)"
        // What keys are made of has a length, paths have none.
        let long = "TEXT"
        let tables = [
            "CREATE TABLE roots (id \(text) PRIMARY KEY)",
            "CREATE TABLE branches (id \(text) PRIMARY KEY, root \(text) NOT NULL, FOREIGN KEY (root) REFERENCES roots (id) ON DELETE CASCADE)",
            "CREATE TABLE twigs (id \(text) PRIMARY KEY, branch \(text) NOT NULL, path \(long), FOREIGN KEY (branch) REFERENCES branches (id) ON DELETE CASCADE)",
            "CREATE TABLE leaves (id \(text) PRIMARY KEY, twig \(text) NOT NULL, path \(long), status \(long), secret \(long), FOREIGN KEY (twig) REFERENCES twigs (id) ON DELETE CASCADE)",
            "INSERT INTO roots VALUES ('r'), ('other')",
            "INSERT INTO branches VALUES ('b', 'r')",
            "INSERT INTO twigs VALUES ('t', 'b', 'twigs/t'), ('u', 'b', 'twigs/u')",
        ]
        try sql(tables.joined(separator: "; "))
        for start in stride(from: 0, to: leaves, by: 1_000) {
            let rows = (start..<min(leaves, start + 1_000)).map { "('l\($0)', 't', NULL, 'ready', 'hunter2')" }
            try sql("INSERT INTO leaves VALUES \(rows.joined(separator: ", "))")
        }
        for number in 0..<leaves { try world.file("leaves/l\(number)/data", "leaf \(number)") }
        for twig in ["t", "u"] { try world.file("twigs/\(twig)/data", "twig") }
        let limits = safety.isEmpty ? "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%" : safety
        try world.write(Self.resources, safety: limits)
        try accept()
        if installs { try install() }
    }

    func accept() throws {
        let plan = try run("plan", "-q", "--output", "plan.jsonl")
        #expect(plan.status == 0, "\(plan.output)\(plan.errors)")
    }

    func install() throws {
        let installed = try run("triggers", "install")
        #expect(installed.status == 0, "\(installed.output)\(installed.errors)")
    }

    /// As an application does it: with foreign keys where they are a matter of the connection.
    func sql(_ statements: String) throws {
        if engine == .sqlite {
            let outcome = try Program.execute(
                "/usr/bin/env", ["sqlite3", "-bail", world.database, "PRAGMA foreign_keys = ON; \(statements);"])
            guard outcome.status == 0 else { throw Refused(description: outcome.errors) }
        } else {
            try world.sql(statements)
        }
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Outcome {
        try Program.run(arguments, in: world.directory, environment: environment)
    }

    /// Drains what is due, and expects that to go well.
    @discardableResult
    func drain(_ status: Int32 = 0, environment: [String: String] = [:]) throws -> Program.Outcome {
        let outcome = try Program.run(
            ["worker", "--once", "--format", "jsonl", "-q"], in: world.directory, environment: environment)
        #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
        return outcome
    }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(world.store + "/" + path, &status) == 0
    }

    /// What the outbox says, as `tasks` tells it.
    func tasks(_ states: String...) throws -> [[String: Any]] {
        let flags = (states.isEmpty ? ["ready", "leased", "held", "dead", "done"] : states).flatMap { ["--state", $0] }
        let outcome = try Program.run(["tasks", "list", "--format", "json"] + flags, in: world.directory)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
        return try #require(object["tasks"] as? [[String: Any]])
    }

    /// `event resource key: path path`, sorted.
    func events(_ states: String...) throws -> [String] {
        let tasks = try Program.run(
            ["tasks", "list", "--format", "jsonl"]
                + (states.isEmpty ? ["ready", "leased", "held", "dead", "done"] : states).flatMap { ["--state", $0] },
            in: world.directory)
        return try tasks.output.split(separator: "\n").map { line in
            let task = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let paths = (task["paths"] as? [String] ?? []).joined(separator: " ")
            return "\(task["event"] ?? "") \(task["resource"] ?? "") \(task["key"] as? String ?? "-"): \(paths)"
        }.sorted()
    }

    /// The outbox's table, as SQL of this engine names it.
    var outbox: String { engine == .postgres ? "foundling.outbox" : "foundling_outbox" }
    var meta: String { engine == .postgres ? "foundling.meta" : "foundling_meta" }

    /// What a dump of the schema looks like.
    func schema() throws -> String {
        switch engine {
        case .sqlite: return try Program.execute("/usr/bin/env", ["sqlite3", world.database, ".schema"]).output
        case .postgres:
            let dump = try Program.execute("/usr/bin/env", ["pg_dump", "--schema-only", "-d", world.url]).output
            // Newer pg_dump puts a random word into each dump.
            return dump.split(separator: "\n").filter { !$0.contains("restrict ") }.joined(separator: "\n")
        case .mariadb:
            let parts = try #require(URLComponents(string: world.url))
            let arguments = [
                "mariadb-dump", "--no-defaults", "--no-data", "--routines", "--triggers", "--skip-comments",
                "-h", parts.host ?? "", "-P", "\(parts.port ?? 0)", "-u", parts.user ?? "",
                String(parts.path.dropFirst()),
            ]
            // How far a counter has come is no part of a schema.
            return try Program.execute("/usr/bin/env", arguments).output
                .replacing(#/ AUTO_INCREMENT=[0-9]+/#, with: "")
        }
    }
}
