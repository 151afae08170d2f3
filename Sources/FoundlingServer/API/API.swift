internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes
internal import NIOPosix

/// All endpoints, and what they work with.
struct API: Sendable {
    let site: Site
    let works: Works
    let activities: Activities
    let history: History
    let plans: PlanShelf
    let counters: Counters
    let traffic: Traffic
    let seats: EventStream.Seats
    let schedules: Schedules
    let ledger: LedgerCache
    let notifier: Notifier
    /// Rung where how things stand has changed.
    let bell: Doorbell
    /// For what reads our own files: milliseconds.
    let files: NIOThreadPool
    /// For what waits for the application's database, which may not answer.
    let database: NIOThreadPool
    let version: String

    var endpoints: [Endpoint] {
        let all =
            healthEndpoints + diskEndpoints + findingEndpoints + scanEndpoints + activityEndpoints + planEndpoints
            + runEndpoints + quarantineEndpoints + taskEndpoints + ledgerEndpoints + pinEndpoints + scheduleEndpoints
            + recordEndpoints
        let document = OpenAPI(all, Shapes.all).json(version: version)
        let itself = Endpoint(
            method: .get, path: "/api/v1/openapi.json", operation: "openapi", group: "meta",
            summary: "This document.", access: .open, answers: [.init(status: .ok, about: "OpenAPI 3.1.", schema: .object([]))]
        ) { _ in .json(document) }
        return all + [itself]
    }

    /// Reads from our own files, off the threads that serve.
    func reading<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await files.runIfActive(body)
    }

    /// Asks the application's database, off the threads that serve.
    func asking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await database.runIfActive(body)
    }

    /// The last scan, or why there is none.
    func snapshot() throws(FoundlingError) -> Snapshot {
        if let snapshot = site.snapshot { return snapshot }
        throw FoundlingError(
            .neverScanned, "nothing has been scanned yet",
            hint: "POST /api/v1/scans starts one; until then `foundling scan` shows what is there")
    }

    func accepted(_ activity: Activity) -> Reply { .accepted(activity.json, at: "/api/v1/activities/\(activity.id)") }

    static let acceptedAnswer = Endpoint.Answer(
        status: .accepted, about: "It has begun, or waits for its turn.", schema: .ref("Activity"), hasLocation: true)

    /// An optional text of a body.
    static let reasonField = Schema.Field(
        "reason", .text(.init(length: 1...500)), required: false, "Why; it stands in the ledger.")
}
