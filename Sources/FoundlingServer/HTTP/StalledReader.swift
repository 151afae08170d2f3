internal import NIOCore

/// Hangs up on a client that asks and does not read: what is ready for it would be held for ever, and its connection.
///
/// Who sends too slowly is somebody else's matter: the server gives up a head, and the responder a body, that does not
/// arrive.
final class StalledReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Long enough for a telephone in a tunnel.
    private let patience: TimeAmount
    private var end: Scheduled<Void>?

    init(patience: TimeAmount = .seconds(60)) { self.patience = patience }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        end?.cancel()
        end = nil
        if !context.channel.isWritable {
            let channel = context.channel
            end = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
}
