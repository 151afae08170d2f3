internal import FoundlingCore
internal import FoundlingReport
internal import HTTPTypes

/// An error as RFC 9457 wants it: one type for each of Foundling's codes.
struct Problem: Error, Sendable {
    let error: FoundlingError
    var status: HTTPResponse.Status
    var fields = HTTPFields()

    init(_ error: FoundlingError) {
        self.error = error
        status = error.code.status
    }

    /// - Parameter instance: which request this was, as it stands in the log.
    func json(instance: String) -> String {
        var object = JSONObject()
        object.field("code", error.code.rawValue)
        object.field("detail", error.hint.isEmpty ? error.summary : "\(error.summary); \(error.hint)")
        object.field("details", json: JSONObject.array(error.details))
        object.field("hint", error.hint)
        object.field("instance", "urn:foundling:request:\(instance)")
        object.field("status", status.code)
        object.field("title", error.summary)
        object.field("type", "urn:foundling:error:\(error.code.rawValue)")
        return object.json
    }

    static let schema = Schema.object([
        .init("code", .text(), "The stable name of the reason: see the list of errors."),
        .init("detail", .text()),
        .init("details", .array(.text())),
        .init("hint", .text(), "What to do next."),
        .init("instance", .text()),
        .init("status", .integer(400...599)),
        .init("title", .text()),
        .init("type", .text(.init(format: "uri"))),
    ])
}

extension FoundlingError.Code {
    /// What a client may make of a reason: 4xx is the client's to change, 503 is worth another try.
    var status: HTTPResponse.Status {
        switch self {
        case .requestInvalid, .usage, .planInvalid, .cursorInvalid: .badRequest
        case .tokenMissing, .tokenInvalid: .unauthorized
        case .roleInsufficient: .forbidden
        case .notFound, .runUnknown, .recordUnknown, .taskUnknown, .tokenUnknown, .outboxMissing: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .cursorStale: .gone
        case .bodyTooLarge: .contentTooLarge
        case .mediaType: .unsupportedMediaType
        case .hostUnknown: .misdirectedRequest
        case .tooMany: .tooManyRequests
        case .activityRunning, .recordReferred, .approvalNeeded, .approvalMismatch, .confirmationNeeded, .planExpired,
            .planStale, .planApplied, .unattendedForbidden, .nothingAccepted, .clocksApart, .databaseChanged,
            .databaseWentBack, .schemaChanged, .storeChanged, .databaseRefused, .outboxForeign, .writerElsewhere,
            .triggersUnfit:
            .conflict
        case .noSpace: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .system: .internalServerError
        default: .serviceUnavailable
        }
    }
}
