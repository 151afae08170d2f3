import FoundlingCore

/// The file system the store lies on, now and after a purge of all orphans.
struct DiskDocument: Encodable {
    let total: UInt64
    let used: UInt64
    let available: UInt64
    let usedPercent: Int
    let usedPercentWithReserved: Int
    let inodes: UInt64
    let inodesUsed: UInt64
    let inodesPercent: Int
    @Nullable var after: After?

    enum CodingKeys: String, CodingKey {
        case total, used, available, inodes, after
        case usedPercent = "used_percent"
        case usedPercentWithReserved = "used_percent_with_reserved"
        case inodesUsed = "inodes_used"
        case inodesPercent = "inodes_percent"
    }

    init(_ result: ScanResult) {
        let disk = result.disk
        total = disk.total
        used = disk.used
        available = disk.available
        usedPercent = disk.usedPercent
        usedPercentWithReserved = disk.usedPercentWithReserved
        inodes = disk.inodes
        inodesUsed = disk.inodesUsed
        inodesPercent = disk.inodesPercent
        after = Outlook(result).map { After($0.after) }
    }

    /// The same disk after a purge.
    struct After: Encodable {
        let available: UInt64
        let usedPercent: Int
        let usedPercentWithReserved: Int

        enum CodingKeys: String, CodingKey {
            case available
            case usedPercent = "used_percent"
            case usedPercentWithReserved = "used_percent_with_reserved"
        }

        init(_ disk: DiskSpace) {
            available = disk.available
            usedPercent = disk.usedPercent
            usedPercentWithReserved = disk.usedPercentWithReserved
        }
    }
}
