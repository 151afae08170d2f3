package import FoundlingCore

/// What a worker did with one batch, in a line for a log.
package enum WorkerReport {
    /// - Parameters:
    ///   - now: nanoseconds since 1970.
    ///   - runs: outcomes of the batch's runs.
    package static func lines(
        _ verdicts: [(task: DeletionTask, verdict: TaskVerdict)], _ runs: [RunOutcome], now: Int64
    ) -> [String] {
        var counts: [(String, Int)] = []
        func add(_ word: String) {
            if let index = counts.firstIndex(where: { $0.0 == word }) {
                counts[index].1 += 1
            } else {
                counts.append((word, 1))
            }
        }
        for (_, verdict) in verdicts { add(word(verdict)) }
        let moved = runs.reduce(0) { $0 + $1.count(.moved) }
        let bytes = runs.reduce(into: Bytes()) { $0 += $1.bytes(.moved) }
        let names = runs.flatMap(\.runs)
        var text =
            "\(Timestamp.iso(now)) \(Count.text(verdicts.count, "task", "tasks")): "
            + counts.map { "\(Count.text($0.1)) \($0.0)" }.joined(separator: ", ")
        if moved > 0 {
            text +=
                "; \(Count.text(moved, "entry", "entries")) (\(Size.text(bytes.apparent))) moved aside by run "
                + names.joined(separator: ", ")
        }
        return [text] + troubles(verdicts)
    }

    /// The reasons of what did not go well, each once: whoever reads the log does not want ten thousand equal ones.
    package static func troubles(_ verdicts: [(task: DeletionTask, verdict: TaskVerdict)]) -> [String] {
        var groups: [(text: String, tasks: [DeletionTask])] = []
        for (task, verdict) in verdicts {
            guard let reason = trouble(verdict) else { continue }
            let text = "\(word(verdict)): \(Sentence.safe(reason))"
            if let index = groups.firstIndex(where: { $0.text == text }) {
                groups[index].tasks.append(task)
            } else {
                groups.append((text, [task]))
            }
        }
        let most = 20
        let lines = groups.prefix(most).map { text, tasks -> String in
            let task = tasks[0]
            let record = task.resource + (task.key.map { " " + Printable.escape($0) } ?? "")
            let more = tasks.count > 1 ? " and \(Count.text(tasks.count - 1)) more" : ""
            return "  \(TasksReport.short(task.id)) \(record)\(more): \(text)"
        }
        return lines
            + (groups.count > most
                ? ["  … and \(Count.text(groups.count - most)) more reasons: `foundling tasks`"] : [])
    }

    package static func json(
        _ verdicts: [(task: DeletionTask, verdict: TaskVerdict)], _ runs: [RunOutcome], now: Int64
    ) -> String {
        let tasks = verdicts.map { task, verdict -> String in
            var object = JSONObject()
            object.field("id", task.id)
            object.field("key", task.key)
            object.field("reason", reason(verdict))
            object.field("resource", task.resource)
            if case .done(_, let run) = verdict { object.field("run", run) } else { object.field("run", String?.none) }
            object.field("verdict", word(verdict))
            return object.json
        }
        var object = JSONObject()
        object.field("moved", runs.reduce(0) { $0 + $1.count(.moved) })
        object.field("runs", json: JSONObject.array(runs.flatMap(\.runs)))
        object.field("tasks", json: "[\(tasks.joined(separator: ","))]")
        object.field("time", Timestamp.iso(now))
        object.field("version", 1)
        return object.json
    }

    private static func word(_ verdict: TaskVerdict) -> String {
        switch verdict {
        case .done: "done"
        case .later: "later"
        case .failed: "failed"
        case .held: "held"
        case .dead: "dead"
        }
    }

    private static func reason(_ verdict: TaskVerdict) -> String {
        switch verdict {
        case .done(let reason, _), .later(let reason, _), .failed(let reason), .held(let reason), .dead(let reason):
            reason
        }
    }

    private static func trouble(_ verdict: TaskVerdict) -> String? {
        if case .done = verdict { nil } else { reason(verdict) }
    }
}
