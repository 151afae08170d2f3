internal import CLinux
package import FoundlingCore
internal import FoundlingStore

extension Custodian {
    /// Finishes or takes back what earlier runs began, item by item, and notices what was put back by hand.
    ///
    /// It decides by inode and time of birth, never by name: the application may have made the name anew. It removes
    /// nothing: what a purge left lies in the quarantine again, for a purge that asks the database anew.
    /// - Returns: what was found, in sentences.
    package func recover() throws(FoundlingError) -> [String] {
        try quarantine.withLock { () throws(FoundlingError) in
            let items = try ledger.items(where: { $0.isOpen || $0.isInQuarantine })
            var found: [(item: HeldItem, kind: LedgerKind)] = []
            var purging: [HeldItem] = []
            for item in items {
                if item.last == .purging {
                    purging.append(item)
                } else if let kind = try verdict(item) {
                    found.append((item, kind))
                }
            }
            if !purging.isEmpty {
                // What another process is removing right now is its own to finish.
                found +=
                    try quarantine.withLockIfFree(.removing) { () throws(FoundlingError) in
                        var back: [(item: HeldItem, kind: LedgerKind)] = []
                        for item in purging { back.append((item, try takeBack(item))) }
                        return back
                    } ?? []
            }
            let reason = Ledger.json(ReasonRecord(reason: "found by the next command"))
            try ledger.append(
                found.map { LedgerDraft(kind: $0.kind, run: $0.item.run, item: $0.item.number, body: reason) })
            return Self.sentences(found)
        }
    }

    private func isThere(_ item: HeldItem, as name: [UInt8], in directory: OpenDirectory?) throws(FoundlingError)
        -> Bool
    { try directory?.status(name)?.identity == item.record.identity }

    /// What became of an item that was cut short or lies in the quarantine; nil where nothing is new.
    private func verdict(_ item: HeldItem) throws(FoundlingError) -> LedgerKind? {
        let run = try directory(of: item.run)
        if item.last.isInQuarantine, try run?.status(item.target) != nil { return nil }
        if try isThere(item, as: item.target, in: run) { return .moved }
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

    /// Gives an item that was set aside for removal its name in the quarantine back, and says how much of it is left.
    ///
    /// The caller holds both locks.
    func takeBack(_ item: HeldItem) throws(FoundlingError) -> LedgerKind {
        guard let run = try directory(of: item.run) else { return .purged }
        if try isThere(item, as: item.purging, in: run) {
            let back = move(
                .purgeReturn, item.purging, from: run, to: run, as: item.target, isPrivate: true,
                isDirectory: item.record.kind == .directory)
            guard back == 0 else { throw Failure(back, "'\(item.record.path)' cannot be set back").refusal }
            try sync(run, "the directory of run \(item.run)")
        }
        guard let image = try imager().image(of: item.target, in: run) else { return .purged }
        return image.fingerprint == item.record.fingerprint ? .moved : .partial
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
        let sentences = [
            count(.moved) { $0 != .purging }.map {
                "an earlier run was cut short: \($0) of it lie safely in the quarantine"
            },
            count(.forgotten) { _ in true }.map {
                "an earlier run was cut short before it moved \($0): nothing to do"
            },
            count(.restored) { $0 == .restoring }.map { "an earlier restore was cut short after \($0) were back" },
            count(.restored, after: \.isInQuarantine).map { "\($0) were put back by hand" },
            count(.purged) { _ in true }.map { "an earlier purge was cut short after it removed \($0)" },
            count(.moved) { $0 == .purging }.map {
                "an earlier purge was cut short: \($0) that it had not begun to remove lie in the quarantine"
            },
            count(.partial) { _ in true }.map {
                "an earlier purge was cut short: \($0) lie half removed in the quarantine; `foundling purge RUN --now` "
                    + "asks the database again and finishes"
            },
            count(.lost) { _ in true }.map {
                "ALARM: \($0) of an earlier run are neither at their place nor in the quarantine; look at "
                    + "`foundling ledger`"
            },
        ]
        return sentences.compactMap { $0 }
    }
}
