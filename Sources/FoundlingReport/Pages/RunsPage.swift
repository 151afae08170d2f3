package import FoundlingCore

/// Runs, and what became of each.
package struct RunsPage: Sendable {
    let rows: [RunRow]
    let hasRows: Bool

    package init(_ runs: [RunSummary], now: Int64) {
        rows = runs.map { RunRow($0, now: now) }
        hasRows = !rows.isEmpty
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .runsPage)
    }
}

/// One run in a table.
struct RunRow: Sendable {
    let run: String
    let started: String
    let actor: String
    let reason: String?
    let planned: String
    let states: [String]
    let size: String
    let due: String
    let isDue: Bool

    init(_ run: RunSummary, now: Int64) {
        self.run = run.run
        started = Timestamp.iso(run.started)
        actor = Printable.escape(run.actor.description)
        reason = run.reason.map { Printable.escape($0) }
        planned = Count.text(run.planned)
        let states = ItemState.allCases.compactMap { state in
            run.states[state].map { "\(Count.text($0)) \(state.rawValue)" }
        }
        self.states = states + (run.unsettled > 0 ? ["\(Count.text(run.unsettled)) cut short"] : [])
        size = Size.text(run.inQuarantine.apparent)
        isDue = run.due.map { $0 <= now } ?? false
        due = run.due.map { $0 <= now ? "now" : "in \(Timestamp.until($0, now: now))" } ?? "–"
    }
}
