import Foundation

/// Encodes one value to one line of JSON with its fields in order.
struct JSONText {
    private let encoder: JSONEncoder

    init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func encode(_ value: some Encodable) throws -> String {
        JSONString.quiet(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
