internal import Foundation
internal import FoundationNetworking
internal import Synchronization

/// One request and its answer; nothing is followed, kept or trusted.
///
/// A session of its own, so that no cookie, cached answer or connection goes from one webhook to another.
final class WebhookExchange: NSObject, URLSessionDataDelegate, Sendable {
    /// What came back.
    enum Answer: Sendable {
        case status(Int, retryAfter: String?)
        /// In words that hold no URL.
        case failed(String)
    }

    private struct State {
        var session: URLSession?
        var waiting: CheckedContinuation<Answer?, Never>?
        var status: Answer?
        var received = 0
        var isOver = false
    }

    /// What of a body is read before it is cut off: only its status counts.
    private static let bodyLimit = 65_536
    private let request: URLRequest
    private let timeout: Double
    private let state = Mutex(State())

    init(_ request: URLRequest, timeout: Double) {
        self.request = request
        self.timeout = timeout
    }

    /// The status, once it has come, even if the body has not.
    var status: Answer? { state.withLock { $0.status } }

    /// Sends the request; nil where it was stopped before there was an answer.
    func run() async -> Answer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting in
                let configuration = URLSessionConfiguration.ephemeral
                configuration.timeoutIntervalForRequest = timeout
                configuration.httpCookieStorage = nil
                configuration.urlCache = nil
                let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
                let isOver = state.withLock { state in
                    if !state.isOver { (state.session, state.waiting) = (session, waiting) }
                    return state.isOver
                }
                guard !isOver else {
                    session.invalidateAndCancel()
                    return waiting.resume(returning: nil)
                }
                session.dataTask(with: request).resume()
            }
        } onCancel: {
            stop()
        }
    }

    /// Ends it, whatever has come.
    func stop() { end(nil) }

    private func end(_ answer: Answer?) {
        let (session, waiting, status) = state.withLock { state in
            state.isOver = true
            defer { (state.session, state.waiting) = (nil, nil) }
            return (state.session, state.waiting, state.status)
        }
        waiting?.resume(returning: status ?? answer)
        session?.invalidateAndCancel()
    }

    // MARK: What the session tells

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // Whoever may answer for a webhook may not send what was meant for it elsewhere.
        note(response)
        completionHandler(nil)
        end(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { note(response) }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isEnough = state.withLock { state in
            state.received += data.count
            return state.received > Self.bodyLimit
        }
        if isEnough { end(nil) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        end(.failed(Self.words(error)))
    }

    private func note(_ response: HTTPURLResponse) {
        let after = response.value(forHTTPHeaderField: "Retry-After")
        state.withLock { $0.status = .status(response.statusCode, retryAfter: after) }
    }

    /// Our own words: an error's own may quote the URL.
    private static func words(_ error: (any Error)?) -> String {
        switch (error as? URLError)?.code {
        case .timedOut: "no answer in time"
        case .cannotFindHost, .dnsLookupFailed: "its host is not known"
        case .cannotConnectToHost: "no connection"
        case .networkConnectionLost: "the connection was lost"
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            "no secure connection: its certificate is not trusted"
        case let code?: "no answer (URL error \(code.rawValue))"
        case nil: "no answer"
        }
    }
}
