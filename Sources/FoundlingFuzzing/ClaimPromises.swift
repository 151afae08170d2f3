internal import FoundlingCore

/// A recorded path is read as a place inside or outside the store, never as a way out; what equals it is kept.
enum ClaimPromises {
    private static let all = [
        ClaimReadings(root: "/srv/app/data", aliases: ["/data", "data"]),
        ClaimReadings(root: "/", aliases: []),
        ClaimReadings(root: "/a", aliases: ["file:///mnt/a%20b", "../x", "a/b", "/mnt/a/../b", "."]),
    ]

    static func check(_ input: [UInt8]) throws(Broken) {
        var fields = Fields(input)
        let path = fields.next()
        guard !path.isEmpty else { return }
        for readings in all { try check(path, readings) }
    }

    private static func check(_ path: [UInt8], _ readings: ClaimReadings) throws(Broken) {
        let found = readings.readings(of: path)
        try promise(!found.isEmpty, "a path without any meaning: \(Printable.escape(path))")
        for reading in found {
            let components =
                switch reading {
                case .inside(let parts): parts
                case .outside(let parts, _): parts
                }
            for part in components {
                try promise(
                    !part.isEmpty && part != [.dot] && part != [.dot, .dot] && !part.contains(.slash)
                        && !part.contains(0),
                    "'\(Printable.escape(path))' is read with the component '\(Printable.escape(part))'")
            }
        }
        let isPlain = path.withUnsafeBytes { readings.isPlain($0) }
        let literal = path.split(separator: .slash).map(Array.init)
        try promise(
            !isPlain || found == [.inside(literal)], "the fast path reads '\(Printable.escape(path))' differently")
        if StorePath(path) != nil {
            try promise(found.contains(.inside(literal)), "the entry '\(Printable.escape(path))' would not be kept")
        }
    }
}
