import Foundation
import FoundlingTesting
import Testing

/// An application with trainings, checkpoints inside them, and datasets: a dozen living entries of each, one orphan of
/// each, and the real program beside it.
///
/// Each command is followed by a look at every living file: an incident is one that lost a byte of them.
final class IncidentWorld {
    let world: World
    let engine: Engine
    /// Where living files are: a store that is away for a while has them elsewhere.
    var store: String
    /// What each living file holds, by its path as bytes: to a `String` both forms of an umlaut are the same.
    private var living: [[UInt8]: String] = [:]

    static let orphans = ["datasets/old", "trainings/train_1/checkpoints/step_9", "trainings/train_4"]

    /// - Parameters:
    ///   - datasets: further lines of the record of datasets.
    ///   - safety: by default nothing is too young, and the limits are those of every manifest.
    ///   - hasRows: without them it is a database that somebody just made.
    init(
        _ engine: Engine, _ name: String = #function, datasets: String = "", safety: String = "min_age: 0s",
        store: String = "aliases: [/data, data]", hasRows: Bool = true
    ) throws {
        self.engine = engine
        world = try World(name, engine: engine)
        self.store = world.store
        try makeTables(hasRows: hasRows)
        for number in 1...13 where number != 4 {
            try live("trainings/train_\(number)/log", "training \(number)")
            for step in 1...2 where number <= 6 {
                try live("trainings/train_\(number)/checkpoints/step_\(step)/weights", "step \(step) of \(number)")
            }
            try live("datasets/ds\(number)/data", "dataset \(number)")
        }
        for orphan in Self.orphans { try world.file(orphan + "/data", "nobody's") }
        let more = datasets.split(separator: "\n").map { "      \($0)\n" }.joined()
        try world.write(
            #"""
            trainings:
              entries: trainings/*
              shape: '^train_(?<key>[0-9]+)$'
              kind: [directory, symlink]
              records:
                - table: trainings
                  key: id
                  claims: ["trainings/train_{id}", "{checkpoint_dir}"]
                  making: status = 'running'
            checkpoints:
              within: trainings
              entries: trainings/*/checkpoints/*
              records:
                - { table: checkpoints, key: path, claims: ["{path}"] }
            datasets:
              entries: datasets/*
              records:
                - table: datasets
                  key: id
                  claims: ["{raw_path}"]
                  requires: ["{raw_path}"]
            """# + "\n" + more, store: store, safety: safety)
    }

    private func makeTables(hasRows: Bool) throws {
        let (number, set) =
            switch engine {
            case .sqlite: ("INTEGER PRIMARY KEY AUTOINCREMENT", "")
            case .postgres: ("BIGSERIAL PRIMARY KEY", "")
            case .mariadb: ("BIGINT AUTO_INCREMENT PRIMARY KEY", " DEFAULT CHARSET=utf8mb4")
            }
        let reference = engine == .sqlite ? "INTEGER" : "BIGINT"
        var statements = [
            "CREATE TABLE trainings (id \(number), checkpoint_dir VARCHAR(500), status VARCHAR(20))\(set)",
            "CREATE TABLE checkpoints (path VARCHAR(200) PRIMARY KEY, training \(reference) NOT NULL, FOREIGN KEY (training) REFERENCES trainings (id) ON DELETE CASCADE)\(set)",
            "CREATE TABLE datasets (id VARCHAR(150) PRIMARY KEY, raw_path VARCHAR(2000), status VARCHAR(20))\(set)",
        ]
        if hasRows {
            let numbers = (1...13).filter { $0 != 4 }
            let trainings = (1...13).map { _ in "(NULL, 'completed')" }.joined(separator: ", ")
            let steps = (1...6).filter { $0 != 4 }.flatMap { number in
                (1...2).map { "('trainings/train_\(number)/checkpoints/step_\($0)', \(number))" }
            }
            let datasets = numbers.map { "('ds\($0)', 'datasets/ds\($0)', 'ready')" }
            statements += [
                "INSERT INTO trainings (checkpoint_dir, status) VALUES \(trainings)",
                "DELETE FROM trainings WHERE id = 4",
                "INSERT INTO checkpoints VALUES \(steps.joined(separator: ", "))",
                "INSERT INTO datasets VALUES \(datasets.joined(separator: ", "))",
            ]
        }
        try sql(statements.joined(separator: "; "))
    }

    // MARK: What lives

    /// Makes a file that must never be lost.
    func live(_ path: String, _ content: String = "live") throws {
        try world.file(path, content)
        living[Array(path.utf8)] = content
    }

    /// The application itself gives up what lies at or below a path.
    func giveUp(_ path: String) {
        living = living.filter { $0.key != Array(path.utf8) && !$0.key.starts(with: (path + "/").utf8) }
    }

    /// What lies below a path is out of sight for a while, and not looked for until it is shown again.
    func hide(_ path: String) -> [[UInt8]: String] {
        let whole = living
        giveUp(path)
        return whole
    }

    func show(_ whole: [[UInt8]: String]) {
        living = whole
        expectNothingLost("back again")
    }

    /// A file that lies there already is needed from now on.
    func need(_ path: String) throws {
        living[Array(path.utf8)] = try String(contentsOfFile: store + "/" + path, encoding: .utf8)
    }

    /// The incident that each case is about: none of the living files may be gone, or hold anything else.
    func expectNothingLost(_ after: String, _ sourceLocation: SourceLocation = #_sourceLocation) {
        for (bytes, content) in living {
            let path = String(decoding: bytes, as: UTF8.self)
            let found = try? String(contentsOfFile: store + "/" + path, encoding: .utf8)
            #expect(found == content, "after '\(after)' \(path) is lost", sourceLocation: sourceLocation)
        }
    }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(store + "/" + path, &status) == 0
    }

    // MARK: Commands

    /// Runs `foundling` with these words, and expects exactly this exit code, this error and no living byte lost.
    @discardableResult
    func run(
        _ command: String, exits status: Int32 = 0, error code: String? = nil, says words: String? = nil,
        with environment: [String: String] = [:], asNobody: Bool = false,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Outcome {
        let outcome = try Program.run(
            command.split(separator: " ").map(String.init), in: world.directory, environment: environment,
            asNobody: asNobody)
        let all = outcome.output + outcome.errors
        #expect(outcome.status == status, "\(command): \(all)", sourceLocation: sourceLocation)
        if let code {
            // A run that had begun says in its report why it stopped; there is no other error then.
            let isTold = all.contains("error[\(code)]") || all.contains("Stopped[\(code)]")
            #expect(isTold, "\(command): \(all)", sourceLocation: sourceLocation)
        }
        if let words { #expect(all.contains(words), "\(command): \(all)", sourceLocation: sourceLocation) }
        expectNothingLost(command, sourceLocation)
        return outcome
    }

    /// The first plan of a store, which accepts the database, the schema and the store as they are.
    func accept(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        try run("plan -q -o plan", sourceLocation)
    }

    /// Runs an act, and expects exactly these counts of its items.
    @discardableResult
    func act(
        _ command: String, _ counts: [String: Int], exits status: Int32 = 0, with environment: [String: String] = [:],
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Outcome {
        let outcome = try run(command + " -q --format json", exits: status, with: environment, sourceLocation)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let told = object?["counts"] as? [String: Int] ?? [:]
        #expect(
            told.filter { $0.value > 0 } == counts, "\(command): \(outcome.output)\(outcome.errors)",
            sourceLocation: sourceLocation)
        return outcome
    }

    /// `plan` again and `apply`, of what is an orphan now; the run that it made.
    @discardableResult
    func clean(
        _ counts: [String: Int] = ["moved": orphans.count], exits status: Int32 = 0,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        try run("plan -q -o plan", sourceLocation)
        let outcome = try act("apply plan", counts, exits: status, sourceLocation)
        return try #require(outcome.output.firstMatch(of: #/"runs":\["([^"]+)"/#).map { String($0.1) }, "\(outcome)")
    }

    /// What a scan finds, as `kind path`, in order; claimed entries do not appear.
    func findings(
        _ status: Int32 = 0, with environment: [String: String] = [:], asNobody: Bool = false,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        let outcome = try run(
            "scan -q --format jsonl", exits: status, with: environment, asNobody: asNobody, sourceLocation)
        return try outcome.output.split(separator: "\n").map { line in
            let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return "\(finding?["kind"] ?? "") \(finding?["path"] ?? "")"
        }.sorted()
    }

    /// What a scan of this world says while nothing happened to it.
    static let asEver = orphans.map { "orphan \($0)" }

    // MARK: The outbox

    func installTriggers(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        try accept(sourceLocation)
        try run("triggers install -q", sourceLocation)
    }

    /// Drains what is due.
    @discardableResult
    func drain(
        _ status: Int32 = 0, with environment: [String: String] = [:],
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Outcome {
        try run("worker --once --format jsonl -q", exits: status, with: environment, sourceLocation)
    }

    /// Tasks of these states, as `state resource key`.
    func tasks(_ states: String...) throws -> [String] {
        let all = states.isEmpty ? ["ready", "leased", "held", "dead", "done"] : states
        let outcome = try Program.run(
            ["tasks", "list", "--format", "jsonl"] + all.flatMap { ["--state", $0] }, in: world.directory)
        return try outcome.output.split(separator: "\n").map { line in
            let task = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return "\(task?["state"] ?? "") \(task?["resource"] ?? "") \(task?["key"] ?? "")"
        }.sorted()
    }

    var outbox: String { engine == .postgres ? "foundling.outbox" : "foundling_outbox" }
}
