/// Numbers and spans of time in words.
package enum Words {
    /// `1 row`, `2 rows`.
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// Seconds in the manifest's own units, the largest that divides them: `24h`, `7d`, `90s`.
    package static func duration(_ seconds: Int64) -> String {
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds >= length {
            // A day is written 24h in manifests; from two days on nobody counts hours.
            if unit == "d", seconds < 2 * length { continue }
            if seconds.isMultiple(of: length) { return "\(seconds / length)\(unit)" }
        }
        return "\(seconds)s"
    }
}
