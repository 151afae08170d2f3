internal import CLinux
package import FoundlingCore
internal import Glibc

extension LocalStore {
    /// Something to measure: all that lies in it, or, where it is shallow, only the thing itself.
    package struct Target: Sendable {
        package let path: StorePath
        package let isShallow: Bool

        package init(path: StorePath, isShallow: Bool = false) {
            self.path = path
            self.isShallow = isShallow
        }
    }

    /// Measures entries below the root, links never followed, mounts never crossed.
    package func measure(
        _ targets: [Target], threads: Int,
        progress: @escaping @Sendable (_ files: Int, _ finished: Int) -> Void = { _, _ in }
    ) -> Measurements {
        TreeWalker(self, targets, progress: progress).measure(threads: threads)
    }

    /// Whether a directory holds a `.foundling-keep`, without opening it.
    package func isPinned(_ path: StorePath, _ kind: EntryKind) -> Bool {
        guard kind == .directory else { return false }
        var status = cl_stat()
        let name = (path.bytes.isEmpty ? [.dot] : path.bytes) + Array("/.foundling-keep".utf8) + [0]
        return name.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cl_stat_at(descriptor, $0.baseAddress!, 0, &status) }
        } != -ENOENT
    }

    /// What a `.foundling-keep` in an entry says: its first line, which may say who asked and why.
    package func keepNote(in path: StorePath) -> String {
        let plain = "it holds a .foundling-keep"
        let name = path.bytes + Array("/.foundling-keep".utf8)
        let file = CName.with(name) { cl_open_file_beneath(descriptor, $0, O_RDONLY | O_NONBLOCK, 0) }
        guard file >= 0 else { return plain }
        defer { _ = cl_close(file) }
        var buffer = [UInt8](repeating: 0, count: 200)
        let count = buffer.withUnsafeMutableBytes { cl_read(file, $0.baseAddress, $0.count) }
        guard count > 0, let line = buffer[..<count].split(separator: 0x0A).first else { return plain }
        return "\(plain): \(Printable.escape(Array(line)))"
    }

    /// What lies at a path, links not followed; nil where nothing can be seen.
    package func kind(of path: StorePath) -> EntryKind? {
        var status = cl_stat()
        let failed = (path.bytes + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cl_stat_at(descriptor, $0.baseAddress!, 0, &status) }
        }
        return failed == 0 ? EntryKind(mode: status.mode) : nil
    }

    /// Links resolved; nil where nothing is there.
    package static func realPath(of path: String) -> String? {
        guard let resolved = Glibc.realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
