import FoundlingCore

extension MarkdownReport {
    /// How many orphans of a resource are named, as in the founding document.
    private static let sample = 10

    func writeCauses(to out: inout Chunks) throws {
        var groups: [Cause: CauseGroup] = [:]
        for finding in result.findings where finding.kind == .orphan {
            groups[finding.cause, default: CauseGroup()].add(finding)
        }
        guard !groups.isEmpty else { return }
        try heading("Root Causes", to: &out)
        // What is known comes first, what is not known last.
        let causes = Cause.allCases.filter { $0 != .unknown && groups[$0] != nil }
        for (number, cause) in (causes + (groups[.unknown] == nil ? [] : [.unknown])).enumerated() {
            guard let group = groups[cause] else { continue }
            try out.line()
            try out.line("### Cause #\(number + 1): \(cause.words) (\(Count.text(group.count, "entry", "entries")))")
            try out.line("**What it means:** \(cause.meaning).")
            try out.line()
            let size = group.bytes.map { ": ~\(sizes($0))" } ?? ""
            let shares = group.resources.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\(Count.text($0.value)) of \(code(result.resources[$0.key].name))" }
            try out.line("**Impact:** \(shares.joined(separator: ", "))\(size).")
            guard let example = group.example, !example.evidence.notes.isEmpty else { continue }
            try out.line()
            let notes = example.evidence.notes.map(MarkdownText.escape).joined(separator: "; ")
            try out.line("**Evidence, for example:** \(MarkdownText.code(example.place)): \(notes)")
        }
    }

    /// The orphans that one cause explains.
    private struct CauseGroup {
        var count = 0
        var resources: [Int: Int] = [:]
        var bytes: Bytes?
        var example: Finding?

        mutating func add(_ finding: Finding) {
            count += 1
            if let resource = finding.resource { resources[resource, default: 0] += 1 }
            if let more = finding.bytes {
                var sum = bytes ?? Bytes()
                sum += more
                bytes = sum
            }
            if example == nil { example = finding }
        }
    }

    func writeSamples(to out: inout Chunks) throws {
        for (resource, line) in result.resources.enumerated() {
            // By name, so that two reports of one store can be compared; a sample is short enough to insert into.
            var (sample, count) = ([[UInt8]](), 0)
            for finding in result.findings where finding.kind == .orphan && finding.resource == resource {
                count += 1
                let name = finding.path.bytes
                if sample.count == Self.sample, let last = sample.last, !name.lexicographicallyPrecedes(last) {
                    continue
                }
                sample.insert(name, at: sample.firstIndex { name.lexicographicallyPrecedes($0) } ?? sample.count)
                if sample.count > Self.sample { sample.removeLast() }
            }
            guard count > 0 else { continue }
            let which = count > sample.count ? "Sample - First \(sample.count) of \(Count.text(count))" : "\(count)"
            try heading("Orphaned \(MarkdownText.escape(Printable.escape(line.name))) IDs (\(which))", to: &out)
            try out.line(MarkdownText.block(sample.map { name($0, of: resource) }))
        }
    }

    /// The path below the place that the manifest declares: `train_00d10dde`.
    private func name(_ path: [UInt8], of resource: Int) -> String {
        let globs = manifest.resources.indices.contains(resource) ? manifest.resources[resource].entries : []
        let depth = globs.map(\.fixedDepth).min() ?? 0
        let parts = path.split(separator: UInt8.slash)
        return Printable.escape(
            (parts.count > depth ? parts.dropFirst(depth) : parts[...]).joined(separator: [UInt8.slash]))
    }

    func writeDangling(to out: inout Chunks) throws {
        let all = result.findings.filter { $0.kind == .dangling }
        guard !all.isEmpty else { return }
        try heading("Dangling Records", to: &out)
        try out.line()
        try out.line("| Table | Key | Requires | Missing |")
        try out.line("|-------|-----|----------|---------|")
        let shown = all.prefix(options.shown(of: all.count))
        for finding in shown {
            guard let record = finding.record else { continue }
            let cells = [
                Printable.escape(record.table), Printable.escape(record.key), Sentence.safe(record.requirement),
                finding.place,
            ]
            try out.line("| " + cells.map { MarkdownText.code($0, inTable: true) }.joined(separator: " | ") + " |")
        }
        if all.count > shown.count { try out.line() }
        try writeRest(all.count - shown.count, to: &out)
    }

    func writeKept(to out: inout Chunks) throws {
        let kinds = Finding.Kind.reading.filter { $0 != .orphan && $0 != .dangling && result.count($0) > 0 }
        guard !kinds.isEmpty else { return }
        try heading("Kept", to: &out)
        for kind in kinds {
            let all = result.findings.lazy.filter { $0.kind == kind }
            let count = all.count
            try out.line("- **\(kind.title):** \(kind.meaning(of: count))")
            for finding in all.prefix(options.shown(of: count)) {
                var remarks = finding.evidence.notes
                if let near = finding.evidence.near { remarks.insert(near.sentence(result), at: 0) }
                let text = remarks.isEmpty ? "" : ": " + remarks.map(MarkdownText.escape).joined(separator: "; ")
                try out.line("  - \(MarkdownText.code(finding.place))\(text)")
            }
            try writeRest(count - options.shown(of: count), indent: "  ", to: &out)
        }
    }

    func writeCertificate(to out: inout Chunks) throws {
        let (store, catalog) = (result.certificate.store, result.certificate.catalog)
        try heading("Certificate", to: &out)
        try out.line(
            "- **Store:** \(code(store.realPath)) (device \(store.device), inode \(store.inode)): "
                + "\(Count.text(store.names, "name", "names")) in "
                + "\(Count.text(store.directories, "directory", "directories")), "
                + "\(Timestamp.iso(store.listedFrom)) to \(Timestamp.iso(store.listedTo))")
        try out.line(
            "- **Database:** \(MarkdownText.escape(catalog.engine)) \(code(catalog.location)), one snapshot, "
                + "\(Timestamp.iso(catalog.snapshotFrom)) to \(Timestamp.iso(catalog.snapshotTo))")
        let wording = FindingWording(result, manifest)
        for source in CertificateDocument(result.certificate, wording).sources {
            try out.line(
                "  - \(code(source.source ?? "?")) for \(code(source.resource ?? "?")): "
                    + "\(Count.text(source.rows, "row", "rows")), \(Count.text(source.claims, "claim", "claims")), "
                    + "\(Count.text(source.met)) met an entry")
        }
        try out.line("- **Clock:** \(MarkdownText.escape(result.certificate.clock))")
        try out.line("- **Errors:** 0")
    }
}
