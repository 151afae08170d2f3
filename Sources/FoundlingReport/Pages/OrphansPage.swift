package import FoundlingCore

/// A part of the orphans, with what each verdict rests on.
package struct OrphansPage: Sendable {
    let rows: [Row]
    let pager: Pager
    let resources: [Choice]
    let hasRows: Bool

    struct Row: Sendable {
        let path: String
        let resource: String
        let size: String
        let age: String
        let cause: String
        let notes: [String]
    }

    struct Choice: Sendable {
        let name: String
        let isChosen: Bool
    }

    /// - Parameters:
    ///   - resources: names by number, as findings hold them.
    ///   - chosen: the one that is shown alone.
    package init(_ orphans: [Finding], pager: Pager, resources: [String], chosen: String?, now: Int64) {
        rows = orphans.map { finding in
            let name = finding.resource.flatMap { resources.indices.contains($0) ? resources[$0] : nil }
            return Row(
                path: finding.place, resource: Printable.escape(name ?? "?"),
                size: finding.bytes.map { Size.text($0.apparent) } ?? "–",
                age: finding.newest.map { Timestamp.age($0, now: now) } ?? "–", cause: finding.cause.words,
                notes: [finding.cause.meaning] + finding.evidence.notes)
        }
        hasRows = !rows.isEmpty
        self.pager = pager
        self.resources = resources.map { Choice(name: $0, isChosen: $0 == chosen) }
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .orphansPage)
    }
}
