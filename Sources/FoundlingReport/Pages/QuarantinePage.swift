package import FoundlingCore

/// What lies aside and can still be put back.
package struct QuarantinePage: Sendable {
    let rows: [RunRow]
    let hasRows: Bool
    let total: String
    let due: String?
    let pager: Pager

    /// - Parameters:
    ///   - runs: those of which something lies in the quarantine, of this part of the list.
    ///   - all: what lies there, all runs together.
    package init(_ runs: [RunSummary], all: ScanResult.Quarantine?, pager: Pager, now: Int64) {
        rows = runs.map { RunRow($0, now: now) }
        hasRows = !rows.isEmpty
        self.pager = pager
        let bytes = all?.bytes ?? Bytes()
        total = "\(Count.text(all?.entries ?? 0, "entry", "entries")), \(Size.text(bytes.allocated)), not freed yet"
        due = all?.due.flatMap { $0 <= now ? "Some of it may be purged now." : nil }
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .quarantinePage)
    }
}
