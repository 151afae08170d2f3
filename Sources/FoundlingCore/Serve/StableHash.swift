/// A number that is the same for the same things on every machine and in every release: what is spread or told apart by
/// it must stay so. It keeps no secret.
package struct StableHash {
    // FNV-1a.
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    /// A text, and where it ends.
    package mutating func add(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        // In no UTF-8: "a" and "bc" are not "ab" and "c".
        mix(0xFF)
    }

    package mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { for byte in $0 { mix(byte) } }
    }

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// Mixed once more: the high bits of the sum hardly depend on what came last.
    package var value: UInt64 {
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
