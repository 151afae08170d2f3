/// Rows on their way to the reconciler, many at once.
///
/// A look-up goes to memory that no cache holds. Asked for one by one, a million of them cost a million trips; asked
/// for together, the trips overlap. A batch is also what one thread hands to another, who then has it alone.
package final class ClaimBatch: @unchecked Sendable {
    /// Enough to overlap what the memory can overlap and to make handing over cheap, few enough to stay in the cache.
    package static let capacity = 512

    private let memory: UnsafeMutableBufferPointer<ClaimRow>
    package private(set) var count = 0

    package init() {
        memory = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity { memory.initializeElement(at: index, to: ClaimRow()) }
    }

    deinit {
        for row in memory { row.deallocate() }
        memory.deallocate()
    }

    /// Those that are filled; the others keep their memory for those to come.
    package var rows: UnsafeBufferPointer<ClaimRow> { UnsafeBufferPointer(rebasing: memory[..<count]) }
    /// The row to fill next; ``commit()`` makes it one of the batch.
    package var next: ClaimRow { memory[count] }

    /// - Returns: whether the batch is full now.
    package func commit() -> Bool {
        count += 1
        return count == Self.capacity
    }

    package func clear() { count = 0 }
}
