internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingReport
internal import HTTPTypes
internal import NIOCore

/// What the last scan found.
extension API {
    var findingEndpoints: [Endpoint] {
        [
            list("/api/v1/orphans", "listOrphans", "Entries that no record claims.", kinds: [.orphan]),
            Endpoint(
                method: .get, path: "/api/v1/orphans/summary", operation: "summariseOrphans", group: "findings",
                summary: "How many orphans there are and what they hold: for monitoring.", access: .read,
                answers: [.init(status: .ok, about: "Of the last scan.", schema: ScanFigures.summarySchema)]
            ) { _ in
                Reply(status: .ok, type: "application/json", body: .bytes(try snapshot().summary))
            },
            Endpoint(
                method: .get, path: "/api/v1/orphans/gone", operation: "listGoneOrphans", group: "findings",
                summary: "Orphans that earlier scans saw and the last one did not.", access: .read,
                parameters: Page.parameters,
                answers: [
                    .init(
                        status: .ok, about: "Those of the last 90 days, the latest first.",
                        schema: Page.schema(
                            .object([
                                .init("bytes", .nullable(.size)), .init("first_seen", .time), .init("last_seen", .time),
                                .init("path", .text()),
                            ])))
                ], problems: [.gone]
            ) { call in
                let snapshot = try snapshot()
                return try await reading {
                    let page = try snapshot.findings.gone(limit: call.limit, cursor: call.text("cursor"))
                    return .json(Page(items: page.items.map { Self.json($0) }, next: page.next).json())
                }
            },
            list("/api/v1/dangling", "listDangling", "Records whose files are gone.", kinds: [.dangling]),
            list(
                "/api/v1/findings", "listFindings", "Everything that a scan finds worth saying.",
                kinds: [],
                more: [
                    .init(
                        name: "kind", schema: .choice(Finding.Kind.allCases.map(\.rawValue)),
                        about: "Only of this kind.")
                ]),
        ]
    }

    private static let sorts = [
        "-size", "size", "-freed", "freed", "-newest", "newest", "path", "-path",
        "first_seen", "-first_seen",
    ]

    private func list(
        _ path: RoutePath, _ operation: String, _ summary: String, kinds: Set<Finding.Kind>,
        more: [Endpoint.Parameter] = []
    ) -> Endpoint {
        Endpoint(
            method: .get, path: path, operation: operation, group: "findings", summary: summary, access: .read,
            parameters: more + [
                .init(name: "resource", schema: .text(.init(length: 1...200)), about: "Only of this resource."),
                .init(name: "cause", schema: .choice(Cause.allCases.map(\.rawValue)), about: "Only with this cause."),
                .init(name: "min_bytes", schema: .size, about: "Only what is allocated so many bytes at least."),
                .init(name: "below", schema: Shapes.path, about: "Only in this directory of the store."),
                .init(
                    name: "contains", schema: .text(.init(length: 1...200)), about: "Only paths that hold this text."),
                .init(
                    name: "sort", schema: .choice(Self.sorts),
                    about: "By what; with a minus the largest first. The largest first unless asked otherwise."),
            ] + Page.parameters,
            answers: [
                .init(
                    status: .ok, about: "A page of them.",
                    schema: Page.schema(
                        .ref("Finding"),
                        [
                            .init("scan", .text()), .init("finished", .time, "When the scan ended."),
                            .init("total", .size, "How many there are in all."),
                            .init("total_is_exact", .boolean, "False where there are at least so many."),
                        ]))
            ], problems: [.gone]
        ) { call in
            let snapshot = try snapshot()
            let query = try Self.query(call, kinds)
            return try await reading {
                let page = try snapshot.findings.page(query)
                return .json(
                    Page(items: page.items.map { Self.json($0) }, next: page.next).json([
                        ("scan", JSONString.quote(snapshot.id)),
                        ("finished", JSONString.quote(Timestamp.iso(snapshot.figures.finished))),
                        ("total", String(page.total)), ("total_is_exact", page.isTotalAtLeast ? "false" : "true"),
                    ]))
            }
        }
    }

    /// A finding as the command line shows it, and since when it is known.
    static func json(_ item: FindingItem) -> String {
        item.json.dropLast() + ",\"first_seen\":\"\(Timestamp.iso(item.firstSeen))\"}"
    }

    private static func json(_ orphan: GoneOrphan) -> String {
        var object = JSONObject()
        object.field("bytes", orphan.bytes)
        object.field("first_seen", Timestamp.iso(orphan.firstSeen))
        object.field("last_seen", Timestamp.iso(orphan.lastSeen))
        object.path(orphan.path)
        return object.json
    }

    private static func query(_ call: Call, _ kinds: Set<Finding.Kind>) throws(FoundlingError) -> FindingsQuery {
        var query = FindingsQuery()
        query.kinds = call.text("kind").flatMap(Finding.Kind.init).map { [$0] } ?? kinds
        query.resource = call.text("resource")
        query.cause = call.text("cause").flatMap(Cause.init)
        query.minBytes = call.integer("min_bytes").map { UInt64(max(0, $0)) }
        if let below = call.text("below") { query.below = try storePath(below, "below") }
        query.contains = call.text("contains").map { Array($0.utf8) }
        let sort = call.text("sort") ?? "-size"
        let name = sort.hasPrefix("-") ? String(sort.dropFirst()) : sort
        query.sort = FindingsQuery.Sort(rawValue: name) ?? .size
        query.order = sort.hasPrefix("-") ? .descending : .ascending
        query.limit = call.limit
        query.cursor = call.text("cursor")
        return query
    }

    /// A path that somebody sent: below the root, and nowhere else.
    static func storePath(_ text: String, _ name: String) throws(FoundlingError) -> StorePath {
        if let path = StorePath(Array(text.utf8)), !path.bytes.isEmpty { return path }
        throw FoundlingError(
            .requestInvalid, "'\(name)' is no path below the store's root: '\(Printable.escape(text))'",
            hint: "write it relative to the root, without '.', '..' or an empty part")
    }
}
