package import FoundlingCore

/// A part of the orphans, with what each verdict rests on.
package struct OrphansPage: Sendable {
    let rows: [Row]
    let pager: Pager
    let resources: [Choice]
    let causes: [Choice]
    let sorts: [Choice]
    let hasRows: Bool
    let count: String
    let isFiltered: Bool
    let mapSVG: String?
    let legend: [(tone: String, name: String, size: String)]
    let groups: [Group]
    let text: String
    let hasScan: Bool

    struct Row: Sendable {
        let path: String
        /// For the form; nil where only the command line can name it.
        let value: String?
        let id: String
        let resource: String
        let size: String
        let age: Moment?
        let seen: Moment?
        let cause: String
        let notes: [String]
    }

    struct Choice: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    /// One kind of cause, and what it holds.
    package struct Group: Sendable {
        let name: String
        let count: String
        let size: String

        package init(_ name: String, count: Int, bytes: UInt64) {
            self.name = Printable.escape(name)
            self.count = Count.text(count, "entry", "entries")
            size = Size.text(bytes)
        }
    }

    /// What a person narrowed the list to.
    package struct Choices: Sendable {
        package var resource: String?
        package var cause: Cause?
        package var sort: String
        package var contains: String?

        package init(resource: String? = nil, cause: Cause? = nil, sort: String = "-size", contains: String? = nil) {
            self.resource = resource
            self.cause = cause
            self.sort = sort
            self.contains = contains
        }
    }

    package static let orders = [
        ("-size", "largest first"), ("newest", "longest untouched first"), ("-newest", "last written first"),
        ("first_seen", "known longest first"), ("path", "by path"),
    ]

    /// - Parameters:
    ///   - map: orphans by resource, for the picture; empty on all parts but the first.
    ///   - groups: sums by cause.
    ///   - hasScan: whether there was one yet.
    package init(
        _ orphans: [StoredFinding], pager: Pager, resources: [String], chosen: Choices,
        map: [TreemapChart.Group], groups: [Group], hasScan: Bool, now: Int64
    ) {
        rows = orphans.enumerated().map { number, finding in
            Row(
                path: finding.place, value: finding.path.flatMap { Sentence.safe($0) == $0 ? $0 : nil },
                id: "o\(number)",
                resource: Printable.escape(finding.resource ?? "?"),
                size: finding.bytes.map { Size.text($0.allocated) } ?? "–",
                age: finding.newest.map { Moment(past: $0, now: now) },
                seen: finding.firstSeen.map { Moment(past: $0, now: now) }, cause: finding.cause.words,
                notes: Self.notes(finding))
        }
        hasRows = !rows.isEmpty
        count = Count.text(rows.count)
        self.pager = pager
        self.hasScan = hasScan
        self.resources = resources.map {
            Choice(value: $0, name: Printable.escape($0), isChosen: $0 == chosen.resource)
        }
        causes = Cause.allCases.map { Choice(value: $0.rawValue, name: $0.words, isChosen: $0 == chosen.cause) }
        sorts = Self.orders.map { Choice(value: $0.0, name: $0.1, isChosen: $0.0 == chosen.sort) }
        text = chosen.contains ?? ""
        isFiltered = chosen.resource != nil || chosen.cause != nil || chosen.contains != nil
        mapSVG =
            map.isEmpty
            ? nil : TreemapChart(map).svg(id: "map", title: "Orphans by resource, each as large as its share")
        legend = map.enumerated().map { (TreemapChart.tone($0), $1.name, Size.text($1.size)) }
        self.groups = groups
    }

    private static func notes(_ finding: StoredFinding) -> [String] {
        var notes = [finding.cause.meaning] + finding.notes
        if let files = finding.files { notes.append(Count.text(files, "file", "files")) }
        if let newest = finding.newest { notes.append("last written \(Timestamp.iso(newest))") }
        if let bytes = finding.bytes, bytes.differ {
            notes.append("\(Size.text(bytes.apparent)) by its files' sizes, \(Size.text(bytes.allocated)) on the disk")
        }
        if let freed = finding.freed { notes.append("removing it alone frees \(Size.text(freed))") }
        if let seen = finding.firstSeen { notes.append("first seen by a scan \(Timestamp.iso(seen))") }
        if let key = finding.key { notes.append("its name says key \(Printable.escape(key))") }
        return notes
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .orphansPage)
    }
}
