import Foundation

/// What a store went through, in the order in which the kernel was asked for it: changes, syncs and what was said.
///
/// A node is an inode: it keeps its number whatever it is called.
struct DiskRecord {
    typealias Node = Int
    /// The root of the store.
    static let root: Node = 0

    private(set) var changes: [Change] = []
    /// As a person reads them.
    private(set) var words: [String] = []
    private(set) var events: [Event] = []
    /// What was there before, by path below the root.
    private(set) var base: [String: Node] = [:]
    /// Changes of files that hold nothing but a courtesy to whoever waits, the time, or room: nothing rests on them.
    private(set) var courtesies: Set<Int> = []
    private var courteous: Set<Node> = []
    /// By renaming change: the time of change that it left, in seconds and nanoseconds, where anybody looked.
    private(set) var times: [Int: (Int, Int)] = [:]
    /// Of what was there before.
    private(set) var inodes: [Node: UInt64] = [:]
    private var renamed: [UInt64: Int] = [:]
    private var names: [Node: [String: Node]] = [root: [:]]
    private var sizes: [Node: Int] = [:]
    private var count = 1
    private let store: String

    /// Begins with the store as it is.
    init(_ store: String) throws {
        self.store = store
        try list(Self.root, "")
    }

    private mutating func list(_ node: Node, _ path: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: store + "/" + path).sorted() {
            let below = path.isEmpty ? name : path + "/" + name
            var status = stat()
            lstat(store + "/" + below, &status)
            let child = add(status.st_mode & S_IFMT == S_IFDIR, size: Int(status.st_size))
            names[node]?[name] = child
            base[below] = child
            inodes[child] = UInt64(status.st_ino)
            if names[child] != nil { try list(child, below) }
        }
    }

    private mutating func add(_ isDirectory: Bool, size: Int = 0) -> Node {
        defer { count += 1 }
        if isDirectory { names[count] = [:] } else { sizes[count] = size }
        return count
    }

    // MARK: Looking

    func node(_ path: String) -> Node? {
        path.split(separator: "/").reduce(Self.root) { node, name in node.flatMap { names[$0]?[String(name)] } }
    }

    var syncs: Int {
        events.count {
            if case .sync = $0 { return true }
            return false
        }
    }

    // MARK: Recording

    /// Where descriptors lead that were seen last.
    private var descriptors: [Int: String] = [:]

    /// Something happened to the store that is not modelled: the test would prove nothing.
    struct NotModelled: Error, CustomStringConvertible {
        let call: SystemCall
        var description: String { "not modelled: \(call.name)(\(call.arguments.map { String($0.prefix(300)) }))" }
    }

    /// Adds what one command did.
    ///
    /// - Parameter isLast: whether what it says counts as a promise.
    mutating func append(_ calls: [SystemCall], isLast: Bool) throws {
        var recorder = Recorder(calls: calls.count)
        for call in calls {
            recorder.changesAt.append(changes.count)
            try record(call, &recorder, isLast: isLast)
        }
    }

    /// What is known of one command's descriptors.
    private struct Recorder {
        /// By call: changes that were there when it ended.
        var changesAt: [Int] = []
        var offsets: [Int: Int] = [:]
        var appending: Set<Int> = []
        init(calls: Int) { changesAt.reserveCapacity(calls) }
    }

    /// Below the root, or nil where it is elsewhere.
    private func inside(_ path: String) -> String? {
        path == store ? "" : path.hasPrefix(store + "/") ? String(path.dropFirst(store.count + 1)) : nil
    }

    /// A name in a directory, and what has it.
    private struct Place {
        let directory: Node
        let name: String
        let node: Node?
    }

    /// A place from a descriptor and a path below it; nil where that is not in the store.
    private func place(_ call: SystemCall, _ directory: Int?, _ name: Int) throws -> Place? {
        var path = String(decoding: try call.bytes(name), as: UTF8.self)
        // The ledger is reached by its directory's descriptor.
        if let match = path.prefixMatch(of: #/\/proc\/self\/fd\/(\d+)/#), let number = Int(match.1) {
            guard let above = descriptors[number] else { throw NotModelled(call: call) }
            path = above + path[match.range.upperBound...]
        }
        if let directory, !path.hasPrefix("/") {
            guard let above = SystemCall.descriptor(call.arguments[directory]) else { throw NotModelled(call: call) }
            path = above.path + "/" + path
        }
        // By the text alone: whatever looks at the disk would follow a link that lies there by now.
        var parts: [String] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        guard path.hasPrefix("/"), let last = parts.last, inside("/" + parts.joined(separator: "/")) != "",
            let above = inside("/" + parts.dropLast().joined(separator: "/")), let parent = node(above)
        else { return nil }
        return Place(directory: parent, name: last, node: names[parent]?[last])
    }

    /// The node behind a descriptor; nil where it is not in the store.
    private func held(_ call: SystemCall) throws -> (number: Int, node: Node, path: String)? {
        guard let first = call.arguments.first, let (number, path) = SystemCall.descriptor(first),
            let below = inside(path)
        else { return nil }
        guard let node = node(below) else { throw NotModelled(call: call) }
        return (number, node, below)
    }

    private mutating func add(_ change: Change, _ text: String) {
        events.append(.change(changes.count))
        if courteous.contains(change.node) { courtesies.insert(changes.count) }
        changes.append(change)
        words.append(text)
    }

    private mutating func record(_ call: SystemCall, _ recorder: inout Recorder, isLast: Bool) throws {
        for text in call.arguments + [call.result] {
            if let (number, path) = SystemCall.descriptor(text) { descriptors[number] = path }
        }
        switch call.name {
        case "open", "creat", "openat", "openat2": try open(call, &recorder)
        case "mkdir", "mkdirat":
            let isAt = call.name == "mkdirat"
            guard let place = try place(call, isAt ? 0 : nil, isAt ? 1 : 0) else { return }
            make(in: place, isDirectory: true, mode: try call.number(isAt ? 2 : 1))
        case "rename", "renameat", "renameat2": try rename(call)
        case "unlink", "rmdir", "unlinkat":
            let isAt = call.name == "unlinkat"
            guard let place = try place(call, isAt ? 0 : nil, isAt ? 1 : 0), let node = place.node else { return }
            names[place.directory]?[place.name] = nil
            add(.remove(node, from: place.directory, name: place.name), "remove \(place.name)")
        case "write", "pwrite64": try write(call, &recorder, isLast: isLast)
        case "ftruncate", "fallocate":
            guard let (_, node, path) = try held(call) else { return }
            let isAllocation = call.name == "fallocate"
            let size = try isAllocation ? call.number(2) + call.number(3) : call.number(1)
            let known = sizes[node] ?? 0
            guard isAllocation ? size > known : size != known else { return }
            sizes[node] = size
            add(.resize(node, size: size, onlyGrows: isAllocation), "\(path): size \(size)")
        case "chmod", "fchmodat":
            let isAt = call.name == "fchmodat"
            guard let place = try place(call, isAt ? 0 : nil, isAt ? 1 : 0), let node = place.node else { return }
            add(.mode(node, try call.number(isAt ? 2 : 1)), "\(place.name): mode")
        case "fchmod":
            guard let (_, node, path) = try held(call) else { return }
            add(.mode(node, try call.number(1)), "\(path): mode")
        case "fchown":
            guard try held(call) != nil else { return }
            // What a program makes is its own already.
            guard try call.number(1) == Int(geteuid()), try call.number(2) == Int(getegid()) else {
                throw NotModelled(call: call)
            }
        case "fsync", "fdatasync":
            guard let (_, node, _) = try held(call) else { return }
            let before =
                call.endedBefore < recorder.changesAt.count ? recorder.changesAt[call.endedBefore] : changes.count
            events.append(.sync(node, before: before, isDataOnly: call.name == "fdatasync"))
        case "sync", "syncfs": events.append(.sync(nil, before: changes.count, isDataOnly: false))
        case "statx": look(call)
        case "mmap":
            let isWriting = call.arguments[2].contains("PROT_WRITE") && call.arguments[3].contains("MAP_SHARED")
            let mapped = SystemCall.descriptor(call.arguments[4])?.path
            if isWriting, let mapped, inside(mapped) != nil { throw NotModelled(call: call) }
        default:
            let paths = call.arguments.compactMap { SystemCall.descriptor($0)?.path }
            let quoted = call.arguments.indices.compactMap { try? call.bytes($0) }
                .map { String(decoding: $0, as: UTF8.self) }
            if (paths + quoted).contains(where: { inside($0) != nil }) { throw NotModelled(call: call) }
        }
    }

    private mutating func make(in place: Place, isDirectory: Bool, mode: Int) {
        let (parent, name, node) = (place.directory, place.name, add(isDirectory))
        names[parent]?[name] = node
        if ["lock", "purge.lock", "apply.lock", "clock", "reserve"].contains(name) { courteous.insert(node) }
        add(
            .make(node, in: parent, name: name, isDirectory: isDirectory, mode: mode),
            "make \(name)\(isDirectory ? "/" : "")")
    }

    private mutating func open(_ call: SystemCall, _ recorder: inout Recorder) throws {
        let isAt = call.name != "open" && call.name != "creat"
        let flags = call.name == "creat" ? "O_CREAT|O_TRUNC" : call.arguments[isAt ? 2 : 1]
        guard let descriptor = SystemCall.descriptor(call.result)?.number,
            let place = try place(call, isAt ? 0 : nil, isAt ? 1 : 0), place.name != "."
        else { return }
        if flags.contains("O_TMPFILE") { throw NotModelled(call: call) }
        recorder.offsets[descriptor] = 0
        if flags.contains("O_APPEND") {
            recorder.appending.insert(descriptor)
        } else {
            recorder.appending.remove(descriptor)
        }
        if flags.contains("O_CREAT"), place.node == nil {
            let mode = flags.firstMatch(of: #/mode=0([0-7]+)/#).flatMap { Int($0.1, radix: 8) }
            make(in: place, isDirectory: false, mode: try mode ?? call.number(call.arguments.count - 1))
        } else if flags.contains("O_TRUNC"), let node = place.node, sizes[node] != 0 {
            sizes[node] = 0
            add(.resize(node, size: 0, onlyGrows: false), "\(place.name): size 0")
        }
    }

    private mutating func rename(_ call: SystemCall) throws {
        let isAt = call.name != "rename"
        let from = try place(call, isAt ? 0 : nil, isAt ? 1 : 0)
        let to = try place(call, isAt ? 2 : nil, isAt ? 3 : 1)
        guard from != nil || to != nil else { return }
        // Nothing of Foundling's replaces anything, and nothing crosses the edge of the store.
        guard let from, let node = from.node, let to, to.node == nil else { throw NotModelled(call: call) }
        names[from.directory]?[from.name] = nil
        names[to.directory]?[to.name] = node
        if let inode = inodes[node] { renamed[inode] = changes.count }
        add(
            .rename(node, from: from.directory, name: from.name, to: to.directory, target: to.name),
            "rename \(from.name) to \(to.name)")
    }

    /// What the kernel told Foundling of an entry after its rename: the ledger remembers that.
    private mutating func look(_ call: SystemCall) {
        guard let above = SystemCall.descriptor(call.arguments[0])?.path, inside(above) != nil,
            let status = call.arguments.last,
            let inode = status.firstMatch(of: #/stx_ino=(\d+)/#).flatMap({ UInt64($0.1) }),
            let rename = renamed[inode], times[rename] == nil,
            let changed = status.firstMatch(of: #/stx_ctime=\{tv_sec=(\d+), tv_nsec=(\d+)/#),
            let seconds = Int(changed.1), let nanoseconds = Int(changed.2)
        else { return }
        times[rename] = (seconds, nanoseconds)
    }

    private mutating func write(_ call: SystemCall, _ recorder: inout Recorder, isLast: Bool) throws {
        if call.name == "write", call.arguments[0].hasPrefix("1<"), isLast {
            events.append(.said(String(decoding: try call.bytes(1), as: UTF8.self)))
        }
        guard let (descriptor, node, path) = try held(call) else { return }
        guard let written = Int(call.result) else { throw NotModelled(call: call) }
        let bytes = Array(try call.bytes(1).prefix(written))
        let size = sizes[node] ?? 0
        let offset: Int
        if call.name == "pwrite64" {
            offset = try call.number(3)
        } else {
            offset = recorder.appending.contains(descriptor) ? size : recorder.offsets[descriptor] ?? 0
            recorder.offsets[descriptor] = offset + written
        }
        sizes[node] = max(size, offset + written)
        add(.write(node, offset: offset, bytes: bytes), "\(path): \(written) bytes at \(offset)")
    }
}
