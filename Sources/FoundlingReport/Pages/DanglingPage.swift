package import FoundlingCore

/// A part of the records whose files are gone.
package struct DanglingPage: Sendable {
    let rows: [Row]
    let pager: Pager
    let hasRows: Bool

    struct Row: Sendable {
        let table: String
        let key: String
        let requirement: String
        let path: String
        let notes: [String]
    }

    package init(_ dangling: [Finding], pager: Pager) {
        rows = dangling.map { finding in
            Row(
                table: Printable.escape(finding.record?.table ?? "?"),
                key: Printable.escape(finding.record?.key ?? []), requirement: finding.record?.requirement ?? "?",
                path: finding.place, notes: finding.evidence.notes)
        }
        hasRows = !rows.isEmpty
        self.pager = pager
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .danglingPage)
    }
}
