internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// How the daemon and what it depends on do.
extension API {
    var healthEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/healthz", operation: "live", group: "health",
                summary: "Whether the daemon answers.", access: .open,
                answers: [.init(status: .ok, about: "It does.", schema: .object([.init("status", .text())]))]
            ) { _ in .json("{\"status\":\"ok\"}") },
            Endpoint(
                method: .get, path: "/readyz", operation: "ready", group: "health",
                summary: "Whether it can do its work: the manifest is right, the store is there, the database answers.",
                access: .open,
                answers: [.init(status: .ok, about: "It can.", schema: Self.readySchema)],
                problems: [.serviceUnavailable]
            ) { _ in
                let standing = site.standing
                if let doubt = standing.doubt(now: Custody.time) { throw doubt }
                let reasons = [
                    ("the manifest is refused", standing.manifest), ("the store cannot be used", standing.store),
                    ("the database cannot be read", standing.catalog),
                ]
                // Anybody may ask this: which host, which user and what went wrong there is for those who may read.
                if let (what, error) = reasons.first(where: { $0.1 != nil }), let error {
                    var problem = Problem(FoundlingError(error.code, what, hint: "/api/v1/health says more"))
                    problem.status = .serviceUnavailable
                    throw problem
                }
                return .json("{\"status\":\"ready\"}")
            },
            Endpoint(
                method: .get, path: "/api/v1/health", operation: "health", group: "health",
                summary: "Everything that a person should know of the daemon, and what it means.", access: .read,
                answers: [.init(status: .ok, about: "As of the last look.", schema: Self.healthSchema)]
            ) { _ in .json(health) },
            Endpoint(
                method: .get, path: "/metrics", operation: "metrics", group: "health",
                summary: "Figures for Prometheus.", access: .read,
                answers: [
                    .init(
                        status: .ok, about: "The text format 0.0.4.", schema: .text(.init(length: 0...Int.max)),
                        type: "text/plain; version=0.0.4; charset=utf-8")
                ]
            ) { _ in
                let text = metrics
                return Reply(
                    status: .ok, type: "text/plain; version=0.0.4; charset=utf-8",
                    body: .bytes(ByteBuffer(string: text)))
            },
        ]
    }

    private static let readySchema = Schema.object([.init("status", .text())])

    private static let healthSchema = Schema.object([
        .init("at", .nullable(.time), "When this was looked at; null before the first look."),
        .init("catalog", .nullable(.ref("Reason")), "Why the database cannot be read; null where it can."),
        .init("ledger", .nullable(.ref("Reason"))), .init("manifest", .nullable(.ref("Reason"))),
        .init("queue", .nullable(.object([])), "null without an outbox."),
        .init("queue_trouble", .nullable(.ref("Reason"))), .init("store", .nullable(.ref("Reason"))),
        .init("triggers", .nullable(.object([]))), .init("version", .text()),
        .init("warnings", .array(.ref("Warning")), "What a person must know, the most urgent first."),
        .init("worker", .nullable(.ref("Reason")), "What keeps the daemon's own worker from working."),
    ])

    private var health: String {
        let standing = site.standing
        var object = JSONObject()
        object.field("at", standing.at > 0 ? Timestamp.iso(standing.at) : nil)
        object.field("catalog", standing.catalog.map { JSONObject($0) })
        object.field("ledger", standing.ledgerTrouble.map { JSONObject($0) })
        object.field("manifest", standing.manifest.map { JSONObject($0) })
        object.field("queue", standing.queue.map { JSONObject($0) })
        object.field("queue_trouble", standing.queueTrouble.map { JSONObject($0) })
        object.field("store", standing.store.map { JSONObject($0) })
        object.field("triggers", standing.triggers.map { JSONObject($0) })
        object.field("version", version)
        object.field("warnings", json: "[\(standing.notices.map(\.json).joined(separator: ","))]")
        object.field("worker", standing.worker.map { JSONObject($0) })
        return object.json
    }

    // MARK: Disk

    var diskEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/disk", operation: "getDisk", group: "disk",
                summary: "How full the store's disk is, how fast that grows, and what a clean-up would give back.",
                access: .read, answers: [.init(status: .ok, about: "As of the last look.", schema: Self.diskSchema)]
            ) { _ in
                let standing = site.standing
                guard let disk = standing.disk else {
                    throw standing.store
                        ?? FoundlingError(.notReady, "the daemon has just started", hint: "ask again in a second")
                }
                return .json(
                    Self.json(disk, at: standing.at, standing.growth ?? Growth(), site.snapshot, standing.quarantine))
            },
            Endpoint(
                method: .get, path: "/api/v1/resources", operation: "listResources", group: "findings",
                summary: "What the last scan found of each resource.", access: .read, parameters: Page.parameters,
                answers: [
                    .init(
                        status: .ok, about: "In the manifest's order.",
                        schema: Page.schema(.ref("Resource"), [.init("scan", .text()), .init("finished", .time)]))
                ]
            ) { call in
                let snapshot = try snapshot()
                return .json(
                    try call.page(snapshot.figures.resources, list: "resources") { $0.json }.json([
                        ("scan", JSONString.quote(snapshot.id)),
                        ("finished", JSONString.quote(Timestamp.iso(snapshot.figures.finished))),
                    ]))
            },
        ]
    }

    private static let diskSchema = Schema.object([
        .init("after", .nullable(.object([])), "The same disk once all orphans and the quarantine were purged."),
        .init("at", .time), .init("available", .size), .init("free", .size),
        .init(
            "full_at", .nullable(.time),
            "When it will be full if it goes on growing like this; null where it does not grow."),
        .init("growth_per_day", .nullable(.number), "Bytes a day, over the last month."),
        .init("inodes", .size), .init("inodes_free", .size),
        .init("orphan_growth_per_day", .nullable(.number)), .init("total", .size), .init("used", .size),
        .init("used_percent", .size, "As df counts."), .init("quarantine", .object([])),
    ])

    private static func json(
        _ disk: DiskSpace, at time: Int64, _ growth: Growth, _ snapshot: Snapshot?, _ quarantine: ScanResult.Quarantine?
    ) -> String {
        let lying = quarantine?.bytes.allocated ?? 0
        let after = snapshot?.figures.freed.map { disk.after(freeing: $0.addingUpTo(lying)) }
        var held = JSONObject()
        held.field("bytes", JSONObject(quarantine?.bytes ?? Bytes()))
        held.field("due", quarantine?.due.map(Timestamp.iso))
        held.field("entries", quarantine?.entries ?? 0)
        var object = JSONObject()
        object.field(
            "after",
            after.map { after in
                var object = JSONObject()
                object.field("available", after.available)
                object.field("used_percent", after.usedPercent)
                return object
            })
        object.field("at", Timestamp.iso(time))
        object.field("available", disk.available)
        object.field("free", disk.free)
        object.field("full_at", growth.diskFull.map(Timestamp.iso))
        object.field("growth_per_day", json: growth.used.map { String($0) } ?? "null")
        object.field("inodes", disk.inodes)
        object.field("inodes_free", disk.inodesFree)
        object.field("orphan_growth_per_day", json: growth.orphans.map { String($0) } ?? "null")
        object.field("quarantine", held)
        object.field("total", disk.total)
        object.field("used", disk.used)
        object.field("used_percent", disk.usedPercent)
        return object.json
    }
}

extension ScanFigures.Resource {
    var json: String {
        var object = JSONObject()
        object.field("bytes", bytes.map { JSONObject($0) })
        object.field("claimed", max(0, onDisk - orphaned - young - kept))
        object.field("dangling", dangling)
        object.field("freed", freed)
        object.field("in_database", inDatabase)
        object.field("kept", kept)
        object.field("name", name)
        object.field("on_disk", onDisk)
        object.field("orphaned", orphaned)
        object.field("orphaned_bytes", orphanedBytes.map { JSONObject($0) })
        object.field("unrecognised", unrecognised)
        object.field("young", young)
        return object.json
    }
}

extension JSONObject {
    init(_ report: TriggerReport) {
        self.init()
        let triggers = report.triggers.map { trigger -> String in
            var object = JSONObject()
            object.field("event", trigger.event)
            object.field("reason", trigger.reason)
            object.field("resource", trigger.resource)
            object.field("state", trigger.state.rawValue)
            object.field("table", trigger.table)
            return object.json
        }
        field("is_whole", report.isWhole)
        field("triggers", json: "[\(triggers.joined(separator: ","))]")
    }
}
