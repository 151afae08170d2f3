import CXattr
import Foundation
import FoundlingTesting
import Testing

/// Who runs Foundling, and whose the store is.
enum Actor: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// Root, in a store of root's.
    case root
    /// Root, in a store that an application's user owns: the quarantine is that user's as well.
    case rootForOwner
    /// An ordinary user, in a store of its own.
    case ordinary

    var testDescription: String { rawValue }
    /// Whether everything is tried as everybody; CI takes turns.
    static let isExhaustive = ProcessInfo.processInfo.environment["FOUNDLING_EXHAUSTIVE"] != nil
    func isTurn(_ number: Int) -> Bool {
        Self.isExhaustive || Self.available[number % Self.available.count] == self
    }
    static var available: [Actor] { geteuid() == 0 ? allCases : [.ordinary] }
}

/// A store with a canary beside it: a tree outside that nothing Foundling does may touch, whoever plays tricks inside.
final class HostileWorld {
    let world: World
    let actor: Actor
    private let canary: String
    static let orphans = ["top/mid/gone", "top/mid/gone.txt", "top/mid/gone-link"]
    static let living = ["top/mid/alive/data.bin", "top/mid/alive.txt", "top/mid/alive/deep/er/b.bin"]
    private static let nobody = "65534"

    init(_ name: String = #function, actor: Actor = .root, rows: [String] = [], more: (World) throws -> Void = { _ in })
        throws
    {
        world = try World(name)
        self.actor = actor
        for path in Self.living { try world.file(path, "living bytes of \(path)") }
        try world.file("top/mid/gone/a.bin", "orphaned a")
        try world.file("top/mid/gone/deep/er/b.bin", "orphaned b")
        try world.file("top/mid/gone.txt", "orphaned text")
        try world.link("top/mid/gone-link", to: "alive.txt")
        try more(world)
        let claimed = ["top/mid/alive", "top/mid/alive.txt"] + rows
        try world.items(
            rows: claimed.enumerated().map { (id: "row\($0)", path: $1) },
            safety: "min_age: 0s\n  max_orphans: 100%\n  max_bytes: 100%", entries: "top/mid/*")
        try Self.makeCanary(at: world.directory + "/outside")
        let whole = geteuid() == 0 && actor == .ordinary ? world.directory : world.store
        if geteuid() == 0, actor != .root {
            _ = try Program.execute("/bin/chown", ["-hR", "\(Self.nobody):\(Self.nobody)", whole])
        }
        canary = try Self.picture(world.directory + "/outside")
    }

    deinit { _ = try? Program.execute("/bin/chmod", ["-R", "u+rwX", world.store]) }

    /// Everything that a walk by name, led astray, would take for its own.
    private static func makeCanary(at outside: String) throws {
        let files = FileManager.default
        let names = ["", "top/mid/", "mid/", "gone/", "deep/", "1/", "2/", "3/", "purging-1/", "purging-2/"]
        for name in names {
            for inner in ["a.bin", "deep/er/b.bin", "er/b.bin", "gone/a.bin", "gone/deep/er/b.bin", "gone.txt"] {
                let path = outside + "/" + name + inner
                try files.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try Data("a neighbour's \(name)\(inner)".utf8).write(to: URL(fileURLWithPath: path))
            }
        }
        for name in ["lock", "purge.lock", "apply.lock", "store-id", "ledger.db", "receipt.jsonl", "undo.sh"] {
            try Data("a neighbour's \(name)".utf8).write(to: URL(fileURLWithPath: outside + "/" + name))
        }
        chmod(outside + "/a.bin", 0o4755)
        chmod(outside + "/deep", 0o2750)
        chmod(outside + "/gone", 0o1777)
        #expect(setxattr(outside + "/a.bin", "user.note", "kept", 4, 0) == 0)
        _ = try Program.execute("/usr/bin/touch", ["-d", "2001-02-03", outside + "/a.bin", outside + "/deep"])
    }

    /// All of a tree but the times of reading: the time of change stands for whatever else there may be.
    static func picture(_ root: String) throws -> String {
        let listed = try Program.execute(
            "/usr/bin/find", [root, "-printf", "%P %y %i %s %m %U %G %n %T@ %C@ %l\\n"])
        let lines =
            listed.output.split(separator: "\n").sorted() + (try TreeSnapshot(root, except: []).lines.map { $0[...] })
        return lines.joined(separator: "\n")
    }

    var outside: String { world.directory + "/outside" }
    var quarantine: String { world.store + "/.foundling" }
    var plan: String { world.directory + "/plan.jsonl" }
    private var traceFile: String { world.directory + "/trace" }

    /// Runs `foundling` as the actor. It must end by itself: what hangs for a minute is killed, and has status 137.
    @discardableResult
    func run(_ arguments: [String], at: String? = nil, later: String? = nil, trace: Bool = false) throws
        -> Program.Outcome
    {
        var environment = ["SWIFT_BACKTRACE": "enable=no"]
        if let at { environment["FOUNDLING_AT"] = at }
        if let later { environment["FOUNDLING_FAULT"] = later }
        if trace { environment["FOUNDLING_TRACE"] = traceFile }
        return try execute([Program.path] + arguments, environment: environment)
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Program.Outcome { try run(arguments) }

    /// Runs any program as the actor.
    func execute(_ command: [String], environment: [String: String] = [:]) throws -> Program.Outcome {
        let isOther = geteuid() == 0 && actor == .ordinary
        let user = isOther ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        return try Program.execute(
            "/usr/bin/timeout", ["-s", "KILL", "60"] + user + command, in: world.directory, environment: environment)
    }

    /// Steps that were passed since the last call, each with its number: `item.move@2`.
    func points() throws -> [String] {
        let text = (try? String(contentsOfFile: traceFile, encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(atPath: traceFile)
        var counts: [Substring: Int] = [:]
        return text.split(separator: "\n").map { step in
            counts[step, default: 0] += 1
            return "\(step)@\(counts[step] ?? 0)"
        }
    }

    func makePlan() throws {
        let outcome = try run("plan", "-q", "--output", plan)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Plans and applies, and expects it to work.
    @discardableResult
    func apply() throws -> String {
        let before = try runs()
        try makePlan()
        let outcome = try run("apply", plan, "--format", "json")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        // Two of one second are not in the order of their names.
        return try #require(runs().first { !before.contains($0) })
    }

    func runs() throws -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: quarantine)) ?? []).filter {
            $0.hasPrefix("20") && $0.count == 22
        }.sorted()
    }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(world.store + "/" + path, &status) == 0
    }

    /// The tree outside is what it was, to the last attribute and time of change.
    func expectCanaryUntouched(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let now = try Self.picture(outside)
        guard now != canary else { return }
        let (old, new) = (Set(canary.split(separator: "\n")), Set(now.split(separator: "\n")))
        let difference =
            old.subtracting(new).sorted().map { "- \($0)" } + new.subtracting(old).sorted().map { "+ \($0)" }
        Issue.record(
            "\(point): the tree outside changed: \(difference.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    /// What lives is in its place, with its bytes.
    func expectLivingUntouched(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for path in Self.living {
            let text = try? String(contentsOfFile: world.store + "/" + path, encoding: .utf8)
            #expect(text == "living bytes of \(path)", "\(point): \(path)", sourceLocation: sourceLocation)
        }
    }

    /// The bytes of every orphan are in the store or in its quarantine, once.
    func expectNothingLost(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for bytes in ["orphaned a", "orphaned b", "orphaned text"] {
            let found = try Program.execute("/bin/grep", ["-rlxF", bytes, world.store]).output
            #expect(
                found.split(separator: "\n").count == 1, "\(point): \(bytes): \(found)", sourceLocation: sourceLocation)
        }
    }

    func counts(_ outcome: Program.Outcome) -> [String: Int] {
        let document = (try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))) as? [String: Any]
        return (document?["counts"] as? [String: Int] ?? [:]).filter { $0.value > 0 }
    }
}
