/// Finds the nodes of a listing by the folded hash of their path: 8 bytes a slot, open addressing, never resized.
///
/// Entries are indexed and claims stream past, rather than the other way round: the number of rows then costs no memory,
/// a hit is confirmed byte for byte, and the same look-up finds near misses (docs/adr/0002).
struct NodeTable: Sendable {
    private var slots: [UInt64]
    private let mask: Int

    /// Fills the table from a listing; `hashes` are of whole paths, by node.
    init(_ listing: Listing, _ hash: FoldedHash) {
        var capacity = 16
        while capacity < listing.count + listing.count / 2 { capacity *= 2 }
        mask = capacity - 1
        slots = [UInt64](repeating: 0, count: capacity)
        let count = listing.count
        // Only directories have children: their hashes are kept, leaves' are not.
        var ofDirectory: [Int: UInt64] = [0: hash.start]
        var parent = 0
        var parentHash = hash.start
        listing.names.withUnsafeBytes { names in
            listing.ends.withUnsafeBufferPointer { ends in
                listing.parents.withUnsafeBufferPointer { parents in
                    listing.roles.withUnsafeBufferPointer { roles in
                        for node in 1..<max(count, 1) {
                            if Int(parents[node]) != parent {
                                parent = Int(parents[node])
                                parentHash = ofDirectory[parent] ?? hash.start
                            }
                            let name = UnsafeRawBufferPointer(rebasing: names[Int(ends[node - 1])..<Int(ends[node])])
                            let own = hash.step(parentHash, name)
                            insert(own, node)
                            let role = roles[node]
                            if role == Listing.Role.interior.rawValue
                                || (role == Listing.Role.entry.rawValue && listing.kind(of: node) == .directory
                                    && listing.hasNested)
                            {
                                ofDirectory[node] = own
                            }
                        }
                    }
                }
            }
        }
    }

    private mutating func insert(_ hash: UInt64, _ node: Int) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(node)
    }

    /// Visits every node whose hash agrees in 32 bits beside its slot: compare before believing.
    @inline(__always)
    func visit(_ hash: UInt64, _ body: (Int) -> Void) {
        slots.withUnsafeBufferPointer { slots in
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 {
                if slots[slot] >> 32 == hash >> 32 { body(Int(slots[slot] & 0xFFFF_FFFF)) }
                slot = (slot + 1) & mask
            }
        }
    }
}
