import Foundation
import FoundlingTesting
import Testing

extension IncidentWorld {
    /// Runs statements as an application does: with foreign keys, also where they are a matter of the connection.
    func sql(_ statements: String) throws {
        let outcome = try Program.execute("/bin/sh", ["-c", client], environment: ["STATEMENTS": head + statements])
        guard outcome.status == 0 else { throw Refused(description: "\(statements): \(outcome.errors)") }
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private var head: String { engine == .sqlite ? "PRAGMA foreign_keys = ON; " : "" }

    /// The engine's own client, as a command for a shell, that runs what `$STATEMENTS` holds.
    private var client: String { "printf '%s;\\n' \"$STATEMENTS\" | \(session)" }

    /// The same, of whatever it is given.
    private var session: String {
        switch engine {
        case .sqlite: return "sqlite3 -bail -cmd '.timeout 5000' '\(world.database)'"
        case .postgres: return "psql -qXtA -v ON_ERROR_STOP=1 -d '\(world.url)'"
        case .mariadb:
            let parts = URLComponents(string: world.url)
            return "mariadb --no-defaults -N --default-character-set=utf8mb4 -h \(parts?.host ?? "") "
                + "-P \(parts?.port ?? 0) -u \(parts?.user ?? "") \(parts?.path.dropFirst() ?? "")"
        }
    }

    /// A command for a shell that runs statements without a single quote's trouble: for a named step.
    func shell(_ statements: String) -> String {
        "STATEMENTS=\"\(head + statements)\"; \(client)"
    }

    /// Runs a transaction, with a command of `foundling` in its midst; what that exits with.
    func during(_ statements: String, run command: String, ends: String) throws -> Int32 {
        let code = world.directory + "/code"
        let escape = engine == .sqlite ? ".shell" : "\\!"
        let script = world.directory + "/midst.sh"
        try "cd '\(world.directory)'; '\(Program.path)' \(command) >midst.out 2>&1; echo $? >'\(code)'\n"
            .write(toFile: script, atomically: true, encoding: .utf8)
        let text = "\(head)\nBEGIN;\n\(statements);\n\(escape) sh \(script)\n\(ends);\n"
        let outcome = try Program.execute(
            "/bin/sh", ["-c", "printf '%s' \"$STATEMENTS\" | \(session)"], environment: ["STATEMENTS": text])
        #expect(outcome.status == 0, "\(outcome.errors)")
        expectNothingLost(command)
        let told = try String(contentsOfFile: code, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(Int32(told))
    }

    /// Text of any characters, whatever the client's locale makes of them.
    func text(_ characters: String) -> String {
        let hex = characters.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return switch engine {
        case .sqlite: "CAST(X'\(hex)' AS TEXT)"
        case .postgres: "convert_from(decode('\(hex)', 'hex'), 'UTF8')"
        case .mariadb: "CONVERT(UNHEX('\(hex)') USING utf8mb4)"
        }
    }

    /// A living dataset: its file, and the row that names it.
    func dataset(_ name: String, path: String? = nil) throws {
        try live("datasets/\(name)/data", "dataset \(name)")
        try sql(row(name, path: path))
    }

    /// The row of a dataset.
    func row(_ name: String, path: String? = nil) -> String {
        "INSERT INTO datasets VALUES ('\(name)', '\(path ?? "datasets/" + name)', 'ready')"
    }

    /// Changes the manifest's text.
    func edit(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: world.manifest, encoding: .utf8)
        #expect(text.contains(old))
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: world.manifest, atomically: true, encoding: .utf8)
    }

    /// The same manifest over another database.
    func point(to other: IncidentWorld) throws {
        try edit(world.url, engine == .sqlite ? "sqlite:\(other.world.database)" : other.world.url)
    }

    /// The hash of the plan that was made last.
    func planHash() throws -> String {
        let text = try String(contentsOfFile: world.directory + "/plan", encoding: .utf8)
        return String(try #require(text.firstMatch(of: #/"hash":"([0-9a-f]{64})"/#)).1)
    }

    /// Moves the whole store away, as a disk that is not mounted any more, and back.
    func takeStoreAway() throws {
        try FileManager.default.moveItem(atPath: world.store, toPath: world.store + "-away")
        store = world.store + "-away"
    }

    func bringStoreBack() throws {
        try? FileManager.default.removeItem(atPath: world.store)
        try FileManager.default.moveItem(atPath: world.store + "-away", toPath: world.store)
        store = world.store
    }

    /// What lies in quarantine, as `run/number`.
    func inQuarantine() throws -> [String] {
        let quarantine = world.store + "/.foundling"
        return try ((try? FileManager.default.contentsOfDirectory(atPath: quarantine)) ?? [])
            .filter { $0.hasPrefix("20") }.flatMap { run in
                try FileManager.default.contentsOfDirectory(atPath: quarantine + "/" + run)
                    .filter { $0 != "receipt.jsonl" && $0 != "undo.sh" }.map { run + "/" + $0 }
            }.sorted()
    }

    /// Names directly in a directory of the store.
    func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store + "/" + path).sorted()
    }

    /// Sets a path's modification time, in seconds since 1970; only the kernel sets that of its change.
    func date(_ path: String, _ seconds: Int) {
        var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
        lutimes(store + "/" + path, &times)
    }
}
