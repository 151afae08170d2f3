internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingReport
internal import HTTPTypes

/// What is done by the clock.
extension API {
    var scheduleEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/schedules", operation: "listSchedules", group: "schedules",
                summary: "What is done by the clock: when last, when next.", access: .read, parameters: Page.parameters,
                answers: [.init(status: .ok, about: "Every job.", schema: Page.schema(.ref("Job")))]
            ) { call in
                let states = try await reading { try schedules.states() }
                return .json(try call.page(states, list: "schedules") { $0.json }.json())
            }
        ]
    }
}

extension Schedules.State {
    var json: String {
        var object = JSONObject()
        object.field("cron", cron)
        object.field("is_running", isRunning)
        object.field("job", job.rawValue)
        object.field(
            "last",
            last.map { last in
                var object = JSONObject()
                object.field("due", Timestamp.iso(last.due))
                object.field("finished", last.finished.map(Timestamp.iso))
                object.field("note", last.note)
                object.field("outcome", last.outcome.rawValue)
                object.field("started", Timestamp.iso(last.started))
                return object
            })
        object.field("next", next.map(Timestamp.iso))
        return object.json
    }
}
