/// Reads the two kinds of number a manifest has, each with its unit: spans of time and shares.
///
/// A bare number is refused: whoever writes `min_age: 24` means hours, and would get seconds.
enum Quantity {
    /// Why a text is no quantity.
    struct Invalid: Error {
        let reason: String
    }

    private static let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

    /// `0s`, `90m`, `24h`, `7d`, `2w` in seconds.
    static func duration(_ text: String) throws(Invalid) -> Int64 {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count)
        if !digits.isEmpty, unit.isEmpty {
            let number = digits.count > 12 ? "24" : String(digits)
            throw Invalid(
                reason: "a span of time needs a unit: "
                    + "write \(number)s, \(number)m, \(number)h, \(example(number, 7))d or \(example(number, 2))w")
        }
        guard !digits.isEmpty, unit.count == 1, let factor = seconds[unit.first!] else {
            throw Invalid(reason: "\(quoted(text)) is no span of time: write for example 90m, 24h, 7d or 2w")
        }
        let (value, overflow) = Int64(digits)?.multipliedReportingOverflow(by: factor) ?? (0, true)
        guard !overflow, value <= 36_525 * 86_400 else { throw Invalid(reason: "more than a hundred years") }
        return value
    }

    /// `24d` would be a month: the example for long units keeps to what people mean by them.
    private static func example(_ number: String, _ usual: Int) -> String { number == "24" ? String(usual) : number }

    /// `20%` as 0.2.
    static func share(_ text: String) throws(Invalid) -> Double {
        let number = text.hasSuffix("%") ? String(text.dropLast()) : text
        let isDecimal =
            number.allSatisfy { ("0"..."9").contains($0) || $0 == "." } && number.first != "." && number.last != "."
        guard isDecimal, let value = Double(number) else {
            throw Invalid(reason: "\(quoted(text)) is no share: write for example 20% or 0.5%")
        }
        guard text.hasSuffix("%") else {
            let percent = value > 0 && value < 1 ? value * 100 : value
            let shown = percent == percent.rounded() && percent <= 100 ? String(Int(percent)) : "20"
            throw Invalid(reason: "a share is written with %: \(shown)%")
        }
        guard value <= 100 else { throw Invalid(reason: "a share is at most 100%") }
        return value / 100
    }
}
