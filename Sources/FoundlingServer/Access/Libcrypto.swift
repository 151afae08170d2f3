internal import CCrypto

/// What tokens and signatures need of OpenSSL.
enum Libcrypto {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = bytes.withUnsafeBytes {
            EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil)
        }
        precondition(done == 1 && length == 32, "SHA-256 is part of every OpenSSL")
        return digest
    }

    static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length = 0
        // A zero behind the key changes nothing, and gives an empty one an address.
        let done = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key + [0], key.count, bytes, bytes.count, &code, code.count, &length)
        precondition(done != nil && length == 32, "HMAC-SHA256 is part of every OpenSSL")
        return code
    }

    /// Takes as long where the first byte differs as where the last one does: time must not tell how much was right.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    /// As many as asked for, from the kernel: on Linux `SystemRandomNumberGenerator` is `getrandom`.
    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
