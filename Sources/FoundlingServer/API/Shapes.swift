internal import FoundlingCore
internal import FoundlingHistory

/// Shapes that several answers share, by the names that the OpenAPI document gives them.
enum Shapes {
    static let all: [(name: String, schema: Schema)] = [
        ("Activity", Activity.schema), ("Progress", Activity.progressSchema), ("Reason", reason), ("Bytes", bytes),
        ("Finding", finding), ("OrphanFigures", orphanFigures), ("Resource", resource), ("Scan", scan),
        ("Plan", plan), ("PlanItem", planItem), ("Total", total), ("Trip", trip), ("Run", run), ("RunItem", runItem),
        ("LyingItem", lyingItem), ("Task", task), ("Line", line), ("Pin", pin), ("Job", job), ("States", states),
        ("Warning", Notice.schema),
    ]

    private static let reason = Schema.object([
        .init("code", .text()), .init("details", .array(.text())), .init("hint", .text()), .init("summary", .text()),
    ])

    private static let bytes = Schema.object([
        .init("allocated", .size, "What it takes on the disk."), .init("apparent", .size, "What its files say."),
    ])

    private static let finding = Schema.object([
        .init("bytes", .nullable(.ref("Bytes"))), .init("cause", .choice(Cause.allCases.map(\.rawValue))),
        .init("entry", .nullable(.text())), .init("evidence", .object([])),
        .init("files", .nullable(.size)), .init("first_seen", .time, "The first scan that saw it."),
        .init("freed", .nullable(.size)), .init("kind", .choice(Finding.Kind.allCases.map(\.rawValue))),
        .init("newest", .nullable(.text())), .init("path", .text(), "Relative to the store's root."),
        .init("resource", .nullable(.text())),
    ])

    private static let orphanFigures = Schema.object([
        .init("bytes", .nullable(.ref("Bytes"))), .init("freed", .nullable(.size)), .init("orphans", .size),
        .init("resource", .text(), required: false),
    ])

    private static let resource = Schema.object([
        .init("bytes", .nullable(.ref("Bytes"))), .init("claimed", .size), .init("dangling", .size),
        .init("freed", .nullable(.size)), .init("in_database", .size), .init("kept", .size), .init("name", .text()),
        .init("on_disk", .size), .init("orphaned", .size), .init("orphaned_bytes", .nullable(.ref("Bytes"))),
        .init("unrecognised", .size), .init("young", .size),
    ])

    private static let scan = Schema.object([
        .init("counts", .nullable(.map(.size)), "Findings by kind; null where the scan came to no end."),
        .init(
            "error",
            .nullable(.object([.init("code", .nullable(.text())), .init("summary", .nullable(.text()))]))),
        .init("finished", .nullable(.time)), .init("freed", .nullable(.size)), .init("id", .text()),
        .init("is_recorded", .boolean, "Whether a later scan may agree with it."),
        .init("orphan_bytes", .nullable(.size)), .init("started", .time),
        .init("state", .choice(ScanRecord.Outcome.allCases.map(\.rawValue))), .init("total_bytes", .nullable(.size)),
        .init("trigger", .choice(ScanRecord.Trigger.allCases.map(\.rawValue))),
    ])

    private static let total = Schema.object([
        .init("bytes", .ref("Bytes")), .init("items", .size), .init("resource", .text()),
    ])

    private static let trip = Schema.object([
        .init("limit", .number), .init("measure", .text()), .init("part", .size),
        .init("share", .number), .init("subject", .text()), .init("whole", .size),
    ])

    private static let plan = Schema.object([
        .init("bytes", .ref("Bytes")), .init("created", .time), .init("expires", .time), .init("freed", .size),
        .init("hash", .text()), .init("is_expired", .boolean), .init("items", .size), .init("notes", .array(.text())),
        .init("run", .nullable(.text()), "The run that carried it out."), .init("totals", .array(.ref("Total"))),
        .init("trips", .array(.ref("Trip")), "Limits that it goes over: a person has to approve it."),
    ])

    private static let planItem = Schema.object([
        .init("bytes", .ref("Bytes")), .init("cause", .text()), .init("files", .size),
        .init("fingerprint", .nullable(.text())), .init("freed", .size), .init("kind", .text()),
        .init("newest", .nullable(.text())), .init("path", .text()), .init("resource", .text()),
    ])

    private static let states = Schema.object(
        ItemState.allCases.sorted { $0.rawValue < $1.rawValue }.map { .init($0.rawValue, .size) })

    private static let run = Schema.object([
        .init("actor", .object([])), .init("due", .nullable(.time)), .init("in_quarantine", .ref("Bytes")),
        .init("plan", .nullable(.text())), .init("planned", .size), .init("reason", .nullable(.text())),
        .init("run", .text()), .init("started", .time), .init("states", .ref("States")), .init("unsettled", .size),
    ])

    private static let item: [Schema.Field] = [
        .init("alarm", .boolean), .init("bytes", .ref("Bytes")), .init("files", .size), .init("freed", .size),
        .init("item", .size), .init("path", .text()), .init("reason", .nullable(.text())), .init("resource", .text()),
        .init("run", .text()), .init("state", .choice(ItemState.allCases.map(\.rawValue))),
    ]

    private static let runItem = Schema.object(item)
    private static let lyingItem = Schema.object(item + [.init("due", .time), .init("moved", .time)])

    private static let task = Schema.object([
        .init("actor", .nullable(.text())), .init("at", .time), .init("attempts", .integer(-1_000...Int64.max)),
        .init("due", .nullable(.time)), .init("event", .text()), .init("id", .text()), .init("is_approved", .boolean),
        .init("key", .nullable(.text())), .init("paths", .array(.text())), .init("program", .nullable(.text())),
        .init("reason", .nullable(.text())), .init("resource", .text()), .init("run", .nullable(.text())),
        .init("state", .choice(DeletionTask.State.allCases.map(\.rawValue))), .init("worker", .nullable(.text())),
    ])

    private static let line = Schema.object([
        .init("actor", .object([])), .init("body", .object([])), .init("hash", .text()),
        .init("item", .nullable(.size)),
        .init("kind", .text()), .init("plan", .nullable(.text())), .init("reason", .nullable(.text())),
        .init("run", .nullable(.text())), .init("seq", .size), .init("time", .time),
    ])

    private static let pin = Schema.object([
        .init("path", .text()), .init("since", .time), .init("until", .nullable(.time)), .init("who", .text()),
        .init("why", .nullable(.text())),
    ])

    private static let job = Schema.object([
        .init("cron", .nullable(.text()), "null where the job is off."), .init("is_running", .boolean),
        .init("job", .choice(ScheduledJob.allCases.map(\.rawValue))),
        .init("last", .nullable(.object([]))), .init("next", .nullable(.time)),
    ])

    static let hash = Schema.text(.init(length: 64...64, pattern: "[0-9a-f]{64}"))
    static let run_ = Schema.text(.init(length: 1...64, pattern: "[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"))
    static let activity = Schema.text(.init(length: 1...64, pattern: Activities.pattern))

    /// A path below the store's root: at most as many bytes as the kernel takes.
    static let path = Schema.text(
        .init(
            length: 1...longestPath, pattern: "(\(part))(/(\(part)))*", example: "trainings/train_00d10dde",
            rule: { text in
                if text.utf8.count > longestPath { return "is longer than \(longestPath) bytes" }
                return StorePath(Array(text.utf8)) == nil
                    ? "is no path below the store's root: write it relative to that, without '.', '..' or an empty part"
                    : nil
            }))
    private static let longestPath = 4_096
    /// A name that is neither `.` nor `..`, without a look ahead, which not every tool knows.
    private static let part = #"[^/.\u0000][^/\u0000]*|\.[^/.\u0000][^/\u0000]*|\.\.[^/\u0000]+"#
}
