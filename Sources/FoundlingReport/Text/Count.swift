/// Numbers, shares and plurals in words.
package enum Count {
    /// With a comma between thousands: an inode count of eight digits cannot be read at a glance without.
    package static func text(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number))
        var text = ""
        for (i, digit) in digits.enumerated() {
            if i > 0, (digits.count - i).isMultiple(of: 3), digits[i - 1] != "-" { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 entry`, `2 entries`.
    package static func text(_ number: Int, _ one: String, _ many: String) -> String {
        "\(text(number)) \(number == 1 ? one : many)"
    }

    /// A share in whole percents to the nearest, but never 0 % of something nor 100 % of less than all.
    static func share(_ part: UInt64, of whole: UInt64) -> String {
        guard part > 0, whole > 0 else { return "0%" }
        let percent = Double(part) / Double(whole) * 100
        if percent < 1 { return "<1%" }
        return "\(part < whole ? min(99, Int(percent.rounded())) : 100)%"
    }

    /// A share that is over a limit, rounded up so that 20.4 % does not read as the 20 % that are allowed.
    static func overLimit(_ share: Double) -> String {
        guard share.isFinite, share > 0 else { return "0%" }
        if share >= 1 { return "100%" }
        // The tiny step back keeps 0.2 × 100 = 20.000000000000004 at 20.
        return "\(min(99, Int((share * 100 - 1e-9).rounded(.up))))%"
    }
}
