internal import Foundation

/// The form of a secret: `fdl_`, eight hexadecimal digits, `_`, 43 characters of base64url.
///
/// The prefix lets scanners of repositories find one that was committed by mistake; the digits name the record, so
/// that a request costs one look-up and one comparison.
enum TokenSecret {
    static let prefix = "fdl_"
    private static let idLength = 8
    private static let randomLength = 43
    private static let length = prefix.utf8.count + idLength + 1 + randomLength

    /// A new id and its secret.
    static func draw() -> (id: String, secret: String) {
        let id = Libcrypto.hexadecimal(Libcrypto.random(idLength / 2))
        let random = Data(Libcrypto.random(32)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return (id, prefix + id + "_" + random)
    }

    static func hash(_ secret: String) -> [UInt8] { Libcrypto.sha256(Array(secret.utf8)) }

    /// The id within, nil for whatever is no secret at all: the form is no secret.
    static func id(in presented: String) -> String? {
        // The length first: a header may be long, and nothing of it is copied.
        guard presented.utf8.count == length, presented.utf8.starts(with: prefix.utf8) else { return nil }
        let bytes = Array(presented.utf8.dropFirst(prefix.utf8.count))
        let id = bytes.prefix(idLength)
        guard isID(id), bytes[idLength] == UInt8(ascii: "_"),
            bytes.dropFirst(idLength + 1).allSatisfy(isBase64)
        else { return nil }
        return String(decoding: id, as: UTF8.self)
    }

    static func isID(_ text: String) -> Bool { isID(Array(text.utf8)[...]) }

    private static func isID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == idLength && bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
