package import FoundlingCore

/// The answer to "which entries are claimed?" for entries of fixed depth and claims alone, cheap enough to be asked a
/// thousand times a second: ``Oracle`` knows the rest.
///
/// It compares every claim with every entry, as text with lists of components. It knows fixed-depth places, aliases and
/// near misses by folding; a test holds the real reconciler against it.
package struct FlatOracle {
    package static let resources: [Resource] = [.test("items", ["items/*"]), .test("shards", ["shards/*/*"])]

    private let readings: Readings

    package init(root: String, aliases: [String]) { readings = Readings(root: root, aliases: aliases) }

    /// Whether `claim` equals `entry`, lies below it or above it, by any reading.
    package func keeps(_ claim: [UInt8], _ entry: [UInt8]) -> Bool {
        let wanted = readings.split(entry)
        return readings.meanings(claim).contains { meaning in
            guard case .inside(let parts) = meaning else { return false }
            return parts.starts(with: wanted) || wanted.starts(with: parts)
        }
    }

    /// Whether `claim` could be meant for `entry` by a person who spells loosely: nothing else may excuse a kept entry.
    package func couldMean(_ claim: [UInt8], _ entry: [UInt8], tail: Int) -> Bool {
        let wanted = readings.folded(readings.split(entry))
        let end = readings.folded(readings.split(entry).suffix(tail))
        return readings.meanings(claim).contains { meaning in
            let parts: [[UInt8]]
            switch meaning {
            case .inside(let inside): parts = readings.folded(inside)
            case .outside(let outside): parts = readings.folded(outside)
            }
            if parts.starts(with: wanted) || wanted.starts(with: parts) { return true }
            // Ends of paths are read more loosely still: an escape of an escape is one.
            return contains(parts, end) || contains(readings.folded(parts), readings.folded(end))
        }
    }

    private func contains(_ parts: [[UInt8]], _ end: [[UInt8]]) -> Bool {
        (0...max(0, parts.count - end.count)).contains { Array(parts.dropFirst($0).prefix(end.count)) == end }
    }
}
