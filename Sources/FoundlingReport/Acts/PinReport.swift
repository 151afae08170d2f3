package import FoundlingCore

/// What somebody asked to keep.
package struct PinReport: Sendable {
    private let pins: [Pin]
    private let now: Int64
    private let style: Style

    /// - Parameter now: nanoseconds since 1970, for pins that hold no longer.
    package init(_ pins: [Pin], now: Int64, colour: Bool = false) {
        self.pins = pins
        self.now = now
        style = Style(colour: colour)
    }

    package func write(_ format: ReportFormat, to sink: (String) throws -> Void) throws {
        try Chunks.write(to: sink) { out in
            if format == .json { try document(&out) } else { try table(&out) }
        }
    }

    private func table(_ out: inout Chunks) throws {
        guard !pins.isEmpty else { return try out.line("Nothing is pinned.") }
        for pin in pins {
            try out.line(style.paint(pin.path.description, .heading))
            let until = pin.until.map { time in
                pin.holds(at: now)
                    ? "kept until \(Timestamp.iso(time))" : "expired \(Timestamp.iso(time)): keeps nothing"
            }
            try out.line(
                "  \(until ?? "kept for ever"), by \(Printable.escape(pin.who)), since \(Timestamp.iso(pin.since))")
            if let why = pin.why { try out.line("  why: \(Printable.escape(why))") }
        }
    }

    private func document(_ out: inout Chunks) throws {
        let pins = self.pins.map { JSONObject($0).json }
        try out.line("{\"pins\":[\(pins.joined(separator: ","))],\"version\":1}")
    }
}
