package import FoundlingCore

/// One finding as a scan hands it over to be kept.
package struct FindingRow: Sendable {
    package var kind: Finding.Kind
    package var resource: String?
    package var path: StorePath
    package var cause: Cause
    package var bytes: Bytes?
    package var freed: UInt64?
    /// Nanoseconds since 1970.
    package var newest: Int64?
    /// The finding as the command line's JSON shows it.
    package var json: String

    package init(
        kind: Finding.Kind, resource: String?, path: StorePath, cause: Cause, bytes: Bytes?, freed: UInt64?,
        newest: Int64?, json: String
    ) {
        self.kind = kind
        self.resource = resource
        self.path = path
        self.cause = cause
        self.bytes = bytes
        self.freed = freed
        self.newest = newest
        self.json = json
    }
}

/// One finding of the last scan, and since when it is known.
package struct FindingItem: Sendable, Equatable {
    /// Its number in this scan.
    package let row: Int64
    package let kind: Finding.Kind
    package let path: StorePath
    /// Allocated bytes, where it was measured.
    package let bytes: UInt64?
    /// The finding as the command line's JSON shows it.
    package let json: String
    /// The scan that first found this kind of finding at this path, of those that followed without a gap; nanoseconds
    /// since 1970. Another file may have taken the place of the first one since.
    package let firstSeen: Int64
    /// The scan that it is of.
    package let lastSeen: Int64
}

/// Some findings, and how to get to those behind.
package struct FindingsPage: Sendable {
    package let items: [FindingItem]
    /// nil on the last page.
    package let next: String?
    /// How many there are under the filter, on all pages.
    package let total: Int
    /// Whether there are more than that: counting stops at ``FindingsFile/countLimit``.
    package let isTotalAtLeast: Bool
}

/// What findings that have something in common add up to.
package struct FindingGroup: Sendable, Equatable {
    /// The word for it: a resource (empty where there is none), a cause, or a ``FindingAge``.
    package let name: String
    package let count: Int
    /// Allocated bytes, as far as they were measured.
    package let bytes: UInt64
    package let freed: UInt64
}

/// By what findings are summed up.
package enum FindingGrouping: String, CaseIterable, Sendable {
    case resource, cause, age
}

/// How long before its scan anything in a finding was last written.
package enum FindingAge: String, CaseIterable, Sendable {
    case day = "under_1d"
    case week = "under_7d"
    case month = "under_30d"
    case quarter = "under_90d"
    case year = "under_1y"
    case older = "over_1y"
    case unknown

    init(newest: Int64?, now: Int64) {
        guard let newest else {
            self = .unknown
            return
        }
        let (nanoseconds, overflow) = now.subtractingReportingOverflow(newest)
        self =
            switch overflow ? (newest < 0 ? .max : 0) : nanoseconds / 1_000_000_000 {
            case ..<86_400: .day
            case ..<604_800: .week
            case ..<2_592_000: .month
            case ..<7_776_000: .quarter
            case ..<31_557_600: .year
            default: .older
            }
    }
}

/// An orphan that an earlier scan found and a later one did not: it was moved aside, removed, or claimed.
package struct GoneOrphan: Sendable, Equatable {
    package let path: StorePath
    package let firstSeen: Int64
    /// The last scan that found it.
    package let lastSeen: Int64
    package let bytes: UInt64?
}

/// Some of those that are gone, the last to go first.
package struct GonePage: Sendable {
    package let items: [GoneOrphan]
    package let next: String?
}

/// Orphans of one directory, those below its directories summed up.
package struct FindingsTree: Sendable, Equatable {
    /// An orphan, or a directory with orphans somewhere below.
    package struct Node: Sendable, Equatable {
        package let name: [UInt8]
        package let path: StorePath
        package let bytes: UInt64
        /// Orphans in it; 1 for an orphan.
        package let count: Int
        /// Whether it is an orphan itself.
        package let isEntry: Bool
    }

    package let path: StorePath
    package let bytes: UInt64
    package let count: Int
    /// The largest first.
    package let nodes: [Node]
    /// What is not among the nodes.
    package let restBytes: UInt64
    package let restCount: Int
}
