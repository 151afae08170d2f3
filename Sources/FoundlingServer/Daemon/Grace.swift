internal import ServiceLifecycle

/// What a service of the daemon waits for, once it is told to end.
///
/// A database that does not answer, or a batch of many thousands, must not keep the daemon from ending: whatever is cut
/// short, the next start settles.
enum Grace {
    /// What is under way has so long to end. systemd kills after 90 s.
    static let standard = Duration.seconds(20)

    /// Waits until something is over, for as long as the daemon runs and a while after that; whether it is over.
    static func wait(for ended: AsyncStream<Void>, atMost patience: Duration = standard) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in ended {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await gracefulShutdown()
                try? await Task.sleep(for: patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
