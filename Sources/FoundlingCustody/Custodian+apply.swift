internal import CLinux
package import FoundlingCore
internal import FoundlingStore

extension Custodian {
    /// Moves the items of a plan aside, each looked at again at the last moment.
    ///
    /// - Parameters:
    ///   - isPinned: whether somebody asked to keep a path.
    ///   - claims: read after the intents are on disk, and once more after the moves.
    ///   - purges: whether each batch is removed for good before the next: for a disk without room to wait.
    package func apply(
        _ plan: Plan, hash: String, isPinned: @escaping (StorePath) -> Bool, claims: @escaping ClaimReader,
        purges: Bool = false,
        progress: @escaping Progress = { _, _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = RunOutcome(
            .apply, planned: plan.items.count, before: try quarantine.store.space(), quarantine: quarantine.path)
        outcome.purges = purges
        guard !plan.items.isEmpty else {
            finish(&outcome)
            return outcome
        }
        let id = RunID.make()
        let run: ApplyRun
        do throws(FoundlingError) { run = try ApplyRun(id, self, plan, hash, isPinned, claims) } catch {
            giveUp(id)
            throw error
        }
        outcome.runs = [id]
        var next = 0
        do throws(FoundlingError) {
            while next < plan.items.count {
                let from = next
                next = try quarantine.withLock { () throws(FoundlingError) in try run.batch(from: from) }
                if purges { try purgeMoved(of: run, claims, &outcome) }
                progress(next, plan.items.count)
            }
        } catch { outcome.stopped = error }
        outcome.items =
            run.outcomes + outcome.items.filter { item in !run.outcomes.contains { $0.number == item.number } }
        let rest = plan.items.indices.dropFirst(next).filter { index in
            !outcome.items.contains { $0.number == index + 1 }
        }
        outcome.items += rest.map { run.outcome($0 + 1, plan.items[$0], .skipped, "not reached") }
        outcome.notes += run.notes
        let end = LedgerDraft(kind: .end, run: run.id, body: Ledger.json(outcome.tally))
        do throws(FoundlingError) { try ledger.append([end]) } catch { outcome.stopped = outcome.stopped ?? error }
        finish(&outcome)
        return outcome
    }

    /// A run that could not begin leaves nothing but a line that says so.
    private func giveUp(_ id: String) {
        if let directory = try? directory(of: id) {
            for name in [ReceiptWriter.name, ReceiptWriter.undoName] {
                _ = CName.with(name) { cl_unlink_at(directory.descriptor, $0, 0) }
            }
            _ = CName.with(Array(id.utf8)) { cl_unlink_at(quarantine.directory.descriptor, $0, 1) }
        }
        if (try? ledger.knows(id)) == true {
            try? ledger.append([LedgerDraft(kind: .end, run: id, body: Ledger.json([String: Int]()))])
        }
    }

    private func purgeMoved(
        of run: ApplyRun, _ claims: @escaping ClaimReader, _ outcome: inout RunOutcome
    ) throws(FoundlingError) {
        let items = try ledger.items(run: run.id, where: { $0 == .moved })
        let purged = try purge(items, claims: claims, isPinned: { _ in false })
        if let stopped = purged.stopped { throw stopped }
        for item in purged.items { run.replace(item) }
        outcome.notes += purged.notes
    }
}

extension RunOutcome {
    /// Items by what became of them.
    var tally: [String: Int] {
        Dictionary(items.map { ($0.state.rawValue, 1) }, uniquingKeysWith: +)
    }
}
