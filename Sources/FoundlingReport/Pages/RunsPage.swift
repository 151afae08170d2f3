package import FoundlingCore

/// Runs, and what became of each.
package struct RunsPage: Sendable {
    let rows: [RunRow]
    let hasRows: Bool
    let pager: Pager

    package init(_ runs: [RunSummary], pager: Pager, now: Int64) {
        rows = runs.map { RunRow($0, now: now) }
        hasRows = !rows.isEmpty
        self.pager = pager
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .runsPage)
    }
}

/// One run, item by item.
package struct RunPage: Sendable {
    let run: RunRow
    let rows: [Row]
    let hasRows: Bool
    let pager: Pager

    struct Row: Sendable {
        let number: String
        let path: String
        let resource: String
        let size: String
        let state: String
        let tone: String
        let reason: String?
        let isLying: Bool
    }

    package init(_ run: RunSummary, _ items: [ItemOutcome], pager: Pager, now: Int64) {
        self.run = RunRow(run, now: now)
        rows = items.map { item in
            Row(
                number: String(item.number), path: item.path.description, resource: Printable.escape(item.resource),
                size: Size.text(item.bytes.allocated), state: item.state.rawValue,
                tone: item.isAlarm || item.state == .lost
                    ? "alarm" : [.failed, .held, .skipped].contains(item.state) ? "caution" : "plain",
                reason: item.reason.map { Sentence.safe($0) }, isLying: item.state == .moved || item.state == .held)
        }
        hasRows = !rows.isEmpty
        self.pager = pager
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .runPage)
    }
}

/// One run in a table.
struct RunRow: Sendable {
    let run: String
    let started: Moment
    let actor: String
    let reason: String?
    let planned: String
    let done: String
    let skipped: String
    let rescued: String
    let failed: String
    let states: [String]
    let size: String
    let due: Moment?
    let isDue: Bool
    let isLying: Bool

    init(_ run: RunSummary, now: Int64) {
        self.run = run.run
        started = Moment(past: run.started, now: now)
        actor = Printable.escape(run.actor.description)
        reason = run.reason.map { Printable.escape($0) }
        planned = Count.text(run.planned)
        func count(_ states: ItemState...) -> Int { states.reduce(0) { $0 + (run.states[$1] ?? 0) } }
        done = Count.text(count(.moved, .purged, .restored, .held))
        skipped = Count.text(count(.skipped))
        rescued = Count.text(count(.rescued))
        failed = Count.text(count(.failed, .lost))
        let states = ItemState.allCases.compactMap { state in
            run.states[state].map { "\(Count.text($0)) \(state.rawValue)" }
        }
        self.states = states + (run.unsettled > 0 ? ["\(Count.text(run.unsettled)) cut short"] : [])
        size = run.due == nil ? "–" : Size.text(run.inQuarantine.allocated)
        isDue = run.due.map { $0 <= now } ?? false
        isLying = run.due != nil
        due = run.due.map { Moment(next: $0, now: now) }
    }
}
