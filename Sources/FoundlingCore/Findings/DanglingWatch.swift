/// Finds records whose required files are gone: the row first, then a look at the store, then the row once more.
///
/// The other way round than for orphans: a record deleted while we looked must not be called dangling.
package struct DanglingWatch: Sendable {
    /// Whether something is there: nil where nobody can tell (`s3://…`, a permission denied).
    package typealias Presence = (ClaimReadings.Reading) -> Bool?

    /// One requirement of one row that nothing satisfied.
    package struct Suspect: Hashable, Sendable {
        package let resource: Int
        package let source: Int
        package let group: Int
        package let key: [UInt8]?
        /// The first alternative, as the row spells it.
        package let recorded: [UInt8]
    }

    private let readings: ClaimReadings
    package private(set) var suspects: Set<Suspect> = []
    package private(set) var confirmed: [Suspect] = []
    /// Requirements that point where nobody can look.
    package private(set) var unverifiable = 0

    package init(_ readings: ClaimReadings) { self.readings = readings }

    /// First pass: notes what a row requires and nobody has.
    package mutating func observe(_ row: ClaimRow, _ isPresent: Presence) {
        for suspect in missing(row, isPresent, counting: true) { suspects.insert(suspect) }
    }

    /// Second pass, in a newer snapshot: what the same row still requires and still nobody has.
    package mutating func confirm(_ row: ClaimRow, _ isPresent: Presence) {
        guard !row.requirements.isEmpty else { return }
        for suspect in missing(row, isPresent, counting: false) where suspects.remove(suspect) != nil {
            confirmed.append(suspect)
        }
    }

    private mutating func missing(_ row: ClaimRow, _ isPresent: Presence, counting: Bool) -> [Suspect] {
        var found: [Suspect] = []
        var index = 0
        while index < row.requirements.count {
            let group = row.requirements[index].group
            var recorded: [UInt8]?
            var isSatisfied = false
            while index < row.requirements.count, row.requirements[index].group == group {
                let path = Array(row.bytes[row.requirements[index].path])
                index += 1
                if recorded == nil { recorded = path }
                guard !isSatisfied else { continue }
                for reading in readings.readings(of: path) {
                    switch isPresent(reading) {
                    case true?: isSatisfied = true
                    case nil:
                        isSatisfied = true
                        if counting { unverifiable += 1 }
                    case false?: break
                    }
                }
            }
            if !isSatisfied, let recorded {
                found.append(
                    Suspect(
                        resource: row.resource, source: row.source, group: group, key: row.keyBytes, recorded: recorded)
                )
            }
        }
        return found
    }

    /// The place in the store that a suspect's path means first; empty where it lies elsewhere.
    package func path(of suspect: Suspect) -> StorePath {
        for reading in readings.readings(of: suspect.recorded) {
            if case .inside(let components) = reading {
                return StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
            }
        }
        return .root
    }
}
