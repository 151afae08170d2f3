package import FoundlingCore

/// Where a page ended, as text that a client hands back unread to get the next one.
///
/// It names the last row by its number: rows of one scan's file never change, so that their keys need not travel. It is
/// no secret and proves nothing; whoever makes one up gets a page of what they may read anyway.
package struct Cursor: Sendable, Equatable {
    /// What is paged.
    package enum Scope: UInt8, CaseIterable, Sendable {
        case findings = 1
        case gone, scans, jobs
    }

    package var scope: Scope
    /// The scan whose findings are paged; empty where pages are not of one scan.
    package var scan: String
    /// Sort and direction; 0 where there is only one.
    package var order: UInt8
    /// A digest of what was asked for.
    package var filter: UInt64
    package var row: Int64

    private static let version: UInt8 = 1

    package init(scope: Scope, scan: String = "", order: UInt8 = 0, filter: UInt64 = 0, row: Int64) {
        self.scope = scope
        self.scan = scan
        self.order = order
        self.filter = filter
        self.row = row
    }

    /// Reads what ``text`` wrote, and nothing else.
    package init(text: String) throws(FoundlingError) {
        guard let bytes = Base64URL.decode(Array(text.utf8)), let cursor = Cursor(bytes: bytes) else {
            throw Self.invalid("the cursor is not one that Foundling gave out")
        }
        self = cursor
    }

    package var text: String {
        let scan = Array(scan.utf8.prefix(ScanName.limit))
        var bytes = [Self.version, scope.rawValue, order]
        bytes += Self.bytes(of: filter) + Self.bytes(of: UInt64(bitPattern: row))
        bytes.append(UInt8(scan.count))
        return Base64URL.encode(bytes + scan)
    }

    private init?(bytes: [UInt8]) {
        let head = 20
        guard bytes.count >= head, bytes[0] == Self.version, let scope = Scope(rawValue: bytes[1]) else { return nil }
        let scan = bytes[head...]
        guard Int(bytes[head - 1]) == scan.count, scan.isEmpty || ScanName.isValid(scan) else { return nil }
        let row = Int64(bitPattern: Self.number(bytes[11..<19]))
        guard row > 0 else { return nil }
        self.init(
            scope: scope, scan: String(decoding: scan, as: UTF8.self), order: bytes[2],
            filter: Self.number(bytes[3..<11]), row: row)
    }

    /// The row of a cursor, if it is one of this very query.
    static func row(
        of text: String, scope: Scope, scan: String = "", order: UInt8 = 0, filter: UInt64 = 0
    ) throws(FoundlingError) -> Int64 {
        let cursor = try Cursor(text: text)
        guard cursor.scope == scope else { throw invalid("the cursor is of another list") }
        guard cursor.scan == scan else {
            throw FoundlingError(
                .cursorStale, "the cursor is of an earlier scan, and another one has ended since",
                hint: "ask for the first page again, without a cursor")
        }
        guard cursor.order == order, cursor.filter == filter else {
            throw invalid("the cursor is of a query with another order or filter")
        }
        return cursor.row
    }

    static func invalid(_ what: String) -> FoundlingError {
        FoundlingError(.cursorInvalid, what, hint: "ask for the first page again, without a cursor")
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// What a scan may be called: its name is part of a file's.
enum ScanName {
    static let limit = 64

    static func isValid(_ name: some Collection<UInt8>) -> Bool {
        guard (1...limit).contains(name.count), name.first != UInt8.dot else { return false }
        return name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8.dot:
                true
            default: false
            }
        }
    }
}

/// RFC 4648's alphabet for URLs, without padding: exactly one text for any bytes.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
    /// Longer than any cursor is.
    private static let limit = 256

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (held, bits) = (UInt32(0), 0)
        for byte in bytes {
            (held, bits) = (held << 8 | UInt32(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(held >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(held << UInt32(6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for any text that ``encode(_:)`` would not have written.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= limit, text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var (held, bits) = (UInt32(0), 0)
        for letter in text {
            let value = values[Int(letter)]
            guard value != 0xFF else { return nil }
            (held, bits) = (held << 6 | UInt32(value), bits + 6)
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        // What is left over must be zero, or two texts would mean the same.
        guard held & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return bytes
    }
}
