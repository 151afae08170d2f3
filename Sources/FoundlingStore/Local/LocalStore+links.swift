internal import CLinux
package import FoundlingCore
internal import Glibc

extension LocalStore {
    /// Every symbolic link below the root, in entries too; mounts are not crossed, what cannot be read is passed over.
    ///
    /// It looks at no file, only at names: a million take a third of a second.
    package func links(but reserved: [StorePath]) -> [StorePath] {
        var search = LinkSearch(reserved: Set(reserved))
        // Opened anew: a descriptor remembers how far its directory was read.
        let root = openDirectory([])
        guard root >= 0 else { return [] }
        defer { _ = cl_close(root) }
        search.visit(root, .root, depth: 0)
        return search.found
    }
}

/// A walk that looks for nothing but links.
private struct LinkSearch: ~Copyable {
    let reserved: Set<StorePath>
    let reader = DirectoryReader()
    var found: [StorePath] = []
    /// As deep as an entry is looked at: each directory on the way costs a descriptor.
    private static let deepest = EntryImager.deepest

    init(reserved: Set<StorePath>) { self.reserved = reserved }

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
        guard depth < Self.deepest else { return }
        for name in below {
            let child = path.appending(name)
            guard !reserved.contains(child) else { continue }
            let opened = CName.with(name) { cl_open_directory_beneath(directory, $0) }
            guard opened >= 0 else { continue }
            visit(opened, child, depth: depth + 1)
            _ = cl_close(opened)
        }
    }
}
