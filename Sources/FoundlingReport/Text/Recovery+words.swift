package import FoundlingCore

extension ScanResult.Recovery {
    /// `ready`, `young`, `needs approval (98% of entries)` or `N/A`.
    package var words: String {
        switch self {
        case .none: "N/A"
        case .ready: "ready"
        case .young: "young"
        case .needsApproval(let share, let ofBytes):
            "needs approval (\(Count.overLimit(share)) of \(ofBytes ? "bytes" : "entries"))"
        }
    }

    /// The same for programs.
    var name: String {
        switch self {
        case .none: "none"
        case .ready: "ready"
        case .young: "young"
        case .needsApproval: "needs_approval"
        }
    }
}

/// What a clean-up would give back, and what a reader might wrongly expect.
struct Outlook {
    let freed: UInt64
    let inodes: Int
    let before: DiskSpace
    let after: DiskSpace
    /// Sentences about sizes that promise more than a purge can free.
    let caveats: [String]

    /// Nil where sizes were not measured.
    init?(_ result: ScanResult) {
        guard let freed = result.freed else { return nil }
        self.freed = freed
        inodes = result.inodesFreed
        before = result.disk
        after = result.disk.after(freeing: freed, inodes: inodes)
        caveats = Self.caveats(result.orphanedBytes, freed)
    }

    private static func caveats(_ bytes: Bytes?, _ freed: UInt64) -> [String] {
        guard let bytes else { return [] }
        var caveats: [String] = []
        if bytes.apparent >= 1 << 20, bytes.allocated < bytes.apparent / 10 {
            caveats.append(
                "These files are sparse: purging frees \(Size.text(freed)), not \(Size.text(bytes.apparent)).")
        }
        if freed < bytes.allocated {
            caveats.append(
                "Hard links elsewhere keep \(Size.text(bytes.allocated - freed)): purging frees \(Size.text(freed)) "
                    + "of the \(Size.text(bytes.allocated)) that the orphans occupy.")
        }
        return caveats
    }
}
