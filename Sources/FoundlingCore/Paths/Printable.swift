/// Turns bytes that somebody else chose into text that cannot lie on a screen.
///
/// A file may be called "\u{1B}[2J" or carry a newline; printed as it is, a name could erase the line that accuses it.
package enum Printable {
    /// UTF-8 stays as it is; control characters, direction overrides and bytes that are not UTF-8 become `\xNN` or
    /// `\u{N}`.
    package static func escape(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != .backslash }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        var text = ""
        var decoder = UTF8()
        var source = bytes.makeIterator()
        var consumed = 0
        decoding: while true {
            switch decoder.decode(&source) {
            case .scalarValue(let scalar):
                text.unicodeScalars.append(contentsOf: escape(scalar).unicodeScalars)
                consumed += UTF8.width(scalar)
            case .emptyInput: break decoding
            case .error:
                // The decoder swallowed an unknown number of bytes: escape one and start again behind it.
                text += hex(bytes[consumed])
                consumed += 1
                decoder = UTF8()
                source = Array(bytes[consumed...]).makeIterator()
            }
        }
        return text
    }

    package static func escape(_ text: String) -> String { escape(Array(text.utf8)) }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x5C: "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case 0..<0x20, 0x7F: hex(UInt8(scalar.value))
        case 0x80..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F:
            "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: String(Character(scalar))
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" + digits : digits)
    }
}
