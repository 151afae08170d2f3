/// Sizes as `du -h` prints them, so that both can lie side by side.
package enum Size {
    private static let units = ["", "K", "M", "G", "T", "P", "E"]

    /// Powers of 1024, rounded up, with one decimal below 10: `4.0K`, `174G`, `9.8G`, `0`.
    package static func text(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return String(bytes) }
        var unit = 1
        while unit < 6, bytes >> UInt64(10 * (unit + 1)) > 0 { unit += 1 }
        let shift = UInt64(10 * unit)
        let (whole, rest) = (bytes >> shift, bytes & ((1 << shift) - 1))
        let tenths = whole * 10 + (rest * 10 + (1 << shift) - 1) >> shift
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10)\(units[unit])" }
        let rounded = whole + (rest > 0 ? 1 : 0)
        return rounded == 1024 && unit < 6 ? "1.0\(units[unit + 1])" : "\(rounded)\(units[unit])"
    }
}
