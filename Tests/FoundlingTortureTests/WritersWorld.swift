import Foundation
import FoundlingTesting
import Testing

/// The store, the database and the manifest that an application of several threads and Foundling share.
final class WritersWorld: Sendable {
    /// Seconds: longer than the application ever takes from its first byte to its commit, as the manifest must promise.
    static let minAge = 3
    nonisolated(unsafe) let world: World
    let engine: Engine

    private static let resources = ["docs", "blobs", "links", "targets"]

    init(_ engine: Engine) throws {
        self.engine = engine
        world = try World("writers", engine: engine)
        let tables = Self.resources.map { "CREATE TABLE \($0) (id VARCHAR(60) PRIMARY KEY, path VARCHAR(200))" }
        try world.sql((engine == .sqlite ? ["PRAGMA journal_mode = WAL"] + tables : tables).joined(separator: "; "))
        let records = Self.resources.map { name in
            let (entries, claim) =
                switch name {
                // A file two levels down, named by its key; the others by what their rows say.
                case "blobs": ("blobs/*/*", "blobs/{id}")
                default: ("\(name)/*", "{path}")
                }
            return """
                \(name):
                  entries: \(entries)
                  records:
                    - { table: \(name), key: id, claims: ["\(claim)"], may_be_empty: true, may_meet_nothing: true }
                """
        }
        try world.write(
            records.joined(separator: "\n"),
            safety: """
                min_age: \(Self.minAge)s
                  retention: 6s
                  max_orphans: 100%
                  max_bytes: 100%
                  unattended: true
                """)
        for directory in Self.resources + ["staging", "blobs/aa", "blobs/bb"] { try world.makeDirectory(directory) }
        // A store without an entry is no store.
        try world.file("docs/first/data", "first")
        try world.sql("INSERT INTO docs VALUES ('first', 'docs/first')")
        for arguments in [["plan", "-q", "--output", "first.jsonl"], ["triggers", "install"]] {
            let outcome = try run(arguments)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
    }

    var store: String { world.store }
    var quarantine: String { world.store + "/.foundling" }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Program.Outcome {
        try Program.run(arguments, in: world.directory, environment: environment)
    }

    /// The entry that a path is, or lies in.
    static func entry(of path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.prefix(parts.first == "blobs" ? 3 : 2).joined(separator: "/")
    }

    /// What is there; nil where nothing is.
    static func content(at path: String) -> Journal.Content? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFLNK {
            return (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { .link($0) }
        }
        return FileManager.default.contents(atPath: path).map { .file(String(decoding: $0, as: UTF8.self)) }
    }

    /// Nanoseconds of the last change of a path itself, and which file it is; nil where there is none.
    static func state(of path: String) -> (inode: UInt64, changed: Int64)? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return (UInt64(status.st_ino), Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }

    /// Every file below a directory, its content by its path.
    static func files(below directory: String, but: String? = nil) -> [(path: String, content: String)] {
        var found: [(String, String)] = []
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names.sorted() where name != but {
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: found += files(below: path)
            case S_IFREG:
                found.append(
                    (path, String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)))
            default: break
            }
        }
        return found
    }
}
