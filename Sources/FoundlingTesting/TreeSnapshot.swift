internal import CXattr
internal import Foundation

/// Everything of a tree that must be the same after it was moved aside and put back.
///
/// Names, kinds, bytes, modes, owners, times, extended attributes, hard links and holes; nothing that a rename may
/// change.
package struct TreeSnapshot: Equatable, Sendable {
    /// One line a path, in order.
    package let lines: [String]

    /// - Parameter except: names directly below `root` to leave out.
    package init(_ root: String, except: Set<String> = [".foundling"]) throws {
        var lines: [String] = []
        var groups: [UInt64: Int] = [:]
        func visit(_ path: [CChar], _ shown: String) throws {
            var status = stat()
            guard lstat(path, &status) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            let kind = status.st_mode & S_IFMT
            var line = "\(shown) mode=\(String(status.st_mode, radix: 8)) owner=\(status.st_uid):\(status.st_gid)"
            // A directory's own time changes when entries leave it and come back; those of entries must not.
            if shown.split(separator: "/").count > 1 {
                line += " mtime=\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            }
            if kind != S_IFDIR {
                line += " size=\(status.st_size) blocks=\(status.st_blocks)"
                if status.st_nlink > 1 {
                    if groups[UInt64(status.st_ino)] == nil { groups[UInt64(status.st_ino)] = groups.count }
                    line += " links=\(status.st_nlink) group=\(groups[UInt64(status.st_ino)]!)"
                }
            }
            line += Self.attributes(path).map { " \($0)" }.joined()
            if kind == S_IFLNK { line += " -> \(Self.target(path))" }
            if kind == S_IFREG, status.st_size < 1 << 20 { line += " bytes=\(Self.bytes(path, Int(status.st_size)))" }
            lines.append(line)
            guard kind == S_IFDIR else { return }
            for name in Self.names(path) {
                let text = Self.shown(name)
                if shown.isEmpty, except.contains(text) { continue }
                try visit(path.dropLast() + [0x2F] + name, shown.isEmpty ? text : shown + "/" + text)
            }
        }
        try visit(Array(root.utf8CString), "")
        self.lines = lines
    }

    /// Names in a directory, in order; a name is bytes and need not be text.
    private static func names(_ path: [CChar]) -> [[CChar]] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { start in
                    Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
                }
            }
            if name != [0x2E, 0], name != [0x2E, 0x2E, 0] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func shown(_ name: [CChar]) -> String {
        let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
        return String(validating: bytes, as: UTF8.self) ?? "bytes \(bytes)"
    }

    private static func target(_ path: [CChar]) -> String {
        var buffer = [CChar](repeating: 0, count: 4097)
        let length = readlink(path, &buffer, 4096)
        return shown(Array(buffer[...max(0, length)]))
    }

    private static func bytes(_ path: [CChar], _ size: Int) -> String {
        let file = open(path, O_RDONLY | O_NOFOLLOW)
        guard file >= 0 else { return "unreadable" }
        return (try? FileHandle(fileDescriptor: file, closeOnDealloc: true).readToEnd())?.base64EncodedString() ?? ""
    }

    private static func attributes(_ path: [CChar]) -> [String] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = llistxattr(path, &buffer, buffer.count)
        guard length > 0 else { return [] }
        let names = buffer[..<length].split(separator: 0).map {
            String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return names.sorted().map { name in
            var value = [UInt8](repeating: 0, count: 4096)
            let length = lgetxattr(path, name, &value, value.count)
            return "\(name)=\(Data(value[..<max(0, length)]).base64EncodedString())"
        }
    }

    /// Paths, without what was seen of them.
    package var paths: [String] { lines.map { String($0.prefix { $0 != " " }) } }

    /// Lines that one has and the other has not.
    package func difference(from other: TreeSnapshot) -> [String] {
        let (mine, theirs) = (Set(lines), Set(other.lines))
        return theirs.subtracting(mine).sorted().map { "- \($0)" } + mine.subtracting(theirs).sorted().map { "+ \($0)" }
    }
}
