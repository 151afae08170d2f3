internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// Plans: what would go, looked at before it does.
extension API {
    var planEndpoints: [Endpoint] {
        let hash = Endpoint.Parameter(name: "hash", schema: Shapes.hash, about: "The plan.")
        return [
            Endpoint(
                method: .get, path: "/api/v1/plans", operation: "listPlans", group: "plans",
                summary: "Plans made here that have not been forgotten, newest first.", access: .read,
                parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("Plan")))]
            ) { call in
                .json(try call.page(plans.all, list: "plans") { Self.json($0) }.json())
            },
            Endpoint(
                method: .post, path: "/api/v1/plans", operation: "makePlan", group: "plans",
                summary: "Plan what would go: of some resources, of some paths, or of everything.", access: .operate,
                body: .object([
                    .init(
                        "resources", .array(.text(.init(length: 1...200)), upTo: 1_000), required: false,
                        "Only of these."),
                    .init("paths", .array(Shapes.path, upTo: 10_000), required: false, "Only these orphans."),
                    Self.reasonField,
                ]), isBodyRequired: false,
                answers: [Self.acceptedAnswer], problems: [.notFound, .conflict, .tooManyRequests]
            ) { call in
                let resources = try resources(call.body["resources"]?.array ?? [])
                var paths: Set<StorePath> = []
                for path in call.body["paths"]?.array ?? [] {
                    paths.insert(try Self.storePath(path.text ?? "", "paths"))
                }
                return accepted(
                    try works.plan(only: resources, paths: paths, by: call.reason(call.body["reason"]?.text)))
            },
            Endpoint(
                method: .get, path: "/api/v1/plans/{hash}", operation: "getPlan", group: "plans",
                summary: "One plan: how much would go, and which limits it goes over.", access: .read,
                parameters: [hash], answers: [.init(status: .ok, about: "The plan.", schema: .ref("Plan"))],
                problems: [.notFound]
            ) { call in
                .json(Self.json(try plans.plan(call.path("hash"))))
            },
            Endpoint(
                method: .get, path: "/api/v1/plans/{hash}/items", operation: "listPlanItems", group: "plans",
                summary: "What a plan names.", access: .read, parameters: [hash] + Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("PlanItem")))],
                problems: [.notFound]
            ) { call in
                let kept = try plans.plan(call.path("hash"))
                return .json(try call.page(kept.plan.items, list: kept.hash) { JSONObject($0).json }.json())
            },
        ]
    }

    private func resources(_ names: [JSONValue]) throws(FoundlingError) -> Set<String> {
        let known = site.manifest.resources.map(\.name)
        let wanted = Set(names.compactMap(\.text))
        if let unknown = wanted.subtracting(known).min() {
            throw FoundlingError(
                .notFound, "there is no resource '\(Printable.escape(unknown))'",
                hint: Nearest.word(to: unknown, in: known).map { "did you mean '\($0)'?" }
                    ?? "the manifest has \(known.joined(separator: ", "))")
        }
        return wanted
    }

    private static func json(_ kept: PlanShelf.Kept) -> String {
        let plan = kept.plan
        var object = JSONObject()
        object.field("bytes", JSONObject(plan.bytes))
        object.field("created", Timestamp.iso(plan.created))
        object.field("expires", Timestamp.iso(plan.expires))
        object.field("freed", plan.freed)
        object.field("hash", kept.hash)
        object.field("is_expired", Custody.time >= plan.expires)
        object.field("items", plan.items.count)
        object.field("notes", json: JSONObject.array(kept.notes))
        object.field("run", kept.run)
        object.field("totals", json: "[\(plan.totals.map { JSONObject($0).json }.joined(separator: ","))]")
        object.field("trips", json: "[\(plan.trips.map { JSONObject($0).json }.joined(separator: ","))]")
        return object.json
    }
}
