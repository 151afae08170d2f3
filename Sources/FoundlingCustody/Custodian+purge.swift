internal import CLinux
package import FoundlingCore
internal import FoundlingStore
internal import Glibc

extension Custodian {
    /// Removes items of the quarantine for good: the only step that cannot be undone.
    ///
    /// - Parameters:
    ///   - claims: asked first; nil only where a person typed the run's name because there is no database to ask.
    ///   - isPinned: whether somebody asked to keep a path.
    ///   - rate: files a second at most.
    package func purge(
        _ items: [HeldItem], claims: ClaimReader?, isPinned: @escaping (StorePath) -> Bool, threads: Int = 1,
        rate: Int? = nil,
        progress: @escaping Progress = { _, _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = RunOutcome(
            .purge, planned: items.count, before: try quarantine.store.space(), quarantine: quarantine.path)
        outcome.runs = Set(items.map(\.run)).sorted()
        var next = 0
        do throws(FoundlingError) {
            try quarantine.withLock(.removing) { () throws(FoundlingError) in
                while next < items.count {
                    let batch = Self.batch(of: items[next...], rate: rate)
                    var purge = PurgeBatch(self, isPinned: isPinned, threads: threads, rate: rate)
                    do throws(FoundlingError) { try purge.run(batch, claims) } catch {
                        outcome.items += purge.outcomes
                        throw error
                    }
                    outcome.items += purge.outcomes
                    next += batch.count
                    progress(next, items.count)
                }
            }
        } catch { outcome.stopped = error }
        let seen = Set(outcome.items.map { "\($0.path)" })
        outcome.items += items.filter { !seen.contains("\($0.record.path)") }.map {
            $0.outcome(.skipped, "not reached")
        }
        settleSpace(&outcome)
        finish(&outcome)
        return outcome
    }

    /// Files removed on the word of one look at the database: a second's work or so, like a batch of moves.
    private static let batchFiles = 20_000

    private static func batch(of items: ArraySlice<HeldItem>, rate: Int?) -> [HeldItem] {
        let most = min(rate ?? batchFiles, batchFiles)
        var (batch, files): ([HeldItem], Int) = ([], 0)
        for item in items {
            files += max(1, item.record.files)
            guard batch.isEmpty || (files <= most && batch.count < batchItems) else { break }
            batch.append(item)
        }
        return batch
    }

    /// Says what stands between what was removed and what the disk gained.
    private func settleSpace(_ outcome: inout RunOutcome) {
        guard outcome.count(.purged) > 0 else { return }
        // Blocks are given back when the file system commits.
        _ = seam(.purgeSync) { cl_sync_file_system(quarantine.directory.descriptor) }
        if let space = try? quarantine.store.space() { outcome.after = space }
        let expected = outcome.freed(.purged)
        let gained = UInt64(max(0, outcome.gained))
        guard gained < expected, expected - gained > max(1 << 20, expected / 20) else { return }
        let open = OpenFiles.removedButOpen(device: quarantine.root.device)
        if open.bytes > 0 {
            outcome.notes.append(
                "removed files that are still open hold space: \(open.holder ?? "a process") has the largest; it comes "
                    + "back when they are closed")
        }
        outcome.notes.append(
            "the rest may be held by snapshots, by hard links elsewhere, by shared blocks, or was written by others meanwhile"
        )
    }
}

/// Up to a batch of items on their way out.
struct PurgeBatch {
    private let custodian: Custodian
    private let isPinned: (StorePath) -> Bool
    private let threads: Int
    private let rate: Int?
    private(set) var outcomes: [ItemOutcome] = []

    init(_ custodian: Custodian, isPinned: @escaping (StorePath) -> Bool, threads: Int, rate: Int?) {
        self.custodian = custodian
        self.isPinned = isPinned
        self.threads = threads
        self.rate = rate
    }

    mutating func run(_ chosen: [HeldItem], _ claims: Custodian.ClaimReader?) throws(FoundlingError) {
        var aside: [Aside] = []
        var settled: [ItemOutcome] = []
        let custodian = custodian
        try custodian.quarantine.withLock { () throws(FoundlingError) in
            // What another process did with them meanwhile counts.
            let now = try custodian.ledger.last(of: chosen)
            let items = chosen.filter { now[$0.key]?.isInQuarantine ?? true }
            settled += chosen.filter { !(now[$0.key]?.isInQuarantine ?? true) }
                .map { $0.outcome(.skipped, "another command took it meanwhile") }
            let states = try claims?(items.map { ($0.record.path, $0.record.kind) })
            var going: [HeldItem] = []
            for (number, item) in items.enumerated() {
                switch try judge(item, states?[number] ?? .unclaimed) {
                case .go: going.append(item)
                case .settled(let outcome): settled.append(outcome)
                }
            }
            try custodian.ledger.append(going.map { LedgerDraft(kind: .purging, run: $0.run, item: $0.number) })
            // Under the lock, so that nobody can put back what is about to be removed.
            aside = try setAside(going)
            // Once more: a claim that was committed since the first look still gets its files back.
            let again = try claims?(aside.map { ($0.item.record.path, $0.item.record.kind) })
            var removable: [Aside] = []
            for (number, one) in aside.enumerated() {
                let state = again?[number] ?? .unclaimed
                guard state != .unclaimed else {
                    removable.append(one)
                    continue
                }
                let left = try custodian.takeBack(one.item)
                try custodian.ledger.append([LedgerDraft(kind: left, run: one.item.run, item: one.item.number)])
                if case .settled(let outcome) = try judge(one.item, state) { settled.append(outcome) }
            }
            aside = removable
        }
        outcomes += settled
        try remove(aside)
    }

    /// What is to become of an item.
    private enum Judged {
        case go
        case settled(ItemOutcome)
    }

    private func judge(_ item: HeldItem, _ state: ClaimState) throws(FoundlingError) -> Judged {
        func hold(_ reason: String, alarm: Bool = true) throws(FoundlingError) -> Judged {
            let line = LedgerDraft(
                kind: .held, run: item.run, item: item.number, body: Ledger.json(ReasonRecord(reason: reason)))
            if item.last != .held { try custodian.ledger.append([line]) }
            return .settled(item.outcome(.held, reason, alarm: alarm))
        }
        let command = "`foundling restore \(item.run) --item \(item.number)`"
        guard let directory = try custodian.directory(of: item.run) else {
            return .settled(item.outcome(.failed, "the directory of its run is gone", alarm: true))
        }
        let source = try custodian.parent(of: item.record.path)
        let isOccupied = try source?.status(Custodian.name(of: item.record.path)) != nil
        switch state {
        case .unclaimed: break
        case .near: return try hold("a record nearly names it now: look, then \(command) or `foundling pin`")
        case .making: return try hold("a record being made claims its path: \(command) if these files are meant")
        case .claimed where isOccupied:
            return try hold("a record claims its path, where other files lie now: compare, then \(command) --to DIR")
        case .claimed:
            let back = try Restoring(custodian, to: nil).restore(item, in: directory)
            guard back.state == .restored else { return .settled(back) }
            return .settled(
                item.outcome(.rescued, "a record claims it: put back (a false positive, found in time)", alarm: true))
        }
        if isPinned(item.record.path) {
            return try hold("it is pinned: \(command), or `foundling pin --remove`", alarm: false)
        }
        guard let image = try custodian.imager(leases: true).image(of: item.target, in: directory) else {
            return .settled(item.outcome(.failed, "it is not in the quarantine any more", alarm: true))
        }
        if let obstacle = image.obstacle { return try hold(Custodian.words(obstacle)) }
        guard image.top.identity == item.record.identity else {
            return try hold("something else lies in its place in the quarantine")
        }
        // Of one that was half removed already nothing can be compared.
        guard image.fingerprint == item.record.fingerprint || item.last == .partial else {
            return try hold("something wrote to it since it was moved: find out who, then \(command)")
        }
        if let open = image.openFile {
            return try hold("\(open.bytes.isEmpty ? "it" : "'\(open)' in it") is open: find out who, then \(command)")
        }
        return .go
    }

    /// An item under the name that only removal knows.
    struct Aside {
        let item: HeldItem
        let holder: OpenDirectory
    }

    /// Renames items to names that only removal knows; one that cannot be renamed stays in the quarantine.
    mutating func setAside(_ items: [HeldItem]) throws(FoundlingError) -> [Aside] {
        var aside: [Aside] = []
        var directories: [String: OpenDirectory] = [:]
        for item in items {
            if directories[item.run] == nil { directories[item.run] = try custodian.directory(of: item.run) }
            guard let directory = directories[item.run] else { continue }
            let renamed = custodian.move(
                .purgeBegin, item.target, from: directory, to: directory, as: item.purging, isPrivate: true,
                isDirectory: item.record.kind == .directory)
            if renamed == 0 || renamed == -ENOENT {
                aside.append(Aside(item: item, holder: directory))
            } else {
                outcomes.append(item.outcome(.failed, "it cannot be set aside: \(Errno.text(-renamed))"))
                try custodian.ledger.append([LedgerDraft(kind: .moved, run: item.run, item: item.number)])
            }
        }
        return aside
    }

    /// Removes what was set aside, and says what is gone and what is left.
    mutating func remove(_ aside: [Aside]) throws(FoundlingError) {
        let failures = TreeRemover(seam: custodian.seam, rate: rate).remove(
            aside.map { ($0.holder, $0.item.purging, $0.item.record.kind == .directory) }, threads: threads)
        var lines: [LedgerDraft] = []
        for (number, item) in aside.map(\.item).enumerated() {
            // What could not be removed gets its name back: it can still be restored.
            let left = try custodian.quarantine.withLock { () throws(FoundlingError) in try custodian.takeBack(item) }
            lines.append(LedgerDraft(kind: left, run: item.run, item: item.number))
            if left == .purged {
                outcomes.append(item.outcome(.purged))
            } else {
                let reason = failures[number]?.reason ?? "something is still there"
                outcomes.append(item.outcome(.failed, "\(reason); what is left stays in the quarantine"))
            }
        }
        var synced: Set<Int32> = []
        for directory in aside.map(\.holder) where synced.insert(directory.descriptor).inserted {
            try custodian.sync(directory, "the directory of a run")
        }
        try custodian.ledger.append(lines)
    }
}

extension HeldItem {
    /// Its name in the directory of its run.
    var target: [UInt8] { Array(String(number).utf8) }
    /// Its name once it can only be removed.
    var purging: [UInt8] { Array("purging-\(number)".utf8) }
}
