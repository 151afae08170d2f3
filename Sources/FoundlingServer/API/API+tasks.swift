internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// Tasks of the outbox, and deletions, which make some.
extension API {
    var taskEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/tasks", operation: "listTasks", group: "tasks",
                summary: "Tasks of the outbox, oldest first, and how the queue does.", access: .read,
                parameters: [
                    .init(
                        name: "state", schema: .choice(DeletionTask.State.allCases.map(\.rawValue)),
                        about: "Only in this state; all but those done where none is named.")
                ] + Page.parameters,
                answers: [
                    .init(
                        status: .ok, about: "A page of them.",
                        schema: Page.schema(
                            .ref("Task"), [.init("queue", .nullable(.object([])), "null without an outbox.")]))
                ]
            ) { call in
                let states = call.text("state").flatMap(DeletionTask.State.init).map { [$0] } ?? []
                let last = try call.last(of: "tasks").map { try Self.taskPlace($0) }
                return try await asking {
                    do {
                        let (tasks, status) = try Prevention.tasks(
                            site.manifest, Set(states), after: last, limit: call.limit + 1)
                        let shown = tasks.prefix(call.limit)
                        let next = shown.last.map { ListCursor(list: "tasks", last: "\($0.at)/\($0.id)").text }
                        return .json(
                            Page(
                                items: shown.map { JSONObject($0).json }, next: tasks.count > shown.count ? next : nil
                            ).json([("queue", JSONObject(status).json)]))
                    } catch let error as FoundlingError where error.code == .outboxMissing {
                        return .json(Page(items: [], next: nil).json([("queue", "null")]))
                    }
                }
            },
            Endpoint(
                method: .post, path: "/api/v1/tasks/orders", operation: "orderTasks", group: "tasks",
                summary: "Retry tasks, drop them, or approve those that a guard holds.", access: .operate,
                body: .object([
                    .init("order", .choice(TaskOrder.allCases.map(\.rawValue).sorted())),
                    .init(
                        "tasks", .array(.text(.init(length: 1...64)), atLeast: 1, upTo: 1_000), required: false,
                        "Their ids; every task that the order fits where this is left out."),
                    .init("resource", .text(.init(length: 1...200)), required: false, "Only of this resource."),
                    .init(
                        "count", .size, required: false,
                        "For approve without ids: how many are held, so that nothing is approved that came since."),
                ]),
                answers: [
                    .init(
                        status: .ok, about: "Done.",
                        schema: .object([.init("tasks", .size, "How many tasks it concerned.")]))
                ], problems: [.notFound, .conflict]
            ) { call in
                let count = try await asking { try order(call) }
                return .json(Works.result(("tasks", String(count))))
            },
        ]
    }

    private static func taskPlace(_ text: String) throws(FoundlingError) -> DeletionTask.Place {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let at = Int64(parts[0]) else { throw ListCursor.invalid }
        return DeletionTask.Place(at: at, id: String(parts[1]))
    }

    private func order(_ call: Call) throws(FoundlingError) -> Int {
        guard let order = call.body["order"]?.text.flatMap(TaskOrder.init) else { return 0 }
        let names = (call.body["tasks"]?.array ?? []).compactMap(\.text)
        let (who, resource) = ("\(call.caller.words) from \(call.from)", call.body["resource"]?.text)
        guard order == .approve, names.isEmpty else {
            return try Prevention.order(order, names, resource: resource, who: who, site.manifest)
        }
        let held = try Prevention.tasks(site.manifest, [.held], limit: 0).tasks.filter { task in
            // Nothing says what the rows of a TRUNCATE claimed: there is nothing to approve.
            task.event != .truncated && resource.map { $0 == task.resource } ?? true
        }
        guard let count = call.body["count"]?.integer, count == Int64(held.count) else {
            throw FoundlingError(
                .confirmationNeeded, "\(held.count) tasks are held now, and that is not the number that was approved",
                hint: "look at /api/v1/tasks?state=held, then send that number as 'count'")
        }
        guard !held.isEmpty else { return 0 }
        // Exactly those that were counted: others may have come meanwhile.
        return try Prevention.order(.approve, held.map(\.id), resource: nil, who: who, site.manifest)
    }

    // MARK: Records

    var recordEndpoints: [Endpoint] {
        let parameters: [Endpoint.Parameter] = [
            .init(
                name: "resource", schema: .text(.init(length: 1...200)),
                about: "The resource, as the manifest names it."),
            .init(name: "key", schema: .text(.init(length: 1...1_024)), about: "The record's key, percent-encoded."),
        ]
        func delete(_ path: RoutePath, _ operation: String, _ summary: String) -> Endpoint {
            Endpoint(
                method: .delete, path: path, operation: operation, group: "records", summary: summary, access: .operate,
                parameters: parameters,
                answers: [.init(status: .noContent, about: "The record is gone; its files follow in the background.")],
                problems: [.notFound, .conflict]
            ) { call in
                let manifest = site.manifest
                let resource = call.path("resource")
                guard manifest.index(of: resource) != nil else {
                    throw FoundlingError(
                        .notFound, "there is no resource '\(Printable.escape(resource))'",
                        hint: Nearest.word(to: resource, in: manifest.resources.map(\.name)).map {
                            "did you mean '\($0)'?"
                        }
                            ?? "the manifest has \(manifest.resources.map(\.name).joined(separator: ", "))")
                }
                _ = try await asking {
                    try Prevention.delete(resource, key: call.path("key"), manifest, isRehearsal: false)
                }
                return .nothing
            }
        }
        return [
            delete(
                "/api/v1/resources/{resource}/records/{key}", "deleteRecord",
                "Delete a record with everything that its database cascades to; the files go along in the background."),
            delete(
                "/api/v1/{resource}/{key}", "deleteRecordShort",
                "The same, shorter: for resources whose name is none of this API's own."),
        ]
    }
}
