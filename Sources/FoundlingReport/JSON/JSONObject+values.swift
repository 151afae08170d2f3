package import FoundlingCore

/// Values of ours as JSON, the same in every command and in the API; `docs/reference/json.md` is the contract.
extension JSONObject {
    /// A path, with its bytes beside it where it is not text.
    package mutating func path(_ path: StorePath) {
        field("path", path.utf8 ?? path.description)
        if path.utf8 == nil {
            field("path_bytes", json: "[" + path.bytes.map { String($0) }.joined(separator: ",") + "]")
        }
    }

    package mutating func field(_ name: String, _ flag: Bool) { field(name, json: flag ? "true" : "false") }

    package init(_ bytes: Bytes) {
        self.init()
        field("allocated", bytes.allocated)
        field("apparent", bytes.apparent)
    }

    package init(_ space: DiskSpace) {
        self.init()
        field("available", space.available)
        field("free", space.free)
        field("inodes_free", space.inodesFree)
        field("total", space.total)
    }

    package init(_ error: FoundlingError) {
        self.init()
        field("code", error.code.rawValue)
        field("details", json: Self.array(error.details))
        field("hint", error.hint)
        field("summary", error.summary)
    }

    // MARK: Plans

    package init(_ item: Plan.Item) {
        self.init()
        field("bytes", JSONObject(item.bytes))
        field("cause", item.cause.rawValue)
        field("files", item.files)
        // A rehearsal takes none.
        field("fingerprint", item.fingerprint.description.isEmpty ? nil : item.fingerprint.description)
        field("freed", item.freed)
        field("kind", item.kind.name)
        field("newest", item.newest.map(Timestamp.iso))
        path(item.path)
        field("resource", item.resource)
    }

    package init(_ total: ResourceTotal) {
        self.init()
        field("bytes", JSONObject(total.bytes))
        field("items", total.items)
        field("resource", total.resource)
    }

    package init(_ trip: GuardTrip) {
        self.init()
        field("limit", json: String(trip.limit))
        field("measure", trip.measure.rawValue)
        field("part", trip.part)
        field("share", json: String(trip.share))
        field("subject", trip.subject)
        field("whole", trip.whole)
    }

    // MARK: Runs

    package init(_ run: RunSummary) {
        self.init()
        var actor = JSONObject()
        actor.field("host", run.actor.host)
        actor.field("sudo_user", run.actor.sudoUser)
        actor.field("uid", run.actor.uid)
        actor.field("user", run.actor.user)
        field("actor", actor)
        field("due", run.due.map(Timestamp.iso))
        field("in_quarantine", JSONObject(run.inQuarantine))
        field("plan", run.planHash)
        field("planned", run.planned)
        field("reason", run.reason)
        field("run", run.run)
        field("started", Timestamp.iso(run.started))
        field("states", JSONObject(states: run.states))
        field("unsettled", run.unsettled)
    }

    /// How many items there are in each state, every state named.
    package init(states: [ItemState: Int]) {
        self.init()
        for state in ItemState.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            field(state.rawValue, states[state] ?? 0)
        }
    }

    package init(_ item: ItemOutcome) {
        self.init()
        field("alarm", item.isAlarm)
        field("bytes", JSONObject(item.bytes))
        field("files", item.files)
        field("freed", item.freed)
        field("item", item.number)
        path(item.path)
        field("reason", item.reason)
        field("resource", item.resource)
        field("run", item.run)
        field("state", item.state.rawValue)
    }

    package init(_ pin: Pin) {
        self.init()
        path(pin.path)
        field("since", Timestamp.iso(pin.since))
        field("until", pin.until.map(Timestamp.iso))
        field("who", pin.who)
        field("why", pin.why)
    }

    // MARK: Tasks

    package init(_ task: DeletionTask) {
        self.init()
        field("actor", task.actor)
        field("at", Timestamp.iso(task.at * 1_000_000))
        field("attempts", task.attempts)
        field("due", task.due > 0 ? Timestamp.iso(task.due * 1_000_000) : nil)
        field("event", task.event.rawValue)
        field("id", task.id)
        field("is_approved", task.isApproved)
        field("key", task.key)
        field("paths", json: Self.array(task.paths.map { TasksReport.text($0) }))
        if let bytes = TasksReport.bytes(task.paths) { field("paths_bytes", json: bytes) }
        field("program", task.program)
        field("reason", task.reason)
        field("resource", task.resource)
        field("run", task.run)
        field("state", task.state.rawValue)
        field("worker", task.worker)
    }

    /// How the queue does, without its tasks.
    package init(_ status: QueueStatus) {
        self.init()
        var counts = JSONObject()
        for state in DeletionTask.State.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            counts.field(state.rawValue, status.counts[state] ?? 0)
        }
        let workers = status.workers.map { worker -> String in
            var object = JSONObject()
            object.field("host", worker.host)
            object.field("id", worker.id)
            object.field("is_present", status.present.contains { $0.id == worker.id })
            object.field("seen", Timestamp.iso(worker.seen * 1_000_000))
            return object.json
        }
        field("alarms", json: Self.array(status.alarms))
        field("counts", counts)
        field("oldest_seconds", status.oldest.map { $0 / 1_000 })
        field("workers", json: "[\(workers.joined(separator: ","))]")
    }
}
