internal import CLinux
package import FoundlingCore
internal import FoundlingStore
internal import Foundation
internal import Glibc

/// Reads a receipt as what it may be: a file that somebody else wrote.
package struct ReceiptReader {
    let header: ReceiptHeader
    let items: [ReceiptItem]
    /// Only an item's line has this field, and no name can hold it: in JSON its quotes would be escaped.
    private static let itemMark = Array(#""record":{"#.utf8)
    /// A receipt longer than this is none of ours: 4 GiB hold twenty million files.
    private static let limit: UInt64 = 4 << 30
    private static let pieceSize = 1 << 20

    /// - Returns: nil where the run has no receipt.
    init?(_ quarantine: Quarantine, run: String) throws(FoundlingError) {
        guard RunID.isValid(run), let directory = try quarantine.directory.open(Array(run.utf8)) else { return nil }
        try self.init(run) { (take) throws(FoundlingError) in try Self.forEachLine(directory, run, take) }
    }

    /// The same of bytes that are in memory already, taken in pieces of some size.
    package init(_ bytes: [UInt8], run: String, pieces size: Int) throws(FoundlingError) {
        try self.init(run) { (take) throws(FoundlingError) in
            var lines = ReceiptLines(run)
            for start in stride(from: 0, to: bytes.count, by: max(size, 1)) {
                try lines.take(bytes[start..<min(start + max(size, 1), bytes.count)], take)
            }
            return true
        }!
    }

    /// - Parameter forEachLine: hands on every line that has an end; false where there is no receipt.
    private init?(
        _ run: String, _ forEachLine: (ReceiptLines.Taker) throws(FoundlingError) -> Bool
    ) throws(FoundlingError) {
        let decoder = JSONDecoder()
        var header: ReceiptHeader?
        var items: [ReceiptItem] = []
        let isThere = try forEachLine { (number, line) throws(FoundlingError) in
            do {
                if number == 1 {
                    header = try decoder.decode(ReceiptHeader.self, from: Data(line))
                } else if line.firstRange(of: Self.itemMark) != nil {
                    items.append(try decoder.decode(ReceiptItem.self, from: Data(line)))
                }
            } catch { throw Self.invalid(run, "line \(number) cannot be read: \(Self.words(error))") }
        }
        guard isThere else { return nil }
        guard let header else { throw Self.invalid(run, "it is empty") }
        guard header.receipt == ReceiptHeader.version else {
            throw Self.invalid(
                run, "it is of version \(header.receipt), and this Foundling knows \(ReceiptHeader.version)")
        }
        guard header.run == run else { throw Self.invalid(run, "it speaks of run '\(Printable.escape(header.run))'") }
        var (paths, numbers) = (Set<StorePath>(), Set<Int>())
        for item in items {
            guard paths.insert(item.record.path).inserted, numbers.insert(item.item).inserted else {
                throw Self.invalid(run, "it names '\(item.record.path)' or item \(item.item) twice")
            }
            guard item.item > 0, item.parents.count == item.record.path.components.count - 1 else {
                throw Self.invalid(run, "item \(item.item) is not what a receipt says of one")
            }
        }
        (self.header, self.items) = (header, items)
    }

    /// Where its items would go back to, below the root of the store.
    package var paths: [StorePath] { items.map(\.record.path) }

    /// Written again as a run would have written it.
    package var text: [UInt8] { ReceiptWriter.line(header) + items.flatMap(ReceiptWriter.line) }

    /// What a receipt says of everything in one item, by path; the item itself has the empty one.
    static func files(
        _ quarantine: Quarantine, run: String, of item: Int
    ) throws(FoundlingError) -> [StorePath: ReceiptFile] {
        guard RunID.isValid(run), let directory = try quarantine.directory.open(Array(run.utf8)) else { return [:] }
        var files: [StorePath: ReceiptFile] = [:]
        let decoder = JSONDecoder()
        let mark = Array("\"of\":\(item),".utf8)
        _ = try forEachLine(directory, run) { (_, line) throws(FoundlingError) in
            guard line.firstRange(of: mark) != nil, line.firstRange(of: itemMark) == nil,
                let file = try? decoder.decode(ReceiptFile.self, from: Data(line)), file.of == item
            else { return }
            files[file.file ?? .root] = file
        }
        return files
    }

    /// - Returns: false where there is no receipt.
    private static func forEachLine(
        _ directory: OpenDirectory, _ run: String, _ body: ReceiptLines.Taker
    ) throws(FoundlingError) -> Bool {
        let file = CName.with(ReceiptWriter.name) {
            cl_open_file_beneath(directory.descriptor, $0, O_RDONLY | O_NONBLOCK, 0)
        }
        if file == -ENOENT { return false }
        guard file >= 0 else { throw invalid(run, "it cannot be opened: \(Errno.text(-file))") }
        defer { _ = cl_close(file) }
        var status = cl_stat()
        guard cl_stat_at(file, "", 0, &status) == 0, EntryKind(mode: status.mode) == .file, status.size < limit
        else { throw invalid(run, "it is no plain file of a sensible size") }
        var piece = [UInt8](repeating: 0, count: pieceSize)
        var lines = ReceiptLines(run)
        while true {
            let count = piece.withUnsafeMutableBytes { cl_read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw invalid(run, "it cannot be read to its end") }
            if count == 0 { return true }
            try lines.take(piece[..<count], body)
        }
    }

    private static func words(_ error: any Error) -> String {
        if case DecodingError.dataCorrupted(let context)? = error as? DecodingError { return context.debugDescription }
        return "it is not what a receipt says"
    }

    static func invalid(_ run: String, _ what: String) -> FoundlingError {
        FoundlingError(
            .receiptInvalid, "the receipt of run \(Printable.escape(run)) is not to be trusted: \(what)",
            hint: "nothing was moved; look at it, and at undo.sh beside it, before you move anything by hand")
    }
}

/// Cuts what is read piece by piece into lines.
struct ReceiptLines {
    /// Takes a line by its number, from 1.
    typealias Taker = (Int, ArraySlice<UInt8>) throws(FoundlingError) -> Void

    private let run: String
    private var pending: [UInt8] = []
    private var number = 0
    /// A line longer than this is none of ours: paths have at most 4,096 bytes, and are escaped at most sixfold.
    private static let longest = 1 << 20

    init(_ run: String) { self.run = run }

    /// Calls `body` with each line that has an end; a last one without was cut off by a crash, and nothing was moved on
    /// its word.
    mutating func take(_ piece: ArraySlice<UInt8>, _ body: Taker) throws(FoundlingError) {
        pending += piece
        var start = pending.startIndex
        while let end = pending[start...].firstIndex(of: 0x0A) {
            number += 1
            try body(number, pending[start..<end])
            start = end + 1
        }
        pending.removeSubrange(..<start)
        guard pending.count < Self.longest else {
            throw ReceiptReader.invalid(run, "line \(number + 1) has no end")
        }
    }
}

/// The name of a run: `20261123-031500-7f3a9c`, its time in UTC and some random digits.
package enum RunID {
    static func make() -> String {
        var seconds = time_t(HostClock.time() / 1_000_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        let date = String(parts.tm_year + 1900) + two(parts.tm_mon + 1) + two(parts.tm_mday)
        let time = two(parts.tm_hour) + two(parts.tm_min) + two(parts.tm_sec)
        return "\(date)-\(time)-\(Digest.random(3))"
    }

    /// Whether a text could be one: it becomes the name of a directory.
    package static func isValid(_ text: String) -> Bool {
        text.utf8.count == 22
            && text.utf8.enumerated().allSatisfy { index, byte in
                switch index {
                case 8, 15: byte == UInt8(ascii: "-")
                case ..<15: (0x30...0x39).contains(byte)
                default: (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
                }
            }
    }
}
