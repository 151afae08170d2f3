import CPCRE2

/// A regular expression that says which names belong to a resource; what it does not match is unrecognised, never an
/// orphan.
///
/// Matched by PCRE2 on bytes, because a name need not be UTF-8: where a name is not, the expression simply fails there.
package final class Shape: @unchecked Sendable {
    // Safe to share: a compiled code is read-only, and match data is made per call site under `borrow`.
    package let pattern: String
    /// Whether the expression has a group named `key`.
    package let hasKey: Bool
    private let code: OpaquePointer
    private let keyGroup: Int

    /// What is wrong with a pattern, and at which of its bytes.
    package struct Invalid: Error, Equatable {
        package let reason: String
        package let offset: Int
    }

    package init(_ pattern: String) throws(Invalid) {
        var error: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(bitPattern: Int32(PCRE2_MATCH_INVALID_UTF))
        // PCRE2 10.42 looks one byte behind the end of an unfinished `(*LIMIT_MATCH=9`, and places the mistake there.
        let bytes = Array(pattern.utf8) + [0]
        guard let code = pcre2_compile_8(bytes, bytes.count - 1, options, &error, &offset, nil) else {
            var buffer = [UInt8](repeating: 0, count: 256)
            let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
            throw Invalid(
                reason: String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self),
                offset: min(offset, bytes.count - 1))
        }
        // Without JIT the interpreter answers the same, only slower.
        _ = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
        self.pattern = pattern
        self.code = code
        keyGroup = Int(pcre2_substring_number_from_name_8(code, "key"))
        hasKey = keyGroup > 0
    }

    deinit { pcre2_code_free_8(code) }

    /// The range of the `key` group, the whole name where there is none, or nil if the name does not match.
    ///
    /// An expression that runs away is stopped by PCRE2's match limit and counts as no match: the file is kept.
    package func match(_ name: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
        defer { pcre2_match_data_free_8(data) }
        let subject = name.bindMemory(to: UInt8.self)
        var empty: UInt8 = 0
        let status =
            subject.baseAddress.map { pcre2_match_8(code, $0, subject.count, 0, 0, data, nil) }
            ?? pcre2_match_8(code, &empty, 0, 0, 0, data, nil)
        guard status > 0, let offsets = pcre2_get_ovector_pointer_8(data) else { return nil }
        guard hasKey else { return 0..<name.count }
        let start = offsets[2 * keyGroup]
        guard start != Int(bitPattern: UInt.max), Int(status) > keyGroup else { return 0..<0 }
        return start..<offsets[2 * keyGroup + 1]
    }

    package func match(_ name: [UInt8]) -> Range<Int>? { name.withUnsafeBytes { match($0) } }
}

extension Shape: Equatable {
    package static func == (a: Shape, b: Shape) -> Bool { a.pattern == b.pattern }
}
