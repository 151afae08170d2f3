package import FoundlingCore

/// Which findings of a scan are asked for, in which order.
package struct FindingsQuery: Sendable, Equatable {
    /// What findings can be sorted by; unknown sizes and times come as if they were the smallest.
    package enum Sort: String, CaseIterable, Sendable {
        /// Blocks in use, as `du` counts.
        case size
        case freed
        case newest
        case path
        case firstSeen = "first_seen"
    }

    /// Which end comes first.
    package enum Order: String, CaseIterable, Sendable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// Empty for every kind.
    package var kinds: Set<Finding.Kind>
    package var resource: String?
    package var cause: Cause?
    /// Allocated bytes; what could not be measured has none.
    package var minBytes: UInt64?
    /// This path and what lies below it, by whole components.
    package var below: StorePath?
    /// Bytes that must occur in the path, as they are: nothing in them is a pattern.
    package var contains: [UInt8]?
    package var sort: Sort
    package var order: Order
    /// Held to 1...1000.
    package var limit: Int
    /// What an earlier page gave as its next one.
    package var cursor: String?

    package init(
        kinds: Set<Finding.Kind> = [], resource: String? = nil, cause: Cause? = nil, minBytes: UInt64? = nil,
        below: StorePath? = nil, contains: [UInt8]? = nil, sort: Sort = .size, order: Order = .descending,
        limit: Int = 100, cursor: String? = nil
    ) {
        self.kinds = kinds
        self.resource = resource
        self.cause = cause
        self.minBytes = minBytes
        self.below = below
        self.contains = contains
        self.sort = sort
        self.order = order
        self.limit = limit
        self.cursor = cursor
    }

    static let limits = 1...1000

    var heldLimit: Int { min(max(limit, Self.limits.lowerBound), Self.limits.upperBound) }

    var wantedKinds: [Finding.Kind] { Finding.Kind.allCases.filter { kinds.isEmpty || kinds.contains($0) } }

    /// nil where it would hold for every path.
    var heldBelow: [UInt8]? { below.flatMap { $0.bytes.isEmpty ? nil : $0.bytes } }
    var heldContains: [UInt8]? { contains.flatMap { $0.isEmpty ? nil : $0 } }
    var heldMinBytes: Int64? { minBytes.flatMap { $0 == 0 ? nil : Int64(clamping: $0) } }
    var looksAtPaths: Bool { heldBelow != nil || heldContains != nil }

    /// Sort and direction in one byte, for a cursor.
    var orderCode: UInt8 {
        let sort: UInt8 =
            switch sort {
            case .size: 0
            case .freed: 1
            case .newest: 2
            case .path: 3
            case .firstSeen: 4
            }
        return sort << 1 | (order == .descending ? 1 : 0)
    }

    /// What decides which findings there are, as bytes: equal for queries that mean the same.
    var filterBytes: [UInt8] {
        var bytes: [UInt8] = []
        // Each part says how long it is, so that no two queries run together.
        func add(_ part: [UInt8]?) { bytes += Array("\(part.map { String($0.count) } ?? "-"):".utf8) + (part ?? []) }
        for kind in wantedKinds { add(Array(kind.rawValue.utf8)) }
        add(nil)
        add(resource.map { Array($0.utf8) })
        add(cause.map { Array($0.rawValue.utf8) })
        add(heldMinBytes.map { Array(String($0).utf8) })
        add(heldBelow)
        add(heldContains)
        return bytes
    }

    /// FNV-1a: enough to tell queries apart that nobody makes alike on purpose, and who does gets what they may read.
    var filterDigest: UInt64 {
        filterBytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
