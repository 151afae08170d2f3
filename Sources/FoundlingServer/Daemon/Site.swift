internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import Synchronization

/// What the daemon knows now: read by every request, replaced whole by whoever learns something new.
final class Site: Sendable {
    private struct State {
        var manifest: Manifest
        var redaction: Redaction
        var snapshot: Snapshot?
        var standing = Standing()
    }

    private let state: Mutex<State>
    let started = Custody.time
    let load: @Sendable () throws(FoundlingError) -> Manifest

    /// - Parameter load: reads the manifest.
    init(load: @escaping @Sendable () throws(FoundlingError) -> Manifest) throws(FoundlingError) {
        self.load = load
        let manifest = try load()
        state = Mutex(State(manifest: manifest, redaction: Redaction(manifest)))
    }

    var manifest: Manifest { state.withLock { $0.manifest } }
    var redaction: Redaction { state.withLock { $0.redaction } }
    var snapshot: Snapshot? { state.withLock { $0.snapshot } }
    var standing: Standing { state.withLock { $0.standing } }

    func set(_ snapshot: Snapshot) { state.withLock { $0.snapshot = snapshot } }
    func change(_ body: (inout Standing) -> Void) { state.withLock { body(&$0.standing) } }

    /// Says what a run found out that nobody may miss.
    func alarm(_ run: RunOutcome) {
        alarm(run.items)
        if run.isAlarmed { alarm(run.recovered) }
    }

    func alarm(_ items: [ItemOutcome]) {
        alarm(items.filter(\.isAlarm).map { "\($0.path): \($0.reason ?? $0.state.meaning)" })
    }

    func alarm(_ texts: [String]) {
        let now = Custody.time
        change { $0.alarm(texts, now: now) }
    }

    /// Reads the manifest again: the new one is in force at once, or the old one stays and it is said why.
    func reload() throws(FoundlingError) {
        do {
            let manifest = try load()
            let redaction = Redaction(manifest)
            state.withLock { state in
                (state.manifest, state.redaction) = (manifest, redaction)
                state.standing.manifest = nil
            }
        } catch {
            state.withLock { $0.standing.manifest = error }
            throw error
        }
    }
}
