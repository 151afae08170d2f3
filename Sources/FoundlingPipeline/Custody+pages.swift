package import FoundlingCore
package import FoundlingCustody

/// The ledger a page at a time, without touching anything; nothing where there is no ledger yet.
extension Custody {
    /// Lines, newest first.
    package static func lines(
        _ manifest: Manifest, before seq: Int64?, limit: Int
    ) throws(FoundlingError) -> [LedgerEntry] { try reader(manifest)?.lines(before: seq, limit: limit) ?? [] }

    /// The number and the hash of the ledger's last line: as long as they stay, so does all that it tells.
    package static func end(_ manifest: Manifest) throws(FoundlingError) -> (seq: Int64, hash: String)? {
        try reader(manifest)?.end()
    }

    /// The run that applied a plan, if one did.
    package static func run(applying hash: String, _ manifest: Manifest) throws(FoundlingError) -> String? {
        try reader(manifest)?.run(applying: hash)
    }

    /// Items of a run by their numbers, and what became of them.
    package static func items(
        of run: String, _ manifest: Manifest, after number: Int, limit: Int
    ) throws(FoundlingError) -> [ItemOutcome] {
        let items = try reader(manifest)?.items(run: run, after: (run, number), limit: limit) { _ in true } ?? []
        return items.compactMap { item in item.state.map { item.outcome($0, item.words) } }
    }

    /// Something in quarantine, and when it may be purged.
    package struct Lying: Sendable {
        package var item: ItemOutcome
        /// Nanoseconds since 1970.
        package var moved: Int64
        package var due: Int64
    }

    /// What lies in quarantine, by run and number.
    package static func lying(
        _ manifest: Manifest, after last: (run: String, item: Int)?, limit: Int
    ) throws(FoundlingError) -> [Lying] {
        guard let ledger = try reader(manifest) else { return [] }
        let items = try ledger.items(after: last, limit: limit) { $0.isInQuarantine }
        var times: [String: Int64] = [:]
        for run in Set(items.map(\.run)) { times.merge(try ledger.movedTimes(run: run)) { $1 } }
        return items.map { item in
            let moved = times[item.key] ?? item.since
            return Lying(
                item: item.outcome(item.state ?? .held, item.words), moved: moved, due: item.due(movedAt: moved))
        }
    }
}
