internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// Runs: what was moved aside, given back, removed; and what lies in quarantine.
extension API {
    var runEndpoints: [Endpoint] {
        let run = Endpoint.Parameter(name: "run", schema: Shapes.run_, about: "The run.")
        return [
            Endpoint(
                method: .get, path: "/api/v1/runs", operation: "listRuns", group: "runs",
                summary: "Every run, newest first, and what of it lies in quarantine.", access: .read,
                parameters: Page.parameters,
                answers: [
                    .init(
                        status: .ok, about: "A page of them.",
                        schema: Page.schema(.ref("Run"), [.init("head", .text(), "The head of the ledger.")]))
                ]
            ) { call in
                try await reading {
                    let (runs, head) = try ledger.history(site.manifest)
                    return .json(
                        try call.page(runs, list: "runs") { Self.json($0, call.caller) }.json([
                            ("head", JSONString.quote(head))
                        ]))
                }
            },
            Endpoint(
                method: .post, path: "/api/v1/runs", operation: "startRun", group: "runs",
                summary: "Apply a plan, give back what a run took, or remove for good what lies in quarantine.",
                access: .operate, body: Self.runBody, answers: [Self.acceptedAnswer],
                problems: [.notFound, .conflict, .tooManyRequests]
            ) { call in
                accepted(try await reading { try start(call) })
            },
            Endpoint(
                method: .get, path: "/api/v1/runs/{run}", operation: "getRun", group: "runs", summary: "One run.",
                access: .read, parameters: [run], answers: [.init(status: .ok, about: "The run.", schema: .ref("Run"))],
                problems: [.notFound]
            ) { call in
                try await reading { .json(Self.json(try self.run(call.path("run")), call.caller)) }
            },
            Endpoint(
                method: .get, path: "/api/v1/runs/{run}/items", operation: "listRunItems", group: "runs",
                summary: "What a run took, and what became of each item.", access: .read,
                parameters: [run] + Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("RunItem")))],
                problems: [.notFound]
            ) { call in
                try await reading {
                    let run = try self.run(call.path("run")).run
                    let last = try call.last(of: run)
                    guard let number = last.map({ Int($0) }) ?? 0 else { throw ListCursor.invalid }
                    let items = try Custody.items(of: run, site.manifest, after: number, limit: call.limit + 1)
                    let shown = items.prefix(call.limit)
                    return .json(
                        Page(
                            items: shown.map { JSONObject($0).json },
                            next: items.count > shown.count
                                ? shown.last.map { ListCursor(list: run, last: String($0.number)).text } : nil
                        ).json())
                }
            },
        ]
    }

    /// Users and the host's name are no viewer's business.
    private static func json(_ run: RunSummary, _ caller: Caller) -> String {
        guard caller.role < .operator else { return JSONObject(run).json }
        var run = run
        run.actor = Actor(uid: 0, user: "", sudoUser: nil, host: "", process: 0)
        return JSONObject(run).json
    }

    private static let runBody = Schema.oneOf(
        by: "act",
        [
            [
                act("apply"), .init("plan", Shapes.hash, "The hash of a plan that was made here."),
                .init(
                    "approve", Shapes.hash, required: false,
                    "The plan's hash once more, from a person who looked, where it goes over a limit."),
                reasonField,
            ],
            [
                act("restore"), .init("run", Shapes.run_, "What it took comes back."),
                .init(
                    "items", .array(.integer(1...Int64.max), atLeast: 1, upTo: 10_000), required: false,
                    "Only these numbers; all where this is left out."),
                reasonField,
            ],
            [act("purge", "Whatever is due."), reasonField],
            [
                act("purge"), .init("run", Shapes.run_, "Only of this run."),
                .init("now", .boolean, required: false, "Whether what is not due yet goes as well."), reasonField,
            ],
            [
                act("purge"),
                .init("free", .integer(1...Int64.max), "The oldest of all runs, until so many bytes are free."),
                reasonField,
            ],
        ])

    private static func act(_ word: String, _ about: String? = nil) -> Schema.Field {
        .init("act", .choice([word]), about)
    }

    private func start(_ call: Call) throws(FoundlingError) -> Activity {
        let (body, reason) = (call.body, call.reason(call.body["reason"]?.text))
        let run = body["run"]?.text
        switch (body["act"]?.text, body["plan"]?.text) {
        case ("apply", let plan?):
            if let approval = body["approve"]?.text, approval != plan {
                throw FoundlingError(
                    .approvalMismatch, "what was approved is not this plan",
                    hint: "look at the plan once more, then approve exactly its hash")
            }
            return try works.apply(plan, approval: body["approve"]?.text, reason: reason)
        case ("restore", _):
            let items = Set((body["items"]?.array ?? []).compactMap(\.integer).map { Int($0) })
            return try works.restore(try self.run(run ?? "").run, items: items, paths: [], reason: reason)
        default:
            if let bytes = body["free"]?.integer { return try works.purge(.free(bytes: UInt64(bytes)), reason: reason) }
            guard let run else { return try works.purge(.due(run: nil), reason: reason) }
            _ = try self.run(run)
            return try works.purge(body["now"]?.bool ?? false ? .whole(run: run) : .due(run: run), reason: reason)
        }
    }

    private func run(_ name: String) throws(FoundlingError) -> RunSummary {
        if let run = try ledger.history(site.manifest).runs.first(where: { $0.run == name }) { return run }
        throw FoundlingError(.runUnknown, "the ledger has no run '\(name)'", hint: "/api/v1/runs lists them all")
    }

    // MARK: Quarantine

    var quarantineEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/quarantine", operation: "listQuarantine", group: "quarantine",
                summary: "What lies in quarantine, and when each may be purged.", access: .read,
                parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("LyingItem")))]
            ) { call in
                try await reading {
                    let last = try call.last(of: "quarantine").map { try Self.place($0) }
                    let items = try Custody.lying(site.manifest, after: last, limit: call.limit + 1)
                    let shown = items.prefix(call.limit)
                    let next = shown.last.map {
                        ListCursor(list: "quarantine", last: "\($0.item.run)/\($0.item.number)").text
                    }
                    return .json(
                        Page(items: shown.map { Self.json($0) }, next: items.count > shown.count ? next : nil).json())
                }
            }
        ]
    }

    private static func place(_ text: String) throws(FoundlingError) -> (run: String, item: Int) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let item = Int(parts[1]) else { throw ListCursor.invalid }
        return (String(parts[0]), item)
    }

    private static func json(_ lying: Custody.Lying) -> String {
        var object = JSONObject(lying.item)
        object.field("due", Timestamp.iso(lying.due))
        object.field("moved", Timestamp.iso(lying.moved))
        return object.json
    }
}
