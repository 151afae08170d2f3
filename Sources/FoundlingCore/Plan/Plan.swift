/// The exact orphans to remove, what was seen of each, and what that rests on: a value that never changes.
///
/// A plan is reviewed by a person or compared by a program, and applied later; whatever is different by then is left
/// alone.
package struct Plan: Sendable, Codable, Equatable {
    /// Nanoseconds a plan may wait for: an hour is a review, a day is another world.
    package static let lifetime: Int64 = 3_600_000_000_000
    /// The version of the plan file; another one is refused, never guessed at.
    package static let version = 1

    /// Nanoseconds since 1970.
    package var created: Int64
    package var expires: Int64
    /// The manifest by its file and by the SHA-256 of its bytes.
    package var manifest: String
    package var manifestHash: String
    package var grounds: Grounds
    /// What there is of each resource: the whole that a share is taken of.
    package var wholes: [ResourceTotal]
    /// Guards that refuse this plan until a person approves exactly it.
    package var trips: [GuardTrip]
    package var items: [Item]

    package init(
        created: Int64, manifest: String, manifestHash: String, grounds: Grounds, wholes: [ResourceTotal],
        trips: [GuardTrip], items: [Item]
    ) {
        self.created = created
        expires = created.addingUpTo(Self.lifetime)
        self.manifest = manifest
        self.manifestHash = manifestHash
        self.grounds = grounds
        self.wholes = wholes
        self.trips = trips
        self.items = items
    }

    /// One orphan.
    package struct Item: Sendable, Codable, Equatable {
        package var resource: String
        package var path: StorePath
        package var kind: EntryKind
        package var identity: InodeIdentity
        package var fingerprint: Fingerprint
        /// Inodes of files that had several links: of those the fingerprint leaves out what removing one changes in the
        /// others.
        package var shared: Set<UInt64>?
        package var bytes: Bytes
        /// What removing it alone frees.
        package var freed: UInt64
        package var files: Int
        /// Nanoseconds since 1970: the latest of all times in it, and the entry's own time of change, which is in no
        /// fingerprint.
        package var newest: Int64?
        package var changed: Int64
        package var cause: Cause

        package init(
            resource: String, path: StorePath, kind: EntryKind, identity: InodeIdentity, fingerprint: Fingerprint,
            shared: Set<UInt64>? = nil, bytes: Bytes, freed: UInt64, files: Int, newest: Int64?, changed: Int64,
            cause: Cause
        ) {
            self.resource = resource
            self.path = path
            self.kind = kind
            self.identity = identity
            self.fingerprint = fingerprint
            self.shared = shared
            self.bytes = bytes
            self.freed = freed
            self.files = files
            self.newest = newest
            self.changed = changed
            self.cause = cause
        }
    }

    /// All items together.
    package var bytes: Bytes { items.reduce(into: Bytes()) { $0 += $1.bytes } }
    package var freed: UInt64 { items.reduce(0) { $0.addingUpTo($1.freed) } }

    /// By resource, in the order of the items.
    package var totals: [ResourceTotal] {
        var totals: [ResourceTotal] = []
        for item in items {
            if let at = totals.firstIndex(where: { $0.resource == item.resource }) {
                totals[at].add(item.bytes)
            } else {
                totals.append(ResourceTotal(resource: item.resource, items: 1, bytes: item.bytes))
            }
        }
        return totals
    }
}

/// How much of one resource something concerns.
package struct ResourceTotal: Sendable, Codable, Equatable {
    package var resource: String
    package var items: Int
    package var bytes: Bytes

    package init(resource: String, items: Int, bytes: Bytes) {
        self.resource = resource
        self.items = items
        self.bytes = bytes
    }

    package mutating func add(_ more: Bytes) {
        items += 1
        bytes += more
    }
}

/// Which inode something is, whatever it is called: the number alone is reused at once on ext4.
package struct InodeIdentity: Sendable, Codable, Hashable {
    package var inode: UInt64
    /// Nanoseconds since 1970; 0 where the file system keeps no time of birth.
    package var born: Int64

    package init(inode: UInt64, born: Int64) {
        self.inode = inode
        self.born = born
    }
}

/// A digest over everything that can be seen of an entry without reading its files: names, kinds, inodes, sizes, modes,
/// owners and times, links included.
///
/// Whatever writes into an entry changes a time in it. The top's own time of change is left out: a rename sets it.
package struct Fingerprint: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 64 hexadecimal digits (SHA-256).
    package let description: String

    package init(_ hex: String) { description = hex }

    package init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension StorePath: Codable {
    /// Text where the bytes are UTF-8, else an array of numbers: nothing is ever lost on the way through JSON.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try? container.decode(String.self)
        let bytes = if let text { Array(text.utf8) } else { try container.decode([UInt8].self) }
        guard !bytes.isEmpty, let path = StorePath(bytes) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(Printable.escape(bytes))' is no path below a store's root")
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let utf8 { try container.encode(utf8) } else { try container.encode(bytes) }
    }
}

extension EntryKind: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let kind = EntryKind.allCases.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(name)' is no kind of entry")
        }
        self = kind
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

extension Cause: Codable {}
