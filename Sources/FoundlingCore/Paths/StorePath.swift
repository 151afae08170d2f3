/// A path inside a store, in the one form Foundling compares.
///
/// Paths are bytes: an `é` typed two ways is two files on disk and must be two paths here, although `String` calls them
/// equal; and a name need not be UTF-8 at all. The empty path is the root of the store.
package struct StorePath: Hashable, Sendable {
    /// Slash-separated and relative, without empty, `.` or `..` parts and without NUL.
    package let bytes: [UInt8]

    package static let root = StorePath(trusted: [])

    /// Wraps bytes that are known to be in normal form: names that the kernel gave, joined by `/`.
    package init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// Accepts `bytes` as a path, or nil where it could name something outside the store or nothing at all.
    package init?(_ bytes: [UInt8]) {
        guard !bytes.contains(0) else { return nil }
        // Bytes, not characters: "/" followed by a combining accent is one `Character` and would hide a "..".
        for part in bytes.split(separator: UInt8.slash, omittingEmptySubsequences: false) {
            guard !part.isEmpty, !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8) else { return nil }
        }
        self.bytes = bytes
    }

    package init?(_ text: String) { self.init(Array(text.utf8)) }

    package var components: [ArraySlice<UInt8>] { bytes.split(separator: UInt8.slash) }

    package func appending(_ name: some Collection<UInt8>) -> StorePath {
        StorePath(trusted: bytes.isEmpty ? Array(name) : bytes + [UInt8.slash] + name)
    }

    /// Without its last component; the root is its own parent.
    package var parent: StorePath {
        guard let slash = bytes.lastIndex(of: .slash) else { return .root }
        return StorePath(trusted: Array(bytes[..<slash]))
    }

    /// The text when the bytes are UTF-8, for those who need to know whether `description` lost anything.
    package var utf8: String? { String(validating: bytes, as: UTF8.self) }
}

extension StorePath: CustomStringConvertible {
    /// Safe to print anywhere; see ``Printable``.
    package var description: String { Printable.escape(bytes) }
}

extension UInt8 {
    package static let slash = UInt8(ascii: "/")
    package static let backslash = UInt8(ascii: "\\")
    package static let percent = UInt8(ascii: "%")
    package static let dot = UInt8(ascii: ".")
    package static let star = UInt8(ascii: "*")
}
