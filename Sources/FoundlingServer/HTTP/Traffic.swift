internal import FoundlingCore
internal import HTTPTypes
internal import Synchronization

/// Requests and how long they took, for `/metrics`.
final class Traffic: Sendable {
    /// Seconds, of Prometheus's usual kind.
    static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    struct Figures: Sendable {
        /// By method and status.
        var requests: [String: [Int: Int]] = [:]
        /// Of each bound, those within it and no lower one; the last is of those beyond.
        var buckets = Array(repeating: 0, count: Traffic.bounds.count + 1)
        var seconds = 0.0
    }

    private let state = Mutex(Figures())
    /// Others are counted as one: a client may send any word.
    private static let methods = ["GET", "HEAD", "POST", "DELETE"]

    var figures: Figures { state.withLock { $0 } }

    func count(_ method: HTTPRequest.Method, _ status: HTTPResponse.Status, _ nanoseconds: Int64) {
        let word = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        let seconds = Double(nanoseconds) / 1e9
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { figures in
            figures.requests[word, default: [:]][Int(status.code), default: 0] += 1
            figures.buckets[bucket] += 1
            figures.seconds += seconds
        }
    }
}
