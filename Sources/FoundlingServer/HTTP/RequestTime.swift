internal import FoundlingCore
internal import Foundation

/// Times as requests name them.
enum RequestTime {
    /// RFC 3339, or a day (midnight UTC): nanoseconds since 1970, or nil.
    static func nanoseconds(_ text: String) -> Int64? {
        if let day = Timestamp.day(text) { return day }
        let style = Date.ISO8601FormatStyle()
        guard
            let date = (try? style.parse(text))
                ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
        else { return nil }
        let seconds = date.timeIntervalSince1970
        // What 64 bits of nanoseconds hold.
        guard seconds > 0, seconds < 9_000_000_000 else { return nil }
        return Int64(seconds * 1e9)
    }
}
