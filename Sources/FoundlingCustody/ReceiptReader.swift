internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Foundation
internal import Glibc

/// Reads a receipt as what it may be: a file that somebody else wrote.
struct ReceiptReader {
    let header: ReceiptHeader
    let items: [ReceiptItem]
    /// A receipt longer than this is none of ours: 4 GiB hold twenty million files.
    /// Only an item's line has this field, and no name can hold it: in JSON its quotes would be escaped.
    private static let itemMark = Array(#""record":{"#.utf8)
    private static let limit: UInt64 = 4 << 30

    /// - Returns: nil where the run has no receipt.
    init?(_ quarantine: Quarantine, run: String) throws(FoundlingError) {
        guard RunID.isValid(run), let directory = try quarantine.directory.open(Array(run.utf8)) else { return nil }
        guard let text = try Self.text(directory, run) else { return nil }
        let decoder = JSONDecoder()
        var header: ReceiptHeader?
        var items: [ReceiptItem] = []
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        // A last line without an end was cut off by a crash: nothing was moved on its word.
        lines.removeLast()
        for (number, line) in lines.enumerated() {
            do {
                if number == 0 {
                    header = try decoder.decode(ReceiptHeader.self, from: Data(line))
                } else if line.firstRange(of: Self.itemMark) != nil {
                    items.append(try decoder.decode(ReceiptItem.self, from: Data(line)))
                }
            } catch { throw Self.invalid(run, "line \(number + 1) cannot be read: \(Self.words(error))") }
        }
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

    private static func text(_ directory: OpenDirectory, _ run: String) throws(FoundlingError) -> [UInt8]? {
        let file = CName.with(ReceiptWriter.name) {
            cl_open_file_beneath(directory.descriptor, $0, O_RDONLY | O_NONBLOCK, 0)
        }
        if file == -ENOENT { return nil }
        guard file >= 0 else { throw invalid(run, "it cannot be opened: \(Errno.text(-file))") }
        defer { _ = cl_close(file) }
        var status = cl_stat()
        guard cl_stat_at(file, "", 0, &status) == 0, EntryKind(mode: status.mode) == .file, status.size < limit
        else { throw invalid(run, "it is no plain file of a sensible size") }
        var text = [UInt8](repeating: 0, count: Int(status.size))
        var filled = 0
        while filled < text.count {
            let count = text.withUnsafeMutableBytes {
                cl_read(file, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            guard count > 0 else { throw invalid(run, "it cannot be read to its end") }
            filled += count
        }
        return text
    }

    private static func words(_ error: any Error) -> String {
        if case DecodingError.dataCorrupted(let context)? = error as? DecodingError { return context.debugDescription }
        return "it is not what a receipt says"
    }

    private static func invalid(_ run: String, _ what: String) -> FoundlingError {
        FoundlingError(
            .receiptInvalid, "the receipt of run \(Printable.escape(run)) is not to be trusted: \(what)",
            hint: "nothing was moved; look at it, and at undo.sh beside it, before you move anything by hand")
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
