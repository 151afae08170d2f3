/// What claims alone say of the entries of a listing; age and size are not asked yet.
package struct Judgement: Sendable {
    /// Entries by resource.
    package var onDisk: [Int]
    package var claimed: [Int]
    /// Claimed by nobody: orphans, if they are old enough and can be read whole.
    package var candidates: [Listing.Node] = []
    /// Claimed by nobody inside a living entry, with that entry: it must be old too.
    package var nestedCandidates: [(node: Listing.Node, parent: Listing.Node)] = []
    package var nearMisses: [(node: Listing.Node, claim: NearClaim?)] = []
    package var unrecognised: [Listing.Node] = []
    package var unrecognisedButClaimed = 0
    /// Nested entries whose parent is not settled: part of it until it is.
    package var shelteredOf: [Int]
    package var sheltered: Int { shelteredOf.reduce(0, +) }

    /// Only what decides about one path: that entry, or the one it lies in; and links, which may lead to it.
    package func narrowed(to focus: StorePath?, _ listing: Listing) -> Judgement {
        guard let focus else { return self }
        let wanted = focus.components
        func concerns(_ node: Listing.Node) -> Bool {
            listing.kind(of: node) == .symlink || wanted.starts(with: listing.path(of: node).components)
        }
        var narrowed = self
        narrowed.candidates = candidates.filter(concerns)
        narrowed.nestedCandidates = nestedCandidates.filter { concerns($0.node) }
        return narrowed
    }

    init(resources: Int) {
        onDisk = Array(repeating: 0, count: resources)
        claimed = Array(repeating: 0, count: resources)
        shelteredOf = Array(repeating: 0, count: resources)
    }
}

/// What a claim ran into.
struct Meeting: OptionSet {
    let rawValue: UInt8
    /// It equals an entry or lies below one.
    static let entry = Meeting(rawValue: 1)
    /// That entry belongs to the claim's own resource.
    static let own = Meeting(rawValue: 2)
    /// It lies above entries, or above where they would be.
    static let above = Meeting(rawValue: 4)
    static let near = Meeting(rawValue: 8)
    static let nearOwn = Meeting(rawValue: 16)
    static let outside = Meeting(rawValue: 32)
    /// It names the root itself.
    static let root = Meeting(rawValue: 64)
    /// It goes on below an entry that is a link: it may mean another entry as well.
    static let throughLink = Meeting(rawValue: 128)
}

/// What one source yielded.
package struct SourceTally: Sendable {
    package var rows = 0
    package var making = 0
    package var released = 0
    package var claims = 0
    /// Claims that met an entry, of whatever resource.
    package var met = 0
    /// Claims that met an entry of the source's own resource, lie above, or nearly met one: the mapping reaches the
    /// store.
    package var metOwn = 0
    package var outside = 0
    package var above = 0
    /// Claims on the root itself: they keep everything.
    package var root = 0
    package var near = 0
    /// Claims and hits by rule.
    package var rules: [(claims: Int, met: Int)]

    init(rules: Int) { self.rules = Array(repeating: (0, 0), count: max(rules, 1)) }

    mutating func add(_ meeting: Meeting, _ rule: Int) {
        claims += 1
        rules[rule].claims += 1
        if meeting.contains(.entry) { met += 1 }
        if !meeting.isDisjoint(with: [.entry, .above]) { rules[rule].met += 1 }
        if meeting.contains(.root) { root += 1 }
        if !meeting.isDisjoint(with: [.own, .above, .nearOwn]) { metOwn += 1 }
        if meeting.contains(.outside) { outside += 1 }
        // Inside an entry it keeps that entry, and says nothing of what is nested beside it.
        if meeting.contains(.above), !meeting.contains(.entry) { above += 1 }
        if meeting.contains(.near) { near += 1 }
    }
}
