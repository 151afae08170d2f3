internal import FoundlingCore

/// A shape is refused or answers soon, the same each time, with a range that lies in the name.
enum ShapePromises {
    /// What PCRE2's match limit must end; many times what it needs here, since fuzzers share their machine.
    private static let patience = Duration.seconds(5)

    static func check(_ input: [UInt8]) throws(Broken) {
        var fields = Fields(input)
        guard let pattern = fields.nextText() else { return }
        let name = fields.next()
        do {
            let shape = try Shape(pattern)
            var first: Range<Int>?
            let time = ContinuousClock().measure { first = shape.match(name) }
            try promise(time < patience, "'\(pattern)' took \(time) for '\(Printable.escape(name))'")
            if let first {
                try promise(
                    first.lowerBound >= 0 && first.upperBound <= name.count, "the range \(first) of \(name.count) bytes"
                )
                try promise(shape.hasKey || first == 0..<name.count, "a key without a group of that name")
            }
            try promise(shape.match(name) == first, "'\(pattern)' answers differently the second time")
        } catch let invalid as Shape.Invalid {
            try promise(!invalid.reason.isEmpty, "refused without a word why")
            try promise((0...pattern.utf8.count).contains(invalid.offset), "a mistake outside the pattern: \(invalid)")
        } catch let broken as Broken { throw broken } catch { throw Broken("an error of no kind: \(error)") }
    }
}
