internal import Foundation
internal import GRDB

/// A store, a database and a manifest in a directory of their own: one world per test, gone when the test is.
///
/// `FOUNDLING_KEEP_WORLDS=1` leaves them for a look.
package final class World {
    package let directory: String
    package var store: String { directory + "/data" }
    package var database: String { directory + "/app.db" }
    package var manifest: String { directory + "/foundling.yaml" }
    /// Where the rows are, unless it is the SQLite file.
    package let server: ServerDatabase?
    /// As the manifest names the database.
    package var url: String { server?.url ?? "sqlite:app.db" }

    /// - Parameter isInMemory: where nothing of a disk is needed: a thousand worlds that sync take long.
    package init(
        _ name: String = #function, engine: Engine = .sqlite, server: String? = nil, isInMemory: Bool = false
    ) throws {
        self.server = engine == .sqlite ? nil : try ServerDatabase(engine, server: server)
        let label = name.filter { $0.isLetter || $0.isNumber }.prefix(40)
        let memory = isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : nil
        let base = ProcessInfo.processInfo.environment["FOUNDLING_WORLDS"] ?? memory ?? NSTemporaryDirectory()
        directory =
            URL(fileURLWithPath: base).standardizedFileURL.path + "/foundling-\(label)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
    }

    deinit {
        guard ProcessInfo.processInfo.environment["FOUNDLING_KEEP_WORLDS"] == nil else { return }
        server?.remove()
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Files

    /// A file below the store, with its directories.
    @discardableResult
    package func file(_ path: String, _ content: String = "x") throws -> String {
        let full = store + "/" + path
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(content.utf8).write(to: URL(fileURLWithPath: full))
        return full
    }

    package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: store + "/" + path) }

    /// Every file below the store, by its path, without what we keep there ourselves.
    package func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: store).filter { !$0.hasPrefix(".foundling") }.sorted()
    }

    @discardableResult
    package func makeDirectory(_ path: String) throws -> String {
        try FileManager.default.createDirectory(atPath: store + "/" + path, withIntermediateDirectories: true)
        return store + "/" + path
    }

    /// Directories within directories, deeper than any path can name, with a file in the last.
    package func makeDeep(_ path: String, levels: Int) throws {
        var directory = open(try makeDirectory(path), O_RDONLY | O_DIRECTORY)
        for _ in 0..<levels {
            guard mkdirat(directory, "d", 0o755) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            let next = openat(directory, "d", O_RDONLY | O_DIRECTORY)
            close(directory)
            directory = next
        }
        close(openat(directory, "leaf", O_CREAT | O_WRONLY, 0o644))
        close(directory)
    }

    package func link(_ path: String, to target: String) throws {
        let full = store + "/" + path
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: target)
    }

    package func hardLink(_ path: String, to existing: String) throws {
        let full = store + "/" + path
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.linkItem(atPath: existing, toPath: full)
    }

    /// A directory whose name is any bytes but `/` and NUL.
    package func makeDirectory(bytes path: [UInt8]) throws {
        let full = Array(store.utf8) + [0x2F] + path + [0]
        let made = full.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { mkdir($0.baseAddress!, 0o755) }
        }
        guard made == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    // MARK: Rows

    package func sql(_ statements: String) throws {
        if let server { return try server.run(statements) }
        var configuration = Configuration()
        // As careless as an application may be: rows may refer to what is gone.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: statements) }
        try queue.close()
    }

    /// Inserts one row; arguments may be text, numbers, nil or bytes (a BLOB).
    package func insert(_ sql: String, _ arguments: [(any Sendable)?]) throws {
        let queue = try DatabaseQueue(path: database)
        try queue.write { database in
            let values: [(any DatabaseValueConvertible)?] = arguments.map { value in
                switch value {
                case let text as String: text
                case let number as Int: number
                case let bytes as [UInt8]: Data(bytes)
                default: nil
                }
            }
            try database.execute(sql: sql, arguments: StatementArguments(values))
        }
        try queue.close()
    }

    // MARK: Manifest

    /// Writes a manifest: the usual head, then `resources` as YAML indented by two spaces.
    package func write(_ resources: String, store extra: String = "", safety: String = "min_age: 0s") throws {
        let text = """
            database:
              url: "\(url)"
            store:
              root: data
            \(extra.isEmpty ? "" : extra.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n") + "\n")safety:
              \(safety)
            resources:
            \(resources.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: manifest))
    }

    /// The commonest world: `items/*` claimed by rows of `items(id, path)`.
    package func items(
        claims: String = #"["items/{id}", "{path}"]"#, rows: [(id: String, path: String?)],
        safety: String = "min_age: 0s",
        store extra: String = "", entries: String = "items/*", more: String = "", record: String = ""
    ) throws {
        if server == nil {
            try sql("CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, status TEXT)")
            for row in rows { try insert("INSERT INTO items VALUES (?, ?, 'ready')", [row.id, row.path]) }
        } else {
            let values = rows.map { "('\($0.id)', \($0.path.map { "'\($0)'" } ?? "NULL"), 'ready')" }
            try sql(
                "CREATE TABLE items (id VARCHAR(64) PRIMARY KEY, path VARCHAR(2000), status VARCHAR(20))"
                    + (values.isEmpty ? "" : "; INSERT INTO items VALUES " + values.joined(separator: ", ")))
        }
        let rules = more.split(separator: "\n").map { "  " + $0 + "\n" }.joined()
        let extras =
            record.isEmpty ? "" : "\n" + record.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n")
        try write(
            """
            items:
              entries: \(entries)
            \(rules)  records:
                - table: items
                  key: id
                  claims: \(claims)\(extras)
            """, store: extra, safety: safety)
    }
}
