internal import Glibc

/// A plain thread for work that blocks or computes: started here, waited for here, and nothing in between.
package struct WorkerThread: ~Copyable {
    private let handle: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// nil where the system has no thread to give; then the caller does the work itself.
    package init?(_ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let context = Unmanaged.passRetained(Body(body))
        let failed = pthread_create(
            &handle, nil,
            { context in
                Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard failed == 0 else {
            context.release()
            return nil
        }
        self.handle = handle
    }

    /// Leaves it to itself: its end is told in another way, or nobody waits for it.
    package consuming func detach() { pthread_detach(handle) }

    /// Waits for its end; what it wrote is visible afterwards.
    package consuming func join() { pthread_join(handle, nil) }
}
