/// A cron expression drawn at random, and what it means, worked out while it is drawn.
struct DrawnExpression {
    let text: String
    private let minutes, hours, days, months, weekdays: Set<Int>
    private let isEither: Bool

    init(_ random: inout some RandomNumberGenerator) {
        let fields = [
            Field.draw(0...59, &random), Field.draw(0...23, &random), Field.draw(1...31, &random),
            // Most months are not those of the spans: mostly any month.
            Bool.random(using: &random)
                ? Field(text: "*", set: Set(1...12)) : Field.draw(1...12, words: Field.months, &random),
            Field.draw(0...6, words: Field.days, &random),
        ]
        text = fields.map(\.text).joined(separator: [" ", "  ", "\t"].randomElement(using: &random)!)
        (minutes, hours, days, months, weekdays) =
            (fields[0].set, fields[1].set, fields[2].set, fields[3].set, fields[4].set)
        isEither = !fields[2].text.hasPrefix("*") && !fields[4].text.hasPrefix("*")
    }

    func matches(_ reading: WallOracle.Reading) -> Bool {
        let (day, weekday) = (days.contains(reading.day), weekdays.contains(reading.weekday))
        return minutes.contains(reading.minute) && hours.contains(reading.hour) && months.contains(reading.month)
            && (isEither ? day || weekday : day && weekday)
    }

    /// One field: a list of one to three parts.
    private struct Field {
        let text: String
        let set: Set<Int>

        static let months = [
            "jan", "feb", "MAR", "Apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        static let days = ["sun", "mon", "TUE", "Wed", "thu", "fri", "sat"]

        static func draw(
            _ range: ClosedRange<Int>, words: [String] = [], _ random: inout some RandomNumberGenerator
        ) -> Field {
            var (texts, set): ([String], Set<Int>) = ([], [])
            for _ in 0..<[1, 1, 1, 2, 3].randomElement(using: &random)! {
                let low = Int.random(in: range, using: &random)
                let high = Int.random(in: low...range.upperBound, using: &random)
                let step = Int.random(in: 1...min(20, range.upperBound), using: &random)
                func name(_ number: Int) -> String {
                    words.isEmpty || Bool.random(using: &random) ? "\(number)" : words[number - range.lowerBound]
                }
                switch Int.random(in: 0..<6, using: &random) {
                case 0:
                    texts.append("*")
                    set.formUnion(range)
                case 1:
                    texts.append("*/\(step)")
                    set.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
                case 2:
                    texts.append("\(name(low))-\(name(high))")
                    set.formUnion(low...high)
                case 3:
                    texts.append("\(name(low))-\(name(high))/\(step)")
                    set.formUnion(stride(from: low, through: high, by: step))
                default:
                    texts.append(low == 0 && range == 0...6 && high > 3 ? "7" : name(low))
                    set.insert(low)
                }
            }
            return Field(text: texts.joined(separator: ","), set: set)
        }
    }
}

/// The same numbers each time.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
