package import FoundlingCore

/// The plan that waits to be reviewed, or how to make one.
package struct PlanPage: Sendable {
    let plan: Review?
    let resources: [String]

    struct Review: Sendable {
        let hash: String
        let created: String
        let expires: String
        let isExpired: Bool
        let entries: String
        let size: String
        let freed: String
        let trips: [String]
        let needsApproval: Bool
        let rows: [Row]
        let more: String?
    }

    struct Row: Sendable {
        let path: String
        let resource: String
        let size: String
        let age: String
        let cause: String
    }

    /// Items that have a row: a person reviews no more at a sitting, and `foundling plan` writes all.
    private static let mostRows = 500

    /// - Parameter resources: what a plan may be narrowed to.
    package init(_ plan: Plan?, hash: String, resources: [String], now: Int64) {
        self.resources = resources
        self.plan = plan.map { plan in
            let rest = plan.items.count - min(plan.items.count, Self.mostRows)
            return Review(
                hash: hash, created: Timestamp.iso(plan.created), expires: Timestamp.iso(plan.expires),
                isExpired: plan.expires <= now, entries: Count.text(plan.items.count, "entry", "entries"),
                size: Size.text(plan.bytes.apparent), freed: Size.text(plan.freed),
                trips: plan.trips.map { Sentence.safe($0.sentence) },
                needsApproval: !plan.trips.isEmpty,
                rows: plan.items.prefix(Self.mostRows).map { item in
                    Row(
                        path: item.path.description, resource: Printable.escape(item.resource),
                        size: Size.text(item.bytes.apparent),
                        age: item.newest.map { Timestamp.age($0, now: now) } ?? "–", cause: item.cause.words)
                }, more: rest > 0 ? "… and \(Count.text(rest)) more, all of them in the plan" : nil)
        }
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .planPage)
    }
}
