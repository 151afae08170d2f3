/// What all charts of ours are made of.
///
/// Sizes are shares of the picture, so that text keeps its size where the picture is narrow; there is no style
/// attribute, so that the strictest policy lets them pass.
enum SVG {
    /// Two decimals: a hundredth of a percent is a tenth of a pixel.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
        let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func percent(_ share: Double) -> String { number(share * 100) + "%" }

    /// A picture with its name and what it says in words, for those who cannot see it.
    ///
    /// - Parameter id: unique on the page.
    static func picture(_ name: String, id: String, title: String, description: String, _ body: String) -> String {
        """
        <svg class="\(name)" role="img" aria-labelledby="\(id)-title \(id)-desc" xmlns="http://www.w3.org/2000/svg">\
        <title id="\(id)-title">\(HTMLText.escape(title))</title>\
        <desc id="\(id)-desc">\(HTMLText.escape(description))</desc>\(body)</svg>
        """
    }
}
