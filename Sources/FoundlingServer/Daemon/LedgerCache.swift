internal import FoundlingCore
internal import FoundlingPipeline
internal import Synchronization

/// The runs that the ledger tells of, summed up again only when it has a new line.
final class LedgerCache: Sendable {
    private struct Known {
        var end: (seq: Int64, hash: String)?
        /// Until when it may be used although the ledger has a new line; nanoseconds of a clock that nobody sets.
        var fresh: Int64
        var manifest: String
        var runs: [RunSummary]
        var head: String
    }

    private let known = Mutex<Known?>(nil)

    /// Summing up a ledger of a million lines takes seconds: it may take one of this many, whoever asks how often.
    private static let share: Int64 = 20

    /// What was summed up does not do any more: something was done just now.
    func forget() { known.withLock { $0 = nil } }

    /// Newest first, and the head of the chain.
    func history(_ manifest: Manifest) throws(FoundlingError) -> (runs: [RunSummary], head: String) {
        let end = try Custody.end(manifest)
        let place = manifest.store.state ?? manifest.store.quarantine
        let found = known.withLock { known -> (runs: [RunSummary], head: String)? in
            guard let known, known.manifest == place else { return nil }
            let isSame = known.end?.seq == end?.seq && known.end?.hash == end?.hash
            return isSame || Custody.steadyTime < known.fresh ? (known.runs, known.head) : nil
        }
        if let found { return found }
        let begun = Custody.steadyTime
        let (runs, head) = try Custody.history(manifest)
        let newest = Array(runs.reversed())
        let now = Custody.steadyTime
        known.withLock {
            $0 = Known(
                end: end, fresh: now + (now - begun) * Self.share, manifest: place, runs: newest, head: head)
        }
        return (newest, head)
    }

    /// What lies in quarantine, all runs together; nil where nothing does.
    func lying(_ manifest: Manifest) throws(FoundlingError) -> ScanResult.Quarantine? {
        let runs = try history(manifest).runs.filter { $0.due != nil }
        guard !runs.isEmpty else { return nil }
        return ScanResult.Quarantine(
            entries: runs.reduce(0) { $0 + ($1.states[.moved] ?? 0) + ($1.states[.held] ?? 0) },
            bytes: runs.reduce(into: Bytes()) { $0 += $1.inQuarantine }, due: runs.compactMap(\.due).min())
    }
}
