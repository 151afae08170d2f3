internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

extension Custodian {
    /// Removes items of the quarantine for good: the only step that cannot be undone.
    ///
    /// - Parameters:
    ///   - claims: asked first; nil only where a person typed the run's name because there is no database to ask.
    ///   - rate: files a second at most.
    package func purge(
        _ items: [HeldItem], claims: ClaimReader?, threads: Int = 1, rate: Int? = nil,
        progress: @escaping Progress = { _, _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = RunOutcome(
            .purge, planned: items.count, before: try quarantine.store.space(), quarantine: quarantine.path)
        outcome.runs = Set(items.map(\.run)).sorted()
        try checkRoom(for: Cost.act + Cost.step(items: 1), "removing needs")
        let purge = Purge(self, threads: threads, rate: rate)
        var next = 0
        do throws(FoundlingError) {
            try quarantine.withLock(.removing) { () throws(FoundlingError) in
                while next < items.count {
                    let batch = try self.batch(of: items[next...], rate: rate)
                    try purge.run(batch, claims)
                    next += batch.count
                    progress(next, items.count)
                }
            }
        } catch { outcome.stopped = error }
        outcome.items = purge.outcomes
        let seen = Set(outcome.items.map { "\($0.run)/\($0.number)" })
        outcome.items += items.filter { !seen.contains($0.key) }.map { $0.outcome(.skipped, RunOutcome.notReached) }
        settleSpace(&outcome)
        finish(&outcome)
        return outcome
    }

    /// Files removed on the word of one look at the database: a second's work or so, like a batch of moves.
    private static let batchFiles = 20_000

    /// What one look at the database, and the room for its lines in the ledger, are enough for.
    private func batch(of items: ArraySlice<HeldItem>, rate: Int?) throws(FoundlingError) -> [HeldItem] {
        let most = min(rate ?? Self.batchFiles, Self.batchFiles)
        let room = (Int(clamping: try quarantine.writable()) - Cost.act) / Cost.step(items: 1)
        var (batch, files): ([HeldItem], Int) = ([], 0)
        for item in items {
            files = files.addingUpTo(max(1, item.record.files))
            guard batch.isEmpty || (files <= most && batch.count < min(Self.batchItems, room)) else { break }
            batch.append(item)
        }
        return batch
    }

    /// Says what stands between what was removed and what the disk gained.
    private func settleSpace(_ outcome: inout RunOutcome) {
        guard outcome.count(.purged) > 0 else { return }
        // Blocks are given back when the file system commits.
        _ = seam(.purgeSync) { cl_sync_file_system(quarantine.directory.descriptor) }
        if let space = try? quarantine.store.space() { outcome.after = space }
        let expected = outcome.freed(.purged)
        let gained = UInt64(max(0, outcome.gained))
        guard gained < expected, expected - gained > max(1 << 20, expected / 20) else { return }
        let open = OpenFiles.removedButOpen(device: quarantine.root.device)
        if open.bytes > 0 {
            outcome.notes.append(
                "removed files that are still open hold space: \(open.holder ?? "a process") has the largest; it comes "
                    + "back when they are closed")
        }
        outcome.notes.append(
            "the rest may be held by snapshots, by hard links elsewhere, by shared blocks, or was written by others meanwhile"
        )
    }
}
