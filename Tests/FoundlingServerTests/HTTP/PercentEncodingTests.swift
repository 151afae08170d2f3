import FoundlingTesting
import Foundation
import Testing

@testable import FoundlingServer

/// `%2F` and the like.
@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%2F", "/"), ("%2f", "/"), ("%25", "%"), ("%2525", "%25"),
        ("%C3%A9", "é"), ("é", "é"), ("%F0%9F%97%91", "🗑"), ("%00", "\0"), ("a+b", "a b"), ("%2B", "+"),
    ])
    func anEscapeIsItsByte(_ text: String, _ decoded: String) {
        #expect(PercentEncoding.decode(text[...], plusIsSpace: true) == decoded)
    }

    @Test func aPlusIsASpaceInAQueryOnly() {
        #expect(PercentEncoding.decode("a+b", plusIsSpace: false) == "a+b")
        #expect(PercentEncoding.decode("a%2Bb", plusIsSpace: true) == "a+b")
    }

    @Test(arguments: [
        "%", "a%", "%2", "%g0", "%0g", "%%", "% 2", "%+1", "%-1", "%2%20", "%C3", "%FF", "%C3%28", "%ED%A0%80",
        "%C0%AF",
        "%F4%90%80%80", "%é",
    ])
    func whatIsNoEscapeOrNoUTF8IsRefused(_ text: String) {
        #expect(PercentEncoding.decode(text[...], plusIsSpace: true) == nil)
        #expect(PercentEncoding.decode("a\(text)"[...], plusIsSpace: false) == nil)
    }

    @Test func whatFoundationEncodesIsDecodedToTheSame() throws {
        var random = WorldGenerator.Seeded(11)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2_FFFF, using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let encoded = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let decoded = try #require(PercentEncoding.decode(encoded[...], plusIsSpace: true))
            #expect(Array(decoded.utf8) == Array(text.utf8), "\(encoded)")
        }
    }
}
