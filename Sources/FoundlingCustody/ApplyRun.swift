internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

/// One application of a plan on its way.
final class ApplyRun {
    let id: String
    let custodian: Custodian
    let plan: Plan
    private let purges: Bool
    private let claims: Custodian.ClaimReader
    let directory: OpenDirectory
    let receipt: ReceiptWriter
    private var finished: [Int: ItemOutcome] = [:]
    /// By item: the time of change that its way back left.
    private var backSince: [Int: Int64] = [:]
    var notes: [String] = []
    /// Whether the database told when each record went, so that no age has to stand in for that.
    var isAgeJudged = false
    var sightings: [StorePath: Sighting] = [:]
    var unasked = 0
    var places: [StorePath: Place] = [:]
    /// Who works where in the store: asked once a batch.
    var workers: [(path: StorePath, process: String)] = []
    var isPinned: (StorePath) -> Bool = { _ in false }
    /// Small items that several threads have looked at together.
    var lookedAhead: [Int: Result<Sighting?, FoundlingError>] = [:]
    /// By directory: whether somebody marked it, or one above, to be kept; asked once a batch, and again for each item
    /// before its move.
    var keptAbove: [StorePath: StorePath?] = [:]

    /// The directory that items of one batch lie in, and those above it.
    struct Place {
        let directory: OpenDirectory
        let identity: InodeIdentity?
        let above: [ReceiptItem.Parent]
    }

    /// An item that is about to go, or gone.
    struct Work {
        let number: Int
        let item: Plan.Item
        let record: ItemRecord
        let place: Place
        let top: FileStatus
        /// What is in it, where the receipt does not say so yet.
        var members: [EntryImage.Member]?
        /// The time of change that the move left.
        var changed: Int64?
        /// For the receipt, and for the script that undoes it.
        var lines: (receipt: [UInt8], undo: [UInt8]) {
            let entry = ReceiptItem(
                item: number, record: record, mode: top.mode, owner: top.owner, group: top.group, parents: place.above)
            var lines: [UInt8] = []
            for member in members ?? [] { lines += ReceiptFile(member, of: number).line }
            return (lines + ReceiptWriter.line(entry), entry.undo())
        }
        var name: [UInt8] { Custodian.name(of: item.path) }
        var target: [UInt8] { Array(String(number).utf8) }
    }

    /// What becomes of an item instead of its move.
    struct Refusal: Error {
        let state: ItemState
        let reason: String

        init(_ reason: String, _ state: ItemState = .skipped) {
            self.state = state
            self.reason = reason
        }
    }

    init(
        _ id: String, _ custodian: Custodian, _ plan: Plan, _ hash: String, isApproved: Bool, purges: Bool,
        _ claims: @escaping Custodian.ClaimReader
    ) throws(FoundlingError) {
        self.id = id
        self.custodian = custodian
        self.plan = plan
        self.purges = purges
        self.claims = claims
        let quarantine = custodian.quarantine
        let body = RunRecord(
            act: .apply, planned: plan.items.count, totals: plan.totals, grounds: plan.grounds,
            approved: isApproved ? true : nil)
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
            run: id, number: number, resource: item.resource, path: item.path, state: state, bytes: item.bytes,
            freed: item.freed, files: item.files, reason: reason)
    }

    func replace(_ outcome: ItemOutcome) { finished[outcome.number] = outcome }

    private func settle(_ work: Work, _ state: ItemState, _ reason: String? = nil, alarm: Bool = false) {
        finished[work.number] = outcome(work.number, work.item, state, reason)
        finished[work.number]?.isAlarm = alarm
    }

    // MARK: A batch

    /// Takes items from `start` on, and returns the number of the first that it left.
    ///
    /// - Parameter room: bytes that may be written, where each batch frees before the next begins.
    func batch(from start: Int, room: Int?) throws(FoundlingError) -> Int {
        places = [:]
        keptAbove = [:]
        workers = OpenFiles.workers(below: custodian.quarantine.store.realPath)
        isPinned = try custodian.pinned()
        let began = HostClock.steady()
        var next = start
        var cost = 0
        var works: [Work] = []
        var lines: (receipt: [UInt8], undo: [UInt8]) = ([], [])
        lookedAhead = [:]
        var lookedUpTo = next
        while next < plan.items.count, next - start < Custodian.batchItems,
            HostClock.steady() - began < Custodian.batchTime
        {
            let item = plan.items[next]
            if let room {
                let need = Cost.move(files: item.files, isPurged: purges)
                if need > room, works.isEmpty {
                    finished[next + 1] = outcome(
                        next + 1, item, .skipped,
                        "its receipt needs \(need >> 10) KiB, and the disk has \(max(0, room) >> 10) KiB left")
                    next += 1
                    continue
                }
                cost += need
                if cost > room { break }
            }
            if next >= lookedUpTo { lookedUpTo = lookAhead(from: next) }
            do { works.append(try look(next, &lines)) } catch let refusal as Refusal {
                finished[next + 1] = outcome(next + 1, item, refusal.state, refusal.reason)
            } catch let failure as Failure {
                finished[next + 1] = outcome(next + 1, item, .failed, failure.reason)
            } catch let error as FoundlingError { throw error } catch {}
            next += 1
        }
        guard !works.isEmpty else { return next }
        let unwritten = works.filter { $0.members != nil }
        for more in Parallel.map(unwritten.count, { unwritten[$0].lines }) {
            lines.receipt += more.receipt
            lines.undo += more.undo
        }
        do throws(Failure) { try receipt.append(items: lines.receipt, undoing: lines.undo) } catch {
            // With less to write at once there may be room; where there is none at all, the ledger will say so.
            let isFull = error.error == ENOSPC
            for work in works { settle(work, isFull ? .skipped : .failed, error.reason) }
            guard isFull, purges else { throw error.refusal }
            return next
        }
        let records = works.map(\.record)
        let bodies = Parallel.map(records.count) { Ledger.json(records[$0]) }
        try custodian.ledger.append(
            zip(works, bodies).map { LedgerDraft(kind: .intent, run: id, item: $0.number, body: $1) })
        try move(&works)
        return next
    }

    private func move(_ works: inout [Work]) throws(FoundlingError) {
        var stopped: FoundlingError?
        var moved: [Int] = []
        do throws(FoundlingError) {
            let states = try claims(works.map { ($0.item.path, $0.item.kind) })
            var wanted: [Int] = []
            for (at, state) in states.enumerated() {
                if Safeguard.claimsBeforeMove.isOn, let reason = Self.words(state) {
                    settle(works[at], .rescued, reason)
                } else {
                    wanted.append(at)
                }
            }
            for (at, taken) in zip(wanted, take(wanted.map { works[$0] })) {
                switch taken {
                case .success(let taken):
                    works[at].changed = taken.changed
                    unasked += taken.unasked
                    moved.append(at)
                case .failure(let refusal as Refusal): settle(works[at], refusal.state, refusal.reason)
                case .failure(let failure as Failure): settle(works[at], .failed, failure.reason)
                case .failure(let error): stopped = stopped ?? (error as? FoundlingError)
                }
            }
            if unasked > 0, notes.isEmpty {
                notes.append(
                    "whether files are in use was not checked for all of them: only their owner or root may ask")
            }
            if let stopped { throw stopped }
        } catch {
            stopped = error
            for (at, work) in works.enumerated() where finished[work.number] == nil && !moved.contains(at) {
                settle(work, .skipped, "the run stopped: \(error.summary)")
            }
        }
        do throws(FoundlingError) {
            try recheck(moved.map { works[$0] })
        } catch {
            stopped = stopped ?? error
            for work in moved.map({ works[$0] }) where finished[work.number] == nil {
                giveBack(work, .skipped, "it could not be looked at again: \(error.summary)")
            }
        }
        for at in moved where finished[works[at].number] == nil { settle(works[at], .moved) }
        do throws(FoundlingError) {
            // Where they came first: a crash in between must not leave them in neither.
            try custodian.sync(directory, "the directory of run \(id)")
            for place in places.values { try custodian.sync(place.directory, "a directory of the store") }
        } catch { stopped = stopped ?? error }
        try record(works)
        if let stopped { throw stopped }
    }

    private func record(_ works: [Work]) throws(FoundlingError) {
        let notes = works.compactMap { work -> (kind: LedgerKind, item: Int, note: ItemNote)? in
            guard let outcome = finished[work.number] else { return nil }
            let kind: LedgerKind =
                switch outcome.state {
                case .moved: .moved
                case .rescued: .rescued
                case .failed: .failed
                case .held: .held
                default: .skipped
                }
            return (
                kind, work.number,
                ItemNote(
                    reason: outcome.reason, changed: kind == .moved ? work.changed : backSince[work.number])
            )
        }
        let bodies = Parallel.map(notes.count) { notes[$0].note.json }
        try custodian.ledger.append(
            zip(notes, bodies).map { LedgerDraft(kind: $0.kind, run: id, item: $0.item, body: $1) })
    }

    /// Once more after the moves: what was claimed or written in between goes back.
    private func recheck(_ moved: [Work]) throws(FoundlingError) {
        guard !moved.isEmpty else { return }
        let states = try claims(moved.map { ($0.item.path, $0.item.kind) })
        let images = images(of: moved)
        for (index, (work, state)) in zip(moved, states).enumerated() {
            if Safeguard.claimsAfterMove.isOn, let reason = Self.words(state) {
                giveBack(work, .rescued, reason)
                continue
            }
            guard try isUntouched(images[index].get(), work) || !Safeguard.fingerprintAfterMove.isOn else {
                giveBack(work, .skipped, "it was written to while it was moved")
                continue
            }
            do { try checkPlace(of: work) } catch {
                giveBack(work, .skipped, "its directory was renamed or replaced while it was moved")
            }
        }
    }

    /// Whether what lies in the quarantine is what was looked at before its move.
    private func isUntouched(_ image: EntryImage?, _ work: Work) -> Bool {
        guard let image, image.top.identity == work.item.identity else { return false }
        let isTopShared = work.item.shared?.contains(work.item.identity.inode) ?? false
        return image.fingerprint == work.item.fingerprint
            && (isTopShared || image.top.changed == work.changed ?? image.top.changed)
    }

    /// What was moved, as it lies in the quarantine now.
    private func images(of moved: [Work]) -> [Result<EntryImage?, FoundlingError>] {
        // It only reads, and every thread its own entries.
        nonisolated(unsafe) let custodian = custodian
        let directory = directory
        let wanted = moved.map { (target: $0.target, shared: $0.item.shared) }
        return Parallel.map(wanted.count) { index in
            Result { () throws(FoundlingError) in
                try custodian.imager(shared: wanted[index].shared).image(of: wanted[index].target, in: directory)
            }
        }
    }

    private func giveBack(_ work: Work, _ state: ItemState, _ reason: String) {
        let back = custodian.move(
            .itemReturn, work.target, from: directory, to: work.place.directory, as: work.name, isPrivate: false,
            isDirectory: work.item.kind == .directory)
        if back == 0 {
            backSince[work.number] = try? work.place.directory.status(work.name)?.changed
            return settle(work, state, reason)
        }
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
        case .sheltered: "the entry that holds it is being made, or is claimed by nobody, now"
        }
    }
}
