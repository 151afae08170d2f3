/// The ends of claims that lead to no declared place: the material of near misses "but for leading directories".
///
/// Only hashes are kept, 8 bytes each; a collision can only keep a file.
struct TailSet: Sendable {
    private var hashes: Set<UInt64> = []
    /// The first claims by their tail, so that evidence can name one.
    private var examples: [UInt64: NearClaim] = [:]
    /// Evidence names a claim; beyond this many, `foundling explain` finds it.
    private static let exampleLimit = 10_000

    var isEmpty: Bool { hashes.isEmpty }

    mutating func insert(_ hash: UInt64, _ claim: @autoclosure () -> NearClaim) {
        guard hashes.insert(hash).inserted, examples.count < Self.exampleLimit else { return }
        examples[hash] = claim()
    }

    func contains(_ hash: UInt64) -> Bool { hashes.contains(hash) }
    func example(_ hash: UInt64) -> NearClaim? { examples[hash] }
}

/// A claim that nearly names an entry.
package struct NearClaim: Hashable, Sendable {
    /// As the record spells it.
    package let claim: [UInt8]
    package let resource: Int
    package let source: Int
    package let key: [UInt8]?

    package init(claim: [UInt8], resource: Int, source: Int, key: [UInt8]?) {
        self.claim = claim
        self.resource = resource
        self.source = source
        self.key = key
    }
}
