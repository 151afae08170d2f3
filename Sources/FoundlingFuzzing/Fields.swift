internal import FoundlingCore

/// An input taken apart into several texts. NUL divides them, because no path, pattern or URL can hold one.
struct Fields {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) { rest = input[...] }

    /// Up to the next NUL, or the end; empty where nothing is left.
    mutating func next() -> [UInt8] {
        let field = rest.prefix { $0 != 0 }
        rest = rest.dropFirst(field.count + 1)
        return Array(field)
    }

    /// The same as text; nil where it is not UTF-8.
    mutating func nextText() -> String? { String(validating: next(), as: UTF8.self) }

    /// All that are left.
    mutating func remaining() -> [[UInt8]] {
        defer { rest = [] }
        return rest.split(separator: 0).map(Array.init)
    }
}

/// A password that must never be shown: what stands in a seed, and no word of ours.
enum Secret {
    static let text = "k7Qz9wXs"
    private static let bytes = Array(text.utf8)

    /// Whether it stands in `input` at least once, and only as the password of a URL.
    ///
    /// - Parameter alsoBehind: a word of the URL behind which all may belong to a password.
    static func isOnlyAPassword(in input: [UInt8], alsoBehind word: String? = nil) -> Bool {
        let places = input.indices.filter { input[$0...].starts(with: bytes) }
        return !places.isEmpty
            && places.allSatisfy { place in
                let before = input[..<place]
                if let word, before.firstRange(of: Array(word.utf8)) != nil { return true }
                guard let start = before.lastIndex(of: .slash), before[...start].suffix(3).elementsEqual("://".utf8),
                    input[(place + bytes.count)...].first == UInt8(ascii: "@")
                else { return false }
                let user = before[(start + 1)...]
                return user.last == UInt8(ascii: ":")
                    && user.dropLast().allSatisfy { (0x61...0x7A).contains($0) }
            }
    }
}
