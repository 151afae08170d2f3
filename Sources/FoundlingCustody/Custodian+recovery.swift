internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore

/// What the first look at a store's past found.
package struct Recovery {
    /// In sentences.
    package var sentences: [String] = []
    /// Whether something is missing, or in doubt.
    package var isAlarm = false
    /// Items that a run which was cut short had moved without a last look at the records.
    package var unchecked: [HeldItem] = []
}

extension Custodian {
    /// An item, what became of it, and the time of change it has.
    private typealias Found = (item: HeldItem, kind: LedgerKind, changed: Int64?)

    /// Finishes or takes back what earlier runs began, item by item, and notices what was put back by hand.
    ///
    /// It decides by inode and time of birth, never by name: the application may have made the name anew. It removes
    /// nothing: what a purge left lies in the quarantine again, for a purge that asks the database anew.
    package func recover() throws(FoundlingError) -> Recovery {
        try quarantine.withLock { () throws(FoundlingError) in
            var recovery = Recovery()
            var found: [Found] = []
            var purging: [HeldItem] = []
            for item in try ledger.items(where: { $0.isOpen || $0.isInQuarantine }) {
                if item.last == .purging {
                    purging.append(item)
                    continue
                }
                do {
                    guard let kind = try verdict(item) else {
                        if item.isUnchecked { recovery.unchecked.append(item) }
                        continue
                    }
                    let changed = try directory(of: item.run)?.status(item.target)?.changed
                    found.append((item, kind, changed))
                    if item.isUnasked, kind == .moved {
                        var arrived = item
                        (arrived.last, arrived.changed) = (kind, changed)
                        recovery.unchecked.append(arrived)
                    }
                } catch {
                    // One place that cannot be looked at must not stop everything else.
                    recovery.isAlarm = true
                    recovery.sentences.append("ALARM: '\(item.record.path)' of run \(item.run): \(Self.words(error))")
                }
            }
            if !purging.isEmpty {
                // What another process is removing right now is its own to finish.
                found +=
                    try quarantine.withLockIfFree(.removing) { () throws(FoundlingError) in
                        var back: [Found] = []
                        for item in purging {
                            do throws(FoundlingError) {
                                let (kind, changed) = try takeBack(item)
                                back.append((item, kind, changed))
                            } catch {
                                recovery.isAlarm = true
                                recovery.sentences.append(
                                    "ALARM: '\(item.record.path)' of run \(item.run): \(error.summary)")
                            }
                        }
                        return back
                    } ?? []
            }
            found = durable(found, &recovery)
            try ledger.append(
                found.map { item, kind, changed in
                    let note = ItemNote(
                        reason: "found by the next command", changed: kind.isInQuarantine ? changed : nil,
                        unchecked: item.isUnasked && kind == .moved ? true : nil)
                    return LedgerDraft(kind: kind, run: item.run, item: item.number, body: Ledger.json(note))
                })
            recovery.sentences += Self.sentences(found.map { ($0.item, $0.kind) })
            if found.contains(where: { $0.kind == .lost || $0.kind == .held }) { recovery.isAlarm = true }
            return recovery
        }
    }

    /// Puts on the disk where items are, before the ledger says so; what cannot be is left to the next command.
    private func durable(_ found: [Found], _ recovery: inout Recovery) -> [Found] {
        var synced: Set<String> = []
        return found.filter { item, _, _ in
            do throws(FoundlingError) { try syncPlaces(of: item, &synced) } catch {
                recovery.isAlarm = true
                recovery.sentences.append("ALARM: '\(item.record.path)' of run \(item.run): \(error.summary)")
                return false
            }
            return true
        }
    }

    /// Syncs the directories that an item can be in: whoever moved it died before that, or was a person who did not
    /// think of it.
    ///
    /// - Parameter synced: those that were, and need not be again.
    func syncPlaces(of item: HeldItem, _ synced: inout Set<String>) throws(FoundlingError) {
        let path = item.record.path
        if !synced.contains(item.run), let run = try directory(of: item.run) {
            try sync(run, "the directory of run \(item.run)")
            synced.insert(item.run)
        }
        let place: OpenDirectory?
        do throws(Failure) { place = try parent(of: path) } catch { throw error.refusal }
        if let place, !synced.contains("/\(path.parent)") {
            try sync(place, "its directory '\(path.parent)'")
            synced.insert("/\(path.parent)")
        }
        if let other = item.destination, let place = try holder(of: item, below: other) {
            try sync(place, "its directory in '\(Printable.escape(other))'")
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? Failure)?.reason ?? (error as? FoundlingError)?.summary ?? "it cannot be looked at"
    }

    /// Gives back, of what a run moved before it was cut short, whatever a record claims.
    ///
    /// - Returns: what was found, in sentences; empty where nothing was.
    package func settle(_ unchecked: [HeldItem], _ claims: ClaimReader) throws(FoundlingError) -> [String] {
        try quarantine.withLock { () throws(FoundlingError) in
            // Somebody may have acted on them since.
            let now = try ledger.last(of: unchecked)
            let unchecked = unchecked.filter { now[$0.key] == .moved }
            guard !unchecked.isEmpty else { return [] }
            let states = try claims(unchecked.map { ($0.record.path, $0.record.kind) })
            var sentences: [String] = []
            // Asked and answered: the next command need not ask again.
            try ledger.append(
                zip(unchecked, states).filter { $0.1 == .unclaimed }.map { item, _ in
                    LedgerDraft(
                        kind: .moved, run: item.run, item: item.number,
                        body: Ledger.json(ItemNote(reason: "no record claims it", changed: item.changed)))
                })
            for (item, state) in zip(unchecked, states) where state != .unclaimed {
                var item = item
                item.last = .moved
                let words = ApplyRun.words(state) ?? ""
                guard state != .near, let directory = try directory(of: item.run) else {
                    sentences.append("ALARM: '\(item.record.path)' lies in the quarantine, and \(words)")
                    continue
                }
                let back = try Restoring(self, to: nil).restore(item, in: directory)
                sentences.append(
                    back.state == .restored
                        ? "'\(item.record.path)' of a run that was cut short was put back: \(words)"
                        : "ALARM: '\(item.record.path)' lies in the quarantine, and \(words): \(back.reason ?? "")")
            }
            return sentences
        }
    }

    private func isThere(_ item: HeldItem, as name: [UInt8], in directory: OpenDirectory?) throws(FoundlingError)
        -> Bool
    {
        let found = try directory?.status(name)?.identity
        return found == item.record.identity || !Safeguard.recoveryByIdentity.isOn && found != nil
    }

    /// What became of an item that was cut short or lies in the quarantine; nil where nothing is new.
    private func verdict(_ item: HeldItem) throws -> LedgerKind? {
        let run = try directory(of: item.run)
        if item.last.isInQuarantine, try run?.status(item.target) != nil { return nil }
        if try isThere(item, as: item.target, in: run) { return .moved }
        if let run, let stranger = try run.status(item.target) { return putBack(stranger, of: item, from: run) }
        let name = Self.name(of: item.record.path)
        if try isThere(item, as: name, in: try parent(of: item.record.path)) {
            return item.last == .intent ? .forgotten : .restored
        }
        if let other = item.destination, try isThere(item, as: name, in: try holder(of: item, below: other)) {
            return .restored
        }
        // Taken away by somebody else: not ours to guess.
        return .lost
    }

    /// Something took the item's name right before it was moved, and was moved in its stead: it goes back where that is
    /// free, and else waits for a person.
    private func putBack(_ stranger: FileStatus, of item: HeldItem, from run: OpenDirectory) -> LedgerKind {
        guard item.last == .intent, let place = try? parent(of: item.record.path) else { return .held }
        let back = move(
            .itemReturn, item.target, from: run, to: place, as: Self.name(of: item.record.path), isPrivate: false,
            isDirectory: stranger.kind == .directory)
        return back == 0 ? .skipped : .held
    }

    /// Gives an item that was set aside for removal its name in the quarantine back, and says how much of it is left,
    /// with the time of change that it has now.
    ///
    /// The caller holds both locks.
    func takeBack(_ item: HeldItem) throws(FoundlingError) -> (LedgerKind, changed: Int64?) {
        // Without its run's directory nobody can tell who removed it.
        guard let run = try directory(of: item.run) else { return (.lost, nil) }
        if try isThere(item, as: item.purging, in: run) {
            let back = move(
                .purgeReturn, item.purging, from: run, to: run, as: item.target, isPrivate: true,
                isDirectory: item.record.kind == .directory)
            guard back == 0 else { throw Failure(back, "'\(item.record.path)' cannot be set back").refusal }
            try sync(run, "the directory of run \(item.run)")
        }
        guard let image = try imager(shared: item.record.shared).image(of: item.target, in: run) else {
            let place = try? parent(of: item.record.path)
            let isBack = try isThere(item, as: Self.name(of: item.record.path), in: place)
            return (isBack ? .restored : .purged, nil)
        }
        if image.fingerprint == item.record.fingerprint { return (.moved, image.top.changed) }
        return (try isRemainder(of: item, as: item.target, in: run) ? .partial : .held, image.top.changed)
    }

    /// Whether what is left of an item is nothing but what its receipt knows, unchanged: a purge removed the rest.
    func isRemainder(
        of item: HeldItem, as name: [UInt8], in run: OpenDirectory
    ) throws(FoundlingError) -> Bool {
        let known = (try? ReceiptReader.files(quarantine, run: item.run, of: item.number)) ?? [:]
        var isKnown = true
        _ = try imager(shared: item.record.shared).image(of: name, in: run) { member in
            guard let file = known[member.path] else { return isKnown = false }
            let status = member.status
            // Removing what lies in a directory changes its times and its size.
            isKnown =
                isKnown && file.kind == status.kind
                && (status.kind == .directory || (file.size == status.size && file.mtime == status.modified))
        }
        return isKnown
    }

    /// Whether what lies there is a copy of an item, whole and as its receipt describes it: the store was copied to
    /// another disk since, where every inode is another. Enough to put it back, where nothing is replaced; not to
    /// remove it.
    func isCopy(of item: HeldItem, in run: OpenDirectory) throws(FoundlingError) -> Bool {
        let known = (try? ReceiptReader.files(quarantine, run: item.run, of: item.number)) ?? [:]
        var (isKnown, seen) = (!known.isEmpty, 0)
        let image = try imager(shared: item.record.shared).image(of: item.target, in: run) { member in
            guard let file = known[member.path] else { return isKnown = false }
            let status = member.status
            seen += 1
            // Copying programs keep seconds, and another file system measures a directory otherwise.
            isKnown =
                isKnown && file.kind == status.kind && file.mode == status.mode
                && (status.kind == .directory
                    || (file.size == status.size && file.mtime / 1_000_000_000 == status.modified / 1_000_000_000))
        }
        return isKnown && seen == known.count && image?.obstacle == nil
    }

    /// The directory that a restore to elsewhere was putting an item into; nil where it is gone.
    private func holder(of item: HeldItem, below other: String) throws(FoundlingError) -> OpenDirectory? {
        var directory = try? OpenDirectory(path: other)
        for component in item.record.path.components.dropLast() {
            directory = try directory?.open(Array(component))
        }
        return directory
    }

    private static func sentences(_ found: [(item: HeldItem, kind: LedgerKind)]) -> [String] {
        func count(_ kind: LedgerKind, after last: (LedgerKind) -> Bool) -> String? {
            let count = found.count { $0.kind == kind && last($0.item.last) }
            return count > 0 ? Words.count(count, "item", "items") : nil
        }
        func verb(_ words: String, _ one: String, _ many: String) -> String {
            words + " " + (words.hasPrefix("1 ") ? one : many)
        }
        let sentences = [
            count(.moved) { $0 != .purging }.map {
                "an earlier run was cut short: \(verb($0 + " of it", "lies", "lie")) safely in the quarantine"
            },
            count(.forgotten) { _ in true }.map {
                "an earlier run was cut short before it moved \($0): nothing to do"
            },
            count(.restored) { $0 == .restoring }.map {
                "an earlier restore was cut short after \(verb($0, "was", "were")) back"
            },
            count(.restored, after: \.isInQuarantine).map { "\(verb($0, "was", "were")) put back by hand" },
            count(.purged) { _ in true }.map { "an earlier purge was cut short after it removed \($0)" },
            count(.moved) { $0 == .purging }.map {
                "an earlier purge was cut short: \(verb($0 + " that it had not begun to remove", "lies", "lie")) in the quarantine"
            },
            count(.partial) { _ in true }.map {
                "an earlier purge was cut short: \(verb($0, "lies", "lie")) half removed in the quarantine; `foundling purge RUN --now` "
                    + "asks the database again and finishes"
            },
            count(.skipped) { _ in true }.map {
                "an earlier run was cut short: \(verb($0, "was", "were")) replaced while it moved, and what had come in its "
                    + "place is back"
            },
            count(.held) { $0 != .purging }.map {
                "ALARM: something else than \($0) of an earlier run was moved into the quarantine, and its place is taken: "
                    + "look, then move it back by hand as the undo.sh of that run does"
            },
            count(.held) { $0 == .purging }.map {
                "ALARM: something wrote to \($0) that an earlier purge had begun to remove: held in the quarantine; look at "
                    + "`foundling ledger`"
            },
            count(.lost) { _ in true }.map {
                "ALARM: \(verb($0 + " of an earlier run", "is", "are")) neither in place nor in the quarantine; look at "
                    + "`foundling ledger`"
            },
        ]
        return sentences.compactMap { $0 }
    }
}
