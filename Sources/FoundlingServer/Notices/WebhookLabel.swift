internal import FoundlingCore
internal import Foundation

/// How a webhook is called in the log: by its number in the manifest and its host, for the rest of a URL may be a
/// secret.
enum WebhookLabel {
    static func text(_ webhook: Webhook, number: Int) -> String {
        let host = URLComponents(string: webhook.url)?.host.map { " (\(Printable.escape($0)))" }
        return "webhook \(number)" + (host ?? "")
    }
}
