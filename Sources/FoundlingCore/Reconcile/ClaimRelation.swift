/// How one claim stands to one path: the same rules as the reconciler's, for a single pair and in words.
package enum ClaimRelation: String, Sendable, CaseIterable {
    case equal
    /// The claim lies inside the path.
    case below
    /// The claim is a directory above the path.
    case above
    /// Alike but for case, Unicode form, escapes, slashes or trailing white space.
    case near
    /// The claim lies elsewhere and ends like the path below its place.
    case nearElsewhere = "near_elsewhere"

    /// Whether a claim so related keeps the path as certainly as its own.
    package var keeps: Bool { self == .equal || self == .below || self == .above }

    /// The closest relation any reading of `claim` has to `path`; nil where it has none.
    ///
    /// - Parameters:
    ///   - tail: the path's components below its place, where it has one.
    package static func of(
        _ claim: [UInt8], to path: StorePath, _ readings: ClaimReadings, tail: [[UInt8]]?, isPlaced: ([[UInt8]]) -> Bool
    ) -> ClaimRelation? {
        let target = path.components.map(Array.init)
        var best: ClaimRelation?
        for reading in readings.readings(of: claim) {
            let components: [[UInt8]]
            let isElsewhere: Bool
            switch reading {
            case .inside(let parts): (components, isElsewhere) = (parts, !isPlaced(parts))
            case .outside(let parts, _): (components, isElsewhere) = (parts, true)
            }
            if case .inside = reading {
                let isPattern = components.contains { $0.contains(0) }
                if isPattern, components.count >= target.count,
                    zip(components, target).allSatisfy({ KeyIndex.matches(pattern: $0, $1) })
                {
                    best = closer(best, components.count == target.count ? .equal : .below)
                }
                if components == target { return .equal }
                if components.starts(with: target) { best = closer(best, .below) }
                if target.starts(with: components) { best = closer(best, .above) }
                let folded = components.flatMap(FoldedHash.fold)
                let wanted = target.flatMap(FoldedHash.fold)
                if folded.starts(with: wanted) || wanted.starts(with: folded) && !folded.isEmpty {
                    best = closer(best, .near)
                }
            }
            if isElsewhere, let tail {
                let folded = components.flatMap(FoldedHash.fold)
                if folded.count >= tail.count, folded.suffix(tail.count).elementsEqual(tail.flatMap(FoldedHash.fold)) {
                    best = closer(best, .nearElsewhere)
                }
            }
        }
        return best
    }

    private static func closer(_ a: ClaimRelation?, _ b: ClaimRelation) -> ClaimRelation {
        guard let a else { return b }
        let order = allCases
        return order.firstIndex(of: a)! <= order.firstIndex(of: b)! ? a : b
    }
}
