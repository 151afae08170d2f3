internal import FoundlingCore

/// Holds what the product says of a drawn world against the oracle.
package struct WorldCheck {
    /// Where the two disagree.
    package struct Failure: Sendable {
        package enum Kind: Sendable { case loss, leak, misplaced }
        package let kind: Kind
        package let sentence: String
    }

    /// nil where they agree, or where the manifest contradicts itself and there is no verdict.
    package static func failure(of world: DrawnWorld) -> Failure? {
        guard let scan = MemoryScan(world) else { return nil }
        let oracle = Oracle(world, late: false)
        if oracle.isDisputed {
            return Failure(kind: .misplaced, sentence: "the oracle sees a dispute, the layout none")
        }
        if let failure = compare(scan.orphans, scan.kept, oracle) { return failure }
        // Rows that were committed meanwhile, and the second look that is there for them.
        guard world.rows.contains(where: \.isLate) else { return nil }
        let late = Oracle(world, late: true)
        let orphans = scan.secondLook()
        for path in orphans.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let reason = late.reasonToStay(path, orphans: orphans) {
                return Failure(
                    kind: .loss, sentence: "\(Printable.escape(path)) goes at the second look, and \(reason)")
            }
        }
        for path in scan.orphans.subtracting(orphans)
        where late.reasonToStay(path, orphans: orphans) == nil && !late.isExcused(path, orphans: orphans) {
            return Failure(kind: .leak, sentence: "\(Printable.escape(path)) is kept at the second look without excuse")
        }
        return nil
    }

    /// Where what is called an orphan, and a near miss, is not what the oracle says of it.
    package static func compare(_ orphans: Set<[UInt8]>, _ near: Set<[UInt8]>, _ oracle: Oracle) -> Failure? {
        for path in orphans.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let reason = oracle.reasonToStay(path, orphans: orphans) {
                return Failure(kind: .loss, sentence: "\(Printable.escape(path)) is called an orphan, and \(reason)")
            }
        }
        for path in oracle.entries.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !orphans.contains(path) {
            if near.contains(path), oracle.isClaimed(path) {
                return Failure(
                    kind: .misplaced, sentence: "\(Printable.escape(path)) is claimed, and called a near miss")
            }
            if oracle.reasonToStay(path, orphans: orphans) == nil, !oracle.isExcused(path, orphans: orphans) {
                return Failure(kind: .leak, sentence: "\(Printable.escape(path)) is claimed by nobody, and was kept")
            }
        }
        return nil
    }
}
