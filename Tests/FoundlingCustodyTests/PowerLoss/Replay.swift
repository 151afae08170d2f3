import Foundation

/// Does recorded changes again, on a store that is as it was before them, or leaves them out.
struct Replay {
    private let store: String
    private var names: [DiskRecord.Node: (directory: DiskRecord.Node, name: String)] = [:]
    private var nodes: [DiskRecord.Node: [String: DiskRecord.Node]] = [:]
    private var known: Set<DiskRecord.Node>
    private let record: DiskRecord
    /// By inode: the times of change that renames left, which a replayed rename cannot.
    private(set) var times: [UInt64: (Int, Int)] = [:]
    /// Where a node lies whose name never reached the disk: with the bytes and entries that did.
    private static let limbo = -1

    /// A change that the system refused although the model allows it.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    init(_ store: String, _ record: DiskRecord) {
        self.store = store
        self.record = record
        known = [DiskRecord.root]
        for (path, node) in record.base {
            let parts = path.split(separator: "/").map(String.init)
            let above = parts.dropLast().joined(separator: "/")
            place(node, in: above.isEmpty ? DiskRecord.root : record.base[above] ?? 0, parts[parts.count - 1])
            known.insert(node)
        }
    }

    private mutating func place(_ node: DiskRecord.Node, in directory: DiskRecord.Node, _ name: String) {
        if let (directory, name) = names[node] { nodes[directory]?[name] = nil }
        names[node] = (directory, name)
        nodes[directory, default: [:]][name] = node
    }

    private func path(_ node: DiskRecord.Node) -> String {
        if node == DiskRecord.root { return store }
        if node == Self.limbo { return store + "/lost+found" }
        guard let (directory, name) = names[node] else { return store + "/lost+found/gone" }
        return path(directory) + "/" + name
    }

    private func check(_ result: Int32, _ what: String) throws {
        guard result == 0 else { throw Refused(description: "\(what): \(String(cString: strerror(errno)))") }
    }

    mutating func apply(_ number: Int, _ fate: CrashState.Fate) throws {
        switch record.changes[number] {
        case .make(let node, let directory, let name, let isDirectory, let mode):
            let isNamed = fate != .dropped && known.contains(directory)
            // One that has the name still, because its removal was dropped, loses it now.
            if isNamed, let older = nodes[directory]?[name] { try remove(older) }
            place(node, in: isNamed ? directory : Self.limbo, isNamed ? name : "node-\(node)")
            known.insert(node)
            if isDirectory {
                try check(mkdir(path(node), mode_t(mode)), "mkdir \(name)")
            } else {
                let file = open(path(node), O_WRONLY | O_CREAT | O_EXCL, mode_t(mode))
                try check(file < 0 ? -1 : close(file), "create \(name)")
            }
        case .rename(let node, let from, let name, let to, let target):
            // Where an earlier one did not happen, this one cannot.
            guard fate != .dropped, let place = names[node], place == (from, name), nodes[to]?[target] == nil,
                known.contains(to)
            else { return }
            let before = path(node)
            self.place(node, in: to, target)
            try check(rename(before, path(node)), "rename \(name)")
            if let inode = record.inodes[node] { times[inode] = record.times[number] }
        case .remove(let node, let directory, let name):
            guard fate != .dropped, let place = names[node], place == (directory, name) else { return }
            try remove(node)
        case .write(let node, let offset, let bytes):
            guard fate != .dropped, known.contains(node) else { return }
            try write(bytes, at: offset, to: path(node), fate)
        case .resize(let node, let size, let onlyGrows):
            guard fate != .dropped, known.contains(node) else { return }
            var status = stat()
            if onlyGrows, lstat(path(node), &status) == 0, Int(status.st_size) >= size { return }
            try check(truncate(path(node), off_t(size)), "truncate")
        case .mode(let node, let mode):
            guard fate != .dropped, known.contains(node) else { return }
            try check(chmod(path(node), mode_t(mode)), "chmod")
        }
    }

    /// With all that it still holds: without its name nobody finds that again.
    private mutating func remove(_ node: DiskRecord.Node) throws {
        try FileManager.default.removeItem(atPath: path(node))
        forget(node)
    }

    private mutating func forget(_ node: DiskRecord.Node) {
        for child in (nodes[node] ?? [:]).values { forget(child) }
        if let (directory, name) = names[node] { nodes[directory]?[name] = nil }
        names[node] = nil
        known.remove(node)
    }

    private func write(_ bytes: [UInt8], at offset: Int, to path: String, _ fate: CrashState.Fate) throws {
        let file = open(path, O_WRONLY)
        guard file >= 0 else { throw Refused(description: "open \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        let half = bytes.count / 2
        let range =
            switch fate {
            case .firstHalf: 0..<half
            case .lastHalf: half..<bytes.count
            default: 0..<bytes.count
            }
        if fate == .lengthOnly {
            var status = stat()
            fstat(file, &status)
            guard Int(status.st_size) < offset + bytes.count else { return }
            return try check(ftruncate(file, off_t(offset + bytes.count)), "ftruncate")
        }
        let written = bytes[range].withUnsafeBytes {
            pwrite(file, $0.baseAddress, $0.count, off_t(offset + range.lowerBound))
        }
        guard written == range.count else { throw Refused(description: "write to \(path)") }
    }
}
