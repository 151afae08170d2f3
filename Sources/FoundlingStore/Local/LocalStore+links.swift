internal import CLinux
package import FoundlingCore
internal import Glibc

extension LocalStore {
    /// Every symbolic link below the root, in entries too; mounts are not crossed, what cannot be read is passed over.
    ///
    /// It looks at no file, only at names: a million take a third of a second.
    package func links(but reserved: [StorePath], threads: Int = Processors.count) -> [StorePath] {
        let reserved = Set(reserved)
        var search = LinkSearch(reserved: reserved, deepest: Self.sharedOut)
        // Opened anew: a descriptor remembers how far its directory was read.
        let root = openDirectory([])
        guard root >= 0 else { return [] }
        search.visit(root, .root, depth: 0)
        _ = cl_close(root)
        // From here on every directory is a piece of work of its own.
        let (waiting, found) = (search.waiting, search.found)
        return found
            + Parallel.map(waiting.count, threads: threads) { index -> [StorePath] in
                let opened = self.openDirectory(waiting[index].components.map { Array($0) })
                guard opened >= 0 else { return [] }
                defer { _ = cl_close(opened) }
                var search = LinkSearch(reserved: reserved, deepest: EntryImager.deepest)
                search.visit(opened, waiting[index], depth: Self.sharedOut + 1)
                return search.found
            }.joined()
    }

    /// Directories so deep are shared out among threads: entries mostly lie two below the root.
    private static let sharedOut = 1
}

/// A walk that looks for nothing but links.
private struct LinkSearch: ~Copyable {
    let reserved: Set<StorePath>
    let reader = DirectoryReader()
    var found: [StorePath] = []
    /// Directories below the deepest, which were not looked into.
    var waiting: [StorePath] = []
    /// As deep as an entry is looked at: each directory on the way costs a descriptor.
    private let deepest: Int

    init(reserved: Set<StorePath>, deepest: Int) {
        self.reserved = reserved
        self.deepest = deepest
    }

    mutating func visit(_ directory: Int32, _ path: StorePath, depth: Int) {
        var below: [[UInt8]] = []
        var links: [[UInt8]] = []
        _ = try? reader.forEach(in: directory) { (name, type) throws(FoundlingError) in
            var kind = EntryKind(directoryType: type)
            if kind == nil {
                var status = cl_stat()
                let start = name.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
                if cl_stat_at(directory, start, 0, &status) == 0 { kind = EntryKind(mode: status.mode) }
            }
            if kind == .symlink { links.append(Array(name)) } else if kind == .directory { below.append(Array(name)) }
        }
        found += links.map { path.appending($0) }
        for name in below {
            let child = path.appending(name)
            guard !reserved.contains(child) else { continue }
            guard depth < deepest else {
                waiting.append(child)
                continue
            }
            let opened = CName.with(name) { cl_open_directory_beneath(directory, $0) }
            guard opened >= 0 else { continue }
            visit(opened, child, depth: depth + 1)
            _ = cl_close(opened)
        }
    }
}
