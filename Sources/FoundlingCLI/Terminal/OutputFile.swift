internal import CLinux
internal import FoundlingCore
internal import Foundation

/// Files that a command is asked to write.
enum OutputFile {
    /// Whole or not at all where it is a plain file: one cut off would be refused, and the old one would be gone. A
    /// device or a pipe is written to, never replaced.
    ///
    /// - Parameter mode: for a file that somebody else is to read; nil leaves that to the umask.
    static func write(
        _ bytes: [UInt8], to path: String, _ what: String, mode: mode_t? = nil
    ) throws(FoundlingError) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if isThere, kind == S_IFDIR {
            throw FoundlingError(
                .usage, "'\(Printable.escape(path))' is a directory, and \(what) is a file", hint: "name a file in it")
        }
        // By hand: Foundation's own way traps on a path of one letter.
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if !isThere, !directory.isEmpty, stat(directory, &status) != 0 {
            throw FoundlingError(
                .system, "\(what) cannot be written: there is no directory '\(Printable.escape(directory))'",
                hint: "make it, or name another place")
        }
        do {
            guard isThere, kind != S_IFREG else {
                try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
                if let mode { _ = chmod(path, mode) }
                return
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw FoundlingError(
                .system, "\(what) cannot be written to '\(Printable.escape(path))': \(error.localizedDescription)",
                hint: "name another place, on another disk if this one is full")
        }
    }
}
