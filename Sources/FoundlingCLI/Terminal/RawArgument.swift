internal import Glibc

/// Arguments as the shell passed them: a name need not be UTF-8, and a `String` cannot hold one that is not.
enum RawArgument {
    /// The bytes behind an argument that was parsed as `text`.
    static func bytes(of text: String) -> [UInt8] {
        guard text.unicodeScalars.contains("\u{FFFD}") else { return Array(text.utf8) }
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let raw = CommandLine.unsafeArgv[index] else { continue }
            let bytes = UnsafeRawBufferPointer(start: raw, count: strlen(raw))
            if String(decoding: bytes, as: UTF8.self) == text { return Array(bytes) }
        }
        return Array(text.utf8)
    }
}
