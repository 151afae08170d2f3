package import FoundlingCore
internal import Synchronization

/// Tells webhooks what a person must know: each thing once, until it gets worse, ends, or has lasted another day.
///
/// What was told and what is still to be told is on the disk before it is sent. So a restart loses nothing; a message
/// whose answer was lost is sent again with the same id. Where the disk is full the work goes on in memory: that is
/// when somebody has to be told.
package final class Notifier: Sendable {
    /// A webhook and how it is called in the log.
    private struct Receiver {
        let webhook: Webhook
        let label: String
        var kinds: Set<NoticeKind> { webhook.events.isEmpty ? Set(NoticeKind.allCases) : webhook.events }
    }

    private struct State {
        var receivers: [String: Receiver] = [:]
        var mailboxes: [String: Mailbox] = [:]
        /// Whose messages are being sent, so that no message is sent twice at once.
        var busy: Set<String> = []
        var isUnsaved = false
    }

    private let store: String
    private let client: WebhookClient
    private let directory: StateDirectory
    /// Two daemons in one directory would tell everything twice.
    private let lock: StateLock
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let bell = Doorbell()

    /// - Parameters:
    ///   - store: how messages call the store.
    ///   - timeout: seconds that one try may take.
    ///   - log: is given lines that hold neither URL nor secret, under a lock: it must not call back.
    package init(
        _ settings: ServeSettings, store: String, version: String, timeout: Double = 10,
        log: @escaping @Sendable (String) -> Void
    ) throws(FoundlingError) {
        self.store = store
        self.log = log
        client = WebhookClient(agent: "Foundling/\(version)", timeout: timeout)
        directory = try StateDirectory.make(settings.state)
        guard let lock = try directory.hold("notices.lock") else {
            throw StateDirectory.refusal(
                directory.path, "is in use by another daemon", "stop that one, or give this one its own 'serve.state'")
        }
        self.lock = lock
        let kept = try NoticeFile.read(directory, log: log)
        state.withLock { $0.mailboxes = kept }
        reconfigure(settings.webhooks)
    }

    /// Takes the webhooks of a manifest that was read again; what waits for one that is gone is dropped.
    package func reconfigure(_ webhooks: [Webhook]) {
        state.withLock { state in
            state.receivers = [:]
            for (index, webhook) in webhooks.enumerated() {
                let receiver = Receiver(webhook: webhook, label: WebhookLabel.text(webhook, number: index + 1))
                // One URL may stand there twice, with other events: each is told what it asks for.
                var name = NoticeFile.name(webhook)
                while state.receivers[name] != nil { name += "+" }
                state.receivers[name] = receiver
                state.mailboxes[name, default: Mailbox()].keep(only: receiver.kinds)
            }
            let gone = state.mailboxes.filter { state.receivers[$0.key] == nil }
            let lost = gone.reduce(0) { $0 + $1.value.pending.count }
            if lost > 0 {
                log("notices: \(Words.count(lost, "message", "messages")) dropped: the webhook is no longer configured")
            }
            for name in gone.keys { state.mailboxes[name] = nil }
            save(&state)
        }
        bell.ring()
    }

    /// Takes what is true now: what is new or worse will be told, and what is not true any more, that it ended.
    ///
    /// - Parameter kinds: those that `notices` speaks for, where it is not all of them.
    package func post(_ notices: [Notice], of kinds: Set<NoticeKind> = Set(NoticeKind.allCases), now: Int64) {
        state.withLock { state in
            let before = state.mailboxes
            for (name, receiver) in state.receivers {
                let surplus =
                    state.mailboxes[name]?.post(notices, of: kinds.intersection(receiver.kinds), now: now) ?? 0
                guard surplus > 0 else { continue }
                log(
                    "notices: \(receiver.label): more than \(Mailbox.capacity) messages wait: the oldest "
                        + "\(Words.count(surplus, "was", "were")) dropped")
            }
            if before != state.mailboxes || state.isUnsaved { save(&state) }
        }
        bell.ring()
    }

    /// When the next message may be sent; nil where none waits, or where it is being sent.
    package var nextDue: Int64? {
        state.withLock { state in
            state.mailboxes.filter { !$0.value.pending.isEmpty && !state.busy.contains($0.key) }.map(\.value.due).min()
        }
    }

    /// How many messages wait.
    package var pending: Int { state.withLock { $0.mailboxes.values.reduce(0) { $0 + $1.pending.count } } }

    // MARK: Delivering

    /// So many at a time for one webhook: a signature carries the time, and a slow receiver must not make it old.
    private static let batch = 8

    /// Sends what may be sent now: to each webhook in order, to all of them at once.
    package func deliverDue(now: Int64) async {
        let due = state.withLock { state in
            let due = state.mailboxes.filter {
                !$0.value.pending.isEmpty && $0.value.due <= max(now, 0) && !state.busy.contains($0.key)
            }
            state.busy.formUnion(due.keys)
            return due.keys.sorted()
        }
        await withTaskGroup(of: Void.self) { group in
            for name in due { group.addTask { await self.deliver(name, now: now) } }
        }
    }

    private func deliver(_ name: String, now: Int64) async {
        defer { state.withLock { _ = $0.busy.remove(name) } }
        for _ in 0..<Self.batch {
            let next = state.withLock { state -> (NoticeMessage, Receiver)? in
                guard let receiver = state.receivers[name], let message = state.mailboxes[name]?.next(now: now) else {
                    return nil
                }
                return (message, receiver)
            }
            guard let (message, receiver) = next else { return }
            let body = NoticeBody(message: message, store: store).bytes(receiver.webhook.format)
            let outcome = await client.send(body, id: message.id, to: receiver.webhook, now: now)
            guard outcome != .stopped else { return }
            settle(name, message, outcome, receiver.label, now: now)
        }
    }

    private func settle(
        _ name: String, _ message: NoticeMessage, _ outcome: DeliveryOutcome, _ label: String, now: Int64
    ) {
        state.withLock { state in
            let steps = state.mailboxes[name]?.settle(
                message.id, outcome, now: now, jitter: Double.random(in: 0...1))
            save(&state)
            for step in steps ?? [] { log("notices: \(label): \(Self.words(step, outcome))") }
        }
    }

    private static func words(_ step: Mailbox.Step, _ outcome: DeliveryOutcome) -> String {
        let reason =
            switch outcome {
            case .refused(let reason), .later(let reason, _): reason
            case .delivered, .stopped: ""
            }
        return switch step {
        case .recovered: "takes messages again"
        case .failing: "\(reason); tried again for a day"
        case .refused(let message): "message \(message.id) (\(message.notice.kind.rawValue)) dropped: \(reason)"
        case .expired(let count):
            "\(Words.count(count, "message", "messages")) dropped after a day of trying: \(reason)"
        }
    }

    /// Told once while it lasts: a full disk fills no log.
    private func save(_ state: inout State) {
        do throws(FoundlingError) {
            try NoticeFile(state.mailboxes).write(directory)
            state.isUnsaved = false
        } catch {
            if !state.isUnsaved {
                log("notices: \(error.summary); they go on from memory, and a restart may repeat or lose some")
            }
            state.isUnsaved = true
        }
    }

    // MARK: Running

    /// Sends whatever becomes due, until the task is cancelled.
    ///
    /// - Parameter clock: nanoseconds since 1970.
    package func run(clock: @escaping @Sendable () -> Int64) async {
        while !Task.isCancelled {
            await deliverDue(now: clock())
            // At least once a minute while something waits: the clock may be set.
            await bell.wait(nextDue.map { .nanoseconds(min(max(0, $0 - clock()), 60_000_000_000)) })
        }
    }
}
