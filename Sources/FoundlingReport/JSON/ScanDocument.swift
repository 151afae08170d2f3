import FoundlingCore

/// A whole scan in JSON; `docs/reference/json.md` is the contract.
struct ScanDocument: Encodable {
    /// Fields are only ever added within a version.
    static let version = 1

    let version = Self.version
    let root: String
    let finished: String
    let sizes: String
    let disk: DiskDocument
    @Nullable var data: DataDocument?
    let resources: [ResourceDocument]
    let totals: TotalsDocument
    let findings: [FindingDocument]
    let certificate: CertificateDocument
    let warnings: [String]

    enum CodingKeys: String, CodingKey {
        case version, root, finished, sizes, disk, data, resources, totals, findings, certificate, warnings
    }

    init(_ result: ScanResult, _ manifest: Manifest) {
        let wording = FindingWording(result, manifest)
        root = result.root
        finished = Timestamp.iso(result.finished)
        sizes = result.sizes.rawValue
        disk = DiskDocument(result)
        data = result.total.map { DataDocument($0, result.areas) }
        resources = result.resources.map(ResourceDocument.init)
        totals = TotalsDocument(result)
        findings = result.findings.map { FindingDocument($0, wording) }
        certificate = CertificateDocument(result.certificate, wording)
        warnings = result.warnings
    }
}

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

/// Everything below the root, and the directories directly below it.
struct DataDocument: Encodable {
    let bytes: BytesDocument
    let areas: [Area]

    init(_ total: Bytes, _ areas: [ScanResult.Area]) {
        bytes = BytesDocument(total)
        self.areas = areas.map(Area.init)
    }

    /// One directory directly below the root.
    struct Area: Encodable {
        let path: String
        let pathBytes: [UInt8]?
        let bytes: BytesDocument

        enum CodingKeys: String, CodingKey {
            case path, bytes
            case pathBytes = "path_bytes"
        }

        init(_ area: ScanResult.Area) {
            path = RawText.text(area.path.bytes)
            pathBytes = area.path.utf8 == nil ? area.path.bytes : nil
            bytes = BytesDocument(area.bytes)
        }
    }
}
