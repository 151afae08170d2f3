import Foundation
import Glibc
import Synchronization

/// A real receiver of webhooks: HTTP over a socket of this machine, each answer by script.
final class Receiver: Sendable {
    /// What is done with one request.
    enum Reply: Sendable {
        case status(Int, [String: String] = [:])
        /// A status, and a body of so many bytes that is promised longer than it is: it never ends.
        case endless(Int, bytes: Int)
        /// No answer at all, until the client goes away.
        case hang
        /// The connection is closed without an answer.
        case close
    }

    /// A request as it came.
    struct Request: Sendable {
        let line: String
        let headers: [String: String]
        let body: [UInt8]

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
        }
        var state: String? { json["state"] as? String }
        var summary: String? { json["summary"] as? String }
        var id: String? { headers["foundling-delivery"] }
    }

    private struct State {
        var replies: [Reply]
        var requests: [Request] = []
    }

    private let listener: Int32
    private let state: Mutex<State>
    let port: Int
    var url: String { "http://127.0.0.1:\(port)/hook/s3cr3t?key=s3cr3t" }
    var requests: [Request] { state.withLock { $0.requests } }

    /// A proxy is for the world outside: once, and only where there is one, for others may be reading the environment.
    private static let isReachable: Bool = {
        let environment = ProcessInfo.processInfo.environment
        let hasProxy = ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment[$0] != nil }
        return !hasProxy || setenv("no_proxy", "127.0.0.1", 1) == 0
    }()

    /// - Parameter replies: in turn; after the last one everything is taken with 204.
    init(_ replies: [Reply] = []) throws {
        state = Mutex(State(replies: replies))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound, Self.isReachable else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { return }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    /// Nobody listens any more: the next connection is refused.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = read(connection) else { return }
        let reply = state.withLock { state in
            state.requests.append(request)
            return state.replies.isEmpty ? Reply.status(204) : state.replies.removeFirst()
        }
        switch reply {
        case .status(let status, let headers):
            let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            send(connection, "HTTP/1.1 \(status) Said\r\n\(lines)Content-Length: 0\r\nConnection: close\r\n\r\n")
        case .endless(let status, let bytes):
            send(connection, "HTTP/1.1 \(status) Said\r\nContent-Length: 9999999999\r\n\r\n")
            send(connection, String(repeating: "x", count: bytes))
            waitForEnd(connection)
        case .hang: waitForEnd(connection)
        case .close: break
        }
    }

    private func send(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private func waitForEnd(_ connection: Int32) {
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let end = bytes.firstRange(of: blank) {
                let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.last.map { $0.trimmingCharacters(in: .whitespaces) }
                }
                let length = Int(headers["content-length"] ?? "0") ?? 0
                if bytes.count - end.upperBound >= length {
                    let body = Array(bytes[end.upperBound..<(end.upperBound + length)])
                    return Request(line: lines[0], headers: headers, body: body)
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer.prefix(count)
        }
    }
}
