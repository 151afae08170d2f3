/// One of the five fields of a cron expression: what it is called, and which numbers and names it knows.
struct CronField {
    let name: String
    let range: ClosedRange<Int>
    /// From the lowest number of the range on.
    var words: [String] = []

    private typealias Invalid = CronExpression.Invalid

    static let all = [
        CronField(name: "minute", range: 0...59), CronField(name: "hour", range: 0...23),
        CronField(name: "day of the month", range: 1...31),
        CronField(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        // 7 is Sunday, too.
        CronField(
            name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let short = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// The five fields of an expression, or of what stands for it.
    static func split(_ text: String) throws(CronExpression.Invalid) -> [Substring] {
        let fields = text.split { $0 == " " || $0 == "\t" || $0.isNewline }
        if let word = fields.first, word.first == "@" {
            guard fields.count == 1, let meant = short[word.lowercased()] else {
                let known = short.keys.sorted().joined(separator: ", ")
                throw Invalid(
                    reason: word.lowercased() == "@reboot"
                        ? "@reboot is no time: a schedule says when, not after what"
                        : "\(Self.shown(word)) is none of \(known)")
            }
            return meant.split(separator: " ")
        }
        guard fields.count == 5 else {
            let advice = fields.count > 5 ? "; seconds, years and commands have no place here" : ""
            throw Invalid(
                reason: "\(Words.count(fields.count, "field", "fields")), and it takes five: minute, hour, "
                    + "day of the month, month, day of the week\(advice)")
        }
        return fields
    }

    /// The numbers that a field names, as bits; a 7 of the week is a 0.
    func read(_ text: Substring) throws(CronExpression.Invalid) -> UInt64 {
        var set: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !part.isEmpty else { throw Invalid(reason: "\(name): a comma with nothing beside it") }
            set |= try read(part: part)
        }
        let seventh: UInt64 = range.upperBound == 7 && set & 1 << 7 != 0 ? 1 : 0
        return range.upperBound == 7 ? set & 0x7F | seventh : set
    }

    /// `*`, `5`, `10-40`, each with a step or without.
    private func read(part: Substring) throws(CronExpression.Invalid) -> UInt64 {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let low: Int
        let high: Int
        if pieces[0] == "*" {
            (low, high) = (range.lowerBound, range.upperBound == 7 ? 6 : range.upperBound)
        } else {
            low = try number(ends[0])
            let last = try ends.count > 1 ? number(ends[1]) : low
            // `fri-sun` leads to the Sunday behind, as `5-7` does.
            high = low > 0 && ends.count > 1 && ends[1].lowercased() == "sun" ? 7 : last
            guard low <= high else {
                throw Invalid(reason: "\(name): \(Self.shown(pieces[0])) is empty: it ends before it begins")
            }
        }
        guard pieces.count > 1 else { return Self.bits(low, high, 1) }
        guard pieces[0] == "*" || ends.count > 1 else {
            throw Invalid(
                reason: "\(name): a step needs a range: write \(low)-\(range.upperBound)/\(Self.plain(pieces[1]))")
        }
        guard let step = Self.whole(pieces[1]), (1...range.upperBound).contains(step) else {
            throw Invalid(reason: "\(name): a step is a whole number from 1 to \(range.upperBound)")
        }
        return Self.bits(low, high, step)
    }

    private func number(_ text: Substring) throws(CronExpression.Invalid) -> Int {
        if let word = words.firstIndex(of: text.lowercased()) { return range.lowerBound + word }
        guard let number = Self.whole(text) else {
            let names = words.isEmpty ? "" : " or one of \(words.joined(separator: ", "))"
            throw Invalid(reason: "\(name): \(Self.shown(text)) is no number\(names)")
        }
        guard range.contains(number) else {
            throw Invalid(
                reason: "\(name): \(Self.shown(text)) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func bits(_ low: Int, _ high: Int, _ step: Int) -> UInt64 {
        stride(from: low, through: high, by: step).reduce(0) { $0 | 1 << $1 }
    }

    /// Digits and nothing else: `Int` would take a sign as well.
    private static func whole(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } && text.utf8.count <= 6 ? Int(text) : nil
    }

    private static func plain(_ text: Substring) -> String { whole(text).map(String.init) ?? "STEP" }

    /// A piece of somebody's text, short and escaped; a URL in the wrong place may hold a secret, and is cut.
    static func shown(_ text: some StringProtocol) -> String {
        var shown = String(text)
        if let scheme = shown.firstRange(of: "://") { shown = shown[..<scheme.upperBound] + "…" }
        return "'\(Printable.escape(shown.count > 24 ? shown.prefix(24) + "…" : shown))'"
    }
}
