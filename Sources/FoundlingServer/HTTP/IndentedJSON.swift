/// JSON over several lines, in the order in which it was written: for people, and for differences that are short.
enum IndentedJSON {
    /// - Parameter compact: JSON without white space between its parts.
    static func text(_ compact: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(compact.utf8.count * 2)
        var depth = 0
        var isText = false
        var isEscaped = false
        var last = UInt8(ascii: " ")
        func line() { out += [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: depth * 2) }
        for byte in compact.utf8 {
            if isText {
                out.append(byte)
                if !isEscaped, byte == UInt8(ascii: "\"") { isText = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            } else {
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    if Self.opens(last) { line() }
                    out.append(byte)
                    depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if !Self.opens(last) { line() }
                    out.append(byte)
                case UInt8(ascii: ","):
                    out.append(byte)
                    line()
                case UInt8(ascii: ":"): out += [byte, UInt8(ascii: " ")]
                default:
                    if Self.opens(last) { line() }
                    out.append(byte)
                    isText = byte == UInt8(ascii: "\"")
                }
            }
            last = isText ? UInt8(ascii: " ") : byte
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func opens(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
}
