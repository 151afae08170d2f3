import FoundationEssentials
import Glibc

/// A directory with a store, a database and a manifest, in which one benchmark takes place.
struct World {
    /// How big a world is.
    struct Shape {
        let entries: Int
        let directories: Int
        let rows: Int
    }

    let benchmark: Benchmark
    let path: String
    let shape: Shape
    let executable: String
    let python: String

    static let package = Options.repository + "/Benchmarks"

    /// Makes the world, or takes up the one that `--keep` left: a million files are slow to make.
    init(_ benchmark: Benchmark, _ options: Options) throws {
        self.benchmark = benchmark
        executable = options.foundling
        python = try Self.interpreter()
        switch benchmark {
        case .list:
            shape = Shape(entries: options.count, directories: 1, rows: options.count * 9 / 10)
            path = "\(options.base)/foundling-bench-list-\(shape.entries)"
        case .walk:
            let perDirectory = options.files / options.directories
            shape = Shape(entries: perDirectory * options.directories, directories: options.directories, rows: 1)
            path = "\(options.base)/foundling-bench-walk-\(shape.entries)-\(shape.directories)"
        }
        if access(path + "/complete", F_OK) == 0 {
            say("using \(path)")
        } else {
            say("making \(path)")
            try make()
        }
    }

    /// By `rm`: `FileManager` may hold a million entries in memory, and what the runner holds shows in its children.
    func remove() throws {
        say("removing \(path)")
        _ = try ChildProcess(arguments: ["/bin/rm", "-rf", path], directory: path).run()
    }

    private func make() throws {
        guard mkdir(path, 0o755) == 0 else { throw Failure.system("\(path), left by a run that was cut short?") }
        let items = path + "/store/items"
        try FileManager.default.createDirectory(atPath: items, withIntermediateDirectories: true)
        switch benchmark {
        case .list:
            try fill(items, count: shape.entries, prefix: "item_", digits: 8)
            try makeDatabase(format: "item_%08d")
        case .walk:
            for number in 0..<shape.directories {
                let directory = items + "/" + Self.name("d_", number, digits: 5)
                guard mkdir(directory, 0o755) == 0 else { throw Failure.system(directory) }
                try fill(directory, count: shape.entries / shape.directories, prefix: "file_", digits: 2)
            }
            try makeDatabase(format: "d_%05d")
        }
        try Self.manifest.write(toFile: path + "/foundling.yaml", atomically: false, encoding: .utf8)
        // Otherwise the kernel writes the new inodes back during the first rounds.
        sync()
        try "".write(toFile: path + "/complete", atomically: false, encoding: .utf8)
    }

    /// `mknodat` makes an empty file in one call, where `open` takes two.
    private func fill(_ directory: String, count: Int, prefix: String, digits: Int) throws {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.system(directory) }
        defer { close(descriptor) }
        for number in 0..<count {
            let name = Self.name(prefix, number, digits: digits)
            guard mknodat(descriptor, name, S_IFREG | 0o644, 0) == 0 else { throw Failure.system(name) }
        }
    }

    private func makeDatabase(format: String) throws {
        let script = """
            import sqlite3, sys
            database = sqlite3.connect("app.db")
            database.execute("CREATE TABLE items(id TEXT PRIMARY KEY)")
            database.execute(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
                "INSERT INTO items SELECT printf(?, i) FROM n", (int(sys.argv[1]), sys.argv[2]))
            database.commit()
            """
        let arguments = [python, "-c", script, String(shape.rows), format]
        _ = try ChildProcess(arguments: arguments, directory: path).run()
    }

    private static func name(_ prefix: String, _ number: Int, digits: Int) -> String {
        let text = String(number)
        return prefix + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    private static let manifest = """
        database: { url: "sqlite:app.db" }
        store: { root: store }
        safety: { min_age: 0s }
        resources:
          items:
            entries: items/*
            records:
              - { table: items, key: id, claims: ["items/{id}"] }

        """
}
