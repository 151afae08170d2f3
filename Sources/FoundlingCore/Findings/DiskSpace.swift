/// The figures of one file system, and both ways in use to say how full it is.
package struct DiskSpace: Sendable, Equatable {
    package var total: UInt64
    package var free: UInt64
    /// Free for ordinary users: `free` without the blocks reserved for root.
    package var available: UInt64
    package var inodes: UInt64
    package var inodesFree: UInt64

    package init(total: UInt64, free: UInt64, available: UInt64, inodes: UInt64, inodesFree: UInt64) {
        self.total = total
        self.free = free
        self.available = available
        self.inodes = inodes
        self.inodesFree = inodesFree
    }

    package var used: UInt64 { total - min(free, total) }
    package var inodesUsed: UInt64 { inodes - min(inodesFree, inodes) }

    /// As `df` counts: used / (used + available), rounded up.
    package var usedPercent: Int { Self.percent(used, of: used + available) }

    /// Counting the blocks reserved for root as used: (total − available) / total, rounded up.
    package var usedPercentWithReserved: Int { Self.percent(total - min(available, total), of: total) }

    package var inodesPercent: Int { Self.percent(inodesUsed, of: inodes) }

    /// The same disk after `bytes` and `inodes` were given back.
    package func after(freeing bytes: UInt64, inodes count: Int = 0) -> DiskSpace {
        let bytes = min(bytes, used)
        return DiskSpace(
            total: total, free: free + bytes, available: available + bytes, inodes: inodes,
            inodesFree: min(inodes, inodesFree + UInt64(count)))
    }

    /// Whole percents, rounded up as `df` does: 93.1 % full is no reason to call it 93.
    static func percent(_ part: UInt64, of whole: UInt64) -> Int {
        guard whole > 0 else { return 0 }
        let (quotient, remainder) = whole.dividingFullWidth(part.multipliedFullWidth(by: 100))
        return Int(quotient) + (remainder > 0 ? 1 : 0)
    }
}
