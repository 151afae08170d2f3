internal import Glibc

/// The same work on many things, by as many threads as are worth it, in the order of the things.
package enum Parallel {
    /// Below this many, starting a thread costs more than it saves.
    private static let worthwhile = 16

    package static func isWorthwhile(_ count: Int) -> Bool { count >= worthwhile }

    /// - Parameter body: called for each number once, from any thread.
    package static func map<T>(
        _ count: Int, threads: Int = Processors.count, _ body: @escaping @Sendable (Int) -> T
    ) -> [T] {
        guard isWorthwhile(count), threads > 1 else { return (0..<count).map(body) }
        let work = Work<T>(count, body)
        work.run(threads: threads)
        return work.results.map { $0.unsafelyUnwrapped }
    }

    private final class Work<T>: @unchecked Sendable {
        // Each slot is written by whoever took its number, and read when all threads have ended.
        private let slots: UnsafeMutablePointer<T?>
        private let count: Int
        private let body: @Sendable (Int) -> T
        private var mutex = pthread_mutex_t()
        private var next = 0
        private static var piece: Int { 32 }

        init(_ count: Int, _ body: @escaping @Sendable (Int) -> T) {
            self.count = count
            self.body = body
            slots = .allocate(capacity: count)
            slots.initialize(repeating: nil, count: count)
            pthread_mutex_init(&mutex, nil)
        }

        deinit {
            slots.deinitialize(count: count)
            slots.deallocate()
            pthread_mutex_destroy(&mutex)
        }

        var results: [T?] { Array(UnsafeBufferPointer(start: slots, count: count)) }

        func run(threads: Int) {
            guard threads > 1, let thread = WorkerThread({ self.run(threads: threads - 1) }) else { return work() }
            work()
            thread.join()
        }

        private func take() -> Range<Int> {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            let from = next
            next = min(count, next + Self.piece)
            return from..<next
        }

        private func work() {
            while true {
                let range = take()
                if range.isEmpty { return }
                for index in range { slots[index] = body(index) }
            }
        }
    }
}

/// How many threads are worth starting.
package enum Processors {
    /// Processors this process may run on.
    package static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
