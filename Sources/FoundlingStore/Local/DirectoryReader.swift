internal import CLinux
internal import FoundlingCore
internal import Glibc

/// Reads directories with `getdents64` into one buffer that is used again and again.
struct DirectoryReader: ~Copyable {
    /// 64 KiB hold about 2,000 names: larger buffers were no faster.
    private static let capacity = 65_536
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)

    deinit { buffer.deallocate() }

    /// Visits every name but `.` and `..`, with its `d_type`; the name is followed by a NUL in memory.
    ///
    /// - Returns: 0 once the kernel has said that this was all, or the errno that cut it short.
    @inline(__always)
    func forEach(
        in directory: Int32, _ body: (_ name: UnsafeRawBufferPointer, _ type: UInt8) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> Int32 {
        while true {
            let count = cl_getdents(directory, buffer.baseAddress, Self.capacity)
            guard count > 0 else {
                if count == -Int(EINTR) { continue }
                return Int32(-count)
            }
            // struct linux_dirent64: d_ino u64, d_off s64, d_reclen u16, d_type u8, d_name.
            var offset = 0
            while offset < count {
                let record = UnsafeRawPointer(buffer.baseAddress! + offset)
                let length = Int(record.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
                let type = record.load(fromByteOffset: 18, as: UInt8.self)
                let start = record + 19
                offset += length
                if start.load(as: UInt8.self) == UInt8.dot {
                    let second = start.load(fromByteOffset: 1, as: UInt8.self)
                    if second == 0 || (second == UInt8.dot && start.load(fromByteOffset: 2, as: UInt8.self) == 0) {
                        continue
                    }
                }
                try body(UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))), type)
            }
        }
    }
}

extension EntryKind {
    /// From `d_type`; nil where the file system does not say.
    init?(directoryType type: UInt8) {
        switch Int(type) {
        case 4: self = .directory
        case 8: self = .file
        case 10: self = .symlink
        case 0: return nil
        default: self = .special
        }
    }

    init(mode: UInt32) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .directory
        case S_IFREG: self = .file
        case S_IFLNK: self = .symlink
        default: self = .special
        }
    }
}
