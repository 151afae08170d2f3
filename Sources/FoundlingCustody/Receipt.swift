internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Foundation
internal import Glibc

/// What a run leaves beside what it moved: enough to undo it with Foundling's own state lost.
///
/// `receipt.jsonl` has one line an item and one a file; `undo.sh` puts everything back with nothing but a shell. Both
/// are on disk before anything moves.
struct ReceiptWriter: ~Copyable {
    private let receipt: Int32
    private let undo: Int32
    private let quarantine: Quarantine
    static let name = Array("receipt.jsonl".utf8)
    static let undoName = Array("undo.sh".utf8)
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// Begins both files of a run.
    static func begin(
        _ quarantine: Quarantine, _ run: OpenDirectory, _ header: ReceiptHeader
    ) throws(Failure) -> ReceiptWriter {
        let receipt = try open(name, in: run, .receiptAppend, quarantine.seam)
        let undo: Int32
        do throws(Failure) { undo = try open(undoName, in: run, .undoAppend, quarantine.seam) } catch {
            _ = cl_close(receipt)
            throw error
        }
        for file in [receipt, undo] { quarantine.give(file) }
        let writer = ReceiptWriter(receipt: receipt, undo: undo, quarantine: quarantine)
        try writer.append(items: line(header), undoing: Array(header.undo(quarantine.path).utf8))
        return writer
    }

    private init(receipt: Int32, undo: Int32, quarantine: Quarantine) {
        self.receipt = receipt
        self.undo = undo
        self.quarantine = quarantine
    }

    deinit {
        _ = cl_close(receipt)
        _ = cl_close(undo)
    }

    private static func open(
        _ name: [UInt8], in run: OpenDirectory, _ step: Step, _ seam: Seam
    ) throws(Failure) -> Int32 {
        let opened = seam(step) {
            CName.with(name) {
                cl_open_file_beneath(run.descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600)
            }
        }
        try opened.orThrow("'\(Printable.escape(name))' of a run cannot be made")
        return opened
    }

    static func line(_ value: some Encodable) -> [UInt8] {
        ((try? encoder.encode(value)).map { Array($0) } ?? Array("{}".utf8)) + [0x0A]
    }

    /// How much there is of it, to go back to: nothing of an item that is not taken after all must stay.
    var size: UInt64 { length(receipt) }
    func cut(to size: UInt64) { _ = cl_truncate(receipt, size) }

    /// Writes what waits, however little it is.
    func flush(_ lines: inout [UInt8]) throws(Failure) {
        guard !lines.isEmpty else { return }
        try append(lines, receipt, .receiptAppend)
        lines.removeAll(keepingCapacity: true)
    }

    /// Lines of files need not wait for their batch: a tree of millions of files must not be held in memory.
    func spill(_ lines: inout [UInt8]) throws(Failure) {
        guard lines.count >= Self.spillSize else { return }
        try append(lines, receipt, .receiptAppend)
        lines.removeAll(keepingCapacity: true)
    }

    private static let spillSize = 1 << 20

    /// Lines for one batch, on disk when this returns.
    func append(items: [UInt8], undoing: [UInt8]) throws(Failure) {
        try append(items, receipt, .receiptAppend)
        try append(undoing, undo, .undoAppend)
        try quarantine.seam(.receiptSync) { cl_sync(receipt) }.orThrow("the receipt cannot be synced")
        try quarantine.seam(.undoSync) { cl_sync(undo) }.orThrow("the undo script cannot be synced")
    }

    private func append(_ bytes: [UInt8], _ file: Int32, _ step: Step) throws(Failure) {
        func write() -> Int32 { quarantine.seam(step) { cl_write_all(file, bytes, bytes.count) } }
        let size = length(file)
        var failed = write()
        if failed == -ENOSPC, quarantine.releaseReserve() {
            // What was written before the disk was full would be a torn line.
            _ = cl_truncate(file, size)
            failed = write()
        }
        if failed < 0 { _ = cl_truncate(file, size) }
        try failed.orThrow("the receipt cannot be written")
    }

    private func length(_ file: Int32) -> UInt64 {
        var status = cl_stat()
        return cl_stat_at(file, "", 0, &status) == 0 ? status.size : 0
    }
}

/// The first line of a receipt.
struct ReceiptHeader: Codable {
    static let version = 1
    let receipt: Int
    let run: String
    let created: Int64
    let root: String
    let manifest: String
    let manifestHash: String
    let planHash: String
    let actor: Actor
    let reason: String?
    let grounds: Grounds
}

/// One item of a receipt.
struct ReceiptItem: Codable {
    let item: Int
    let record: ItemRecord
    let mode: UInt32
    let owner: UInt32
    let group: UInt32
    /// The directories above it, from the root down: made again if they are gone.
    let parents: [Parent]

    struct Parent: Codable, Equatable {
        let mode: UInt32
        let owner: UInt32
        let group: UInt32
    }

}

/// One thing inside an item; the item itself has the empty path.
struct ReceiptFile: Codable, Equatable {
    let of: Int
    /// Text, or bytes where it is not UTF-8; nil for the item itself.
    let file: StorePath?
    let kind: EntryKind
    let size: UInt64
    let mtime: Int64
    let mode: UInt32
    let owner: UInt32
    let group: UInt32

    init(_ member: EntryImage.Member, of item: Int) {
        of = item
        file = member.path.bytes.isEmpty ? nil : member.path
        kind = member.status.kind
        size = member.status.size
        mtime = member.status.modified
        mode = member.status.mode
        owner = member.status.owner
        group = member.status.group
    }

    /// Its line of the receipt; written here where nothing in it needs an escape, since there may be millions.
    var line: [UInt8] {
        guard file.map({ $0.bytes.allSatisfy(Self.isPlain) }) ?? true else { return ReceiptWriter.line(self) }
        var line: [UInt8] = [UInt8(ascii: "{")]
        if let file {
            line += Array("\"file\":\"".utf8)
            line += file.bytes
            line += Array("\",".utf8)
        }
        line += Array("\"group\":\(group),\"kind\":\"\(kind.name)\",\"mode\":\(mode),\"mtime\":\(mtime),".utf8)
        line += Array("\"of\":\(of),\"owner\":\(owner),\"size\":\(size)}\n".utf8)
        return line
    }

    /// ASCII that stands for itself in a string of JSON.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8.backslash
    }
}
