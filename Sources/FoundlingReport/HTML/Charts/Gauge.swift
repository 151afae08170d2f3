package import FoundlingCore

/// A bar that is divided: how full a disk is, and how full it would be.
package struct Gauge: Sendable {
    /// What a part stands for; each has a pattern of its own, because not everybody sees colours.
    package enum Tone: String, Sendable {
        case used, freed, reserved, free
    }

    /// One part of the bar.
    package struct Part: Sendable {
        package let name: String
        package let tone: Tone
        package let size: UInt64

        package init(_ name: String, _ tone: Tone, _ size: UInt64) {
            self.name = name
            self.tone = tone
            self.size = size
        }
    }

    package let parts: [Part]

    package init(_ parts: [Part]) { self.parts = parts.filter { $0.size > 0 } }

    /// A disk, and what a clean-up would give back of what is used.
    package init(of disk: DiskSpace, freeing bytes: UInt64) {
        let freed = min(bytes, disk.used)
        let available = min(disk.available, disk.free)
        self.init([
            Part(freed > 0 ? "used, and stays" : "used", .used, disk.used - freed),
            Part("freed by a clean-up", .freed, freed), Part("reserved for root", .reserved, disk.free - available),
            Part("available", .free, available),
        ])
    }

    package func svg(id: String, title: String) -> String {
        let total = parts.reduce(0.0) { $0 + Double($1.size) }
        var (x, body) = (0.0, Self.hatch(id))
        for part in parts where total > 0 {
            let width = Double(part.size) / total
            let at = "x=\"\(SVG.percent(x))\" width=\"\(SVG.percent(width))\" height=\"100%\""
            body += "<rect class=\"part \(part.tone.rawValue)\" \(at)/>"
            if part.tone == .freed { body += "<rect class=\"hatched\" \(at) fill=\"url(#\(id)-hatch)\"/>" }
            x += width
        }
        let words = parts.map { "\($0.name) \(Size.text($0.size))" }.joined(separator: ", ")
        return SVG.picture("gauge", id: id, title: title, description: words, body)
    }

    private static func hatch(_ id: String) -> String {
        """
        <defs><pattern id="\(id)-hatch" width="8" height="8" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect class="stroke" width="3" height="8"/></pattern></defs>
        """
    }
}
