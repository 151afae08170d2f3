internal import FoundlingCore

/// A part of the records whose files are gone.
package struct DanglingPage: Sendable {
    let rows: [Row]
    let pager: Pager
    let hasRows: Bool
    let hasScan: Bool

    struct Row: Sendable {
        let table: String
        let key: String
        let requirement: String
        let path: String
        let seen: Moment?
        let notes: [String]
    }

    package init(_ dangling: [StoredFinding], pager: Pager, hasScan: Bool, now: Int64) {
        rows = dangling.map { finding in
            Row(
                table: Printable.escape(finding.table ?? "?"), key: Printable.escape(finding.key ?? ""),
                requirement: finding.requirement ?? "?", path: finding.place,
                seen: finding.firstSeen.map { Moment(past: $0, now: now) }, notes: finding.notes)
        }
        hasRows = !rows.isEmpty
        self.pager = pager
        self.hasScan = hasScan
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .danglingPage)
    }
}
