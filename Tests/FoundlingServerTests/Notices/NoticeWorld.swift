import Foundation
import FoundlingCore
import FoundlingServer
import Synchronization

/// A state directory, webhooks, and what was logged.
final class NoticeWorld: Sendable {
    let world: StateWorld
    let start: Int64 = 1_800_000_000_000_000_000
    private let lines = Mutex<[String]>([])

    init() throws { world = try StateWorld() }

    var log: [String] { lines.withLock { $0 } }
    var file: String { world.state + "/notices.json" }

    func notifier(_ webhooks: [Webhook], timeout: Double = 10) throws -> Notifier {
        let settings = ServeSettings(state: world.state, webhooks: webhooks)
        return try Notifier(settings, store: "/srv/data", version: "9.9", timeout: timeout) { line in
            self.lines.withLock { $0.append(line) }
        }
    }

    func notice(
        _ key: String = "trainings", kind: NoticeKind = .orphansOverLimit, severity: Int = 0, summary: String? = nil
    ) -> Notice {
        Notice(
            kind: kind, key: key, summary: summary ?? "\(key) has many orphans", hint: "foundling scan",
            details: ["a", "b"], figures: ["orphan_bytes": 10 << 30, "orphans": 83], at: start, severity: severity)
    }
}
