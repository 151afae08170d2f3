package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore

extension Custody {
    /// What a scan found that nobody looked on at.
    package struct Survey: Sendable {
        package var result: ScanResult
        /// Whether it was noted for a later scan to agree with.
        package var isRecorded = false
        /// Why the database or the store is not the one that was accepted: what the scan says is doubtful then.
        package var refusals: [FoundlingError] = []
        /// In sentences.
        package var notes: [String] = []

        package init(result: ScanResult) { self.result = result }
    }

    /// Scans, and records what it finds where somebody accepted this store and this database before.
    ///
    /// A program alone accepts nothing: the first plan that a person makes does. Where the database is another one than
    /// was accepted the scan is told of all the same, with that doubt, and not recorded.
    package func survey(
        threads: Int, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> Survey {
        let result = try Scan(manifest, pins: try ledger.pins(), threads: threads, progress: progress).run()
        var survey = Survey(result: result)
        guard let accepted = try ledger.accepted() else {
            survey.notes.append(
                "nobody accepted this database and this store yet, so nothing was recorded: `foundling plan` shows what would "
                    + "go and accepts them")
            return survey
        }
        let grounds = Grounds(
            result.certificate, store: try quarantine.identity(), manifest: manifest, clock: result.certificate.clock)
        survey.refusals = Identities.refusals(grounds, accepted: accepted)
        if let refusal = Guards.replica(result.certificate.catalog) { survey.refusals.append(refusal) }
        guard survey.refusals.isEmpty else {
            survey.result.doubts = survey.refusals.map { refusal in
                refusal.summary + (refusal.details.first.map { " (\($0))" } ?? "")
                    + ": what looks like an orphan may be none"
            }
            return survey
        }
        let orphans = Planner(manifest).orphans(of: result, only: [])
        guard orphans.count <= Ledger.mostObserved else {
            survey.notes.append(
                "not recorded: \(orphans.count) orphans are a person's decision, and a program's up to \(Ledger.mostObserved)")
            return survey
        }
        try ledger.observe(try look(at: orphans, progress, &survey.notes))
        survey.isRecorded = true
        return survey
    }

    /// Whether anybody accepted this store and its database, without touching anything.
    package static func isAccepted(_ manifest: Manifest) throws(FoundlingError) -> Bool {
        try reader(manifest)?.accepted() != nil
    }
}
