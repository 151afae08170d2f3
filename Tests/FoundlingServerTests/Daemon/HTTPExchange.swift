import Foundation
import Glibc

/// One request over a connection of its own, written byte by byte as a test wants it.
struct HTTPExchange {
    /// What came back.
    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: String

        /// The body as JSON; empty where it is none.
        var json: [String: Any] {
            ((try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]) ?? [:]
        }
        var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }
        var code: String? { json["code"] as? String }
    }

    /// Where the daemon listens.
    enum Place {
        case port(UInt16)
        case socket(String)
    }

    struct Failure: Error { let reason: String }

    /// Sends bytes and reads until the other side closes, or for as long as `patience`.
    static func raw(_ bytes: [UInt8], to place: Place, patience: Int = 30) throws -> [UInt8] {
        let descriptor = try connect(place)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // Refused before all was said: what it has to say is still there to be read.
            guard count > 0 else { break }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }

    private static func connect(_ place: Place) throws -> Int32 {
        switch place {
        case .port(let port):
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let failed = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard failed == 0 else { throw Failure(reason: "no connection to port \(port): \(errno)") }
            return descriptor
        case .socket(let path):
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let failed = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard failed == 0 else { throw Failure(reason: "no connection to \(path): \(errno)") }
            return descriptor
        }
    }

    /// An ordinary request.
    static func send(
        _ method: String, _ path: String, to place: Place, headers: [String: String] = [:], body: String? = nil
    ) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1"]
        var fields = ["Host": "127.0.0.1", "Connection": "close"].merging(headers) { $1 }
        if let body {
            fields["Content-Length"] = String(body.utf8.count)
            if fields["Content-Type"] == nil { fields["Content-Type"] = "application/json" }
        }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { lines.append("\(name): \(value)") }
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        return try parse(try raw(Array(text.utf8), to: place))
    }

    static func parse(_ bytes: [UInt8]) throws -> Answer {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw Failure(reason: "no answer: \(text.prefix(200))") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(reason: "no status: \(lines.first ?? "")")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        var body = String(text[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" { body = unchunked(body) }
        return Answer(status: status, headers: headers, body: body)
    }

    private static func unchunked(_ text: String) -> String {
        var (rest, body) = (Array(text.utf8)[...], [UInt8]())
        while let line = rest.firstIndex(of: 0x0A) {
            let size = String(decoding: rest[rest.startIndex..<line], as: UTF8.self).trimmingCharacters(
                in: .whitespacesAndNewlines)
            guard let count = Int(size, radix: 16), count > 0 else { break }
            body += rest.dropFirst(line - rest.startIndex + 1).prefix(count)
            rest = rest.dropFirst(line - rest.startIndex + 1 + count + 2)
        }
        return String(decoding: body, as: UTF8.self)
    }
}
