internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// Pages that show what is known.
extension Dashboard {
    /// Rows of a list on one page: what a person scrolls through.
    private static let rows = 100

    func overview(_ visit: Visit) async throws -> Reply {
        let (standing, figures) = (site.standing, snapshot?.figures)
        let (history, now) = (api.history, now)
        let scans = try await api.reading { try history.scans(limit: 200).items }
        let trend = scans.compactMap { scan -> TrendLine.Point? in
            guard scan.outcome == .done, let bytes = scan.orphanBytes, let time = scan.finished, time <= now else {
                return nil
            }
            return TrendLine.Point(time: time, size: bytes)
        }
        let scan = figures.map { figures in
            OverviewPage.Scan(
                finished: figures.finished,
                resources: figures.resources.map { .init($0.figures, recovery: $0.recovery) },
                orphans: figures.count(.orphan), orphanedBytes: figures.orphanedBytes, freed: figures.freed,
                dangling: figures.count(.dangling), nearMisses: figures.count(.nearMiss))
        }
        let page = OverviewPage(
            scan: scan, disk: standing.disk, quarantine: standing.quarantine, fullAt: standing.growth?.diskFull,
            growth: (standing.growth?.used, standing.growth?.orphans), trend: trend,
            nextScan: api.schedules.known.first { $0.job == .scan }?.next,
            isScanning: api.activities.isBusy(with: .scan), now: now)
        return html(page.html(frame(.overview, visit), templates))
    }

    func orphans(_ visit: Visit) async throws -> Reply {
        let resources = site.manifest.resources.map(\.name)
        var chosen = OrphansPage.Choices()
        chosen.resource = visit.query["resource"].flatMap { resources.contains($0) ? $0 : nil }
        chosen.cause = visit.query["cause"].flatMap(Cause.init)
        chosen.contains = visit.query["contains"]
        if let sort = visit.query["sort"], OrphansPage.orders.contains(where: { $0.0 == sort }) { chosen.sort = sort }
        guard let snapshot else {
            let page = OrphansPage(
                [], pager: Pager(shown: 0, of: 0, first: nil, next: nil), resources: resources, chosen: chosen, map: [],
                groups: [], hasScan: false, now: now)
            return html(page.html(frame(.orphans, visit), templates))
        }
        let cursor = visit.query["cursor"]
        let name = chosen.sort.hasPrefix("-") ? String(chosen.sort.dropFirst()) : chosen.sort
        let query = FindingsQuery(
            kinds: [.orphan], resource: chosen.resource, cause: chosen.cause,
            contains: chosen.contains.map { Array($0.utf8) }, sort: FindingsQuery.Sort(rawValue: name) ?? .size,
            order: chosen.sort.hasPrefix("-") ? .descending : .ascending, limit: Self.rows, cursor: cursor)
        let isFirst = cursor == nil
        let (found, largest) = try await api.reading {
            let found = try snapshot.findings.page(query)
            return (found, isFirst ? try resources.map { ($0, try snapshot.findings.largest(40, resource: $0)) } : [])
        }
        let filter: [(String, String?)] = [
            ("resource", chosen.resource), ("cause", chosen.cause?.rawValue), ("sort", chosen.sort),
            ("contains", chosen.contains),
        ]
        let pager = Pager(
            shown: found.items.count, of: found.total, isExact: !found.isTotalAtLeast,
            first: isFirst ? nil : link("/orphans", filter),
            next: found.next.map { link("/orphans", filter + [("cursor", $0)]) })
        let page = OrphansPage(
            found.items.compactMap { StoredFinding(json: $0.json, firstSeen: $0.firstSeen) }, pager: pager,
            resources: resources, chosen: chosen, map: Self.map(largest, snapshot.figures),
            groups: snapshot.findings.groups(by: .cause).map {
                OrphansPage.Group(Cause(rawValue: $0.name)?.meaning ?? $0.name, count: $0.count, bytes: $0.bytes)
            }, hasScan: true, now: now)
        return html(page.html(frame(.orphans, visit), templates))
    }

    /// The largest orphans of each resource, and what all others hold together.
    private static func map(
        _ largest: [(resource: String, items: [FindingItem])], _ figures: ScanFigures
    ) -> [TreemapChart.Group] {
        largest.compactMap { name, items in
            let shown = items.filter { ($0.bytes ?? 0) > 0 }
            guard !shown.isEmpty, let line = figures.resources.first(where: { $0.name == name }) else { return nil }
            let sum = shown.reduce(UInt64(0)) { $0.addingUpTo($1.bytes ?? 0) }
            let all = line.orphanedBytes?.allocated ?? sum
            return TreemapChart.Group(
                name: Printable.escape(name),
                items: shown.map { item in
                    TreemapChart.Item(
                        name: item.path.description,
                        label: item.path.components.last.map { Printable.escape(Array($0)) } ?? "",
                        size: item.bytes ?? 0)
                }, rest: (max(0, line.orphaned - shown.count), all > sum ? all - sum : 0))
        }
    }

    func dangling(_ visit: Visit) async throws -> Reply {
        guard let snapshot else {
            let page = DanglingPage(
                [], pager: Pager(shown: 0, of: 0, first: nil, next: nil), hasScan: false, now: now)
            return html(page.html(frame(.dangling, visit), templates))
        }
        let cursor = visit.query["cursor"]
        let query = FindingsQuery(kinds: [.dangling], sort: .path, order: .ascending, limit: Self.rows, cursor: cursor)
        let found = try await api.reading { try snapshot.findings.page(query) }
        let pager = Pager(
            shown: found.items.count, of: found.total, isExact: !found.isTotalAtLeast,
            first: cursor == nil ? nil : "/dangling", next: found.next.map { link("/dangling", [("cursor", $0)]) })
        let page = DanglingPage(
            found.items.compactMap { StoredFinding(json: $0.json, firstSeen: $0.firstSeen) }, pager: pager,
            hasScan: true,
            now: now)
        return html(page.html(frame(.dangling, visit), templates))
    }

    // MARK: What was done

    func plan(_ visit: Visit) throws -> Reply {
        let all = api.plans.all
        let made = asked(visit)?.result.flatMap { JSONValue(parsing: Array($0.utf8)) }
        let wanted = visit.query["hash"] ?? made?["plan"]?.text
        let shown = wanted.map { hash in all.first { $0.hash == hash } } ?? all.first
        let page = PlanPage(
            shown?.plan, hash: shown?.hash ?? "", run: shown?.run, isUnderWay: shown?.isUnderWay ?? false,
            notes: shown?.notes ?? [],
            others: all.filter { $0.hash != shown?.hash }.map {
                .init(hash: $0.hash, items: $0.plan.items.count, created: $0.plan.created, now: now)
            }, resources: site.manifest.resources.map(\.name), now: now)
        return html(page.html(frame(.plan, visit), templates))
    }

    func quarantine(_ visit: Visit) async throws -> Reply {
        let (runs, pager) = try await part("/quarantine", visit) { $0.due != nil }
        let page = QuarantinePage(runs, all: try await lying(), pager: pager, now: now)
        return html(page.html(frame(.quarantine, visit), templates))
    }

    private func lying() async throws -> ScanResult.Quarantine? {
        let (ledger, manifest) = (api.ledger, site.manifest)
        return try await api.reading { try ledger.lying(manifest) }
    }

    func runs(_ visit: Visit) async throws -> Reply {
        let (runs, pager) = try await part("/runs", visit) { _ in true }
        return html(RunsPage(runs, pager: pager, now: now).html(frame(.runs, visit), templates))
    }

    /// A part of the runs, newest first.
    private func part(
        _ path: String, _ visit: Visit, _ wanted: @escaping @Sendable (RunSummary) -> Bool
    ) async throws -> ([RunSummary], Pager) {
        let (ledger, manifest) = (api.ledger, site.manifest)
        let all = try await api.reading { try ledger.history(manifest).runs.filter(wanted) }
        let from = min(max(0, visit.query["from"].flatMap { Int($0) } ?? 0), all.count)
        let end = min(all.count, from + Self.rows)
        let pager = Pager(
            shown: end - from, of: all.count, first: from == 0 ? nil : path,
            next: end < all.count ? link(path, [("from", String(end))]) : nil)
        return (Array(all[from..<end]), pager)
    }

    func run(_ name: String, _ visit: Visit) async throws -> Reply {
        let (ledger, manifest) = (api.ledger, site.manifest)
        let after = visit.query["after"].flatMap { Int($0) } ?? 0
        let found = try await api.reading { () -> (RunSummary, [ItemOutcome])? in
            guard let run = try ledger.history(manifest).runs.first(where: { $0.run == name }) else { return nil }
            return (run, try Custody.items(of: name, manifest, after: after, limit: Self.rows + 1))
        }
        guard let (run, items) = found else {
            throw FoundlingError(
                .runUnknown, "the ledger has no run '\(Printable.escape(name))'", hint: "the list of runs has them all")
        }
        let shown = Array(items.prefix(Self.rows))
        let next = items.count > shown.count ? shown.last.map { String($0.number) } : nil
        let pager = Pager(
            shown: shown.count, of: nil, first: after == 0 ? nil : "/runs/\(run.run)",
            next: next.map { link("/runs/\(run.run)", [("after", $0)]) })
        return html(
            RunPage(run, shown, pager: pager, now: now).html(frame(.runs, visit, title: "Run \(run.run)"), templates))
    }

    func tasks(_ visit: Visit) async throws -> Reply {
        let manifest = site.manifest
        let last = try visit.query["cursor"].map { try ListCursor($0, list: "page-of-tasks").last }
        let place = last.flatMap { text -> DeletionTask.Place? in
            let parts = text.split(separator: "/")
            guard parts.count == 2, let at = Int64(parts[0]) else { return nil }
            return DeletionTask.Place(at: at, id: String(parts[1]))
        }
        let isDone = visit.query["state"] == DeletionTask.State.done.rawValue
        let states: Set<DeletionTask.State> = isDone ? [.done] : []
        var (tasks, status, trouble): ([DeletionTask], QueueStatus?, FoundlingError?) = ([], nil, nil)
        do {
            (tasks, status) = try await api.asking {
                try Prevention.tasks(manifest, states, after: place, limit: Self.rows + 1)
            }
        } catch let error as FoundlingError where error.code != .cursorInvalid {
            trouble = error.code == .outboxMissing ? nil : error
        }
        let filter = [("state", isDone ? DeletionTask.State.done.rawValue : nil)]
        let shown = Array(tasks.prefix(Self.rows))
        let next =
            tasks.count > shown.count
            ? shown.last.map { ListCursor(list: "page-of-tasks", last: "\($0.at)/\($0.id)").text } : nil
        let pager = Pager(
            shown: shown.count, of: nil, first: last == nil ? nil : link("/tasks", filter),
            next: next.map { link("/tasks", filter + [("cursor", $0)]) })
        return html(
            TasksPage(
                shown, status: status, areDone: isDone, trouble: trouble, done: Self.done(visit.query), pager: pager,
                now: now
            ).html(frame(.tasks, visit), templates))
    }

    /// What the form did that led to a page: only words of ours and a number, for anybody may write a link.
    private static func done(_ query: FormBody) -> String? {
        guard let order = query["did"].flatMap(TaskOrder.init), let count = query["count"].flatMap({ Int($0) }),
            count > 0
        else { return nil }
        let tasks = Count.text(count, "task", "tasks")
        return switch order {
        case .retry: "\(tasks) will be tried again"
        case .drop: "\(tasks) dropped: their files stay where they are"
        case .approve: "\(tasks) approved: a worker takes them up"
        }
    }
}
