internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import FoundlingStore
internal import Foundation

/// What the activities do: each reads the manifest as it is by then, opens the store, and closes it again.
struct Works: Sendable {
    let site: Site
    let activities: Activities
    let history: History
    let plans: PlanShelf
    let counters: Counters

    /// Half of the processors: the other half answers requests.
    private static var threads: Int { max(1, Processors.count / 2) }

    // MARK: Scan

    /// Asks for a scan.
    ///
    /// - Parameter trigger: what led to it, for the history.
    func scan(by who: String, trigger: ScanRecord.Trigger) throws(FoundlingError) -> Activity {
        try activities.submit(.scan, by: who) { progress throws(FoundlingError) in
            try self.scan(by: who, trigger: trigger, progress)
        }
    }

    /// Scans now, on this thread.
    func scan(
        by who: String, trigger: ScanRecord.Trigger, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Activities.Outcome {
        let started = Custody.time
        let id = Self.id(at: started)
        do {
            let manifest = try reloaded()
            // Put right at its end: one that takes the daemon down with it is remembered as that.
            try history.save(ScanRecord(id: id, started: started, trigger: trigger, outcome: .interrupted))
            let survey = try survey(manifest, by: who, progress)
            for refusal in survey.refusals { counters.trip(refusal.code) }
            if survey.isAlarmed { site.alarm(survey.notes) }
            try keep(survey, manifest, id, trigger: trigger, started: started)
            return Activities.Outcome(result: Self.result(("scan", JSONString.quote(id))))
        } catch {
            if error.code.exit == .refused { counters.trip(error.code) }
            counters.run("scan", error.code.exit == .refused ? "refused" : "failed", from: started)
            try? history.save(
                ScanRecord(
                    id: id, started: started, finished: Custody.time, trigger: trigger,
                    outcome: error.code.exit == .refused ? .refused : .failed, errorCode: error.code.rawValue,
                    errorSummary: error.summary))
            throw error
        }
    }

    /// The manifest as it is now.
    private func reloaded() throws(FoundlingError) -> Manifest {
        try site.reload()
        return site.manifest
    }

    /// A look that changes nothing where nothing may be changed; else one that is recorded, and settles what a crash
    /// left.
    private func survey(
        _ manifest: Manifest, by who: String, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Custody.Survey {
        if try Custody.isAccepted(manifest) {
            do {
                return try Custody(manifest, reason: "scan \(who)").survey(threads: Self.threads, progress: progress)
            } catch  where [.quarantineUnusable, .noSpace, .storeBusy].contains(error.code) {
                var survey = try plain(manifest, progress)
                survey.notes.append("not recorded: \(error.summary)")
                return survey
            }
        }
        return try plain(manifest, progress)
    }

    private func plain(
        _ manifest: Manifest, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Custody.Survey {
        let pins = try Custody.pins(manifest)
        var result = try Scan(manifest, pins: pins, threads: Self.threads, progress: progress).run()
        result.doubts = try Custody.doubts(result, manifest)
        return Custody.Survey(result: result)
    }

    /// Keeps what a scan found for whoever asks.
    private func keep(
        _ survey: Custody.Survey, _ manifest: Manifest, _ id: String, trigger: ScanRecord.Trigger, started: Int64
    ) throws(FoundlingError) {
        let result = survey.result
        let figures = ScanFigures(result, isRecorded: survey.isRecorded, notes: survey.notes)
        var documents: [String: String] = [:]
        let parts: ScanParts
        do {
            parts = try ScanParts(result, manifest)
            for (part, text) in parts.texts { documents[part.rawValue] = text }
            documents[ScanFigures.document] = String(decoding: try JSONEncoder().encode(figures), as: UTF8.self)
        } catch {
            throw FoundlingError(.system, "the findings cannot be written down: \(error)", hint: "")
        }
        let names = result.resources.map(\.name)
        let rows = result.findings.lazy.map { finding in
            FindingRow(
                kind: finding.kind, resource: finding.resource.map { names[$0] }, path: finding.path,
                cause: finding.cause, bytes: finding.bytes, freed: finding.freed, newest: finding.newest,
                json: parts.text(finding))
        }
        let file = try FindingsFile.write(
            in: manifest.serve.state, id: id, time: result.finished, documents: documents, rows: rows,
            previous: site.snapshot?.findings)
        site.set(try Snapshot(file, site.redaction, manifest.serve))
        let kinds = Dictionary(uniqueKeysWithValues: Finding.Kind.allCases.map { ($0, figures.count($0)) })
        try history.save(
            ScanRecord(
                id: id, started: started, finished: result.finished, trigger: trigger, outcome: .done,
                isRecorded: survey.isRecorded, counts: kinds, orphanBytes: figures.orphanedBytes?.allocated,
                freed: figures.freed, totalBytes: figures.total?.allocated, names: result.certificate.store.names,
                disk: result.disk))
        counters.run("scan", "done", from: started)
        counters.succeeded("scan", at: result.finished)
    }

    /// The time at which it began: names of scans sort as they came.
    private static func id(at time: Int64) -> String {
        Activities.id(at: time, piece: UInt32(truncatingIfNeeded: time / 1_000))
    }

    static func result(_ fields: (name: String, json: String)...) -> String {
        var object = JSONObject()
        for (name, json) in fields { object.field(name, json: json) }
        return object.json
    }

    // MARK: Plan and apply

    /// Asks for a plan of some resources, or of some paths; of everything that may go where neither is named.
    func plan(
        only resources: Set<String>, paths: Set<StorePath>, by who: String
    ) throws(FoundlingError) -> Activity {
        try activities.submit(.plan, by: who) { progress throws(FoundlingError) in
            let manifest = try self.reloaded()
            let custody = try Custody(manifest, reason: "plan \(who)")
            let planned = try custody.plan(only: resources, progress: progress) { findings throws(FoundlingError) in
                paths.isEmpty ? findings : findings.filter { paths.contains($0.path) }
            }
            let missing = paths.subtracting(planned.plan.items.map(\.path)).map(\.description).sorted()
            var notes = planned.notes
            if !missing.isEmpty {
                notes.append(
                    "\(missing.count) of the paths asked for may not go (claimed, young, pinned, or gone): "
                        + missing.prefix(5).joined(separator: ", "))
            }
            self.plans.put(planned, notes: notes)
            return Activities.Outcome(
                result: Self.result(
                    ("items", String(planned.plan.items.count)), ("notes", JSONObject.array(notes)),
                    ("plan", JSONString.quote(planned.hash))))
        }
    }

    /// Asks for a plan to be carried out.
    ///
    /// - Parameters:
    ///   - hash: of a plan that was made here.
    ///   - approval: the hash once more, from a person who looked, where the plan goes over a limit.
    func apply(_ hash: String, approval: String?, reason: String) throws(FoundlingError) -> Activity {
        let kept = try plans.plan(hash)
        // At once rather than in the activity: whoever asks twice is told so.
        if let run = kept.run { throw Self.applied(by: run) }
        if let run = try Custody.run(applying: hash, site.manifest) { throw Self.applied(by: run) }
        guard kept.plan.trips.isEmpty || approval != nil else {
            throw FoundlingError(
                .approvalNeeded, "this plan goes over a limit of the manifest, and nobody approved it",
                hint: "look at what it names, then send its hash once more as `approve`",
                details: kept.plan.trips.map(\.sentence))
        }
        try plans.begin(hash)
        return try submit(.apply, by: reason, ifRefused: { plans.giveBack(hash) }) { progress throws(FoundlingError) in
            do throws(FoundlingError) {
                let custody = try Custody(try self.reloaded(), reason: reason, planHash: hash)
                let outcome = try custody.apply(kept.plan, hash: hash, approval: approval, progress: progress)
                self.plans.end(hash, run: outcome.runs.first)
                return outcome
            } catch {
                self.plans.giveBack(hash)
                throw error
            }
        }
    }

    static func applied(by run: String) -> FoundlingError {
        FoundlingError(
            .planApplied, "this plan was applied already, by run \(run)", hint: "for what is left make a new plan")
    }

    // MARK: Restore and purge

    func restore(
        _ run: String, items: Set<Int>, paths: Set<StorePath>, reason: String
    ) throws(FoundlingError) -> Activity {
        try submit(.restore, by: reason) { progress throws(FoundlingError) in
            try Custody(try self.reloaded(), reason: reason).restore(
                run, items: items, paths: paths, to: nil, progress: progress)
        }
    }

    func purge(_ choice: Custody.PurgeChoice, reason: String) throws(FoundlingError) -> Activity {
        try activities.submit(.purge, by: reason) { progress throws(FoundlingError) in
            try self.purge(choice, reason: reason, progress)
        }
    }

    /// Purges now, on this thread.
    func purge(
        _ choice: Custody.PurgeChoice, reason: String, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Activities.Outcome {
        let started = Custody.time
        return try told(.purge, started) { () throws(FoundlingError) in
            let manifest = try self.reloaded()
            // Where nothing was ever moved nothing is made either: a clock alone leaves no trace in a store.
            if case .due(run: nil) = choice, try Custody.end(manifest) == nil { return nil }
            let custody = try Custody(manifest, reason: reason)
            guard try !custody.purgeable(choice).isEmpty else {
                if custody.isAlarmed { self.site.alarm(custody.notes) }
                return nil
            }
            return try custody.purge(choice, threads: Self.threads, progress: progress)
        }
    }

    // MARK: Clean

    /// Moves aside what two recorded scans agree on, and purges what is due, where the manifest allows that.
    func clean(
        reason: String, _ progress: @escaping @Sendable (ScanProgress) -> Void
    ) throws(FoundlingError) -> Activities.Outcome {
        let started = Custody.time
        do {
            let manifest = try reloaded()
            let custody = try Custody(manifest, reason: reason)
            if custody.isAlarmed { site.alarm(custody.notes) }
            let outcome = try custody.cleanUnattended(progress: progress)
            var survey = Custody.Survey(result: outcome.result)
            survey.isRecorded = true
            survey.notes = outcome.notes + outcome.refused
            for run in [outcome.applied, outcome.purged].compactMap({ $0 }) {
                counters.count(run)
                site.alarm(run.items)
            }
            for _ in outcome.refused { counters.trip(.approvalNeeded) }
            try keep(survey, manifest, Self.id(at: started), trigger: .schedule, started: started)
            let isWhole = outcome.exit == .clean
            counters.run("clean", isWhole ? "done" : outcome.refused.isEmpty ? "partial" : "refused", from: started)
            if isWhole { counters.succeeded("clean", at: Custody.time) }
            let runs = [outcome.applied, outcome.purged].compactMap { $0?.runs }.flatMap { $0 }
            // What was moved is no orphan any more.
            if outcome.applied != nil { _ = try? scan(by: "after a clean-up", trigger: .schedule) }
            return Activities.Outcome(
                state: isWhole ? .done : outcome.exit == .refused ? .refused : .partial,
                result: Self.result(
                    ("agreed", String(outcome.agreed)), ("observed", String(outcome.observed)),
                    ("refused", JSONObject.array(outcome.refused)), ("runs", JSONObject.array(runs))),
                trouble: Self.trouble(outcome))
        } catch {
            if error.code.exit == .refused { counters.trip(error.code) }
            counters.run("clean", error.code.exit == .refused ? "refused" : "failed", from: started)
            throw error
        }
    }

    // MARK: What came of it

    private func submit(
        _ kind: Activity.Kind, by reason: String, ifRefused: () -> Void = {},
        _ work: @escaping @Sendable (@escaping @Sendable (ScanProgress) -> Void) throws(FoundlingError) -> RunOutcome
    ) throws(FoundlingError) -> Activity {
        do {
            return try activities.submit(kind, by: reason) { progress throws(FoundlingError) in
                let started = Custody.time
                let outcome = try self.told(kind, started) { () throws(FoundlingError) in try work(progress) }
                // The findings are those of before: a new scan sees what is left.
                _ = try? self.scan(by: "after \(kind.rawValue)", trigger: .person)
                return outcome
            }
        } catch {
            ifRefused()
            throw error
        }
    }

    private func told(
        _ kind: Activity.Kind, _ started: Int64, _ work: () throws(FoundlingError) -> RunOutcome?
    ) throws(FoundlingError) -> Activities.Outcome {
        do {
            let outcome = try work()
            if let outcome {
                counters.count(outcome)
                site.alarm(outcome)
            }
            let isWhole = outcome.map { $0.exit == .clean } ?? true
            counters.run(kind.rawValue, isWhole ? "done" : "partial", from: started)
            if isWhole { counters.succeeded(kind.rawValue, at: Custody.time) }
            return Activities.Outcome(
                state: isWhole ? .done : .partial, result: outcome.map { Self.json($0) },
                trouble: outcome.flatMap(Self.trouble))
        } catch {
            if error.code.exit == .refused { counters.trip(error.code) }
            counters.run(kind.rawValue, error.code.exit == .refused ? "refused" : "failed", from: started)
            throw error
        }
    }

    /// An act without its items: those are asked for page by page.
    private static func json(_ outcome: RunOutcome) -> String {
        var object = JSONObject()
        let states = Dictionary(grouping: outcome.items, by: \.state).mapValues(\.count)
        object.field(
            "alarms",
            json: JSONObject.array(
                outcome.items.filter(\.isAlarm).prefix(100).map {
                    "\($0.path): \($0.reason ?? $0.state.meaning)"
                }))
        object.field("counts", JSONObject(states: states))
        object.field("freed", outcome.freed(.purged))
        object.field("head", outcome.head)
        object.field("moved", JSONObject(outcome.bytes(.moved)))
        object.field("notes", json: JSONObject.array(outcome.recovered + outcome.notes))
        object.field("planned", outcome.planned)
        object.field("runs", json: JSONObject.array(outcome.runs))
        object.field("stopped", outcome.stopped.map { JSONObject($0) })
        return object.json
    }
}
