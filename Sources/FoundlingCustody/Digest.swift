internal import CCrypto
internal import FoundlingStore

/// SHA-256 by OpenSSL, in hexadecimal.
package enum Digest {
    package static func hex(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = bytes.withUnsafeBytes {
            EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil)
        }
        precondition(done == 1 && length == 32, "SHA-256 is part of every OpenSSL")
        return hexadecimal(digest)
    }

    /// The same of bytes that come piece by piece.
    static func running() -> EntryImager.Digesting {
        let context = Context()
        return EntryImager.Digesting(add: context.add, finish: context.finish)
    }

    private final class Context {
        private let context = EVP_MD_CTX_new()

        init() { precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "SHA-256 is part of every OpenSSL") }
        deinit { EVP_MD_CTX_free(context) }

        func add(_ bytes: [UInt8]) {
            bytes.withUnsafeBytes { precondition(EVP_DigestUpdate(context, $0.baseAddress, $0.count) == 1) }
        }

        func finish() -> String {
            var digest = [UInt8](repeating: 0, count: 32)
            precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1)
            return hexadecimal(digest)
        }
    }

    package static func hex(_ text: String) -> String { hex(Array(text.utf8)) }

    /// As many random bytes as asked for, in hexadecimal.
    static func random(_ count: Int) -> String {
        hexadecimal((0..<count).map { _ in UInt8.random(in: 0...255) })
    }

    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
