internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingStore
internal import Glibc
internal import Synchronization

/// Renews a worker's lease, in a connection and a thread of its own, for as long as the worker lives.
package final class LeaseKeeper: Sendable {
    private let isEnding = Atomic(false)
    private let manifest: Manifest
    private let worker: String
    private let lease: Int64

    package init(of queue: TaskQueue) {
        (manifest, worker, lease) = (queue.manifest, queue.worker, queue.lease)
    }

    /// Runs `body` while the lease is renewed.
    ///
    /// Whoever cannot reach the database lets the lease run out: the worker notices by itself that it has none.
    package func whileRenewing<T>(_ body: () throws(FoundlingError) -> T) throws(FoundlingError) -> T {
        isEnding.store(false, ordering: .relaxed)
        let thread = WorkerThread { [self] in keep() }
        let result = Result { () throws(FoundlingError) -> T in try body() }
        isEnding.store(true, ordering: .relaxed)
        if let thread { thread.join() }
        return try result.get()
    }

    private func keep() {
        var queue: TaskQueue?
        var waited: Int64 = 0
        while !isEnding.load(ordering: .relaxed) {
            usleep(10_000)
            waited += 10
            guard waited >= lease / 3 else { continue }
            waited = 0
            if queue == nil { queue = try? TaskQueue(manifest, lease: lease, worker: worker) }
            if (try? queue?.renew()) == nil { queue = nil }
        }
    }
}
