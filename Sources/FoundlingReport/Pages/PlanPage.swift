package import FoundlingCore

/// The plan that waits to be reviewed, or how to make one.
package struct PlanPage: Sendable {
    let plan: Review?
    let resources: [String]
    let others: [Other]
    let hasOthers: Bool

    struct Review: Sendable {
        let hash: String
        let created: Moment
        let expires: Moment
        let isExpired: Bool
        let run: String?
        let entries: String
        let isEmpty: Bool
        let size: String
        let freed: String
        let trips: [String]
        let needsApproval: Bool
        let mayApply: Bool
        let checks: [HealthPage.Pair]
        let notes: [String]
        let totals: [Total]
        let rows: [Row]
        let more: String?
    }

    struct Total: Sendable {
        let resource: String
        let entries: String
        let size: String
    }

    struct Row: Sendable {
        let path: String
        let resource: String
        let size: String
        let age: Moment?
        let cause: String
    }

    /// Another plan that was made.
    package struct Other: Sendable {
        let hash: String
        let short: String
        let entries: String
        let made: Moment

        package init(hash: String, items: Int, created: Int64, now: Int64) {
            self.hash = hash
            short = String(hash.prefix(12))
            entries = Count.text(items, "entry", "entries")
            made = Moment(past: created, now: now)
        }
    }

    /// Items that have a row: a person reviews no more at a sitting, and `foundling plan` writes all.
    private static let mostRows = 500

    /// - Parameters:
    ///   - run: the run that carried the plan out.
    ///   - notes: what a reader should know of it.
    ///   - resources: what a plan may be narrowed to.
    package init(
        _ plan: Plan?, hash: String, run: String?, isUnderWay: Bool, notes: [String], others: [Other],
        resources: [String],
        now: Int64
    ) {
        self.resources = resources
        self.others = others
        hasOthers = !others.isEmpty
        self.plan = plan.map { plan in
            let rest = plan.items.count - min(plan.items.count, Self.mostRows)
            let isExpired = plan.expires <= now
            return Review(
                hash: hash, created: Moment(past: plan.created, now: now),
                expires: isExpired ? Moment(past: plan.expires, now: now) : Moment(next: plan.expires, now: now),
                isExpired: isExpired, run: run, entries: Count.text(plan.items.count, "entry", "entries"),
                isEmpty: plan.items.isEmpty,
                size: Size.text(plan.bytes.allocated), freed: Size.text(plan.freed),
                trips: plan.trips.map { Sentence.safe($0.sentence) }, needsApproval: !plan.trips.isEmpty,
                mayApply: !isExpired && run == nil && !isUnderWay && !plan.items.isEmpty,
                checks: Self.checks(plan), notes: notes,
                totals: plan.totals.map {
                    Total(
                        resource: Printable.escape($0.resource), entries: Count.text($0.items),
                        size: Size.text($0.bytes.allocated))
                },
                rows: plan.items.prefix(Self.mostRows).map { item in
                    Row(
                        path: item.path.description, resource: Printable.escape(item.resource),
                        size: Size.text(item.bytes.allocated),
                        age: item.newest.map { Moment(past: $0, now: now) }, cause: item.cause.words)
                }, more: rest > 0 ? "… and \(Count.text(rest)) more, all of them in the plan" : nil)
        }
    }

    /// What was looked at before anything was put on the plan.
    private static func checks(_ plan: Plan) -> [HealthPage.Pair] {
        let grounds = plan.grounds
        let rows = grounds.rows.sorted { $0.key < $1.key }.map { "\($0.key): \(Count.text($0.value))" }
        return [
            .init("Store listed", "\(Timestamp.iso(grounds.listedFrom)) to \(Timestamp.iso(grounds.listedTo))"),
            .init(
                "Database read",
                "afterwards, in one snapshot of \(grounds.catalog.engine) at \(Timestamp.iso(grounds.snapshotFrom))"),
            .init("Rows read", rows.joined(separator: ", ")),
            .init("Database and store", "the ones that were accepted"),
            .init("Ages", grounds.clock),
            .init(
                "Again before each move",
                "every entry looked at once more, every record asked once more; what changed stays"),
        ]
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .planPage)
    }
}
