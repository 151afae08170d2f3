import Foundation
import FoundlingTesting
import Testing

/// A store on a file system of its own in an image: a copy of the image is the same store again, inode by inode.
///
/// Foundling knows entries by inode and time of birth; a copied tree would be another.
final class PowerWorld {
    let acting: ActingWorld
    let original: TreeSnapshot
    /// The orphans' inodes, by their places.
    let inodes: [String: UInt64]
    private var image: String { acting.world.directory + "/store.img" }
    /// One that was unmounted while something still had it open goes on by itself: the next state gets another.
    private var current: String { "\(acting.world.directory)/current-\(number).img" }
    private var number = 0
    private var database: String { acting.world.directory + "/app.db" }
    var store: String { acting.world.store }
    private var isMounted = false

    /// What lies in it besides what the application made.
    static let notOfTheStore: Set<String> = [".foundling", "lost+found", "state"]

    /// In CI it has to be there.
    static var canTrace: Bool { SystemCall.isTraceable || ProcessInfo.processInfo.environment["CI"] != nil }
    static let needsStrace: Comment = "strace is not installed: it is what tells writes and syncs in their order"

    /// A command that did not do what a test needs it to.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter manifest: further lines of `store`.
    init(_ name: String, manifest: String = "") throws {
        acting = try ActingWorld(name, store: manifest)
        let directory = acting.world.directory
        // Small, so that copying it costs next to nothing; wide inodes, since only those know their time of birth.
        let made = "truncate -s 24M store.img && mkfs.ext4 -q -F -b 4096 -I 256 -m 0 -O ^has_journal store.img"
        try Self.execute("/bin/sh", ["-c", made], in: directory)
        try Self.execute("/bin/mkdir", [directory + "/blank"])
        try Self.execute("/bin/mount", ["-o", "loop", directory + "/store.img", directory + "/blank"])
        defer { _ = try? Program.execute("/bin/umount", ["-l", directory + "/blank"]) }
        try Self.execute("/bin/cp", ["-a", acting.world.store + "/items", directory + "/blank/items"])
        try Self.execute("/bin/umount", [directory + "/blank"])
        try Self.execute("/bin/cp", ["--sparse=always", directory + "/store.img", directory + "/current-0.img"])
        try Self.execute("/bin/mount", ["-o", "loop", directory + "/current-0.img", acting.world.store])
        isMounted = true
        original = try TreeSnapshot(acting.world.store, except: Self.notOfTheStore)
        inodes = Dictionary(
            uniqueKeysWithValues: ActingWorld.orphans.map { ($0, Self.inode(directory + "/data/" + $0) ?? 0) })
    }

    deinit { if isMounted { _ = try? Program.execute("/bin/umount", ["-l", store]) } }

    @discardableResult
    private static func execute(_ program: String, _ arguments: [String], in directory: String? = nil) throws -> String
    {
        let outcome = try Program.execute(program, arguments, in: directory)
        guard outcome.status == 0 else {
            throw Failed(description: "\(program) \(arguments.joined(separator: " ")): \(outcome.errors)")
        }
        return outcome.output
    }

    static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    // MARK: Recording

    /// Runs the commands of a session under a trace.
    ///
    /// - Returns: what they did to the store, and the number of the first event of the last command.
    func record(_ session: PowerSession) throws -> (record: DiskRecord, last: Int) {
        var record = try DiskRecord(store)
        var last = 0
        let log = acting.world.directory + "/strace"
        for (number, step) in session.steps.enumerated() {
            last = record.events.count
            let run = try acting.runs().last ?? ""
            let words = step.words.map { $0.replacingOccurrences(of: "RUN", with: run) }
            let isLast = number == session.steps.count - 1
            var environment = step.environment
            environment["FOUNDLING_UNSYNCED"] = isLast ? session.unsynced : ""
            let command = step.isShell ? ["/bin/sh", "-c", words[0]] : [Program.path] + words
            let (outcome, calls) = try SystemCall.trace(
                command, in: acting.world.directory, environment: environment, log: log)
            guard outcome.status == 0 || environment["FOUNDLING_FAULT"] != nil else {
                throw Failed(description: "\(words): \(outcome.output)\(outcome.errors)")
            }
            try record.append(calls, isLast: isLast)
        }
        try unmount()
        try Self.execute("/bin/cp", [database, database + ".recorded"])
        return (record, session.countsFromFirst ? 0 : last)
    }

    private func unmount() throws {
        if (try? Self.execute("/bin/umount", [store])) == nil { try Self.execute("/bin/umount", ["-l", store]) }
        isMounted = false
    }

    // MARK: Replaying

    /// Makes the store what a power loss left of it.
    func materialise(_ state: CrashState, of record: DiskRecord) throws {
        if isMounted { try unmount() }
        try FileManager.default.removeItem(atPath: current)
        number += 1
        try Self.execute("/bin/cp", ["--sparse=always", image, current])
        try Self.execute("/bin/cp", [database + ".recorded", database])
        try Self.execute("/bin/mount", ["-o", "loop", current, store])
        isMounted = true
        var replay = Replay(store, record)
        for (number, fate) in state.fates.enumerated() { try replay.apply(number, fate) }
        guard !replay.times.isEmpty else { return }
        // No call sets a time of change; in an image that is not mounted it is a number like any other.
        try unmount()
        let commands = replay.times.map { inode, time in
            "sif <\(inode)> ctime @\(time.0)\nsif <\(inode)> ctime_extra \(time.1 << 2)\n"
        }
        let script = acting.world.directory + "/debugfs"
        try commands.joined().write(toFile: script, atomically: false, encoding: .utf8)
        try Self.execute("/sbin/debugfs", ["-w", "-f", script, current])
        try Self.execute("/bin/mount", ["-o", "loop", current, store])
        isMounted = true
    }
}
