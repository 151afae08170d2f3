/// One complete comparison of a store with its catalog.
package struct ScanResult: Sendable {
    /// A line of the report: one resource.
    package struct ResourceLine: Sendable {
        package var name: String
        package var onDisk = 0
        /// Rows of the first source.
        package var inDatabase = 0
        /// Rows of the others, by the name of their table.
        package var otherSources: [(name: String, rows: Int)] = []
        package var claimed = 0
        package var orphaned = 0
        package var young = 0
        /// Kept for another reason: near miss, pinned, partial, newer than the catalog.
        package var kept = 0
        package var dangling = 0
        package var unrecognised = 0
        /// All its entries; nil unless everything was measured.
        package var bytes: Bytes?
        /// Its orphans; nil where sizes were not asked for.
        package var orphanedBytes: Bytes?
        /// What a purge of its orphans frees.
        package var freed: UInt64?
        package var recovery = Recovery.none

        package init(name: String) { self.name = name }
    }

    /// What stands between a resource's orphans and their space.
    package enum Recovery: Sendable, Equatable {
        /// No orphans, and none in the making.
        case none
        case ready
        /// Nothing is old enough yet.
        case young
        /// More than the manifest lets a plan take without a person's word.
        case needsApproval(share: Double, ofBytes: Bool)
    }

    /// A directory directly below the root.
    package struct Area: Sendable {
        package let path: StorePath
        package let bytes: Bytes
        package init(path: StorePath, bytes: Bytes) {
            self.path = path
            self.bytes = bytes
        }
    }

    package var disk: DiskSpace
    package var root: String
    /// Everything below the root, and its areas, largest first; nil unless everything was measured.
    package var total: Bytes?
    package var areas: [Area]
    package var resources: [ResourceLine]
    /// Largest first.
    package var findings: [Finding]
    /// What a purge of all orphans would free.
    package var freed: UInt64?
    package var inodesFreed: Int
    package var orphanedBytes: Bytes?
    package var certificate: Certificate
    /// What a reader should know before acting, in sentences.
    package var warnings: [String]
    /// Reasons not to believe the rest, in sentences.
    package var doubts: [String] = []
    /// What earlier runs moved aside, and nothing freed yet.
    package var quarantine: Quarantine?
    /// What waits in the outbox; nil where there is none, or it may not be read.
    package var outbox: Outbox?

    /// Tasks of the outbox that are not done.
    package struct Outbox: Sendable, Equatable {
        package var pending = 0
        package var held = 0
        package var dead = 0
        /// Milliseconds since 1970 when the oldest that waits was noted.
        package var oldest: Int64?

        package init() {}
    }

    /// What lies in quarantine.
    package struct Quarantine: Sendable {
        package let entries: Int
        package let bytes: Bytes
        /// Nanoseconds since 1970 when the first of it may be purged.
        package let due: Int64?

        package init(entries: Int, bytes: Bytes, due: Int64?) {
            self.entries = entries
            self.bytes = bytes
            self.due = due
        }
    }
    package var sizes: SizeChoice
    /// Nanoseconds since 1970.
    package var finished: Int64

    package init(
        disk: DiskSpace, root: String, total: Bytes?, areas: [Area], resources: [ResourceLine], findings: [Finding],
        freed: UInt64?, inodesFreed: Int, orphanedBytes: Bytes?, certificate: Certificate, warnings: [String],
        sizes: SizeChoice, finished: Int64
    ) {
        self.disk = disk
        self.root = root
        self.total = total
        self.areas = areas
        self.resources = resources
        self.findings = findings
        self.freed = freed
        self.inodesFreed = inodesFreed
        self.orphanedBytes = orphanedBytes
        self.certificate = certificate
        self.warnings = warnings
        self.sizes = sizes
        self.finished = finished
    }

    // By number: to copy a finding only to ask its kind would cost more than all the rest of a report.
    package func count(_ kind: Finding.Kind) -> Int { findings.indices.count { findings[$0].kind == kind } }

    /// The largest of one kind.
    package func first(_ limit: Int, of kind: Finding.Kind) -> [Finding] {
        findings.indices.lazy.filter { findings[$0].kind == kind }.prefix(limit).map { findings[$0] }
    }

    package func name(of resource: Int?) -> String? { resource.map { resources[$0].name } }
}

/// What a scan measures.
package enum SizeChoice: String, CaseIterable, Sendable {
    /// Everything below the root.
    case all
    /// Only what may be an orphan.
    case orphans
    /// Nothing, unless an age is needed.
    case none
}
