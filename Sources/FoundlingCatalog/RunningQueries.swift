internal import Glibc

/// Queries that servers work on for this process, so that an interrupted command leaves none running.
///
/// A signal concerns the whole process, and so does this list: the one piece of state here that no value holds.
package final class RunningQueries: @unchecked Sendable {
    private static let shared = RunningQueries()
    private var cancels: [Int: @Sendable () -> Void] = [:]
    private var next = 0
    private var mutex = pthread_mutex_t()

    private init() { pthread_mutex_init(&mutex, nil) }

    private func locked<T>(_ body: (RunningQueries) -> T) -> T {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        return body(self)
    }

    /// Notes how to cancel what a connection does.
    static func add(_ cancel: @escaping @Sendable () -> Void) -> Int {
        shared.locked {
            $0.next += 1
            $0.cancels[$0.next] = cancel
            return $0.next
        }
    }

    static func remove(_ number: Int) { shared.locked { _ = $0.cancels.removeValue(forKey: number) } }

    /// Asks every server to stop; returns when each has been asked.
    package static func cancelAll() { shared.locked { for cancel in $0.cancels.values { cancel() } } }
}
