internal import Glibc

/// Does many things at once, each of which mostly waits for a child process or a disk: by more threads than processors.
package enum AtOnce {
    /// Does `body` for every item; what it throws first is thrown when all are done.
    ///
    /// Expectations inside belong to the test that called: its tasks inherit that.
    package static func forEach<T: Sendable>(
        _ items: [T], _ body: @escaping @Sendable (T) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for item in items { group.addTask(executorPreference: Threads.shared) { try body(item) } }
            try await group.waitForAll()
        }
    }
}

/// A few threads that take jobs in their order: the pool of the runtime has one a processor, and must not be blocked.
private final class Threads: TaskExecutor, @unchecked Sendable {
    static let shared = Threads(count: 6)
    // Guarded by `mutex`.
    private var jobs: [UnownedJob] = []
    private var next = 0
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()

    private init(count: Int) {
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
        for _ in 0..<count {
            var thread = pthread_t()
            // It lives as long as the process.
            let me = Unmanaged.passRetained(self).toOpaque()
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setstacksize(&attributes, 4 << 20)
            pthread_create(
                &thread, &attributes,
                { me in
                    Unmanaged<Threads>.fromOpaque(me!).takeUnretainedValue().work()
                    return nil
                }, me)
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(&mutex)
        jobs.append(job)
        pthread_cond_signal(&changed)
        pthread_mutex_unlock(&mutex)
    }

    private func work() {
        while true {
            pthread_mutex_lock(&mutex)
            while next >= jobs.count { pthread_cond_wait(&changed, &mutex) }
            let job = jobs[next]
            next += 1
            if next > 1_000 {
                jobs.removeFirst(next)
                next = 0
            }
            pthread_mutex_unlock(&mutex)
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
