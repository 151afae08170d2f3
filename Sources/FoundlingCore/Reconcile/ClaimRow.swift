/// One row of a source as the reconciler wants it: what it claims, what it requires, and in which state it is.
///
/// A catalog fills the same value again for each row, so that millions of rows cost no allocation.
package struct ClaimRow: Sendable {
    /// A path, or nil where a column was NULL or empty: then nothing is claimed.
    package typealias Field = Range<Int>?

    /// The resource and, within it, the source that the row comes from.
    package var resource = 0
    package var source = 0
    package private(set) var bytes: [UInt8] = []
    /// The value of the key column as text.
    package private(set) var key: Field = nil
    /// By claim rule.
    package private(set) var claims: [(rule: Int, path: Range<Int>)] = []
    /// By requirement: `group` is all-of, the members of one group are any-of.
    package private(set) var requirements: [(group: Int, member: Int, path: Range<Int>)] = []
    package var isMaking = false
    package var isReleased = false

    package init() {}

    package mutating func reset(resource: Int, source: Int) {
        self.resource = resource
        self.source = source
        bytes.removeAll(keepingCapacity: true)
        claims.removeAll(keepingCapacity: true)
        requirements.removeAll(keepingCapacity: true)
        key = nil
        isMaking = false
        isReleased = false
    }

    /// Becomes a copy of `other` in memory of its own, so that both can be filled again without allocating.
    mutating func copy(_ other: borrowing ClaimRow) {
        reset(resource: other.resource, source: other.source)
        bytes.append(contentsOf: other.bytes)
        claims.append(contentsOf: other.claims)
        requirements.append(contentsOf: other.requirements)
        key = other.key
        isMaking = other.isMaking
        isReleased = other.isReleased
    }

    /// Where the next bytes go; close them with one of the `end` calls.
    package var mark: Int { bytes.count }
    @inline(__always)
    package mutating func append(_ part: UnsafeRawBufferPointer) { bytes.append(contentsOf: part) }
    package mutating func append(_ part: [UInt8]) { bytes.append(contentsOf: part) }
    package mutating func rewind(to mark: Int) { bytes.removeSubrange(mark...) }
    package mutating func endKey(from mark: Int) { key = mark..<bytes.count }
    package mutating func endClaim(_ rule: Int, from mark: Int) { claims.append((rule, mark..<bytes.count)) }
    package mutating func endRequirement(group: Int, member: Int, from mark: Int) {
        requirements.append((group, member, mark..<bytes.count))
    }

    package var keyBytes: [UInt8]? { key.map { Array(bytes[$0]) } }
}
