internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingCustody

/// What the outbox knows of why files have no record any more: who deleted it, when, with what, and what came of the
/// task that should have taken its files along.
struct DeletionEvidence {
    private let manifest: Manifest
    private let catalog: Catalog
    private let readings: ClaimReadings
    /// Beyond this many orphans nobody reads a cause for each.
    private static let mostOrphans = 10_000
    /// Milliseconds that a task may wait before a scan says so: a worker polls every 2 s.
    private static let patience: Int64 = 900_000

    init(_ manifest: Manifest, _ catalog: Catalog, _ readings: ClaimReadings) {
        self.manifest = manifest
        self.catalog = catalog
        self.readings = readings
    }

    /// The last word of the outbox on one entry.
    private struct Word {
        let event: DeletionTask.Event
        let at: Int64
        let actor: String?
        let program: String?
        let state: DeletionTask.State
        let attempts: Int
        let reason: String?
        let id: String
    }

    /// Gives a cause to every orphan whose record the outbox saw go.
    ///
    /// Only evidence: what cannot be read is a warning, never an error.
    func attribute(_ findings: inout [Finding]) -> (outbox: ScanResult.Outbox?, warnings: [String]) {
        var orphans: [StorePath: Int] = [:]
        var keys: [String: [Int]] = [:]
        for index in findings.indices where findings[index].kind == .orphan {
            orphans[findings[index].path] = index
            if let key = findings[index].evidence.key {
                keys[String(decoding: key, as: UTF8.self), default: []].append(index)
            }
        }
        let attributes = orphans.count <= Self.mostOrphans
        var outbox = ScanResult.Outbox()
        var words: [Int: Word] = [:]
        let columns = [
            "id", "resource", "record_key", "paths", "event", "at", "actor", "program", "state", "attempts", "reason",
        ]
        do throws(FoundlingError) {
            let isThere = try catalog.outbox(manifest.database.outbox, columns: columns) { row in
                guard let event = row[4].flatMap(DeletionTask.Event.init), let at = row[5].flatMap({ Int64($0) }),
                    let state = row[8].flatMap(DeletionTask.State.init)
                else { return }
                Self.count(state, at, &outbox)
                guard attributes, !orphans.isEmpty else { return }
                let word = Word(
                    event: event, at: at, actor: row[6], program: row[7], state: state,
                    attempts: row[9].flatMap { Int($0) } ?? 0, reason: row[10], id: row[0] ?? "")
                for path in DeletionTask.decode(paths: row[3] ?? "") {
                    for index in entries(of: path, key: row[2], orphans, keys) { words[index] = word }
                }
            }
            guard isThere else { return (nil, []) }
        } catch {
            return (nil, ["what the outbox knows of causes cannot be read: \(error.summary)"])
        }
        for (index, word) in words where findings[index].cause != .tombstone { Self.tell(word, &findings[index]) }
        return (outbox, Self.warnings(outbox))
    }

    private static func count(_ state: DeletionTask.State, _ at: Int64, _ outbox: inout ScanResult.Outbox) {
        switch state {
        case .ready, .leased:
            outbox.pending += 1
            outbox.oldest = min(outbox.oldest ?? at, at)
        case .held: outbox.held += 1
        case .dead: outbox.dead += 1
        case .done: break
        }
    }

    /// Orphans that a recorded path leads to, or into.
    private func entries(
        of path: [UInt8], key: String?, _ orphans: [StorePath: Int], _ keys: [String: [Int]]
    ) -> [Int] {
        guard !path.isEmpty else { return [] }
        if path.contains(0) { return key.flatMap { keys[$0] } ?? [] }
        var found: [Int] = []
        for case .inside(let components) in readings.readings(of: path) {
            for depth in components.indices {
                let above = StorePath(trusted: Array(components[...depth].joined(separator: [UInt8.slash])))
                if let index = orphans[above] { found.append(index) }
            }
        }
        return found
    }

    private static func tell(_ word: Word, _ finding: inout Finding) {
        let task = DeletionTask(
            id: word.id, resource: "", key: nil, paths: [], event: word.event, at: word.at, actor: word.actor,
            program: word.program, state: word.state, attempts: word.attempts, losses: 0, due: 0, isApproved: false,
            worker: nil, reason: word.reason, run: nil)
        let hasFailed = word.state == .dead || (word.attempts > 0 && word.state == .ready)
        finding.cause = hasFailed ? .cleanupFailed : .deleted
        finding.evidence.notes.append("its record was \(task.told) at \(Timestamp.iso(word.at * 1_000_000))")
        let reason = word.reason.map { ": \(Printable.escape($0))" } ?? ""
        switch word.state {
        case .ready where word.attempts == 0: finding.evidence.notes.append("its task waits for a worker\(reason)")
        case .ready:
            finding.evidence.notes.append("its task failed \(Words.count(word.attempts, "time", "times"))\(reason)")
        case .leased: finding.evidence.notes.append("a worker has its task")
        case .held: finding.evidence.notes.append("its task is held\(reason)")
        case .dead: finding.evidence.notes.append("its task was given up\(reason)")
        case .done: finding.evidence.notes.append("its task was done\(reason)")
        }
    }

    private static func warnings(_ outbox: ScanResult.Outbox) -> [String] {
        var warnings: [String] = []
        if outbox.held > 0 {
            warnings.append(
                "\(Words.count(outbox.held, "task is", "tasks are")) held until a person approves: `foundling tasks`")
        }
        if outbox.dead > 0 {
            warnings.append("\(Words.count(outbox.dead, "task was", "tasks were")) given up: `foundling tasks`")
        }
        let now = HostClock.time() / 1_000_000
        if let oldest = outbox.oldest, now - oldest > patience {
            warnings.append(
                "\(Words.count(outbox.pending, "task waits", "tasks wait")), the oldest for "
                    + "\((now - oldest) / 60_000) min: is a worker there? `foundling tasks` says so")
        }
        return warnings
    }
}
