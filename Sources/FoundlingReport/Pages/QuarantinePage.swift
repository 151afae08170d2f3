package import FoundlingCore

/// What lies aside and can still be put back.
package struct QuarantinePage: Sendable {
    let rows: [RunRow]
    let hasRows: Bool
    let total: String

    /// - Parameter runs: those of which something lies in the quarantine.
    package init(_ runs: [RunSummary], now: Int64) {
        rows = runs.map { RunRow($0, now: now) }
        hasRows = !rows.isEmpty
        let bytes = runs.reduce(into: Bytes()) { $0 += $1.inQuarantine }
        total = "\(Size.text(bytes.apparent)) in \(Count.text(runs.count, "run", "runs")), not freed yet"
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .quarantinePage)
    }
}
