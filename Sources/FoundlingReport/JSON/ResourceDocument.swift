import FoundlingCore

/// One resource in JSON.
struct ResourceDocument: Encodable {
    let name: String
    let onDisk: Int
    let inDatabase: Int
    let otherSources: [Source]
    let claimed: Int
    let orphaned: Int
    let young: Int
    let kept: Int
    let dangling: Int
    let unrecognised: Int
    @Nullable var bytes: BytesDocument?
    @Nullable var orphanedBytes: BytesDocument?
    @Nullable var freed: UInt64?
    let recovery: String
    @Nullable var share: Double?
    @Nullable var shareOf: String?

    enum CodingKeys: String, CodingKey {
        case name, claimed, orphaned, young, kept, dangling, unrecognised, bytes, freed, recovery, share
        case onDisk = "on_disk"
        case inDatabase = "in_database"
        case otherSources = "other_sources"
        case orphanedBytes = "orphaned_bytes"
        case shareOf = "share_of"
    }

    init(_ line: ScanResult.ResourceLine) {
        name = line.name
        onDisk = line.onDisk
        inDatabase = line.inDatabase
        otherSources = line.otherSources.map { Source(name: $0.name, rows: $0.rows) }
        claimed = line.claimed
        orphaned = line.orphaned
        young = line.young
        kept = line.kept
        dangling = line.dangling
        unrecognised = line.unrecognised
        bytes = line.bytes.map(BytesDocument.init)
        orphanedBytes = line.orphanedBytes.map(BytesDocument.init)
        freed = line.freed
        recovery = line.recovery.name
        if case .needsApproval(let share, let ofBytes) = line.recovery {
            // JSON has no infinity; more than all there is reads as all.
            self.share = share.isFinite ? share : 1
            shareOf = ofBytes ? "bytes" : "entries"
        } else {
            share = nil
            shareOf = nil
        }
    }

    /// Rows of a source that is not the first.
    struct Source: Encodable {
        let name: String
        let rows: Int
    }
}

/// Sums over all resources.
struct TotalsDocument: Encodable {
    /// Every kind is there, with 0 where nothing was found.
    let findings: [String: Int]
    @Nullable var orphanedBytes: BytesDocument?
    @Nullable var freed: UInt64?
    let inodesFreed: Int

    enum CodingKeys: String, CodingKey {
        case findings, freed
        case orphanedBytes = "orphaned_bytes"
        case inodesFreed = "inodes_freed"
    }

    init(_ result: ScanResult) {
        var findings = Dictionary(uniqueKeysWithValues: Finding.Kind.allCases.map { ($0.rawValue, 0) })
        for finding in result.findings { findings[finding.kind.rawValue, default: 0] += 1 }
        self.findings = findings
        orphanedBytes = result.orphanedBytes.map(BytesDocument.init)
        freed = result.freed
        inodesFreed = result.inodesFreed
    }
}
