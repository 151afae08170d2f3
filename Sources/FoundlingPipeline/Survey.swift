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
        /// Whether what a crash left is missing or in doubt: the notes say what.
        package var isAlarmed = false

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
        (survey.notes, survey.isAlarmed) = (notes, isAlarmed)
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
        // By the rules of a plan, so that no scan agrees with a clean-up on what a plan would have left alone.
        let orphans = settled(
            Planner(manifest).orphans(of: result, only: []), result.certificate.store.listedFrom, try skew(of: result),
            &survey.notes)
        guard orphans.count <= Ledger.mostObserved else {
            survey.notes.append(
                "not recorded: \(orphans.count) orphans are a person's decision, and a program's up to \(Ledger.mostObserved)"
            )
            return survey
        }
        try ledger.observe(try look(at: orphans, progress, &survey.notes))
        survey.isRecorded = true
        try follow(grounds, accepted)
        return survey
    }

    /// Remembers what the database has given out by now, as a plan does: one that is put back to a state between the
    /// last plan and this scan would pass for the right one otherwise.
    ///
    /// Nothing falls here. Scans are many, and rows that go little by little would never be missed.
    private func follow(_ now: Grounds, _ accepted: Grounds) throws(FoundlingError) {
        var next = accepted
        next.catalog.sequences.merge(now.catalog.sequences, uniquingKeysWith: max)
        next.catalog.issued.merge(now.catalog.issued, uniquingKeysWith: max)
        next.rows.merge(now.rows, uniquingKeysWith: max)
        if next != accepted { try ledger.accept(next) }
    }

    /// Why what lies in quarantine is known to no ledger; nil where it is, or where nothing lies there.
    package static func lost(_ manifest: Manifest) throws(FoundlingError) -> FoundlingError? {
        guard try end(manifest) == nil, try !unlisted(manifest).isEmpty else { return nil }
        return lostLedger
    }

    /// Whether anybody accepted this store and its database, without touching anything.
    package static func isAccepted(_ manifest: Manifest) throws(FoundlingError) -> Bool {
        try reader(manifest)?.accepted() != nil
    }
}
