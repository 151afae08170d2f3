internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Foundation
internal import Glibc

extension Custodian {
    /// What of a run lies in the quarantine, by the ledger or, where that knows nothing of it, by the receipt alone.
    ///
    /// - Throws: `run-unknown` where neither knows the run.
    package func held(in run: String) throws(FoundlingError) -> [HeldItem] {
        let known = try ledger.items(run: run, where: { _ in true })
        let held = known.filter(\.last.isInQuarantine)
        // A ledger that was there when the run began, and can be read, knows all of it.
        if try ledger.knows(run), try ledger.count(of: run) == known.count { return held }
        guard let receipt = try ReceiptReader(quarantine, run: run), let directory = try directory(of: run) else {
            let runs = try ledger.runs().map(\.run)
            let nearest = Nearest.word(to: run, in: runs).map { "did you mean \($0)? " } ?? ""
            throw FoundlingError(
                .runUnknown, "there is no run '\(Printable.escape(run))' in this quarantine",
                hint: "\(nearest)`foundling ledger` lists them all")
        }
        var items = held
        let numbers = Set(known.map(\.number))
        for item in receipt.items where !numbers.contains(item.item) {
            var held = HeldItem(
                run: run, number: item.item, record: item.record, last: .moved, since: receipt.header.created)
            if try directory.status(held.purging)?.identity == item.record.identity {
                // A purge was cut short, and the ledger that knew of it is gone.
                // What another process is removing right now is its own to finish.
                let left = try quarantine.withLockIfFree(.removing) { () throws(FoundlingError) in
                    try quarantine.withLock { () throws(FoundlingError) in try takeBack(held).0 }
                }
                held.last = left ?? .purging
            }
            guard let status = try directory.status(held.target) else { continue }
            let isItself = status.identity == item.record.identity
            let isIt = isItself ? true : try isCopy(of: held, in: directory)
            if isIt { items.append(held) }
        }
        return items
    }

    /// What lies in the directory of a run and no ledger and no receipt speaks of: a receipt that was cut off.
    package func unaccounted(in run: String, known: [HeldItem]) throws(FoundlingError) -> [String] {
        guard let directory = try directory(of: run), let listing = try directory.open([.dot]) else { return [] }
        let numbers = Set(try ledger.items(run: run, where: { _ in true }).map(\.number)).union(known.map(\.number))
        let ours = Set(numbers.flatMap { ["\($0)", "purging-\($0)"] })
        var names: [String] = []
        _ = try DirectoryReader().forEach(in: listing.descriptor) { name, _ in
            let text = Printable.escape(Array(name))
            if ![ReceiptWriter.name, ReceiptWriter.undoName].contains(Array(name)),
                !ours.contains(text)
            {
                names.append(text)
            }
        }
        return names.sorted()
    }

    /// Puts items back where they were, or below `other`; replaces nothing, ever.
    package func restore(
        _ items: [HeldItem], to other: String? = nil, progress: @escaping Progress = { _, _ in }
    ) throws(FoundlingError) -> RunOutcome {
        var outcome = RunOutcome(
            .restore, planned: items.count, before: try quarantine.store.space(), quarantine: quarantine.path)
        outcome.runs = Set(items.map(\.run)).sorted()
        let restoring = try Restoring(self, to: other)
        let need = Cost.act + Cost.step(items: min(items.count, Self.batchItems))
        try checkRoom(for: need, "putting back needs")
        var next = 0
        do throws(FoundlingError) {
            while next < items.count {
                let batch = items[next..<min(items.count, next + Self.batchItems)]
                try quarantine.withLock { () throws(FoundlingError) in try restoring.batch(batch) }
                next += batch.count
                progress(next, items.count)
            }
        } catch { outcome.stopped = error }
        outcome.items = restoring.outcomes
        let done = Set(outcome.items.map(\.number))
        outcome.items += items.filter { !done.contains($0.number) }
            .map { $0.outcome(.skipped, RunOutcome.notReached) }
        finish(&outcome)
        return outcome
    }

    /// What became of a run that is back already, all of it: by an earlier restore, or by its undo script.
    package func restoredBefore(_ run: String) throws(FoundlingError) -> RunOutcome? {
        let items = try ledger.items(run: run, where: { _ in true })
        guard items.contains(where: { $0.last == .restored }) else { return nil }
        var outcome = RunOutcome(
            .restore, planned: items.count { $0.last == .restored }, before: try quarantine.store.space(),
            quarantine: quarantine.path)
        outcome.runs = [run]
        outcome.items = items.filter { $0.last == .restored }.map { $0.outcome(.restored, RunOutcome.backAlready) }
        finish(&outcome)
        return outcome
    }

    /// Refuses before anything begins where the ledger could not be written to the end.
    func checkRoom(for need: Int, _ what: String) throws(FoundlingError) {
        let writable = try quarantine.writable()
        guard writable < UInt64(need) else { return }
        throw FoundlingError(
            .noSpace, "\(what) \(need >> 10) KiB for the ledger, and the disk has \(writable >> 10) KiB left",
            hint: "free about \(max(1, need >> 20)) MiB by hand (a log, a cache), then run this again")
    }
}

/// Items on their way back.
final class Restoring {
    private let custodian: Custodian
    private let base: OpenDirectory
    private let destination: String?
    private var receipts: [String: [Int: ReceiptItem]] = [:]
    /// What became of each so far: known even where the work stops half way.
    private(set) var outcomes: [ItemOutcome] = []

    init(_ custodian: Custodian, to other: String?) throws(FoundlingError) {
        self.custodian = custodian
        destination = other.map {
            LocalStore.realPath(of: $0) ?? URL(filePath: $0).standardizedFileURL.path(percentEncoded: false)
        }
        base = if let other { try OpenDirectory(path: other) } else { custodian.quarantine.root }
        let inside = LocalStore.realPath(of: custodian.quarantine.path) ?? custodian.quarantine.path
        if let destination, destination == inside || destination.hasPrefix(inside + "/") {
            throw FoundlingError(
                .usage, "'\(Printable.escape(destination))' lies in the quarantine",
                hint: "name a directory outside of it")
        }
        guard base.device == custodian.quarantine.root.device, base.mount == custodian.quarantine.root.mount else {
            throw FoundlingError(
                .usage, "'\(Printable.escape(other ?? ""))' lies on another mount than the store",
                hint: "name a directory on the store's own mount: restoring is a rename, never a copy")
        }
    }

    func batch(_ chosen: ArraySlice<HeldItem>) throws(FoundlingError) {
        let now = try custodian.ledger.last(of: chosen)
        let items = chosen.filter { now[$0.key]?.isInQuarantine ?? true }
        let left = chosen.filter { !(now[$0.key]?.isInQuarantine ?? true) }
        outcomes += left.map {
            now[$0.key] == .restored
                ? $0.outcome(.restored, RunOutcome.backAlready)
                : $0.outcome(.skipped, "another command took it meanwhile")
        }
        try announce(items, now)
        let first = outcomes.count
        var parents: [InodeIdentity: OpenDirectory] = [:]
        for item in items {
            guard let directory = try custodian.directory(of: item.run) else {
                outcomes.append(item.outcome(.failed, "the directory of its run is gone", alarm: true))
                continue
            }
            outcomes.append(try put(item, directory, &parents))
        }
        for parent in parents.values { try custodian.sync(parent, "a directory of the store") }
        for run in Set(items.map(\.run)) {
            if let directory = try custodian.directory(of: run) {
                try custodian.sync(directory, "the directory of a run")
            }
        }
        try conclude(zip(items, outcomes[first...]).map { ($0, $1) })
    }

    /// One item, with all that belongs to it; the caller holds the lock.
    func restore(_ item: HeldItem, in directory: OpenDirectory) throws(FoundlingError) -> ItemOutcome {
        try announce([item], try custodian.ledger.last(of: [item]))
        var parents: [InodeIdentity: OpenDirectory] = [:]
        let outcome = try put(item, directory, &parents)
        for parent in Array(parents.values) + [directory] { try custodian.sync(parent, "a directory") }
        try conclude([(item, outcome)])
        return outcome
    }

    private func announce(_ items: [HeldItem], _ known: [String: LedgerKind]) throws(FoundlingError) {
        var lines: [LedgerDraft] = []
        let body = Ledger.json(ItemNote(to: destination))
        for item in items {
            // A run known from its receipt alone is told to the new ledger first.
            if known[item.key] == nil { lines += item.introduction }
            lines.append(LedgerDraft(kind: .restoring, run: item.run, item: item.number, body: body))
        }
        try custodian.ledger.append(lines)
    }

    private func conclude(_ done: [(item: HeldItem, outcome: ItemOutcome)]) throws(FoundlingError) {
        try custodian.ledger.append(
            done.map { item, outcome in
                let kind: LedgerKind =
                    outcome.state == .restored ? .restored : item.last.isInQuarantine ? item.last : .moved
                let note = ItemNote(reason: outcome.reason, changed: kind == .restored ? nil : item.changed)
                return LedgerDraft(kind: kind, run: item.run, item: item.number, body: Ledger.json(note))
            })
    }

    private func put(
        _ item: HeldItem, _ directory: OpenDirectory, _ parents: inout [InodeIdentity: OpenDirectory]
    ) throws(FoundlingError) -> ItemOutcome {
        let path = item.record.path
        let name = Custodian.name(of: path)
        let isOutside = path.components.allSatisfy { !$0.elementsEqual(".foundling".utf8) }
        guard isOutside || !Safeguard.restoredIntoQuarantine.isOn else {
            return item.outcome(.failed, "its receipt says it came out of a quarantine: not believed")
        }
        guard let image = try custodian.imager(shared: item.record.shared).image(of: item.target, in: directory) else {
            let parent = try? custodian.parent(of: path)
            if let parent, try parent.status(name)?.identity == item.record.identity {
                if let identity = try parent.status([.dot])?.identity { parents[identity] = parent }
                return item.outcome(.restored, RunOutcome.backAlready)
            }
            return item.outcome(.failed, "it is not in the quarantine any more", alarm: true)
        }
        let isItself = image.top.identity == item.record.identity
        let isIt = isItself ? true : try custodian.isCopy(of: item, in: directory)
        guard isIt || !Safeguard.restoredIdentity.isOn else {
            return item.outcome(.failed, "something else lies in its place in the quarantine: left alone")
        }
        let parent: OpenDirectory
        do throws(Failure) { parent = try makeParents(of: item) } catch {
            return item.outcome(
                .failed,
                "\(error.reason)\(error.error == ELOOP || error.error == ENOTDIR ? ": a link or a file lies where a directory was" : "")"
            )
        }
        let moved = custodian.move(
            .itemRestore, item.target, from: directory, to: parent, as: name, isPrivate: false,
            isDirectory: image.top.kind == .directory)
        switch moved {
        case 0: break
        case -EEXIST, -ENOTEMPTY:
            return item.outcome(
                .failed,
                "something lies at its place now: nothing was replaced; `foundling restore \(item.run) --item "
                    + "\(item.number) --to DIR` puts it elsewhere")
        case -ENOTSUP:
            return item.outcome(
                .failed, "this file system cannot promise to replace nothing: move it by hand, as undo.sh says")
        default: return item.outcome(.failed, "it cannot be moved: \(Errno.text(-moved))")
        }
        // Once each, however many items came into it.
        if let identity = try parent.status([.dot])?.identity { parents[identity] = parent }
        return try settle(item, image, isItself: isItself, directory, parent)
    }

    /// What came of an item that was moved back.
    private func settle(
        _ item: HeldItem, _ image: EntryImage, isItself: Bool, _ directory: OpenDirectory, _ parent: OpenDirectory
    ) throws(FoundlingError) -> ItemOutcome {
        let path = item.record.path
        let name = Custodian.name(of: path)
        // A descriptor follows its directory wherever somebody takes that; what went along is not back.
        guard isInPlace(parent, of: path) else {
            let away = custodian.move(
                .itemReturn, name, from: parent, to: directory, as: item.target, isPrivate: true,
                isDirectory: image.top.kind == .directory)
            let left =
                away == 0 ? "it stays in the quarantine" : "it went along, and cannot be fetched: \(Errno.text(-away))"
            return item.outcome(
                .failed, "its directory was renamed or replaced as it went back: \(left)", alarm: away != 0)
        }
        let back = try custodian.imager(shared: item.record.shared).image(of: name, in: parent)
        guard let back, back.top.identity == image.top.identity else {
            return item.outcome(.restored, "it is back, but something moved it again at once", alarm: true)
        }
        guard isItself else {
            return item.outcome(
                .restored, "it is back: a copy, made since it was moved, and what its receipt says of it")
        }
        if item.last == .partial {
            return item.outcome(.restored, "it is back, without what a purge had removed of it", alarm: true)
        }
        if back.fingerprint != item.record.fingerprint {
            return item.outcome(.restored, "it is back, but was changed while it lay in the quarantine", alarm: true)
        }
        return item.outcome(.restored)
    }

    /// Whether the directory that an item goes into is still the one that its path leads to.
    private func isInPlace(_ parent: OpenDirectory, of path: StorePath) -> Bool {
        var directory = base
        for component in path.components.dropLast() {
            guard let next = try? directory.open(Array(component)) else { return false }
            directory = next
        }
        guard let there = try? directory.status([.dot])?.identity else { return false }
        return there == (try? parent.status([.dot]))?.identity
    }

    /// The directory an item goes into; made again, as the receipt remembers it, where it is gone.
    private func makeParents(of item: HeldItem) throws(Failure) -> OpenDirectory {
        var directory = base
        let remembered = receipt(of: item)?.parents ?? []
        for (depth, component) in item.record.path.components.dropLast().enumerated() {
            let name = Array(component)
            var opened = CName.with(name) { cl_open_directory_beneath(directory.descriptor, $0) }
            if opened == -ENOENT {
                try custodian.seam(.parentMake) {
                    CName.with(name) { cl_make_directory_at(directory.descriptor, $0, 0o700) }
                }.orThrow("its directory '\(Printable.escape(name))' cannot be made")
                let made = try? directory.status([.dot])?.changed
                // On disk before anything is moved into it.
                try custodian.seam(.directorySync) { cl_sync(directory.descriptor) }.orThrow(
                    "the directory above it cannot be synced")
                opened = CName.with(name) { cl_open_directory_beneath(directory.descriptor, $0) }
                if opened >= 0, depth < remembered.count, isNew(opened, madeAt: made) {
                    let parent = remembered[depth]
                    if geteuid() == 0 { _ = cl_change_owner(opened, parent.owner, parent.group) }
                    // A receipt may have been written by anybody: never set-id bits.
                    _ = cl_change_mode(opened, parent.mode & 0o777)
                }
            }
            try opened.orThrow("its directory '\(Printable.escape(name))' cannot be opened")
            guard let next = try? OpenDirectory(descriptor: opened) else { throw Failure(-EIO, "its directory") }
            directory = next
        }
        return directory
    }

    /// Whether a directory can be the one that was just made: what somebody put in its place must not be given away.
    ///
    /// - Parameter time: of the change that making it was to the directory above, by the same file system's clock.
    private func isNew(_ descriptor: Int32, madeAt time: Int64?) -> Bool {
        var status = cl_stat()
        guard cl_stat_at(descriptor, "", 0, &status) == 0, status.owner == geteuid(), status.mode & 0o077 == 0,
            let time, status.born == 0 || status.born >= time - 1_000_000_000
        else { return false }
        var isEmpty = true
        let failed = try? DirectoryReader().forEach(in: descriptor) { _, _ in isEmpty = false }
        return failed == 0 && isEmpty
    }

    private func receipt(of item: HeldItem) -> ReceiptItem? {
        if receipts[item.run] == nil {
            let items = (try? ReceiptReader(custodian.quarantine, run: item.run))?.items ?? []
            receipts[item.run] = Dictionary(items.map { ($0.item, $0) }) { first, _ in first }
        }
        return receipts[item.run]?[item.number]
    }
}
