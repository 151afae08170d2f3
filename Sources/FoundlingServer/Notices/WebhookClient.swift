internal import FoundlingCore
internal import Foundation
internal import FoundationNetworking

/// Sends one message to one webhook, and says what came of it in words that give no URL and no secret away.
struct WebhookClient: Sendable {
    /// `Foundling/VERSION`.
    let agent: String
    /// Seconds that one try may take in all, however slowly the receiver answers.
    let timeout: Double

    func send(_ body: [UInt8], id: String, to webhook: Webhook, now: Int64) async -> DeliveryOutcome {
        guard let url = URL(string: webhook.url), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), url.host != nil
        else { return .refused("its URL is none of http or https") }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: timeout)
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue(agent, forHTTPHeaderField: "User-Agent")
        request.setValue(id, forHTTPHeaderField: "Foundling-Delivery")
        if let secret = webhook.secret {
            request.setValue(
                Self.signature(body, secret: secret, now: now), forHTTPHeaderField: "Foundling-Signature")
        }
        let exchange = WebhookExchange(request, timeout: timeout)
        switch await answer(exchange) {
        case .status(let status, let retryAfter): return Self.outcome(status, retryAfter, now: now)
        case .failed(let reason): return .later(reason, after: nil)
        case nil:
            return Task.isCancelled ? .stopped : .later("no answer within \(Int(timeout.rounded(.up))) s", after: nil)
        }
    }

    /// nil where the time is up, or where we end.
    private func answer(_ exchange: WebhookExchange) async -> WebhookExchange.Answer? {
        await withTaskGroup(of: WebhookExchange.Answer?.self) { group in
            group.addTask { await exchange.run() }
            group.addTask {
                try? await Task.sleep(for: .seconds(timeout))
                return nil
            }
            let first = await group.next() ?? nil
            exchange.stop()
            group.cancelAll()
            // A status that came with a body that never ends is an answer.
            return first ?? exchange.status
        }
    }

    /// `t=UNIX,v1=HEX`: over the time too, so that an old message cannot be sent again as a new one.
    static func signature(_ body: [UInt8], secret: String, now: Int64) -> String {
        let seconds = now / 1_000_000_000
        let code = Libcrypto.hmacSHA256(Array("\(seconds).".utf8) + body, key: Array(secret.utf8))
        return "t=\(seconds),v1=\(Libcrypto.hexadecimal(code))"
    }

    static func outcome(_ status: Int, _ retryAfter: String?, now: Int64) -> DeliveryOutcome {
        let after = retryAfter.flatMap { seconds($0, now: now) }
        return switch status {
        case 200..<300: .delivered
        case 300..<400: .later("HTTP \(status), a redirect, which is not followed", after: after)
        case 408, 425, 429: .later("HTTP \(status)", after: after)
        case 400..<500: .refused("HTTP \(status)")
        default: .later("HTTP \(status)", after: after)
        }
    }

    /// `Retry-After`: seconds, or a date of HTTP.
    private static func seconds(_ text: String, now: Int64) -> Int64? {
        if !text.isEmpty, text.utf8.count < 10, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return Int64(text)
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        let parts = text.split(separator: " ")
        guard text.utf8.count == 29, parts.count == 6, let month = months.firstIndex(of: String(parts[2])),
            let day = Timestamp.day("\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])")
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3 else { return nil }
        return (day - now) / 1_000_000_000 + time[0] * 3_600 + time[1] * 60 + time[2]
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
