package import FoundlingCore
internal import CLinux
internal import Glibc

/// Says where paths below the root really lie, when links in them are followed as the kernel follows them.
///
/// A directory is resolved once, however many paths lie in it; a path then costs one look at its last name.
package final class LinkResolver {
    private let store: LocalStore
    private let root: [UInt8]
    /// By path below the root: the real, absolute path; what does not exist is spelt as it is behind what does.
    private var directories: [StorePath: (real: [UInt8], exists: Bool)] = [:]

    package init(_ store: LocalStore) {
        self.store = store
        root = Array(store.realPath.utf8)
    }

    /// - Returns: the real place below the root, or nil where it is the same or lies outside.
    package func real(_ path: StorePath) -> StorePath? {
        guard let name = path.components.last else { return nil }
        let parent = directory(path.parent)
        var full = parent.real + [.slash] + name
        if parent.exists, store.kind(of: path) == .symlink { full = Self.resolved(full) ?? full }
        guard full.starts(with: root + [.slash]) else { return nil }
        let real = StorePath(trusted: Array(full[(root.count + 1)...]))
        return real == path ? nil : real
    }

    private func directory(_ path: StorePath) -> (real: [UInt8], exists: Bool) {
        guard let name = path.components.last else { return (root, true) }
        if let known = directories[path] { return known }
        let parent = directory(path.parent)
        let full = parent.real + [.slash] + name
        let found = parent.exists ? Self.resolved(full) : nil
        let directory = (real: found ?? full, exists: found != nil)
        directories[path] = directory
        return directory
    }

    private static func resolved(_ path: [UInt8]) -> [UInt8]? {
        CName.with(path) { name in
            guard let resolved = Glibc.realpath(name, nil) else { return nil }
            defer { free(resolved) }
            return UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)).map { $0 }
        }
    }
}
