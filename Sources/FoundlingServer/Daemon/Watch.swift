internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import Foundation
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// Looks at what the daemon depends on, so that requests need not, and says what a person must know.
final class Watch: Sendable {
    private let site: Site
    private let ledger: LedgerCache
    private let history: History
    private let schedules: Schedules
    private let notifier: Notifier
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    /// Rung where a look is due at once.
    let bell = Doorbell()

    private struct State {
        var triggersAt: Int64 = 0
        /// What was wrong at the last look, so that the log says it once.
        var said: [String] = []
    }

    /// Seconds between two looks, and while something that the daemon depends on is away: whoever put it right is
    /// looking at the daemon.
    private static let pace = (usually: 30.0, inTrouble: 5.0)
    /// Nanoseconds between two looks at the triggers: each asks the database's own tables a dozen questions.
    private static let triggerPace: Int64 = 900_000_000_000

    init(
        _ site: Site, _ ledger: LedgerCache, _ history: History, _ schedules: Schedules, _ notifier: Notifier,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.site = site
        self.ledger = ledger
        self.history = history
        self.schedules = schedules
        self.notifier = notifier
        self.log = log
    }

    /// When to look again.
    var pause: Duration {
        let standing = site.standing
        return .seconds(standing.store == nil && standing.catalog == nil ? Self.pace.usually : Self.pace.inTrouble)
    }

    /// One look at everything; it may wait for a disk or a database.
    func look() {
        let manifest = site.manifest
        var next = site.standing
        next.at = Custody.time
        lookAtStore(manifest, &next)
        lookAtDatabase(manifest, &next)
        if next.store == nil {
            do throws(FoundlingError) {
                next.quarantine = try ledger.lying(manifest)
                next.ledgerTrouble = try Custody.lost(manifest)
            } catch { next.ledgerTrouble = error }
        }
        if let disk = next.disk { _ = try? history.sample(disk, at: next.at) }
        next.growth = try? history.growth(now: next.at)
        let notices = Notices(next, site.snapshot, schedules.known, manifest.serve, now: next.at, started: site.started)
            .all
        let found = next
        site.change { standing in
            // What others know better stays as it is by now.
            var merged = found
            (merged.worker, merged.hasWorker, merged.manifest) = (
                standing.worker, standing.hasWorker, standing.manifest
            )
            (merged.troubles, merged.notices) = (standing.troubles, notices)
            merged.keepAlarms(of: standing)
            standing = merged
        }
        notifier.post(notices, now: next.at)
        say([next.store, next.catalog, next.queueTrouble, next.ledgerTrouble].compactMap { $0 })
    }

    private func say(_ troubles: [FoundlingError]) {
        let codes = troubles.map(\.code.rawValue)
        let before = state.withLock { state in
            let before = state.said
            state.said = codes
            return before
        }
        for trouble in troubles where !before.contains(trouble.code.rawValue) {
            log("watch: \(trouble.code.rawValue): \(trouble.summary)")
        }
        for code in before where !codes.contains(code) { log("watch: \(code) is over") }
    }

    private func lookAtStore(_ manifest: Manifest, _ next: inout Standing) {
        do throws(FoundlingError) {
            let (root, disk) = try Custody.whereabouts(manifest)
            // Where nothing was ever scanned, this may still be the directory below a mount that is to come.
            if let scanned = site.snapshot?.figures.root, scanned.path == root.path, scanned != root {
                throw FoundlingError(
                    .storeChanged,
                    "the store's root is another directory than before: it is probably not mounted, or was moved away",
                    hint: "mount it; if this change is meant, scan again after `foundling accept store`")
            }
            (next.disk, next.store) = (disk, nil)
        } catch { next.store = error }
    }

    private func lookAtDatabase(_ manifest: Manifest, _ next: inout Standing) {
        do throws(FoundlingError) {
            try Custody.askDatabase(manifest)
            next.catalog = nil
        } catch {
            next.catalog = error
            return
        }
        do throws(FoundlingError) {
            next.queue = try Prevention.status(of: manifest)
            next.queueTrouble = nil
        } catch { next.queueTrouble = error }
        guard next.queue != nil, next.at - state.withLock({ $0.triggersAt }) >= Self.triggerPace else { return }
        if let report = try? Prevention.status(manifest, isProving: false) {
            next.triggers = report
            state.withLock { $0.triggersAt = next.at }
        }
    }
}

/// Looks for as long as the daemon runs: every half minute, and whenever something has ended.
struct WatchService: Service {
    let watch: Watch
    /// Where a look may wait for a disk or a database.
    let threads: NIOThreadPool
    /// Told after each.
    let looked: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                await watch.bell.wait(watch.pause)
            }
        }
    }

    /// One look. It is not waited for once the daemon is to end: a database that does not answer must not hold that up.
    private func look() async {
        let (stream, ended) = AsyncStream<Void>.makeStream()
        threads.submit { _ in
            watch.look()
            looked()
            ended.finish()
        }
        for await _ in stream {}
    }
}
