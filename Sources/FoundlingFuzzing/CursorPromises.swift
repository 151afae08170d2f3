internal import FoundlingCore
internal import FoundlingHistory

/// What is accepted is the one text of what it means, names a scan that could be a file's, and is refused in one way
/// only; no message repeats it.
enum CursorPromises {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func check(_ input: [UInt8]) throws(Broken) {
        if let text = String(validating: input, as: UTF8.self) { try read(text) }
        // The same as what is in a cursor, which a fuzzer would hardly spell.
        try read(spelled(input))
    }

    private static func read(_ text: String) throws(Broken) {
        guard let cursor = try cursor(text) else { return }
        try promise(cursor.text == text, "two texts of one cursor: \(cursor.text)")
        try promise(cursor.row > 0, "a row that no list has")
        try promise(
            cursor.scan.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8.slash },
            "a scan that no file is called for: \(cursor.scan)")
    }

    private static func cursor(_ text: String) throws(Broken) -> Cursor? {
        do throws(FoundlingError) { return try Cursor(text: text) } catch {
            try promise(error.code == .cursorInvalid, "another error than of a cursor: \(error)")
            try promise(text.utf8.count < 24 || !"\(error)".contains(text), "the cursor is repeated")
            return nil
        }
    }

    /// Bytes in base64url, three to four letters: an obvious spelling, and none of the reader's own.
    private static func spelled(_ bytes: [UInt8]) -> String {
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 } }
        while !bits.count.isMultiple(of: 6) { bits.append(0) }
        let letters = stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[Int(bits[start..<(start + 6)].reduce(0) { $0 << 1 | $1 })]
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
