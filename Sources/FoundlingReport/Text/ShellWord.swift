internal import FoundlingCore

/// Spells a path so that it can be pasted into a shell, whatever its bytes are.
package enum ShellWord {
    package static func quoted(_ text: String) -> String { quoted(Array(text.utf8)) }

    package static func quoted(_ bytes: [UInt8]) -> String {
        let isPlain =
            !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "/._-+,:@%=".utf8.contains(byte)
                }
            }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "'") }) {
            return "'" + String(decoding: bytes, as: UTF8.self) + "'"
        }
        // $'…' takes any byte, in bash, zsh and ksh.
        return "$'"
            + bytes.map { byte in
                let isSafe = byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "'") && byte != .backslash
                return isSafe
                    ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined() + "'"
    }
}
