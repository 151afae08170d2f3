package import FoundlingCore

/// One path's whole story: what lies there, which rules look at it, which claims speak of it, and the verdict.
package struct Explanation: Sendable {
    /// A claim that stands in some relation to the path.
    package struct RelatedClaim: Sendable {
        package let relation: ClaimRelation
        package let claim: [UInt8]
        package let resource: String
        package let source: String
        package let rule: String
        package let key: [UInt8]?
        package let isMaking: Bool
        package let isReleased: Bool
    }

    package var path: StorePath
    /// nil where nothing is there.
    package var kind: EntryKind?
    /// What the listing made of it, in a sentence.
    package var role: String
    /// The resource whose entry it is.
    package var resource: String?
    /// The entry that it lies in, where it is not one itself.
    package var enclosing: StorePath?
    /// Some record claims it, or the entry it lies in.
    package var isClaimed = false
    /// Rules of that resource, as the manifest spells them.
    package var rules: [String] = []
    /// The first of the claims that speak of it, closest first.
    package var claims: [RelatedClaim] = []
    package var claimCount = 0
    package var rowsRead = 0
    /// For a path nobody claims: the claim that looks most like it.
    package var nearest: (claim: [UInt8], source: String, distance: Int)?
    /// In the words of a scan; nil for a path that is claimed or that no rule looks at.
    package var finding: Finding?
    package var measurement: Measurement?
    package var minAge: Int64?
    /// What would have kept it, or what would let it go.
    package var advice: [String] = []
}
