/// Text as a JSON string that is safe to show on a terminal.
///
/// JSON asks for escapes below a space and no others; control characters above, and marks that turn the direction of
/// writing, could still rewrite a screen, so they become `\uNNNN` too.
package enum JSONString {
    package static func quote(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            return "\"" + text + "\""
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: append(scalar, to: &quoted)
            }
        }
        return quoted + "\""
    }

    /// JSON that an encoder wrote, with what it leaves as it is escaped.
    ///
    /// Outside strings JSON is ASCII, so all there is to escape stands in a string.
    static func quiet(_ json: String) -> String {
        guard json.utf8.contains(where: { $0 >= 0x7F }) else { return json }
        var quiet = ""
        quiet.reserveCapacity(json.utf8.count)
        for scalar in json.unicodeScalars { append(scalar, to: &quiet) }
        return quiet
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            for unit in UTF16.encode(scalar) ?? .init() { text += "\\u" + hex(unit) }
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
