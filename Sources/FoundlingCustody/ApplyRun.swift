internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Glibc

/// One application of a plan on its way.
final class ApplyRun {
    let id: String
    private let custodian: Custodian
    private let plan: Plan
    private let isPinned: (StorePath) -> Bool
    private let claims: Custodian.ClaimReader
    private let directory: OpenDirectory
    private let receipt: ReceiptWriter
    private var finished: [Int: ItemOutcome] = [:]
    private(set) var notes: [String] = []
    private var unasked = 0
    private var parents: [StorePath: (directory: OpenDirectory, above: [ReceiptItem.Parent])] = [:]

    /// An item that is about to go, or gone.
    private struct Work {
        let number: Int
        let item: Plan.Item
        let record: ItemRecord
        let parent: OpenDirectory
        var name: [UInt8] { Custodian.name(of: item.path) }
        var target: [UInt8] { Array(String(number).utf8) }
    }

    init(
        _ id: String, _ custodian: Custodian, _ plan: Plan, _ hash: String, _ isPinned: @escaping (StorePath) -> Bool,
        _ claims: @escaping Custodian.ClaimReader
    ) throws(FoundlingError) {
        self.id = id
        self.custodian = custodian
        self.plan = plan
        self.isPinned = isPinned
        self.claims = claims
        let quarantine = custodian.quarantine
        let body = RunRecord(act: .apply, planned: plan.items.count, totals: plan.totals, grounds: plan.grounds)
        try custodian.ledger.append([LedgerDraft(kind: .run, run: id, body: Ledger.json(body))])
        let made = quarantine.seam(.runMake) {
            CName.with(Array(id.utf8)) { cl_make_directory_at(quarantine.directory.descriptor, $0, 0o700) }
        }
        guard made == 0, let opened = try quarantine.directory.open(Array(id.utf8)) else {
            throw Failure(min(made, -1), "the directory of run \(id) cannot be made").refusal
        }
        directory = opened
        quarantine.give(opened.descriptor)
        let header = ReceiptHeader(
            receipt: ReceiptHeader.version, run: id, created: HostClock.time(), root: quarantine.store.root,
            manifest: plan.manifest, manifestHash: plan.manifestHash, planHash: hash,
            actor: custodian.context.actor, reason: custodian.context.reason, grounds: plan.grounds)
        do throws(Failure) { receipt = try ReceiptWriter.begin(quarantine, opened, header) } catch {
            throw error.refusal
        }
        try custodian.sync(opened, "the directory of run \(id)")
        try custodian.sync(quarantine.directory, "the quarantine")
    }

    var outcomes: [ItemOutcome] { finished.values.sorted { $0.number < $1.number } }

    func outcome(_ number: Int, _ item: Plan.Item, _ state: ItemState, _ reason: String?) -> ItemOutcome {
        ItemOutcome(
            number: number, resource: item.resource, path: item.path, state: state, bytes: item.bytes,
            freed: item.freed, files: item.files, reason: reason)
    }

    func replace(_ outcome: ItemOutcome) { finished[outcome.number] = outcome }

    private func settle(_ work: Work, _ state: ItemState, _ reason: String? = nil, alarm: Bool = false) {
        finished[work.number] = outcome(work.number, work.item, state, reason)
        finished[work.number]?.isAlarm = alarm
    }

    // MARK: A batch

    /// Takes items from `start` on, and returns the number of the first that it left.
    func batch(from start: Int) throws(FoundlingError) -> Int {
        parents = [:]
        let began = HostClock.steady()
        var next = start
        var works: [Work] = []
        var lines: (receipt: [UInt8], undo: [UInt8]) = ([], [])
        while next < plan.items.count, next - start < Custodian.batchItems,
            HostClock.steady() - began < Custodian.batchTime
        {
            if let work = try look(next, &lines) { works.append(work) }
            next += 1
        }
        guard !works.isEmpty else { return next }
        do throws(Failure) { try receipt.append(items: lines.receipt, undoing: lines.undo) } catch {
            for work in works { settle(work, .failed, error.reason) }
            throw error.refusal
        }
        try custodian.ledger.append(
            works.map { LedgerDraft(kind: .intent, run: id, item: $0.number, body: Ledger.json($0.record)) })
        try move(works)
        return next
    }

    /// What an item is now; nil, and settled, where it is not what was planned.
    private func look(
        _ index: Int, _ lines: inout (receipt: [UInt8], undo: [UInt8])
    ) throws(FoundlingError) -> Work? {
        let (number, item) = (index + 1, plan.items[index])
        func skip(_ reason: String) -> Work? {
            finished[number] = outcome(number, item, .skipped, reason)
            return nil
        }
        if isPinned(item.path) { return skip("it was pinned since it was planned") }
        guard let (parent, above) = try self.parent(of: item.path) else {
            return skip("it is gone, with its directory")
        }
        var members: [UInt8] = []
        let image = try custodian.imager().image(of: Custodian.name(of: item.path), in: parent) {
            members += ReceiptWriter.line(ReceiptFile($0, of: number))
        }
        guard let image else { return skip("it is gone") }
        if let reason = Self.difference(image, item) { return skip(reason) }
        let retention =
            custodian.manifest.index(of: item.resource)
            .map { custodian.manifest.resources[$0].safety.retention } ?? Safety.standard.retention
        var record = ItemRecord(item, retention: retention)
        record.freed = image.freed
        let entry = ReceiptItem(
            item: number, record: record, mode: image.top.mode, owner: image.top.owner, group: image.top.group,
            parents: above)
        lines.receipt += ReceiptWriter.line(entry) + members
        lines.undo += entry.undo()
        return Work(number: number, item: item, record: record, parent: parent)
    }

    private func parent(of path: StorePath) throws(FoundlingError) -> (OpenDirectory, [ReceiptItem.Parent])? {
        if let known = parents[path.parent] { return known }
        guard let directory = try custodian.parent(of: path) else { return nil }
        var above: [ReceiptItem.Parent] = []
        var step = path.parent
        while !step.bytes.isEmpty {
            guard let holder = try custodian.parent(of: step), let status = try holder.status(Custodian.name(of: step))
            else { return nil }
            above.append(.init(mode: status.mode, owner: status.owner, group: status.group))
            step = step.parent
        }
        parents[path.parent] = (directory, above.reversed())
        return (directory, above.reversed())
    }

    /// Why an entry is not what was planned.
    private static func difference(_ image: EntryImage, _ item: Plan.Item) -> String? {
        if let obstacle = image.obstacle { return Custodian.words(obstacle) }
        if image.top.kind != item.kind { return "it is a \(image.top.kind.name) now, and was a \(item.kind.name)" }
        if image.top.identity != item.identity { return "something else has its name now" }
        if image.isPinned { return "it holds a .foundling-keep" }
        if image.fingerprint != item.fingerprint { return "something in it changed since it was planned" }
        return nil
    }

    private func move(_ works: [Work]) throws(FoundlingError) {
        var moved: [Work] = []
        var lines: [LedgerDraft] = []
        var stopped: FoundlingError?
        do throws(FoundlingError) {
            let states = try claims(works.map { ($0.item.path, $0.item.kind) })
            for (work, state) in zip(works, states) {
                if let reason = Self.words(state) {
                    settle(work, .rescued, reason)
                } else if let failure = try take(work) {
                    settle(work, failure.state, failure.reason)
                } else {
                    moved.append(work)
                }
            }
        } catch {
            stopped = error
            for work in works where finished[work.number] == nil && !moved.contains(where: { $0.number == work.number })
            {
                settle(work, .skipped, "the run stopped: \(error.summary)")
            }
        }
        let again = moved
        do throws(FoundlingError) {
            try recheck(again)
        } catch {
            stopped = stopped ?? error
            for work in again where finished[work.number] == nil {
                giveBack(work, .skipped, "the database could not be read again: \(error.summary)")
            }
        }
        for work in moved where finished[work.number] == nil { settle(work, .moved) }
        do throws(FoundlingError) {
            for parent in parents.values { try custodian.sync(parent.directory, "a directory of the store") }
            try custodian.sync(directory, "the directory of run \(id)")
        } catch { stopped = stopped ?? error }
        for work in works {
            guard let outcome = finished[work.number] else { continue }
            let kind: LedgerKind =
                switch outcome.state {
                case .moved: .moved
                case .rescued: .rescued
                case .failed: .failed
                case .held: .held
                default: .skipped
                }
            let body = outcome.reason.map { Ledger.json(ReasonRecord(reason: $0)) } ?? "{}"
            lines.append(LedgerDraft(kind: kind, run: id, item: work.number, body: body))
        }
        try custodian.ledger.append(lines)
        if let stopped { throw stopped }
    }

    /// The last look, and the move; nil once it is in the quarantine.
    private func take(_ work: Work) throws(FoundlingError) -> (state: ItemState, reason: String)? {
        guard let image = try custodian.imager(leases: true).image(of: work.name, in: work.parent) else {
            return (.skipped, "it is gone")
        }
        if let reason = Self.difference(image, work.item) { return (.skipped, reason) }
        if let open = image.openFile {
            let holder = OpenFiles.holder(
                of: work.item.path, open, root: custodian.quarantine.store.realPath)
            return (.skipped, "\(open.bytes.isEmpty ? "it" : "'\(open)'") is open\(holder.map { " in \($0)" } ?? "")")
        }
        unasked += image.unasked
        if unasked > 0, notes.isEmpty {
            notes.append("whether files are in use was not checked for all of them: only their owner or root may ask")
        }
        let moved = custodian.move(
            .itemMove, work.name, from: work.parent, to: directory, as: work.target, isPrivate: true,
            isDirectory: work.item.kind == .directory)
        switch moved {
        case 0: return nil
        case -ENOENT: return (.skipped, "it is gone")
        case -EXDEV: return (.failed, "it lies on another mount or layer than the quarantine: never copied, left alone")
        default: return (.failed, "it cannot be moved: \(Errno.text(-moved))")
        }
    }

    /// Once more after the moves: what was claimed or written in between goes back.
    private func recheck(_ moved: [Work]) throws(FoundlingError) {
        guard !moved.isEmpty else { return }
        let states = try claims(moved.map { ($0.item.path, $0.item.kind) })
        for (work, state) in zip(moved, states) {
            if let reason = Self.words(state) {
                giveBack(work, .rescued, reason)
                continue
            }
            let image = try custodian.imager().image(of: work.target, in: directory)
            if image?.top.identity != work.item.identity || image?.fingerprint != work.item.fingerprint {
                giveBack(work, .skipped, "it was written to while it was moved")
            }
        }
    }

    private func giveBack(_ work: Work, _ state: ItemState, _ reason: String) {
        let back = custodian.move(
            .itemReturn, work.target, from: directory, to: work.parent, as: work.name, isPrivate: false,
            isDirectory: work.item.kind == .directory)
        if back == 0 { return settle(work, state, reason) }
        let why = back == -EEXIST ? "something else has its place now" : Errno.text(-back)
        settle(
            work, .held, "\(reason), but it cannot go back: \(why). `foundling restore \(id) --item \(work.number)`",
            alarm: true)
    }

    static func words(_ state: ClaimState) -> String? {
        switch state {
        case .unclaimed: nil
        case .claimed: "a record claims it now"
        case .making: "a record being made claims it now"
        case .near: "a record nearly names it now"
        }
    }
}
