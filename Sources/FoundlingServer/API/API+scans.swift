internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingReport
internal import HTTPTypes

/// Scans: begun, watched, remembered.
extension API {
    var scanEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/scans", operation: "listScans", group: "scans",
                summary: "Scans that were, newest first.", access: .read, parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("Scan")))]
            ) { call in
                try await reading {
                    let page = try history.scans(limit: call.limit, cursor: call.text("cursor"))
                    return .json(Page(items: page.items.map { Self.json($0) }, next: page.next).json())
                }
            },
            Endpoint(
                method: .post, path: "/api/v1/scans", operation: "startScan", group: "scans",
                summary: "Start a scan.", access: .operate, body: .object([Self.reasonField]), isBodyRequired: false,
                answers: [Self.acceptedAnswer], problems: [.conflict, .tooManyRequests]
            ) { call in
                accepted(try works.scan(by: call.reason(call.body["reason"]?.text), trigger: .person))
            },
            Endpoint(
                method: .get, path: "/api/v1/scans/{id}", operation: "getScan", group: "scans",
                summary: "One scan: how far it is, or what it found.", access: .read,
                parameters: [.init(name: "id", schema: Shapes.activity, about: "The scan.")],
                answers: [.init(status: .ok, about: "The scan.", schema: .ref("Scan"))], problems: [.notFound]
            ) { call in
                let id = call.path("id")
                return try await reading {
                    guard let record = try history.scan(id) else {
                        throw FoundlingError(
                            .notFound, "there is no scan \(id)",
                            hint: "/api/v1/scans lists those that ended, /api/v1/activities those under way")
                    }
                    return .json(Self.json(record))
                }
            },
            Endpoint(
                method: .get, path: "/api/v1/scans/latest/{part}", operation: "getScanPart", group: "scans",
                summary: "One part of the last scan's report, as `scan --format json` has it.", access: .read,
                parameters: [
                    .init(
                        name: "part", schema: .choice(ScanParts.Part.allCases.map(\.rawValue).sorted()), about: "Which."
                    )
                ],
                answers: [
                    .init(
                        status: .ok, about: "The part.",
                        schema: .object([.init("scan", .text()), .init("finished", .time)]))
                ]
            ) { call in
                let snapshot = try snapshot()
                guard let part = ScanParts.Part(rawValue: call.path("part")) else { return .nothing }
                return try await reading {
                    .json(
                        Works.result(
                            ("finished", JSONString.quote(Timestamp.iso(snapshot.figures.finished))),
                            (part.rawValue, try snapshot.part(part)), ("scan", JSONString.quote(snapshot.id))))
                }
            },
        ]
    }

    private static func json(_ scan: ScanRecord) -> String {
        var counts = JSONObject()
        for (kind, count) in scan.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            counts.field(kind.rawValue, count)
        }
        var error = JSONObject()
        error.field("code", scan.errorCode)
        error.field("summary", scan.errorSummary)
        var object = JSONObject()
        object.field("counts", scan.outcome == .done ? counts : nil)
        object.field("error", scan.errorCode == nil ? nil : error)
        object.field("finished", scan.finished.map(Timestamp.iso))
        object.field("freed", scan.freed)
        object.field("id", scan.id)
        object.field("is_recorded", scan.isRecorded)
        object.field("orphan_bytes", scan.orphanBytes)
        object.field("started", Timestamp.iso(scan.started))
        object.field("state", scan.outcome.rawValue)
        object.field("total_bytes", scan.totalBytes)
        object.field("trigger", scan.trigger.rawValue)
        return object.json
    }

    // MARK: Activities

    var activityEndpoints: [Endpoint] {
        let id = Endpoint.Parameter(name: "id", schema: Shapes.activity, about: "The activity.")
        return [
            Endpoint(
                method: .get, path: "/api/v1/activities", operation: "listActivities", group: "activities",
                summary: "What runs, waits, or ended since the daemon started, newest first.", access: .read,
                parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("Activity")))]
            ) { call in
                .json(try call.page(activities.all, list: "activities") { $0.json }.json())
            },
            Endpoint(
                method: .get, path: "/api/v1/activities/{id}", operation: "getActivity", group: "activities",
                summary: "How far an activity is, or what came of it.", access: .read, parameters: [id],
                answers: [.init(status: .ok, about: "The activity.", schema: .ref("Activity"))], problems: [.notFound]
            ) { call in
                .json(try activity(call).json)
            },
            Endpoint(
                method: .get, path: "/api/v1/activities/{id}/events", operation: "watchActivity", group: "activities",
                summary: "The same as server-sent events: `progress` with every change, `end` at the end.",
                access: .read, parameters: [id],
                answers: [
                    .init(
                        status: .ok, about: "Events, until the activity is over.",
                        schema: .object([
                            .init("data", .embedded(.ref("Activity"))), .init("event", .choice(["progress", "end"])),
                        ]), type: "text/event-stream")
                ], problems: [.notFound, .tooManyRequests]
            ) { call in
                let activity = try activity(call)
                let isTrusted = call.caller.role == .operator
                return try EventStream(activities, seats).reply(for: activity.id) { text in
                    isTrusted ? text : site.redaction(text)
                }
            },
        ]
    }

    private func activity(_ call: Call) throws(FoundlingError) -> Activity {
        if let activity = activities[call.path("id")] { return activity }
        throw FoundlingError(
            .notFound, "there is no activity \(call.path("id"))", hint: "/api/v1/activities lists what there is")
    }
}
