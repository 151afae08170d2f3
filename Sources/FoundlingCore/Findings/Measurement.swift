/// What lies in one entry: sizes, newest time, and what stood in the way of knowing.
package struct Measurement: Sendable, Equatable {
    /// Everything but directories.
    package var files = 0
    package var directories = 0
    package var bytes = Bytes()
    /// Bytes that removing this entry alone would free: blocks of inodes all of whose links lie inside it.
    package var freed: UInt64 = 0
    /// Inodes that removing this entry alone would free.
    package var inodesFreed = 0
    /// Inodes with links outside this entry: they free nothing by themselves.
    package var linkedElsewhere = 0
    /// Nanoseconds since 1970: the newest modification, change or birth of anything inside, the entry itself included.
    package var newest: Int64 = .min
    /// A `.foundling-keep` at the top: somebody asked for this entry to stay.
    package var isPinned = false
    /// What could not be read, or must not be crossed; any of these makes the measurement partial.
    package var obstacles: [Obstacle] = []
    package var obstacleCount = 0

    package init() {}

    /// Something is missing from these figures, so nothing may be removed on their strength.
    package var isPartial: Bool { obstacleCount > 0 }

    package mutating func add(_ obstacle: Obstacle) {
        obstacleCount += 1
        if obstacles.count < 5 { obstacles.append(obstacle) }
    }
}

/// The two sizes of a thing: what it occupies and what it says it holds.
package struct Bytes: Sendable, Equatable, Codable {
    /// Blocks in use, in bytes: what `du` prints.
    package var allocated: UInt64
    /// Lengths, directories included: what `du --apparent-size` prints (coreutils before 9.2).
    package var apparent: UInt64

    package init(allocated: UInt64 = 0, apparent: UInt64 = 0) {
        self.allocated = allocated
        self.apparent = apparent
    }

    /// Adds up to the largest number there is and no further: a sparse file may claim to hold 8 EiB, and two may too.
    package static func += (a: inout Bytes, b: Bytes) {
        a.allocated = a.allocated.addingUpTo(b.allocated)
        a.apparent = a.apparent.addingUpTo(b.apparent)
    }
}

extension FixedWidthInteger {
    /// A sum that stops at the largest number instead of trapping: what a file says is not to be trusted.
    package func addingUpTo(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

/// Why a part of an entry was not measured.
package struct Obstacle: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case unreadable
        /// A mount point or another device: removing the entry would reach into another file system.
        case mount
        /// A quarantine or a store of its own lies inside.
        case foundling
        case vanished
    }

    package let kind: Kind
    package let path: StorePath
    package let reason: String

    package init(_ kind: Kind, _ path: StorePath, _ reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
    }
}

/// A file with several names, seen once in some entry.
package struct HardLink: Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let links: UInt32
    package let allocated: UInt64
    package let apparent: UInt64
    /// The number of the measured entry.
    package let target: Int

    package init(device: UInt64, inode: UInt64, links: UInt32, allocated: UInt64, apparent: UInt64, target: Int) {
        self.device = device
        self.inode = inode
        self.links = links
        self.allocated = allocated
        self.apparent = apparent
        self.target = target
    }
}

/// Everything measured in one scan, with the hard links that several entries share.
package struct Measurements: Sendable {
    package var targets: [Measurement]
    /// Sorted by device and inode.
    package var links: [HardLink]

    /// Symbolic links inside the targets, with what lies around them.
    package var symlinks: [StorePath]

    package init(targets: [Measurement], links: [HardLink], symlinks: [StorePath] = []) {
        self.targets = targets
        self.symlinks = symlinks
        self.links = links.sorted { ($0.device, $0.inode, $0.target) < ($1.device, $1.inode, $1.target) }
    }

    /// The size of several entries together, each inode once.
    package func bytes(of chosen: some Sequence<Int>) -> Bytes {
        let sum = chosen.reduce(into: Bytes()) { $0 += targets[$1].bytes }
        return links.isEmpty ? sum : withoutRepeats(sum, Set(chosen))
    }

    private func withoutRepeats(_ sum: Bytes, _ members: Set<Int>) -> Bytes {
        var sum = sum
        for group in groups {
            let inside = Set(links[group].lazy.map(\.target).filter(members.contains)).count
            guard inside > 1 else { continue }
            sum.allocated -= links[group.lowerBound].allocated * UInt64(inside - 1)
            sum.apparent -= links[group.lowerBound].apparent * UInt64(inside - 1)
        }
        return sum
    }

    /// What removing several entries together frees: bytes, and inodes.
    ///
    /// Blocks that files share by reflink are counted for each: there this is an upper bound.
    package func freed(by chosen: some Sequence<Int>) -> (bytes: UInt64, inodes: Int) {
        let alone = chosen.reduce(into: (bytes: UInt64(0), inodes: 0)) {
            $0 = ($0.bytes + targets[$1].freed, $0.inodes + targets[$1].inodesFreed)
        }
        return links.isEmpty ? alone : withShared(alone, Set(chosen))
    }

    private func withShared(_ alone: (bytes: UInt64, inodes: Int), _ members: Set<Int>) -> (bytes: UInt64, inodes: Int)
    {
        var (bytes, inodes) = alone
        for group in groups {
            let all = Int(links[group.lowerBound].links)
            let inside = links[group].lazy.map(\.target).filter(members.contains)
            // One that holds every link frees it alone, and was counted with it.
            let holders = Dictionary(inside.map { ($0, 1) }, uniquingKeysWith: +)
            guard !holders.values.contains(all) else { continue }
            if inside.count == all {
                bytes += links[group.lowerBound].allocated
                inodes += 1
            }
        }
        return (bytes, inodes)
    }

    /// Runs of one inode.
    private var groups: [Range<Int>] {
        var (runs, start) = ([Range<Int>](), 0)
        for i in links.indices
        where i + 1 == links.count || links[i + 1].inode != links[i].inode
            || links[i + 1].device != links[i].device
        {
            runs.append(start..<(i + 1))
            start = i + 1
        }
        return runs
    }
}
