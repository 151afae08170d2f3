internal import CLinux
package import FoundlingCore
internal import Glibc

/// Says where paths really lie in the store, when links in them are followed as the kernel follows them.
///
/// What is not there (any more) is spelt on as it stands: a link whose target was moved aside still says what it needs.
/// A directory is resolved once, however many paths lie in it; a path then costs one look at its last name.
package final class LinkResolver {
    private let root: [UInt8]
    /// By absolute path: the real one, and whether it is there.
    private var directories: [[UInt8]: (real: [UInt8], exists: Bool)] = [:]
    /// As many links as the kernel follows on one path (MAXSYMLINKS).
    private static let mostLinks = 40

    package init(_ store: LocalStore) { root = Array(store.realPath.utf8) }

    /// - Parameter path: below the root.
    /// - Returns: the real place below the root, or nil where it is the same or lies outside.
    package func real(_ path: StorePath) -> StorePath? {
        guard !path.bytes.isEmpty, let found = inside(resolve(root + [.slash] + path.bytes)) else { return nil }
        return found == path ? nil : found
    }

    /// - Parameter components: of an absolute path outside the root.
    /// - Returns: the place below the root that it leads to; nil where it does not lead there.
    package func real(outside components: [[UInt8]]) -> StorePath? {
        components.isEmpty ? nil : inside(resolve([.slash] + components.joined(separator: [UInt8.slash])))
    }

    private func inside(_ path: [UInt8]) -> StorePath? {
        guard path.starts(with: root + [.slash]) else { return nil }
        return StorePath(trusted: Array(path[(root.count + 1)...]))
    }

    private func resolve(_ path: [UInt8]) -> [UInt8] {
        guard let cut = path.lastIndex(of: .slash) else { return path }
        var links = 0
        let parent = directory(Array(path[..<cut]), &links)
        let full = parent.real + path[cut...]
        guard parent.exists, let target = text(of: full), links < Self.mostLinks else { return full }
        links += 1
        return directory(absolute(target, from: parent.real), &links).real
    }

    private func directory(_ path: [UInt8], _ links: inout Int) -> (real: [UInt8], exists: Bool) {
        guard let cut = path.lastIndex(of: .slash), path != root else { return (path, true) }
        if let known = directories[path] { return known }
        let name = path[(cut + 1)...]
        let parent = directory(Array(path[..<cut]), &links)
        var found = (real: parent.real + [.slash] + name, exists: parent.exists)
        if name.isEmpty || name.elementsEqual([.dot]) {
            found = parent
        } else if name.elementsEqual([.dot, .dot]) {
            found.real = Array(parent.real[..<(parent.real.lastIndex(of: .slash) ?? 0)])
        } else if parent.exists {
            if let target = text(of: found.real), links < Self.mostLinks {
                links += 1
                found = directory(absolute(target, from: parent.real), &links)
            } else {
                found.exists = !LocalStore.isMissing(found.real)
            }
        }
        directories[path] = found
        return found
    }

    private func absolute(_ target: [UInt8], from directory: [UInt8]) -> [UInt8] {
        target.first == .slash ? target : directory + [.slash] + target
    }

    /// What a link says; nil where there is none.
    private func text(of path: [UInt8]) -> [UInt8]? {
        CName.with(path) { name in
            withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
                let length = cl_read_link_at(AT_FDCWD, name, buffer.baseAddress, buffer.count)
                return length > 0 ? Array(buffer[..<length]) : nil
            }
        }
    }
}
