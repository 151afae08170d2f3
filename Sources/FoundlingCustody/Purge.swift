internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

/// Items on their way out, batch by batch.
final class Purge {
    private let custodian: Custodian
    private let threads: Int
    private let rate: Int?
    /// What became of each so far: known even where the work stops half way.
    private(set) var outcomes: [ItemOutcome] = []

    /// Where the links of held items lead, by item: read once, however many batches there are.
    private var neededByHeld: [String: [StorePath]] = [:]

    /// An item under the name that only removal knows.
    private struct Aside {
        let item: HeldItem
        let holder: OpenDirectory
    }

    init(_ custodian: Custodian, threads: Int, rate: Int?) {
        self.custodian = custodian
        self.threads = threads
        self.rate = rate
    }

    func run(_ chosen: [HeldItem], _ claims: Custodian.ClaimReader?) throws(FoundlingError) {
        let aside = try custodian.quarantine.withLock { () throws(FoundlingError) in
            // What another process did with them meanwhile counts.
            let now = try custodian.ledger.last(of: chosen)
            let items = chosen.filter { now[$0.key]?.isInQuarantine ?? true }
            outcomes += chosen.filter { !(now[$0.key]?.isInQuarantine ?? true) }
                .map { $0.outcome(.skipped, "another command took it meanwhile") }
            let states = try (Safeguard.claimsBeforePurge.isOn ? claims : nil)?(
                items.map { ($0.record.path, $0.record.kind) })
            let isPinned = try custodian.pinned()
            let workers = OpenFiles.workers(below: LocalStore.realPath(of: custodian.quarantine.path) ?? "")
            var going: [HeldItem] = []
            for (number, item) in items.enumerated() {
                let isGoing = try judge(
                    item, states?[number] ?? .unclaimed, isPinned: isPinned(item.record.path),
                    worker: workers.first { $0.path.components.starts(with: item.place.components) }?.process)
                if isGoing { going.append(item) }
            }
            going = try sparing(going)
            try custodian.ledger.append(
                going.flatMap { item in
                    (now[item.key] == nil ? item.introduction : [])
                        + [LedgerDraft(kind: .purging, run: item.run, item: item.number)]
                })
            // Under the lock, so that nobody can put back what is about to be removed.
            return try recheck(try setAside(going), claims)
        }
        try remove(aside)
    }

    /// Holds what links in other items lead to that stay in quarantine: whoever puts those back needs it as well.
    private func sparing(_ going: [HeldItem]) throws(FoundlingError) -> [HeldItem] {
        let keys = Set(going.map(\.key))
        let held = try custodian.ledger.items(where: { $0 == .held }).filter { !keys.contains($0.key) }
        let links = QuarantinedLinks(custodian)
        for item in held where neededByHeld[item.key] == nil { neededByHeld[item.key] = try links.targets(in: item) }
        let needed = held.flatMap { neededByHeld[$0.key] ?? [] }
        guard Safeguard.neededByHeld.isOn, !needed.isEmpty else { return going }
        var sparing: [HeldItem] = []
        for item in going {
            let path = item.record.path.components
            let need = needed.first { $0.components.starts(with: path) || path.starts(with: $0.components) }
            if need == nil {
                sparing.append(item)
            } else {
                try hold(item, "a link in another entry that is held leads to it", alarm: false)
            }
        }
        return sparing
    }

    /// Whether an item may go; where not, what became of it instead is among the outcomes.
    private func judge(
        _ item: HeldItem, _ state: ClaimState, isPinned: Bool, worker: String?
    ) throws(FoundlingError) -> Bool {
        let command = "`foundling restore \(item.run) --item \(item.number)`"
        guard let directory = try custodian.directory(of: item.run) else {
            outcomes.append(item.outcome(.failed, "the directory of its run is gone", alarm: true))
            return false
        }
        let isOccupied: Bool
        do throws(Failure) { isOccupied = try isSomething(at: item.record.path) } catch {
            try hold(item, error.reason)
            return false
        }
        switch state {
        case .unclaimed: break
        case .near: return try hold(item, "a record nearly names it now: look, then \(command) or `foundling pin`")
        case .making, .sheltered:
            return try hold(item, "\(ApplyRun.words(state) ?? ""): \(command) if these files are meant")
        case .claimed where isOccupied && Safeguard.occupiedPlace.isOn:
            return try hold(
                item, "a record claims its path, where other files lie now: compare; \(command) takes `--to DIR`")
        case .claimed:
            try rescue(item, in: directory)
            return false
        }
        if Safeguard.pinBeforePurge.isOn, isPinned {
            return try hold(
                item, "it is pinned: \(command), or `foundling pin --remove \(Shell.quoted(item.record.path.bytes))`",
                alarm: false)
        }
        if let worker { return try hold(item, "\(worker) works in it: find out why, then \(command)") }
        guard
            let image = try custodian.imager(leases: true, shared: item.record.shared).image(
                of: item.target, in: directory)
        else {
            outcomes.append(item.outcome(.failed, "it is not in the quarantine any more", alarm: true))
            return false
        }
        if let reason = Self.objection(to: image, item) { return try hold(item, "\(reason), then \(command)") }
        if Safeguard.remainder.isOn, item.last == .partial,
            try !custodian.isRemainder(of: item, as: item.target, in: directory)
        {
            return try hold(item, "something wrote to what is left of it: look, then \(command)")
        }
        return true
    }

    private func isSomething(at path: StorePath) throws(Failure) -> Bool {
        guard let parent = try custodian.parent(of: path) else { return false }
        return (try? parent.status(Custodian.name(of: path))) != nil
    }

    /// Why an item, as it lies in the quarantine, is not what was moved there.
    private static func objection(to image: EntryImage, _ item: HeldItem, isAside: Bool = false) -> String? {
        if let obstacle = image.obstacle { return "\(Custodian.words(obstacle)): look" }
        guard image.top.identity == item.record.identity else {
            return "something else lies in its place in the quarantine: look"
        }
        // Of one that was half removed already nothing can be compared.
        let isUntouched =
            (item.last == .partial || image.fingerprint == item.record.fingerprint)
            && (isAside || item.isTopShared || image.top.changed == item.changed ?? image.top.changed)
        guard isUntouched || !Safeguard.writtenInQuarantine.isOn else {
            return "something wrote to it since it was moved: find out who"
        }
        guard Safeguard.openInQuarantine.isOn, let open = image.openFile else { return nil }
        return "\(open.bytes.isEmpty ? "it" : "'\(open)' in it") is open: find out who has it"
    }

    @discardableResult
    private func hold(_ item: HeldItem, _ reason: String, alarm: Bool = true) throws(FoundlingError) -> Bool {
        outcomes.append(item.outcome(.held, reason, alarm: alarm))
        // What is half removed is held already, and must stay known as such.
        guard item.last != .held, item.last != .partial else { return false }
        let note = ItemNote(reason: reason, changed: item.changed)
        let isKnown = try custodian.ledger.last(of: [item])[item.key] != nil
        try custodian.ledger.append(
            (isKnown ? [] : item.introduction)
                + [LedgerDraft(kind: .held, run: item.run, item: item.number, body: Ledger.json(note))])
        return false
    }

    /// Puts back what a record claims again.
    private func rescue(_ item: HeldItem, in directory: OpenDirectory) throws(FoundlingError) {
        let back = try Restoring(custodian, to: nil).restore(item, in: directory)
        guard back.state == .restored else { return outcomes.append(back) }
        let reason = back.reason.map { ", but: \($0)" } ?? " (a false positive, found in time)"
        outcomes.append(item.outcome(.rescued, "a record claims it: put back\(reason)", alarm: true))
    }

    /// Renames items to names that only removal knows; one that cannot be renamed stays in the quarantine.
    private func setAside(_ items: [HeldItem]) throws(FoundlingError) -> [Aside] {
        var aside: [Aside] = []
        var directories: [String: OpenDirectory] = [:]
        for item in items {
            if directories[item.run] == nil { directories[item.run] = try custodian.directory(of: item.run) }
            guard let directory = directories[item.run] else { continue }
            let renamed = custodian.move(
                .purgeBegin, item.target, from: directory, to: directory, as: item.purging, isPrivate: true,
                isDirectory: item.record.kind == .directory)
            if renamed == 0 {
                aside.append(Aside(item: item, holder: directory))
                continue
            }
            outcomes.append(item.outcome(.failed, "it cannot be set aside: \(Errno.text(-renamed))", alarm: true))
            // Gone under our hands it may be: then the next command finds out where to.
            let note = Ledger.json(ItemNote(changed: item.changed))
            try custodian.ledger.append(
                [LedgerDraft(kind: item.last, run: item.run, item: item.number, body: note)])
        }
        return aside
    }

    /// Once more: a claim that was committed since the first look, or a write, still saves its files.
    private func recheck(_ aside: [Aside], _ claims: Custodian.ClaimReader?) throws(FoundlingError) -> [Aside] {
        let again = try (Safeguard.claimsAtPurge.isOn ? claims : nil)?(
            aside.map { ($0.item.record.path, $0.item.record.kind) })
        var removable: [Aside] = []
        var synced: Set<String> = []
        for (number, one) in aside.enumerated() {
            let state = again?[number] ?? .unclaimed
            let image = try custodian.imager(leases: true, shared: one.item.record.shared).image(
                of: one.item.purging, in: one.holder)
            let objection = image.map { Self.objection(to: $0, one.item, isAside: true) }
            if state == .unclaimed, objection == .some(nil) {
                removable.append(one)
                continue
            }
            var (left, changed) = try custodian.takeBack(one.item)
            // Nothing was removed yet: whatever took it was not we.
            if left == .purged { left = .lost }
            try custodian.syncPlaces(of: one.item, &synced)
            let doubt = (objection ?? nil) ?? "it changed while it was looked at"
            // What was doubtful must stay so: the next purge compares with what was moved, too.
            if left.isInQuarantine, state == .unclaimed, one.item.last != .partial { left = .held }
            let note = ItemNote(reason: left == .held ? doubt : nil, changed: changed)
            try custodian.ledger.append(
                [LedgerDraft(kind: left, run: one.item.run, item: one.item.number, body: Ledger.json(note))])
            var item = one.item
            (item.last, item.changed) = (left, changed)
            if state != .unclaimed {
                _ = try judge(item, state, isPinned: false, worker: nil)
            } else if left.isInQuarantine {
                try hold(item, doubt)
            } else {
                outcomes.append(item.outcome(.failed, "it is not in the quarantine any more", alarm: true))
            }
        }
        return removable
    }

    /// Removes what was set aside, and says what is gone and what is left.
    private func remove(_ aside: [Aside]) throws(FoundlingError) {
        let failures = TreeRemover(seam: custodian.seam, rate: rate).remove(
            aside.map { ($0.holder, $0.item.purging, $0.item.record.identity, $0.item.record.kind == .directory) },
            threads: threads)
        var lines: [LedgerDraft] = []
        var stopped: FoundlingError?
        for (number, item) in aside.map(\.item).enumerated() {
            do throws(FoundlingError) {
                // What could not be removed gets its name back: it can still be restored.
                var (left, changed) = try custodian.quarantine.withLock { () throws(FoundlingError) in
                    try custodian.takeBack(item)
                }
                // Gone it may be, but not by our hand.
                if left == .purged, failures[number] != nil { left = .lost }
                lines.append(
                    LedgerDraft(
                        kind: left, run: item.run, item: item.number, body: Ledger.json(ItemNote(changed: changed))))
                if left == .purged {
                    outcomes.append(item.outcome(.purged))
                } else {
                    let reason = failures[number]?.reason ?? "something is still there"
                    let rest =
                        switch left {
                        case .restored: "it is back at its place, without what was gone by then"
                        case .lost: "where the rest of it is nobody here knows"
                        default: "what is left stays in the quarantine"
                        }
                    outcomes.append(item.outcome(.failed, "\(reason); \(rest)", alarm: !left.isInQuarantine))
                }
            } catch {
                stopped = stopped ?? error
                outcomes.append(item.outcome(.failed, error.summary, alarm: true))
            }
        }
        var synced: Set<Int32> = []
        for directory in aside.map(\.holder) where synced.insert(directory.descriptor).inserted {
            do throws(FoundlingError) { try custodian.sync(directory, "the directory of a run") } catch {
                stopped = stopped ?? error
            }
        }
        try custodian.ledger.append(lines)
        if let stopped { throw stopped }
    }
}

extension HeldItem {
    /// What tells a ledger of an item that was known from its receipt alone.
    var introduction: [LedgerDraft] {
        [
            LedgerDraft(kind: .intent, run: run, item: number, body: Ledger.json(record)),
            LedgerDraft(kind: .moved, run: run, item: number),
        ]
    }
    /// Its name in the directory of its run.
    var target: [UInt8] { Array(String(number).utf8) }
    /// The same from the quarantine on.
    var place: StorePath { StorePath(trusted: Array(run.utf8) + [.slash] + target) }
    /// Whether the entry itself is a file that had several links.
    var isTopShared: Bool { record.shared?.contains(record.identity.inode) ?? false }
    /// Its name once it can only be removed.
    var purging: [UInt8] { Array("purging-\(number)".utf8) }
}
