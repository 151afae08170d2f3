internal import Hummingbird
internal import NIOCore

/// What is known of a request beside itself: which connection it came by.
struct Connection: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end's address; `local` for a Unix socket.
    let from: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        from = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}
