import Foundation

/// Encodes one value to one line of JSON that is safe to show on a terminal.
struct JSONText {
    private let encoder: JSONEncoder

    init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func encode(_ value: some Encodable) throws -> String {
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return text.utf8.contains { $0 >= 0x7F } ? Self.quiet(text) : text
    }

    /// The encoder escapes control characters below a space and no others; those above, and marks that turn the direction
    /// of writing, could still rewrite a screen.
    ///
    /// Outside strings JSON is ASCII, so every one of them stands in a string and may be written `\uNNNN`.
    private static func quiet(_ text: String) -> String {
        var quiet = ""
        quiet.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                for unit in UTF16.encode(scalar) ?? .init() { quiet += "\\u" + hex(unit) }
            default: quiet.unicodeScalars.append(scalar)
            }
        }
        return quiet
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
