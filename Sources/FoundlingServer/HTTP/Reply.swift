internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What an endpoint answers.
struct Reply: Sendable {
    enum Body: Sendable {
        case none
        /// Text that a viewer must not see as it is: what lies outside of the store is taken out of it.
        case text(String)
        /// Bytes that hold nothing of that kind.
        case bytes(ByteBuffer)
        /// A stream of server-sent events, redacted by its writer.
        case stream(@Sendable (inout any ResponseBodyWriter) async throws -> Void)
    }

    var status: HTTPResponse.Status
    var type: String?
    var body: Body
    var fields = HTTPFields()

    static func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, type: "application/json", body: .text(text))
    }

    static let nothing = Reply(status: .noContent, type: nil, body: .none)

    /// Work that has begun: where to look on is said in `Location`.
    static func accepted(_ text: String, at location: String) -> Reply {
        var reply = json(text, .accepted)
        reply.fields[.location] = location
        return reply
    }
}
