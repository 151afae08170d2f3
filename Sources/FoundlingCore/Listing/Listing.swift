/// Every name seen in the declared places of a store, in one complete pass.
///
/// Millions of names must fit, so it is a tree of numbers: node 0 is the root, a node's parent has a smaller number,
/// and all names lie end to end in one array (16 bytes a node beside its name).
package struct Listing: Sendable {
    /// The number of a node.
    package typealias Node = Int

    /// What a node is, without its details.
    package enum Role: UInt8, Sendable {
        case interior, entry, unrecognised, ignored, unmanaged
    }

    static let noPlace = UInt16.max

    /// One node: what a look-up needs lies in one cache line.
    struct Record {
        let nameStart: UInt32
        let parent: UInt32
        /// The place of an entry, or the reason why something is unrecognised.
        let place: UInt16
        /// Names are at most 255 bytes long (NAME_MAX).
        let nameLength: UInt8
        let kind: EntryKind
        let role: Role
    }

    private(set) var names: [UInt8] = []
    private(set) var records: [Record] = []
    /// Entries inside another entry, by their number; few, or none.
    private(set) var nested: Set<Node> = []
    /// Directories read to their end.
    package private(set) var directoriesRead = 0
    /// Names read, ignored ones included.
    package private(set) var namesRead = 0
    /// Places whose literal directory is missing or is a link, with what was found there.
    package private(set) var notes: [String] = []

    package init() {
        append(name: UnsafeRawBufferPointer(start: nil, count: 0), parent: 0, kind: .directory, role: .interior)
        namesRead = 0
    }

    package var count: Int { records.count }

    package mutating func note(_ text: String) { notes.append(text) }
    package mutating func finishedDirectory() { directoriesRead += 1 }

    /// Adds a name; `parent` must have been added before.
    ///
    /// - Returns: the new node, or nil where the names exceed the 4 GiB that offsets can address, or one its 255 bytes.
    @discardableResult
    package mutating func append(
        name: UnsafeRawBufferPointer, parent: Node, kind: EntryKind, role: Role, place: Int? = nil,
        reason: Layout.Unrecognised? = nil, isNested: Bool = false
    ) -> Node? {
        guard names.count + name.count <= Int(UInt32.max), records.count < Int(UInt32.max), name.count <= 255 else {
            return nil
        }
        records.append(
            Record(
                nameStart: UInt32(names.count), parent: UInt32(parent),
                place: place.map { UInt16($0) } ?? reason.map { UInt16($0.rawValue) } ?? Self.noPlace,
                nameLength: UInt8(name.count), kind: kind, role: role))
        names.append(contentsOf: name)
        namesRead += 1
        if isNested { nested.insert(records.count - 1) }
        return records.count - 1
    }

    package func role(of node: Node) -> Role { records[node].role }
    package func kind(of node: Node) -> EntryKind { records[node].kind }
    package func parent(of node: Node) -> Node { Int(records[node].parent) }
    var hasNested: Bool { !nested.isEmpty }
    package func isNested(_ node: Node) -> Bool { !nested.isEmpty && nested.contains(node) }

    /// The place an entry stands in.
    package func place(of node: Node) -> Int { Int(records[node].place) }
    package func unrecognised(_ node: Node) -> Layout.Unrecognised {
        Layout.Unrecognised(rawValue: UInt8(truncatingIfNeeded: records[node].place)) ?? .name
    }

    func nameRange(of node: Node) -> Range<Int> {
        let start = Int(records[node].nameStart)
        return start..<(start + Int(records[node].nameLength))
    }

    package func name(of node: Node) -> ArraySlice<UInt8> { names[nameRange(of: node)] }

    package func path(of node: Node) -> StorePath {
        var chain: [Node] = []
        var next = node
        while next != 0 {
            chain.append(next)
            next = parent(of: next)
        }
        var bytes: [UInt8] = []
        for (i, node) in chain.reversed().enumerated() {
            if i > 0 { bytes.append(.slash) }
            bytes.append(contentsOf: name(of: node))
        }
        return StorePath(trusted: bytes)
    }

    /// Entries that are symbolic links.
    package var links: [Node] { (0..<count).filter { kind(of: $0) == .symlink && role(of: $0) == .entry } }

    /// The same, and links that are no entries.
    package var allLinks: [Node] { (0..<count).filter { kind(of: $0) == .symlink } }

    /// The entry that `node` lies inside, if any.
    package func enclosingEntry(of node: Node) -> Node? {
        var next = node
        while next != 0 {
            next = parent(of: next)
            if role(of: next) == .entry { return next }
        }
        return nil
    }
}
