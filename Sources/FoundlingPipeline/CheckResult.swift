package import FoundlingCore

/// What a manifest amounts to against the real database and store.
package struct CheckResult: Sendable {
    /// One resource.
    package struct ResourceCheck: Sendable {
        package let name: String
        package let entries: [String]
        package let onDisk: Int
        package let claimed: Int
        package let sources: [SourceCheck]
    }

    /// One of its sources.
    package struct SourceCheck: Sendable {
        package let name: String
        package let line: Int
        package let tally: SourceTally
        package let rules: [RuleCheck]
    }

    /// One claim rule: how often it names something, how often that is there, and what it looks like.
    package struct RuleCheck: Sendable {
        package let text: String
        package let claims: Int
        package let met: Int
        package let samples: [(claim: String, outcome: String)]
    }

    /// Names that no rule knows, digits and hexadecimal runs folded away so that alike ones stand together.
    package struct UnknownShape: Sendable {
        package let pattern: String
        package let count: Int
        package let example: StorePath
        package let reason: String
    }

    package var resources: [ResourceCheck] = []
    package var unknownShapes: [UnknownShape] = []
    /// Why a scan would refuse; none is good.
    package var refusals: [FoundlingError] = []
    package var warnings: [String] = []
}
