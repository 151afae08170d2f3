internal import FoundlingCore

extension HTMLReport {
    /// Everything above the first section.
    struct Head: Sendable {
        let css = StyleSheet.css
        let title: String
        let heading: String
        let when: String
        let database: String
        let sections: [(id: String, name: String)]
        let banners: [Banner]
        let calm: String?
        let facts: [Fact]
    }

    var head: Head {
        let root = Printable.escape(result.root)
        let catalog = result.certificate.catalog
        let orphans = Count.text(count(.orphan), "orphan", "orphans")
        return Head(
            title: "\(orphans) in \(root) – Foundling", heading: "Scan of \(root)",
            when: Timestamp.iso(result.finished), database: "\(catalog.engine) \(Printable.escape(catalog.location))",
            sections: sections, banners: banners, calm: calm, facts: facts)
    }

    private var sections: [(id: String, name: String)] {
        var sections = [("disk", "Disk")]
        if !result.resources.isEmpty { sections.append(("resources", "Resources")) }
        if count(.orphan) > 0 { sections.append(("orphans", "Orphans")) }
        if count(.dangling) > 0 { sections.append(("dangling", "Dangling records")) }
        if !keptKinds.isEmpty { sections.append(("kept", "Kept")) }
        if areas != nil { sections.append(("areas", "Areas")) }
        if !options.next.isEmpty { sections.append(("next", "Next")) }
        return sections + [("certificate", "Certificate")]
    }

    /// What makes the rest doubtful, then what a reader should know before acting.
    private var banners: [Banner] {
        var banners: [Banner] = []
        if result.certificate.catalog.isReplica {
            let text = ReplicaBanner.text.replacing("REPLICA: ", with: "", maxReplacements: 1)
            banners.append(Banner(.alarm, text, word: "Replica"))
        }
        banners += result.doubts.map { Banner(.alarm, $0, word: "Doubt") }
        banners += result.warnings.map { Banner(.caution, $0) }
        let approval = result.resources.compactMap { line -> String? in
            guard case .needsApproval(let share, let ofBytes) = line.recovery else { return nil }
            let part = "\(Count.overLimit(share)) of the \(ofBytes ? "bytes" : "entries")"
            return "\(part) in \(Printable.escape(line.name))"
        }
        if !approval.isEmpty {
            let text =
                "a plan takes more than the manifest allows without a person's word: "
                + "\(approval.joined(separator: ", ")). That is how a forgotten clean-up looks, and how a wrong database "
                + "looks: read the findings before you decide which."
            banners.append(Banner(.caution, text, word: "Approval"))
        }
        if let text = inQuarantine { banners.append(Banner(.info, text, word: "In quarantine")) }
        return banners
    }

    private var inQuarantine: String? {
        guard let quarantine = result.quarantine else { return nil }
        let now = result.finished
        let due = quarantine.due.map {
            $0 <= now ? "; purge due now" : "; the first may be purged in \(Timestamp.until($0, now: now))"
        }
        return "\(Count.text(quarantine.entries, "entry", "entries")), \(sizes(quarantine.bytes)), not freed yet"
            + (due ?? "")
    }

    private var calm: String? {
        guard result.findings.isEmpty else { return nil }
        let entries = result.resources.reduce(0) { $0 + $1.onDisk }
        return entries == 0
            ? "Nothing to do: the places that the manifest declares are empty."
            : "Nothing to do: \(entries == 1 ? "the one entry is" : "all \(Count.text(entries)) entries are") claimed, "
                + "and no record misses its files."
    }

    private var facts: [Fact] {
        let orphans = count(.orphan)
        let entries = Count.text(orphans, "entry", "entries")
        var facts = [
            orphans == 0
                ? Fact("Orphaned", "none")
                : Fact(
                    "Orphaned", result.orphanedBytes.map { Size.text($0.apparent) } ?? entries,
                    result.orphanedBytes == nil ? "sizes not measured" : entries + shareOfData)
        ]
        if orphans > 0, let outlook = Outlook(result) {
            facts.append(
                Fact(
                    "A clean-up frees", Size.text(outlook.freed), Count.text(outlook.inodes, "inode", "inodes"),
                    severity: outlook.caveats.isEmpty ? nil : .caution))
        }
        let dangling = count(.dangling)
        facts.append(
            Fact(
                "Dangling records", dangling == 0 ? "none" : Count.text(dangling),
                dangling == 0 ? nil : dangling == 1 ? "row whose files are gone" : "rows whose files are gone",
                severity: dangling == 0 ? nil : .alarm))
        let kept = keptKinds.reduce(0) { $0 + count($1) }
        facts.append(
            Fact("Kept", kept == 0 ? "none" : Count.text(kept), kept == 0 ? nil : "near, young, pinned or unknown"))
        return facts
    }

    private var shareOfData: String {
        guard let total = result.total, let bytes = result.orphanedBytes else { return "" }
        return ", \(Count.share(bytes.apparent, of: total.apparent)) of the data directory"
    }

    /// Both sizes where one alone would mislead.
    func sizes(_ bytes: Bytes) -> String {
        Size.text(bytes.apparent) + (bytes.differ ? " (occupying \(Size.text(bytes.allocated)))" : "")
    }
}
