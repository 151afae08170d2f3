internal import CLinux
internal import FoundlingCore
internal import Foundation
internal import Glibc

/// Names who has a file open, from `/proc`: only for a message, since other containers' processes are not all there.
enum OpenFiles {
    /// `process 4711 (python3)`, or nil where nobody is seen.
    static func holder(of entry: StorePath, _ file: StorePath, root: String) -> String? {
        let relative = file.bytes.isEmpty ? entry.bytes : entry.bytes + [.slash] + file.bytes
        let path = String(decoding: Array(root.utf8) + [.slash] + relative, as: UTF8.self)
        let files = FileManager.default
        for process in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] where Int32(process) != nil {
            guard Int32(process) != getpid() else { continue }
            for number in (try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? [] {
                guard (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(number)")) == path else {
                    continue
                }
                return name(of: process)
            }
        }
        return nil
    }

    /// Processes whose working directory lies below `root`, with where that is, relative to it.
    static func workers(below root: String) -> [(path: StorePath, process: String)] {
        let prefix = Array(root.utf8) + [.slash]
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { process in
            guard let number = Int32(process), number != getpid() else { return nil }
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let length = buffer.withUnsafeMutableBytes {
                cl_read_link_at(AT_FDCWD, "/proc/\(process)/cwd", $0.baseAddress, $0.count)
            }
            guard length > prefix.count, buffer.starts(with: prefix) else { return nil }
            return (StorePath(trusted: Array(buffer[prefix.count..<length])), self.name(of: process))
        }
    }

    private static func name(of process: String) -> String {
        let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? "?"
        return "process \(process) (\(Printable.escape(name.trimmingCharacters(in: .whitespacesAndNewlines))))"
    }

    /// Bytes of files that are removed but still open, on one device, and who holds the largest.
    static func removedButOpen(device: UInt64) -> (bytes: UInt64, holder: String?) {
        var (bytes, largest, holder): (UInt64, UInt64, String?) = (0, 0, nil)
        var seen: Set<UInt64> = []
        let files = FileManager.default
        for process in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] where Int32(process) != nil {
            guard Int32(process) != getpid() else { continue }
            for number in (try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? [] {
                var status = stat()
                guard stat("/proc/\(process)/fd/\(number)", &status) == 0, status.st_nlink == 0,
                    status.st_dev == device, status.st_mode & S_IFMT == S_IFREG,
                    seen.insert(UInt64(status.st_ino)).inserted
                else { continue }
                let size = UInt64(status.st_blocks) * 512
                bytes += size
                if size > largest {
                    largest = size
                    holder = name(of: process)
                }
            }
        }
        return (bytes, holder)
    }
}
