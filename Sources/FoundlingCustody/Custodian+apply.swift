internal import CLinux
package import FoundlingCore
internal import FoundlingStore

extension Custodian {
    /// Moves the items of a plan aside, each looked at again at the last moment.
    ///
    /// - Parameters:
    ///   - claims: read after the intents are on disk, and once more after the moves.
    ///   - purging: asked as well, where each batch is removed for good before the next: for a disk that cannot wait.
    ///   - isApproved: whether a person approved exactly this plan, over a limit.
    ///   - sightings: what was seen a moment ago, for a plan that was made for this very call.
    ///   - isAgeJudged: whether `min_age` has been answered for already: the database told when each record went.
    package func apply(
        _ plan: Plan, hash: String, isApproved: Bool = false, isAgeJudged: Bool = false,
        sightings: [StorePath: Sighting] = [:],
        claims: @escaping ClaimReader, purging: ClaimReader? = nil,
        progress: @escaping Progress = { _, _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = RunOutcome(
            .apply, planned: plan.items.count, before: try quarantine.store.space(), quarantine: quarantine.path)
        let purges = purging != nil
        outcome.purges = purges
        guard !plan.items.isEmpty else {
            finish(&outcome)
            return outcome
        }
        let id = RunID.make()
        let run: ApplyRun
        do throws(FoundlingError) {
            run = try ApplyRun(id, self, plan, hash, isApproved: isApproved, purges: purges, claims)
        } catch {
            giveUp(id)
            throw error
        }
        run.isAgeJudged = isAgeJudged
        run.sightings = sightings
        outcome.runs = [id]
        var next = 0
        do throws(FoundlingError) {
            while next < plan.items.count {
                let from = next
                let room = purges ? Int(clamping: try quarantine.writable()) - Cost.act : nil
                next = try quarantine.withLock { () throws(FoundlingError) in try run.batch(from: from, room: room) }
                if let purging { try purgeMoved(of: run, purging, &outcome) }
                progress(next, plan.items.count)
            }
        } catch { outcome.stopped = error }
        outcome.items = run.outcomes
        let settled = Set(outcome.items.map(\.number))
        outcome.items += plan.items.indices.filter { !settled.contains($0 + 1) }
            .map { run.outcome($0 + 1, plan.items[$0], .skipped, RunOutcome.notReached) }
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
        guard !items.isEmpty else { return }
        let purged = try purge(items, claims: claims)
        for item in purged.items where item.reason != RunOutcome.notReached { run.replace(item) }
        outcome.notes += purged.notes.filter { !outcome.notes.contains($0) }
        if let stopped = purged.stopped { throw stopped }
    }
}

extension RunOutcome {
    /// Items by what became of them.
    var tally: [String: Int] {
        Dictionary(items.map { ($0.state.rawValue, 1) }, uniquingKeysWith: +)
    }
}
