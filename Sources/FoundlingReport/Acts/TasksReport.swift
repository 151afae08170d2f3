package import FoundlingCore

/// Tasks of the outbox, and how the queue is doing.
package struct TasksReport: Sendable {
    private let tasks: [DeletionTask]
    private let status: QueueStatus
    private let states: Set<DeletionTask.State>
    private let style: Style
    private let next: [String]

    /// - Parameter states: of the tasks that were asked for; none is all that are not done.
    package init(
        _ tasks: [DeletionTask], _ status: QueueStatus, states: Set<DeletionTask.State>, colour: Bool = false,
        next: [String]
    ) {
        self.tasks = tasks
        self.status = status
        self.states = states
        style = Style(colour: colour)
        self.next = next
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            switch format {
            case .json: try document(&out)
            case .jsonl: for task in tasks { try out.line(JSONObject(task).json) }
            default: try table(&out)
            }
        }
    }

    // MARK: Table

    private func table(_ out: inout Chunks) throws {
        for alarm in status.alarms { try out.line(style.paint("ALARM: \(alarm)", .caution)) }
        let counts = DeletionTask.State.allCases.compactMap { state in
            status.counts[state].map { "\(Count.text($0)) \(state.rawValue)" }
        }
        let workers =
            status.present.isEmpty
            ? "no worker" : Count.text(status.present.count, "worker", "workers") + " at work"
        try out.line("Tasks: \(counts.isEmpty ? "none" : counts.joined(separator: ", ")); \(workers).")
        guard !tasks.isEmpty else { return try writeNext(&out) }
        try out.line()
        var grid = Grid([.left, .left, .left, .left, .right])
        grid.add(["Task", "Record", "State", "What happened", "Ago"].map { .init($0, .hint) })
        for task in tasks {
            let record = task.resource + (task.key.map { " " + Printable.escape($0) } ?? "")
            let isBad = task.state == .dead || task.state == .held
            grid.add([
                .init(Self.short(task.id)), .init(record), .init(task.state.rawValue, isBad ? .caution : .plain),
                .init(Sentence.safe(task.told)),
                .init(Timestamp.age(task.at * 1_000_000, now: status.now * 1_000_000)),
            ])
            if let reason = task.reason, !reason.isEmpty { grid.note(Sentence.safe(reason) + tries(task)) }
        }
        for line in grid.lines(style) { try out.line(line) }
        let wanted = states.isEmpty ? Set(DeletionTask.State.allCases).subtracting([.done]) : states
        let all = wanted.reduce(0) { $0 + (status.counts[$1] ?? 0) }
        if all > tasks.count {
            try out.line(style.paint("  … and \(Count.text(all - tasks.count)) more: --limit 0 shows all", .hint))
        }
        try writeNext(&out)
    }

    private func tries(_ task: DeletionTask) -> String {
        guard task.state == .ready, task.due > status.now else { return "" }
        let when = Timestamp.until(task.due * 1_000_000, now: status.now * 1_000_000)
        return task.attempts > 0
            ? "; tried \(Count.text(task.attempts, "time", "times")), again in \(when)" : "; in \(when)"
    }

    private func writeNext(_ out: inout Chunks) throws {
        guard !next.isEmpty else { return }
        try out.line()
        for command in next { try out.line(style.paint("  " + command, .hint)) }
    }

    /// A UUID's first 8 digits are enough to name it by; a number is shown whole.
    package static func short(_ id: String) -> String { id.count == 36 ? String(id.prefix(8)) : id }

    // MARK: JSON

    /// A path for reading; an unknown part is a star, as the manifest writes it.
    static func text(_ path: [UInt8]) -> String {
        String(decoding: path.map { $0 == 0 ? UInt8.star : $0 }, as: UTF8.self)
    }

    /// Paths as arrays of numbers, where text does not say all: one is not UTF-8, or a part of it is unknown (0).
    static func bytes(_ paths: [[UInt8]]) -> String? {
        guard paths.contains(where: { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }) else {
            return nil
        }
        return "[" + paths.map { "[" + $0.map { String($0) }.joined(separator: ",") + "]" }.joined(separator: ",") + "]"
    }

    private func document(_ out: inout Chunks) throws {
        var object = JSONObject(status)
        object.field("tasks", json: "[\(tasks.map { JSONObject($0).json }.joined(separator: ","))]")
        object.field("version", 1)
        try out.line(object.json)
    }
}
