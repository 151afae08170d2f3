/// One value of a row where the engine holds it: valid until the next row.
struct Cell {
    /// What the bytes are.
    enum Kind: UInt8 {
        case null, text, number
        /// Bytes that are no text, and of fixed meaning only if they are 16: then they are a UUID.
        case binary
        /// Bytes that are text, unless they are 16: then they may be a UUID as well.
        case opaque
        /// A number as bytes: MySQL's BIT.
        case bits
    }

    var kind = Kind.null
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
}

/// How a UUID of 16 bytes may stand in a path. Each spelling is a claim: more claims can only keep more.
enum BinarySpelling: CaseIterable {
    /// `6f1c…-…`, as `str(uuid)` and most languages print it.
    case dashed
    case plain
    /// The bytes themselves: what looks like a UUID may be text of 16 letters.
    case bytes

    /// The spelling of 16 bytes; nil where they cannot be spelt like that.
    func text(_ value: UnsafeRawBufferPointer) -> [UInt8]? {
        if self == .bytes { return value.contains(0) ? nil : Array(value) }
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in value.enumerated() {
            if self == .dashed, [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return text
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
