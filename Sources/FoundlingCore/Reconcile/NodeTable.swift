/// Finds the nodes of a listing by the folded hash of their path: 8 bytes a slot, open addressing, never resized.
///
/// Entries are indexed and claims stream past, rather than the other way round: the number of rows then costs no
/// memory, a hit is confirmed byte for byte, and the same look-up finds near misses (docs/adr/0002).
///
/// Whoever makes one frees it: an array would cost a count of references with every look-up.
struct NodeTable: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<UInt64>
    private let mask: Int
    /// Slots asked for at once.
    private static let group = 256
    /// Keeps the compiler from leaving out reads whose values nobody needs.
    private var touched: UInt64 = 0

    /// Fills the table from a listing; `hashes` are of whole paths, by node.
    init(_ listing: Listing, _ hash: FoldedHash) {
        var capacity = 16
        while capacity < listing.count + listing.count / 2 { capacity *= 2 }
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0)
        // Only directories have children: their hashes are kept, leaves' are not.
        var ofDirectory: [Int: UInt64] = [0: hash.start]
        var parent = 0
        var parentHash = hash.start
        listing.names.withUnsafeBytes { names in
            listing.records.withUnsafeBufferPointer { records in
                // In groups: first the slots are asked for, all at once, then they are filled.
                var group: [(hash: UInt64, node: Int)] = []
                for node in 1..<max(records.count, 1) {
                    let record = records[node]
                    if Int(record.parent) != parent {
                        parent = Int(record.parent)
                        parentHash = ofDirectory[parent] ?? hash.start
                    }
                    let start = Int(record.nameStart)
                    let name = UnsafeRawBufferPointer(rebasing: names[start..<(start + Int(record.nameLength))])
                    let own = hash.step(parentHash, name)
                    group.append((own, node))
                    if group.count == Self.group { insert(&group) }
                    if record.role == .interior
                        || (listing.hasNested && record.role == .entry && record.kind == .directory)
                    {
                        ofDirectory[node] = own
                    }
                }
                insert(&group)
            }
        }
    }

    func deallocate() { slots.deallocate() }

    private mutating func insert(_ group: inout [(hash: UInt64, node: Int)]) {
        for (hash, _) in group { touched |= slots[Int(truncatingIfNeeded: hash) & mask] }
        for (hash, node) in group { insert(hash, node) }
        group.removeAll(keepingCapacity: true)
    }

    private func insert(_ hash: UInt64, _ node: Int) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(node)
    }

    /// Visits every node whose hash agrees in 32 bits beside its slot: compare before believing.
    @inline(__always)
    func visit(_ hash: UInt64, _ body: (Int) -> Void) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32 { body(Int(slots[slot] & 0xFFFF_FFFF)) }
            slot = (slot + 1) & mask
        }
    }

    /// The first node in the slot of `hash`: nothing to rely on, something to fetch ahead.
    @inline(__always)
    func hint(_ hash: UInt64) -> Int {
        Int(slots[Int(truncatingIfNeeded: hash) & mask] & 0xFFFF_FFFF)
    }
}
