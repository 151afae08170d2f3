package import FoundlingCore

/// What the database told of deletions, and how far the worker is.
package struct TasksPage: Sendable {
    let facts: [Fact]
    let alarms: [String]
    let rows: [Row]
    let pager: Pager
    let hasRows: Bool
    let hasOutbox: Bool
    let areDone: Bool
    let held: String?
    let heldCount: String
    let dead: String?
    let trouble: [QuotedText]
    let hasTrouble: Bool
    let done: String?

    struct Row: Sendable {
        let id: String
        let resource: String
        let key: String
        let told: String
        let at: Moment
        let state: String
        let tone: String
        let reason: String?
        let attempts: String
        let mayRetry: Bool
        let mayApprove: Bool
        let mayDrop: Bool
    }

    /// - Parameters:
    ///   - status: nil where there is no outbox.
    ///   - areDone: whether those are shown that are over, instead of those that are not.
    ///   - trouble: why it cannot be asked.
    ///   - done: what a form did, which led here.
    package init(
        _ tasks: [DeletionTask], status: QueueStatus?, areDone: Bool = false, trouble: FoundlingError? = nil,
        done: String? = nil, pager: Pager, now: Int64
    ) {
        self.areDone = areDone
        hasOutbox = status != nil || trouble != nil
        let (held, dead) = (status?.counts[.held] ?? 0, status?.counts[.dead] ?? 0)
        self.held = held > 0 ? Count.text(held, "held task", "held tasks") : nil
        heldCount = String(held)
        self.dead = dead > 0 ? Count.text(dead, "task that was given up", "tasks that were given up") : nil
        self.trouble = trouble.map { QuotedText.parts(Sentence.safe("\($0.summary); \($0.hint)")) } ?? []
        hasTrouble = trouble != nil
        self.done = done
        facts = DeletionTask.State.allCases.filter { $0 != .done }.compactMap { state in
            guard let status else { return nil }
            let count = status.counts[state] ?? 0
            let needsLook = count > 0 && (state == .held || state == .dead)
            return Fact(
                state.rawValue.prefix(1).uppercased() + state.rawValue.dropFirst(), Count.text(count), state.meaning,
                severity: needsLook ? .caution : nil)
        }
        alarms = status?.alarms ?? []
        rows = tasks.map { task in
            Row(
                id: task.id, resource: Printable.escape(task.resource), key: Printable.escape(task.key ?? "–"),
                told: task.told,
                at: Moment(past: task.at.multipliedReportingOverflow(by: 1_000_000).partialValue, now: now),
                state: task.state.rawValue,
                tone: task.state == .dead ? "alarm" : task.state == .held ? "caution" : "plain", reason: task.reason,
                attempts: Count.text(task.attempts), mayRetry: task.state == .dead, mayApprove: task.state == .held,
                mayDrop: task.state == .dead || task.state == .held)
        }
        hasRows = !rows.isEmpty
        self.pager = pager
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .tasksPage)
    }
}
