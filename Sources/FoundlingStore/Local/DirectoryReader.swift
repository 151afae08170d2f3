internal import CLinux
package import FoundlingCore
internal import Glibc

/// Reads directories with `getdents64` into one buffer that is used again and again.
///
/// A large directory is read ahead on a thread of its own: a million names take the kernel about as long as they take
/// us.
package struct DirectoryReader: ~Copyable {
    /// 64 KiB hold about 2,000 names: larger buffers were no faster.
    private static let capacity = 65_536
    /// Read-ahead hands over larger pieces, so that handing over costs nothing.
    private static let pieceCapacity = 262_144
    private static let pieces = 3
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)

    package init() {}

    deinit { buffer.deallocate() }

    /// Visits every name but `.` and `..`, with its `d_type`; the name is followed by a NUL in memory.
    ///
    /// - Parameter readsAhead: whether a large directory may occupy another processor.
    /// - Returns: 0 once the kernel has said that this was all, or the errno that cut it short.
    @inline(__always)
    package func forEach(
        in directory: Int32, readsAhead: Bool = false,
        _ body: (_ name: UnsafeRawBufferPointer, _ type: UInt8) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> Int32 {
        var isLarge = false
        while true {
            if isLarge, readsAhead { return try ahead(in: directory, body) }
            let count = cl_getdents(directory, buffer.baseAddress, Self.capacity)
            guard count > 0 else {
                if count == -Int(EINTR) { continue }
                return Int32(-count)
            }
            isLarge = count > Self.capacity / 2
            try Self.visit(buffer.baseAddress.unsafelyUnwrapped, count, body)
        }
    }

    /// The names of one buffer.
    @inline(__always)
    private static func visit(
        _ buffer: UnsafeMutableRawPointer, _ count: Int,
        _ body: (_ name: UnsafeRawBufferPointer, _ type: UInt8) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        // struct linux_dirent64: d_ino u64, d_off s64, d_reclen u16, d_type u8, d_name.
        var offset = 0
        while offset < count {
            let record = UnsafeRawPointer(buffer + offset)
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
            let name = UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self)))
            try body(name, type)
        }
    }

    /// A piece of a directory, and how much of it is filled; where nothing is, what the kernel said instead.
    private struct Piece: @unchecked Sendable {
        let buffer: UnsafeMutableRawBufferPointer
        var count = 0
    }

    private func ahead(
        in directory: Int32, _ body: (_ name: UnsafeRawBufferPointer, _ type: UInt8) throws(FoundlingError) -> Void
    ) throws(FoundlingError) -> Int32 {
        let empty = Handoff<Piece>(limit: Self.pieces)
        let filled = Handoff<Piece>(limit: Self.pieces)
        let storage = (0..<Self.pieces).map { _ in
            UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceCapacity, alignment: 8)
        }
        for buffer in storage { empty.give(Piece(buffer: buffer)) }
        let thread = WorkerThread {
            while var piece = empty.take() {
                repeat {
                    piece.count = cl_getdents(directory, piece.buffer.baseAddress, piece.buffer.count)
                } while piece.count == -Int(EINTR)
                guard filled.give(piece), piece.count > 0 else { return }
            }
        }
        guard let thread else {
            for buffer in storage { buffer.deallocate() }
            return try forEach(in: directory, readsAhead: false, body)
        }
        let outcome = Result { () throws(FoundlingError) -> Int32 in
            while let piece = filled.take() {
                guard piece.count > 0 else { return Int32(-piece.count) }
                try Self.visit(piece.buffer.baseAddress.unsafelyUnwrapped, piece.count, body)
                empty.give(piece)
            }
            return EIO
        }
        empty.close()
        filled.close()
        thread.join()
        for buffer in storage { buffer.deallocate() }
        return try outcome.get()
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

    package init(mode: UInt32) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .directory
        case S_IFREG: self = .file
        case S_IFLNK: self = .symlink
        default: self = .special
        }
    }
}
