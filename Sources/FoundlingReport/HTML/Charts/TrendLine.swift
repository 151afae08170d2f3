internal import FoundlingCore

/// How a size went over time, one point a scan.
package struct TrendLine: Sendable {
    /// What was seen at one time.
    package struct Point: Sendable {
        /// Nanoseconds since 1970.
        package let time: Int64
        package let size: UInt64

        package init(time: Int64, size: UInt64) {
            self.time = time
            self.size = size
        }
    }

    /// Shares of the picture between which the line runs: below it stand the dates.
    private static let (top, bottom) = (0.1, 0.86)

    private let points: [Point]

    package init(_ points: [Point]) { self.points = points.sorted { $0.time < $1.time } }

    /// Nil where there are not two times to draw a line between.
    package func svg(id: String, title: String) -> String? {
        guard let first = points.first, let last = points.last, first.time < last.time else { return nil }
        let ticks = Self.ticks(upTo: points.map(\.size).max() ?? 0)
        let ceiling = Double(ticks.last ?? 1)
        let (start, span) = (Double(first.time), Double(last.time) - Double(first.time))
        func x(_ point: Point) -> Double { (Double(point.time) - start) / span }
        func y(_ size: UInt64) -> Double { Self.bottom - Double(size) / ceiling * (Self.bottom - Self.top) }
        let line = points.map { "\(SVG.number(x($0) * 1000)),\(SVG.number(y($0.size) * 1000))" }
        let floor = SVG.number(Self.bottom * 1000)
        let grid = ticks.map { tick in
            let at = SVG.percent(y(tick))
            return "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\(at)\" y2=\"\(at)\"/>"
        }
        let sizes = ticks.map {
            "<text class=\"tick\" x=\"2\" y=\"\(SVG.percent(y($0)))\" dy=\"-4\">\(Size.text($0))</text>"
        }
        // A picture in the picture: its coordinates stretch with the page, while texts and lines keep their size.
        let plot =
            "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">"
            + "<path class=\"area\" d=\"M0,\(floor) L\(line.joined(separator: " ")) L1000,\(floor) Z\"/>"
            + "<polyline class=\"line\" points=\"\(line.joined(separator: " "))\" "
            + "vector-effect=\"non-scaling-stroke\"/></svg>"
        let days = Self.dates(first.time, last.time).map { date in
            "<text class=\"tick \(date.anchor)\" x=\"\(SVG.percent(date.share))\" y=\"100%\" dy=\"-6\">"
                + "\(date.text)</text>"
        }
        let dot = marker(x(last), y(last.size))
        return SVG.picture(
            "trend", id: id, title: title,
            description: "From \(Size.text(first.size)) on \(Self.day(first.time)) to \(Size.text(last.size)) on "
                + "\(Self.day(last.time)), \(Count.text(points.count, "scan", "scans")).",
            (grid + [plot] + sizes + days).joined() + dot)
    }

    private func marker(_ x: Double, _ y: Double) -> String {
        "<circle class=\"dot\" cx=\"\(SVG.percent(x))\" cy=\"\(SVG.percent(y))\" r=\"4\"/>"
    }

    /// 0 and up to four round steps, the last at the top or above it.
    static func ticks(upTo most: UInt64) -> [UInt64] {
        var unit = 1.0
        while Double(most) >= unit * 1024, unit < 0x1p60 { unit *= 1024 }
        let inUnits = Double(most) / unit
        let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]
        let step = steps.first { $0 * 4 >= inUnits && ($0 >= 1 || unit > 1) } ?? 500
        let count = max(1, Int((inUnits / step).rounded(.up)))
        return (0...count).map { UInt64(nearest: Double($0) * step * unit) }
    }

    /// The first and the last day, and the middle one where they are three.
    private static func dates(_ first: Int64, _ last: Int64) -> [(text: String, share: Double, anchor: String)] {
        let (from, to) = (day(first), day(last))
        if from == to { return [(from, 0, "start")] }
        let middle = day(first / 2 + last / 2)
        let ends = [(from, 0.0, "start"), (to, 1.0, "end")]
        return middle == from || middle == to ? ends : [ends[0], (middle, 0.5, "middle"), ends[1]]
    }

    private static func day(_ time: Int64) -> String { String(Timestamp.iso(time).prefix(10)) }
}

extension UInt64 {
    /// What is beyond the largest becomes it.
    fileprivate init(nearest value: Double) { self = value >= 0x1p64 ? .max : UInt64(Swift.max(0, value)) }
}
