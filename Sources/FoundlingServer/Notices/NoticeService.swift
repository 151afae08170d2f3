internal import FoundlingPipeline
internal import ServiceLifecycle

/// The notifier as a part of the daemon.
///
/// On shutdown a message under way is given up and stays in `notices.json`: the next start sends it, with the same id.
package struct NoticeService: Service {
    private let notifier: Notifier

    package init(_ notifier: Notifier) { self.notifier = notifier }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await notifier.run { Custody.time } }
    }
}
