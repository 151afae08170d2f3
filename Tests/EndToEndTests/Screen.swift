/// What must never reach a terminal, wherever it came from.
enum Screen {
    /// Controls other than the end of a line, and marks that turn the direction of what is read.
    static func lies(in text: String, allowing allowed: Set<UInt32> = []) -> [String] {
        text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0x061C:
                !allowed.contains(scalar.value)
            default: false
            }
        }.map { "U+" + String($0.value, radix: 16, uppercase: true) }
    }
}
