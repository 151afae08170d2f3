/// Rows on their way to the reconciler, many at once.
///
/// A look-up goes to memory that no cache holds. Asked for one by one, a million of them cost a million trips; asked
/// for together, the trips overlap. A batch is also what one thread hands to another.
package struct ClaimBatch: Sendable {
    /// Enough to overlap what the memory can overlap, few enough to stay in the cache.
    package static let capacity = 256

    /// The first `count` of them are filled; the others keep their memory for those to come.
    package private(set) var rows = Array(repeating: ClaimRow(), count: capacity)
    package private(set) var count = 0

    package init() {}

    /// - Returns: whether the batch is full now.
    @inline(__always)
    package mutating func add(_ row: borrowing ClaimRow) -> Bool {
        rows[count].copy(row)
        count += 1
        return count == Self.capacity
    }

    package mutating func clear() { count = 0 }
}
