internal import FoundlingCore

/// Times as requests name them.
///
/// Read by us because Foundation takes an hour 25, and whatever stands behind a time.
enum RequestTime {
    /// RFC 3339, or a day (midnight UTC): nanoseconds since 1970, or nil.
    static func nanoseconds(_ text: String) -> Int64? {
        let rest = text.unicodeScalars.dropFirst(10)
        guard let day = Timestamp.day(String(text.unicodeScalars.prefix(10))), let seconds = seconds(String(rest))
        else {
            return nil
        }
        let (whole, overflows) = day.addingReportingOverflow(seconds)
        return overflows || whole <= 0 ? nil : whole
    }

    /// Nanoseconds after midnight UTC of what follows a day; nothing is midnight.
    private static func seconds(_ text: String) -> Int64? {
        if text.isEmpty { return 0 }
        let pattern =
            /[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9})[0-9]*)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))/
        guard let match = text.wholeMatch(of: pattern.matchingSemantics(.unicodeScalar)),
            let hour = Int64(match.1), let minute = Int64(match.2), let second = Int64(match.3),
            // A leap second is one.
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var nanoseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000_000
        if let digits = match.4 {
            nanoseconds += Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
        }
        if let sign = match.5, let hours = match.6.flatMap({ Int64($0) }), let minutes = match.7.flatMap({ Int64($0) })
        {
            guard hours < 24, minutes < 60 else { return nil }
            nanoseconds -= (sign == "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000_000_000
        }
        return nanoseconds
    }
}
