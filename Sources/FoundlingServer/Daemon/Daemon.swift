package import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// `foundling serve`: scans by the clock, takes the files of deleted records along, and answers whoever asks.
///
/// Everything that it does can be done from the command line as well; it holds nothing that a kill could lose.
package final class Daemon: Sendable {
    /// How it is started.
    package struct Options: Sendable {
        package var listen: ListenAddress
        package var version: String
        /// Whether to scan at once where nothing was ever scanned.
        package var scansAtStart: Bool
        /// Given a line at a time, without its end.
        package var log: @Sendable (String) -> Void
        /// Told where it listens, once it does.
        package var ready: @Sendable (String) -> Void

        package init(
            listen: ListenAddress, version: String, scansAtStart: Bool = true,
            log: @escaping @Sendable (String) -> Void, ready: @escaping @Sendable (String) -> Void = { _ in }
        ) {
            self.listen = listen
            self.version = version
            self.scansAtStart = scansAtStart
            self.log = log
            self.ready = ready
        }
    }

    private let options: Options
    private let site: Site
    private let api: API
    private let works: Works
    private let activities: Activities
    private let schedules: Schedules
    private let watch: Watch
    private let notifier: Notifier
    private let responder: Responder
    private let wishes = Worker.Wishes()
    private let group: ServiceGroup

    /// Threads for what reads our own files, and for what waits for the application's database.
    private static let threads = (files: 4, database: 8)
    /// Seconds after which a connection that says nothing is closed.
    private static let idle = Int64(30)
    /// Bytes of a request's first line and of all its header fields: more than the longest path, so that who sends a
    /// longer one is told so in words.
    private static let mostHeaders = 64 << 10

    /// - Parameter load: reads the manifest, now and whenever it is to be read again.
    package init(
        _ options: Options, load: @escaping @Sendable () throws(FoundlingError) -> Manifest
    ) async throws {
        self.options = options
        site = try Site(load: load)
        let (manifest, log) = (site.manifest, options.log)
        let settings = manifest.serve
        activities = Activities()
        let history = try History(in: settings.state, now: Custody.time)
        for note in history.notes { log("history: \(note)") }
        let counters = Counters()
        let (plans, ledger, traffic) = (PlanShelf(), LedgerCache(), Traffic())
        works = Works(site: site, activities: activities, history: history, plans: plans, counters: counters)
        schedules = Schedules(site, works, activities, history, log: log)
        let name = manifest.store.root.split(separator: "/").last.map(String.init) ?? manifest.store.root
        notifier = try Notifier(settings, store: name, version: options.version, log: log)
        watch = Watch(site, ledger, history, schedules, notifier, log: log)
        let (files, database) = (
            NIOThreadPool(numberOfThreads: Self.threads.files), NIOThreadPool(numberOfThreads: Self.threads.database)
        )
        files.start()
        database.start()
        api = API(
            API.Means(
                site: site, works: works, activities: activities, history: history, plans: plans, counters: counters,
                traffic: traffic, seats: EventStream.Seats(), schedules: schedules, ledger: ledger, notifier: notifier,
                bell: watch.bell, files: files, database: database), version: options.version)
        let tokens = TokenFile(directory: settings.state)
        responder = Responder(
            routes: RouteTable(api.endpoints),
            dashboard: Dashboard(
                api: api, sessions: Sessions(), tokens: tokens, isLocal: options.listen.isLocal,
                templates: try Templates()), site: site,
            access: AccessCheck(tokens: tokens, isLocal: options.listen.isLocal),
            hosts: HostCheck(settings, listen: options.listen), audit: AuditLog(in: settings.state, log: log),
            traffic: traffic)
        try Self.restore(site, history, counters, log)
        group = Self.group(
            options, site, works, responder, activities, schedules, watch, notifier, counters, wishes, database)
        note(endOf: activities)
    }

    /// What was known when the last one ended.
    private static func restore(
        _ site: Site, _ history: History, _ counters: Counters, _ log: @escaping @Sendable (String) -> Void
    ) throws(FoundlingError) {
        guard let file = try FindingsFile.current(in: site.manifest.serve.state, saying: { log("findings: \($0)") })
        else { return }
        do throws(FoundlingError) {
            let snapshot = try Snapshot(file, site.redaction, site.manifest.serve)
            site.set(snapshot)
            counters.succeeded("scan", at: snapshot.figures.finished)
        } catch { log("findings: \(error.summary): the next scan makes them anew") }
    }

    private func note(endOf activities: Activities) {
        let (site, log, bell, ledger) = (site, options.log, watch.bell, api.ledger)
        activities.whenOver { activity in
            ledger.forget()
            defer { bell.ring() }
            let result = activity.error.map { " code=\($0.code.rawValue) reason=\(JSONString.quote($0.summary))" } ?? ""
            log("\(activity.kind.rawValue) id=\(activity.id) state=\(activity.state.rawValue)\(result)")
            let at = Custody.time
            site.change { standing in
                // What a person asked for and was refused is theirs to know; it is no trouble of the daemon.
                guard [.scan, .clean, .purge].contains(activity.kind) else { return }
                standing.troubles[activity.kind] = activity.error.map { ($0, at) }
            }
        }
    }

    // MARK: Services

    private static func group(
        _ options: Options, _ site: Site, _ works: Works, _ responder: Responder, _ activities: Activities,
        _ schedules: Schedules, _ watch: Watch, _ notifier: Notifier, _ counters: Counters, _ wishes: Worker.Wishes,
        _ database: NIOThreadPool
    ) -> ServiceGroup {
        // Hummingbird's own words go nowhere: what is worth a line is said here.
        let silent = Logger(label: "foundling") { _ in SwiftLogNoOpLogHandler() }
        let http = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [StalledReader()],
                    idleTimeout: .seconds(idle),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: mostHeaders, maxHeaderListSize: mostHeaders, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: address(options.listen), serverName: "Foundling",
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(Descriptors.claim(), logger: silent)),
            onServerRunning: { channel in options.ready(where: options.listen, channel) },
            logger: silent)
        let services: [any Service] = [
            ActivityService(activities: activities),
            NoticeService(notifier),
            WatchService(watch: watch, threads: database) { if options.scansAtStart { works.scanFirst() } },
            ScheduleService(schedules: schedules, log: options.log),
            WorkerService(site: site, counters: counters, wishes: wishes, log: options.log),
            http,
        ]
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                }, logger: silent))
    }

    private static func address(_ listen: ListenAddress) -> BindAddress {
        switch listen {
        case .tcp(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }

    // MARK: Running

    /// Runs until it is told to end.
    package func run() async throws {
        do { try await group.run() } catch let error as FoundlingError { throw error } catch {
            throw Self.explain(error, options.listen)
        }
    }

    /// Ends it in good order: requests are answered, the worker finishes its batch.
    package func end() async { await group.triggerGracefulShutdown() }

    /// Reads the manifest again.
    package func reload() {
        wishes.reload()
        do throws(FoundlingError) {
            try site.reload()
            notifier.reconfigure(site.manifest.serve.webhooks)
            options.log("the manifest was read again")
        } catch { options.log("the changed manifest is refused, and the one before stays in force: \(error.summary)") }
    }

    private static func explain(_ error: any Error, _ listen: ListenAddress) -> FoundlingError {
        let number = (error as? IOError)?.errnoCode ?? 0
        let what =
            switch listen {
            case .tcp(let host, let port): "\(host):\(port)"
            case .unix(let path): "'\(Printable.escape(path))'"
            }
        switch number {
        case EADDRINUSE:
            return FoundlingError(
                .addressUnusable, "something listens on \(what) already",
                hint: "another foundling serve? Stop it, or name another address with --listen")
        case EACCES, EPERM, EADDRNOTAVAIL, ENOENT:
            return FoundlingError(
                .addressUnusable, "the daemon cannot listen on \(what): \(String(cString: strerror(number)))",
                hint: "name an address of this machine, or a socket in a directory that may be written to")
        default: return FoundlingError(.system, "the daemon stopped: \(error)", hint: "its log says more")
        }
    }
}

extension Daemon.Options {
    /// Says where it can be reached, and lets only this user and group reach a socket.
    fileprivate func ready(where listen: ListenAddress, _ channel: any Channel) {
        switch listen {
        case .unix(let path):
            chmod(path, 0o660)
            ready("unix:\(path)")
        case .tcp(let host, _):
            ready("http://\(host.contains(":") ? "[\(host)]" : host):\(channel.localAddress?.port ?? 0)")
        }
    }
}
