/// Touches the memory that the look-ups of a batch will touch; it decides nothing.
struct ReadAhead {
    private var hashes: [UInt64] = []
    private var nodes: [Int] = []
    /// Keeps the compiler from leaving out loads whose values nobody reads.
    private var sink: UInt64 = 0

    /// The slots first, then the records and marks, then the names that plain claims lead to.
    mutating func fetch<Mark>(
        _ batch: borrowing ClaimBatch, _ hash: FoldedHash, _ table: NodeTable, _ listing: Listing,
        _ marks: UnsafeMutableBufferPointer<Mark>
    ) {
        hashes.removeAll(keepingCapacity: true)
        nodes.removeAll(keepingCapacity: true)
        for index in 0..<batch.count { addHashes(of: batch.rows[index], hash) }
        for hash in hashes { nodes.append(table.hint(hash)) }
        listing.records.withUnsafeBufferPointer { records in
            listing.names.withUnsafeBufferPointer { names in
                let bytes = UnsafeRawBufferPointer(marks)
                for node in nodes { sink &+= UInt64(bytes[node]) }
                for i in nodes.indices { nodes[i] = Int(records[nodes[i]].nameStart) }
                for start in nodes where start < names.count { sink &+= UInt64(names[start]) }
            }
        }
    }

    private mutating func addHashes(of row: borrowing ClaimRow, _ hash: FoldedHash) {
        row.bytes.withUnsafeBytes { bytes in
            for claim in row.claims {
                var prefix = hash.start
                var start = claim.path.lowerBound
                for end in claim.path where bytes[end] == .slash {
                    prefix = hash.step(prefix, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    start = end + 1
                }
                hashes.append(hash.step(prefix, UnsafeRawBufferPointer(rebasing: bytes[start..<claim.path.upperBound])))
            }
        }
    }
}
