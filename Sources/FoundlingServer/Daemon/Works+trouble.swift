internal import FoundlingCore
internal import FoundlingPipeline

/// What a person must hear of an act that nobody looked on at.
extension Works {
    /// What waits for a person, or was left undone: no schedule may pass over it in silence.
    static func trouble(_ outcome: Custody.Unattended) -> FoundlingError? {
        guard outcome.refused.isEmpty else {
            return FoundlingError(
                .approvalNeeded, "what goes over a limit was left, and waits for a person",
                hint: "`foundling plan` shows it; `foundling apply PLAN --approve HASH` lets exactly that go",
                details: outcome.refused)
        }
        return [outcome.applied, outcome.purged].compactMap { $0.flatMap(trouble) }.first
    }

    static func trouble(_ outcome: RunOutcome) -> FoundlingError? {
        if let stopped = outcome.stopped { return stopped }
        let failed = outcome.items.filter { $0.state == .failed }
        guard !failed.isEmpty else { return nil }
        return FoundlingError(
            .system, "\(Words.count(failed.count, "item", "items")) could not be moved or removed",
            hint: "`foundling ledger \(outcome.runs.last ?? "RUN")` says why for each",
            details: failed.prefix(20).map { "\($0.path): \($0.reason ?? $0.state.meaning)" })
    }
}
