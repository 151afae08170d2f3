internal import FoundlingCore
internal import FoundlingCustody
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// The ledger, and pins, which stand in it.
extension API {
    var ledgerEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/ledger", operation: "listLedger", group: "ledger",
                summary: "The ledger's lines, newest first.", access: .read, parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("Line")))]
            ) { call in
                try await reading {
                    let last = try call.last(of: "ledger")
                    let seq = last.flatMap { Int64($0) }
                    if last != nil, seq == nil { throw ListCursor.invalid }
                    let lines = try Custody.lines(site.manifest, before: seq, limit: call.limit + 1)
                    let shown = lines.prefix(call.limit)
                    let next = shown.last.map { ListCursor(list: "ledger", last: String($0.seq)).text }
                    return .json(
                        Page(
                            items: shown.map { Self.json($0, call.caller) },
                            next: lines.count > shown.count ? next : nil
                        ).json())
                }
            },
            Endpoint(
                method: .get, path: "/api/v1/ledger/verification", operation: "verifyLedger", group: "ledger",
                summary: "Check every hash of the ledger's chain.", access: .read,
                parameters: [
                    .init(
                        name: "head", schema: .text(.init(length: 12...64, pattern: "[0-9a-f]{12,64}")),
                        about: "A head noted earlier: it must still be in the chain.")
                ],
                answers: [
                    .init(
                        status: .ok, about: "The chain holds.",
                        schema: .object([.init("head", .text()), .init("lines", .size)]))
                ], problems: [.notFound, .conflict]
            ) { call in
                try await reading {
                    guard try Custody.end(site.manifest) != nil else {
                        throw FoundlingError(
                            .notFound, "there is no ledger yet", hint: "nothing was ever moved in this store")
                    }
                    do throws(FoundlingError) {
                        let (lines, head) = try Custody.verify(site.manifest, expecting: call.text("head"))
                        return .json(Works.result(("head", JSONString.quote(head)), ("lines", String(lines))))
                    } catch {
                        // Whether the chain holds was the question, and this is its answer.
                        var problem = Problem(error)
                        if error.code == .ledgerCorrupt { problem.status = .conflict }
                        throw problem
                    }
                }
            },
        ]
    }

    private static func json(_ line: LedgerEntry, _ caller: Caller) -> String {
        var object = JSONObject()
        // Users and the host's name are no viewer's business.
        object.field("actor", json: caller.role < .operator ? "{}" : line.actor)
        object.field("body", json: line.body)
        object.field("hash", line.hash)
        object.field("item", line.item)
        object.field("kind", line.kind)
        object.field("plan", line.plan)
        object.field("reason", line.reason)
        object.field("run", line.run)
        object.field("seq", line.seq)
        object.field("time", Timestamp.iso(line.time))
        return object.json
    }

    // MARK: Pins

    var pinEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .get, path: "/api/v1/pins", operation: "listPins", group: "pins",
                summary: "Paths that somebody asked to keep.", access: .read, parameters: Page.parameters,
                answers: [.init(status: .ok, about: "A page of them.", schema: Page.schema(.ref("Pin")))]
            ) { call in
                try await reading {
                    .json(try call.page(try Custody.pins(site.manifest), list: "pins") { JSONObject($0).json }.json())
                }
            },
            Endpoint(
                method: .post, path: "/api/v1/pins", operation: "pin", group: "pins",
                summary: "Keep a path, whatever the database says.", access: .operate,
                body: .object([
                    .init("path", Shapes.path),
                    .init("why", .text(.init(length: 1...500)), required: false, "Why it must stay."),
                    .init(
                        "until", .text(.init(length: 10...40, format: "date-time")), required: false,
                        "Until when, which is to come; for ever where this is left out. A day means its midnight UTC."),
                ]),
                answers: [.init(status: .created, about: "It is pinned.", schema: .ref("Pin"))], problems: [.conflict]
            ) { call in
                let path = try Self.storePath(call.body["path"]?.text ?? "", "path")
                let until = call.body["until"]?.text.flatMap(RequestTime.nanoseconds)
                if let until, until <= Custody.time {
                    throw FoundlingError(.requestInvalid, "'until' lies in the past", hint: "name a time to come")
                }
                return try await reading {
                    let custody = try Custody(site.manifest, reason: call.reason(nil))
                    let pin = try custody.pin(path, why: call.body["why"]?.text, until: until, who: call.caller.words)
                    return .json(JSONObject(pin).json, .created)
                }
            },
            Endpoint(
                method: .delete, path: "/api/v1/pins", operation: "unpin", group: "pins",
                summary: "Take a pin away again.", access: .operate,
                parameters: [.init(name: "path", schema: Shapes.path, about: "What was pinned.", isRequired: true)],
                answers: [.init(status: .noContent, about: "It is pinned no longer.")],
                problems: [.notFound, .conflict]
            ) { call in
                let path = try Self.storePath(call.text("path") ?? "", "path")
                return try await reading {
                    guard try Custody.pins(site.manifest).contains(where: { $0.path == path }) else {
                        throw FoundlingError(.notFound, "'\(path)' is not pinned", hint: "/api/v1/pins lists what is")
                    }
                    try Custody(site.manifest, reason: call.reason(nil)).unpin(path)
                    return .nothing
                }
            },
        ]
    }
}
