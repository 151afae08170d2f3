internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport

/// Something long that the daemon does, or did: it has a name, and can be watched.
struct Activity: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case scan, plan, apply, restore, purge, clean
    }

    enum State: String, Sendable, CaseIterable {
        case queued, running, done
        /// Some of it was left undone, or asks for a person's look.
        case partial
        /// A guard, or the state of things, did not allow it: nothing was changed.
        case refused
        case failed
        /// The daemon ended first; what was under way is settled at the next start.
        case interrupted

        var isOver: Bool { self != .queued && self != .running }
    }

    let id: String
    let kind: Kind
    /// Who asked for it, in words.
    let by: String
    /// Nanoseconds since 1970.
    let asked: Int64
    var state = State.queued
    var started: Int64?
    var finished: Int64?
    var progress: ScanProgress?
    /// What came of it, as JSON; nil until it is over, or where nothing came of it.
    var result: String?
    var error: FoundlingError?
    /// Goes up with every change: whoever watches compares it.
    var version = 0

    var json: String {
        var object = JSONObject()
        object.field("asked", Timestamp.iso(asked))
        object.field("by", by)
        object.field("error", error.map { JSONObject($0) })
        object.field("finished", finished.map(Timestamp.iso))
        object.field("id", id)
        object.field("kind", kind.rawValue)
        object.field("progress", state.isOver ? nil : progress.map(Self.json))
        object.field("result", json: result ?? "null")
        object.field("started", started.map(Timestamp.iso))
        object.field("state", state.rawValue)
        return object.json
    }

    static let schema = Schema.object([
        .init("asked", .time), .init("by", .text()), .init("error", .nullable(.ref("Reason"))),
        .init("finished", .nullable(.time)), .init("id", .text()),
        .init("kind", .choice(Kind.allCases.map(\.rawValue))),
        .init("progress", .nullable(.ref("Progress"))),
        .init("result", .nullable(.object([])), "What came of it; its fields depend on the kind."),
        .init("started", .nullable(.time)), .init("state", .choice(State.allCases.map(\.rawValue))),
    ])

    static let progressSchema = Schema.object([
        .init("done", .size, "How many of what the stage counts: names, rows, entries."),
        .init("of", .nullable(.size), "Of how many; null where nobody knows before the end."),
        .init(
            "stage",
            .choice([
                "confirming", "done", "listing", "looking", "measuring", "moving", "purging", "reading",
                "restoring",
            ])),
    ])

    private static func json(_ progress: ScanProgress) -> JSONObject {
        let (stage, done, all): (String, Int, Int?) =
            switch progress {
            case .listing(let names): ("listing", names, nil)
            case .reading(let rows): ("reading", rows, nil)
            case .measuring(_, let finished, let all): ("measuring", finished, all)
            case .confirming: ("confirming", 0, nil)
            case .looking(let done, let all): ("looking", done, all)
            case .moving(let done, let all): ("moving", done, all)
            case .restoring(let done, let all): ("restoring", done, all)
            case .purging(let done, let all): ("purging", done, all)
            case .drilling(let done, let all): ("looking", done, all)
            case .done: ("done", 0, nil)
            }
        var object = JSONObject()
        object.field("done", done)
        object.field("of", all)
        object.field("stage", stage)
        return object
    }
}
