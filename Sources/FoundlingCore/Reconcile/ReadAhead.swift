/// Touches the memory that the look-ups of a batch will touch; it decides nothing.
struct ReadAhead {
    /// Components of the deepest place: a look-up ends there at the latest.
    let depth: Int
    private var hashes: [UInt64] = []
    private var nodes: [Int] = []
    /// Keeps the compiler from leaving out loads whose values nobody reads.
    private var sink: UInt64 = 0

    init(_ layout: Layout) {
        let isBounded = layout.places.allSatisfy { !$0.glob.isDeep && !$0.isNested }
        depth = isBounded ? layout.places.map(\.depth).max() ?? .max : .max
    }

    /// Rows asked for at once: what they lead to must still be in the first cache (32 KiB) when it is wanted.
    static let rows = 128

    /// The slots first, then the records and marks, then the names that plain claims lead to.
    mutating func fetch<Mark>(
        _ rows: UnsafeBufferPointer<ClaimRow>, _ hash: FoldedHash, _ table: NodeTable,
        _ records: UnsafeBufferPointer<Listing.Record>, _ names: UnsafeRawBufferPointer,
        _ marks: UnsafeMutableBufferPointer<Mark>
    ) {
        hashes.removeAll(keepingCapacity: true)
        nodes.removeAll(keepingCapacity: true)
        for row in rows { addHashes(of: row, hash) }
        for hash in hashes { nodes.append(table.hint(hash)) }
        let bytes = UnsafeRawBufferPointer(marks)
        for node in nodes { sink &+= UInt64(bytes[node]) }
        for i in nodes.indices { nodes[i] = Int(records[nodes[i]].nameStart) }
        for start in nodes where start < names.count { sink &+= UInt64(names[start]) }
    }

    /// Where a look-up will go: to each directory on the way (the first is in the cache anyway), as deep as places go.
    @inline(__always)
    private mutating func addHashes(of row: ClaimRow, _ hash: FoldedHash) {
        let bytes = row.bytes
        for claim in row.claims {
            var prefix = hash.start
            var (start, number) = (claim.path.lowerBound, 0)
            for end in claim.path where bytes[end] == .slash {
                prefix = hash.step(prefix, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                (start, number) = (end + 1, number + 1)
                if number > 1 { hashes.append(prefix) }
                if number == depth { break }
            }
            guard number < depth else { continue }
            hashes.append(hash.step(prefix, UnsafeRawBufferPointer(rebasing: bytes[start..<claim.path.upperBound])))
        }
    }
}
