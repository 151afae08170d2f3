import CXattr
import Foundation
import FoundlingCore
import FoundlingTesting
import Testing

/// A small store with everything that must survive a move, and the commands that act on it.
final class ActingWorld {
    let world: World
    let original: TreeSnapshot
    /// Orphans: a directory with all kinds of things in it, a file, a link.
    static let orphans = ["items/gone", "items/gone.txt", "items/gone-link"]
    static let living = ["items/alive", "items/alive.txt", "items/other1", "items/other2"]

    /// - Parameter limits: further lines of `safety`; by default no share guard trips.
    init(
        _ name: String = #function, safety: String = "max_orphans: 100%, max_bytes: 100%", store: String = "",
        record: String = "", isInMemory: Bool = false
    ) throws {
        world = try World(name, isInMemory: isInMemory)
        try world.file("items/alive/data.bin", "alive")
        try world.file("items/alive.txt", "alive too")
        for other in ["other1", "other2"] { try world.file("items/\(other)/x", other) }
        try world.file("items/gone/a.bin", String(repeating: "a", count: 10_000))
        try world.file("items/gone/deep/er/b.bin", "b")
        try world.hardLink("items/gone/deep/a-again.bin", to: world.store + "/items/gone/a.bin")
        try world.link("items/gone/link", to: "../alive/data.bin")
        try world.makeDirectory("items/gone/empty")
        let sparse = try FileHandle(forWritingTo: URL(fileURLWithPath: try world.file("items/gone/sparse", "")))
        try sparse.truncate(atOffset: 5_000_000)
        try sparse.close()
        try world.file("items/gone.txt", "gone")
        try world.link("items/gone-link", to: "alive.txt")
        chmod(world.store + "/items/gone/a.bin", 0o640)
        chmod(world.store + "/items/gone/deep", 0o750)
        setxattr(world.store + "/items/gone/a.bin", "user.note", "kept", 4, 0)
        for path in ["items/gone/a.bin", "items/gone/deep", "items/gone", "items/gone.txt"] {
            var times = [
                timeval(tv_sec: 1_500_000_000, tv_usec: 123_456), timeval(tv_sec: 1_500_000_000, tv_usec: 654_321),
            ]
            utimes(world.store + "/" + path, &times)
        }
        try world.items(
            rows: Self.living.map { (id: String($0.dropFirst(6)), path: $0) }, safety: "min_age: 0s",
            store: store, record: record)
        let manifest = try String(contentsOfFile: world.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(
            of: "  min_age: 0s\n",
            with: "  min_age: 0s\n"
                + safety.split(separator: ",").map { "  \($0.trimmingCharacters(in: .whitespaces))\n" }.joined()
        ).write(toFile: world.manifest, atomically: true, encoding: .utf8)
        original = try TreeSnapshot(world.store)
    }

    var quarantine: String { world.store + "/.foundling" }
    var plan: String { world.directory + "/plan.jsonl" }

    /// Runs `foundling`, with a fault or a command at a named step if one is wanted.
    @discardableResult
    func run(
        _ arguments: String..., fault: String? = nil, at command: String? = nil, trace: Bool = false,
        asNobody: Bool = false
    ) throws -> Program.Outcome {
        var environment: [String: String] = [:]
        if let fault { environment["FOUNDLING_FAULT"] = fault }
        if let command { environment["FOUNDLING_AT"] = command }
        if trace { environment["FOUNDLING_TRACE"] = traceFile }
        return try Program.run(arguments, in: world.directory, environment: environment, asNobody: asNobody)
    }

    var traceFile: String { world.directory + "/trace" }

    /// The steps that were passed, in their order.
    func steps() -> [String] {
        ((try? String(contentsOfFile: traceFile, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    func makePlan() throws { #expect(try run("plan", "-q", "--output", plan).status == 0) }

    /// Plans and applies, and expects it to work.
    @discardableResult
    func apply() throws -> String {
        try makePlan()
        let outcome = try run("apply", plan, "--format", "json")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        return try #require(runs().last)
    }

    /// Runs of the quarantine, oldest first.
    func runs() throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: quarantine) else { return [] }
        // By the time in their names, and by what the ledger says where two share a second.
        return names.filter { $0.hasPrefix("20") }.sorted {
            let (a, b) = (modified($0), modified($1))
            return ($0.prefix(15), a) < ($1.prefix(15), b)
        }
    }

    private func modified(_ run: String) -> Double {
        var status = stat()
        lstat(quarantine + "/" + run + "/receipt.jsonl", &status)
        return Double(status.st_ino)
    }

    /// What lies in the quarantine beside papers: `run/name`.
    func inQuarantine() throws -> [String] {
        try runs().flatMap { run in
            try FileManager.default.contentsOfDirectory(atPath: quarantine + "/" + run)
                .filter { $0 != "receipt.jsonl" && $0 != "undo.sh" }.sorted().map { run + "/" + $0 }
        }
    }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(world.store + "/" + path, &status) == 0
    }

    /// Every orphan is either at its place or in the quarantine, and whatever lives is where it was.
    func expectNothingLost(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let atPlace = Self.orphans.filter(exists).count
        let aside = try inQuarantine().count
        #expect(atPlace + aside == Self.orphans.count, point, sourceLocation: sourceLocation)
        for path in Self.living { #expect(exists(path), point, sourceLocation: sourceLocation) }
    }

    /// Puts every run back and compares the whole tree with the one at the beginning.
    func expectUndo(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for run in try runs() where try inQuarantine().contains(where: { $0.hasPrefix(run) }) {
            let outcome = try self.run("restore", run)
            #expect(outcome.status == 0, "\(point): \(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
        }
        let difference = try TreeSnapshot(world.store).difference(from: original)
        #expect(difference.isEmpty, "\(point): \(difference.joined(separator: "\n"))", sourceLocation: sourceLocation)
        let verified = try run("ledger", "verify")
        #expect(verified.status == 0, "\(point): \(verified.errors)", sourceLocation: sourceLocation)
    }

    func json(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    /// The items of an outcome, as JSON has them.
    func items(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try #require(try json(outcome)["items"] as? [[String: Any]], "\(outcome.output)\(outcome.errors)")
    }

    /// `moved`, `rescued` … and how many.
    func counts(_ outcome: Program.Outcome) throws -> [String: Int] {
        try #require(try json(outcome)["counts"] as? [String: Int]).filter { $0.value > 0 }
    }
}
