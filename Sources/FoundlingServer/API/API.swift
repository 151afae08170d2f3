internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes
internal import NIOCore
internal import NIOPosix

/// All endpoints, and what they work with.
package struct API: Sendable {
    let version: String
    private let means: Means?

    /// What endpoints work with when they are called.
    struct Means: Sendable {
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
    }

    init(_ means: Means, version: String) { (self.means, self.version) = (means, version) }

    private init(version: String) { (means, self.version) = (nil, version) }

    /// The OpenAPI document, without anything that it speaks of: endpoints are declared, and none is called.
    package static func document(version: String) -> String { API(version: version).document }

    /// Every endpoint of the document, to look at and not to call.
    static var declarations: [Endpoint] { API(version: "").endpoints }

    var endpoints: [Endpoint] {
        let document = document
        return declared + [
            itself { _ in
                // Nothing of this host stands in it, so that nothing needs to be taken out.
                Reply(status: .ok, type: "application/json", body: .bytes(ByteBuffer(string: document)))
            }
        ]
    }

    private var document: String { OpenAPI(declared + [itself { _ in .nothing }], Shapes.all).json(version: version) }

    private var declared: [Endpoint] {
        healthEndpoints + diskEndpoints + findingEndpoints + scanEndpoints + activityEndpoints + planEndpoints
            + runEndpoints + quarantineEndpoints + taskEndpoints + ledgerEndpoints + pinEndpoints + scheduleEndpoints
            + recordEndpoints
    }

    private func itself(_ handle: @escaping @Sendable (Call) async throws -> Reply) -> Endpoint {
        Endpoint(
            method: .get, path: "/api/v1/openapi.json", operation: "openapi", group: "meta",
            summary: "This document.", access: .open,
            answers: [.init(status: .ok, about: "OpenAPI 3.1.", schema: .object([]))], handle: handle)
    }

    // MARK: Means

    private var all: Means {
        guard let means else { preconditionFailure("only a daemon's endpoints are called, and it has means") }
        return means
    }

    var site: Site { all.site }
    var works: Works { all.works }
    var activities: Activities { all.activities }
    var history: History { all.history }
    var plans: PlanShelf { all.plans }
    var counters: Counters { all.counters }
    var traffic: Traffic { all.traffic }
    var seats: EventStream.Seats { all.seats }
    var schedules: Schedules { all.schedules }
    var ledger: LedgerCache { all.ledger }
    var notifier: Notifier { all.notifier }
    var bell: Doorbell { all.bell }
    private var files: NIOThreadPool { all.files }
    private var database: NIOThreadPool { all.database }

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
