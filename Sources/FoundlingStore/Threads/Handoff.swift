internal import Glibc

/// Passes values from one thread to another, in order and a few at a time: who is ahead waits.
package final class Handoff<Value>: @unchecked Sendable {
    // Everything is guarded by `mutex`; a value belongs to whoever took it.
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()
    private var values: [Value] = []
    private let limit: Int
    private var isClosed = false

    /// - Parameter limit: values that may wait.
    package init(limit: Int) {
        self.limit = limit
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
    }

    deinit {
        pthread_cond_destroy(&changed)
        pthread_mutex_destroy(&mutex)
    }

    /// Waits for room; false, and the value is dropped, once the other side has closed.
    @discardableResult
    package func give(_ value: consuming sending Value) -> Bool {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        while values.count >= limit, !isClosed { pthread_cond_wait(&changed, &mutex) }
        guard !isClosed else { return false }
        values.append(value)
        // Whoever waits for a value waits for the first.
        if values.count == 1 { pthread_cond_broadcast(&changed) }
        return true
    }

    /// Waits for a value; nil once all were taken and no more will come.
    package func take() -> Value? {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        while values.isEmpty, !isClosed { pthread_cond_wait(&changed, &mutex) }
        guard !values.isEmpty else { return nil }
        let value = values.removeFirst()
        if values.count == limit - 1 { pthread_cond_broadcast(&changed) }
        return value
    }

    /// No more values will be given; those that wait can still be taken.
    package func close() {
        pthread_mutex_lock(&mutex)
        isClosed = true
        pthread_cond_broadcast(&changed)
        pthread_mutex_unlock(&mutex)
    }
}
