internal import FoundlingCore

extension HTMLReport {
    /// A name and what stands behind it.
    struct Pair: Sendable {
        let name: String
        let text: String
    }

    /// The largest orphans, each with what its verdict rests on.
    struct Orphans: Sendable {
        let meaning: String
        let shown: String
        let caption: String
        let showsFreed: Bool
        let rows: [Row]
        let more: String?

        struct Row: Sendable {
            let size: String
            let freed: String
            let age: String
            let cause: String
            let path: String
            let pairs: [Pair]
        }
    }

    var orphans: Orphans {
        let count = count(.orphan)
        let wording = FindingWording(result, manifest)
        let isMeasured = result.orphanedBytes != nil
        return Orphans(
            meaning: Finding.Kind.orphan.meaning(of: count).capitalisedFirst, shown: shown(of: count),
            caption: isMeasured ? "Largest first; age is that of the newest thing inside" : "Sizes were not measured",
            showsFreed: Outlook(result)?.caveats.isEmpty == false,
            rows: result.first(rows(of: count), of: .orphan).map { finding in
                Orphans.Row(
                    size: finding.bytes.map { Size.text($0.apparent) } ?? "–",
                    freed: finding.freed.map(Size.text) ?? "–", age: age(finding), cause: finding.cause.words,
                    path: finding.place, pairs: evidence(finding, wording))
            }, more: more(of: count))
    }

    private func evidence(_ finding: Finding, _ wording: FindingWording) -> [Pair] {
        var pairs = [Pair(name: "Verdict", text: "no claim equals it, lies below it or lies above it")]
        if let name = result.name(of: finding.resource) {
            pairs.append(Pair(name: "Resource", text: Printable.escape(name)))
        }
        if let resource = finding.resource, wording.rules.indices.contains(resource) {
            let rules = wording.rules[resource].map(Sentence.safe)
            pairs.append(Pair(name: "Claims looked for", text: rules.joined(separator: ", ")))
        }
        if let key = finding.evidence.key { pairs.append(Pair(name: "Key in its name", text: Printable.escape(key))) }
        pairs.append(Pair(name: "Cause", text: "\(finding.cause.words): \(finding.cause.meaning)"))
        pairs += finding.evidence.notes.map { Pair(name: "Note", text: $0) }
        if let bytes = finding.bytes {
            let freed = finding.freed.map { ", frees \(Size.text($0))" } ?? ""
            let files = finding.files.map { ", \(Count.text($0, "file", "files"))" } ?? ""
            pairs.append(
                Pair(
                    name: "Size",
                    text: "\(Count.text(bytes.apparent)) bytes, occupies \(Size.text(bytes.allocated))\(freed)\(files)")
            )
        }
        if let newest = finding.newest { pairs.append(Pair(name: "Newest inside", text: Timestamp.iso(newest))) }
        let word = ShellWord.quoted(finding.path.bytes)
        if word != finding.place { pairs.append(Pair(name: "For a shell", text: word)) }
        return pairs
    }

    /// Rows that miss their files.
    struct Records: Sendable {
        let meaning: String
        let shown: String
        let rows: [Row]
        let more: String?

        struct Row: Sendable {
            let table: String
            let key: String
            let requirement: String
            let path: String
            let recorded: String?
            let notes: [String]
        }
    }

    var records: Records {
        let count = count(.dangling)
        let rows = result.first(rows(of: count), of: .dangling).map { finding in
            let recorded = finding.record.map { Printable.escape($0.recorded) }
            return Records.Row(
                table: finding.record.map { Printable.escape($0.table) } ?? "?",
                key: finding.record.map { Printable.escape($0.key) } ?? "?",
                requirement: finding.record?.requirement ?? "?", path: finding.place,
                recorded: recorded == finding.place ? nil : recorded, notes: remarks(finding))
        }
        return Records(
            meaning: Finding.Kind.dangling.meaning(of: count).capitalisedFirst, shown: shown(of: count), rows: rows,
            more: more(of: count))
    }

    /// Everything that is neither an orphan nor missing.
    struct Kept: Sendable {
        let kinds: [Kind]

        struct Kind: Sendable {
            let id: String
            let title: String
            let meaning: String
            let shown: String
            let rows: [Row]
            let more: String?
        }

        struct Row: Sendable {
            let size: String
            let age: String
            let path: String
            let remarks: [String]
        }
    }

    var kept: Kept {
        Kept(
            kinds: keptKinds.map { kind in
                let count = count(kind)
                return Kept.Kind(
                    id: kind.rawValue, title: kind.title, meaning: kind.meaning(of: count).capitalisedFirst,
                    shown: shown(of: count),
                    rows: result.first(rows(of: count), of: kind).map { finding in
                        let cause = finding.cause == .unknown ? [] : [finding.cause.meaning.capitalisedFirst]
                        return Kept.Row(
                            size: finding.bytes.map { Size.text($0.apparent) } ?? "–", age: age(finding),
                            path: finding.place, remarks: cause + remarks(finding))
                    }, more: more(of: count))
            })
    }

    private func remarks(_ finding: Finding) -> [String] {
        (finding.evidence.near.map { [$0.sentence(result)] } ?? []) + finding.evidence.notes
    }

    private func age(_ finding: Finding) -> String {
        finding.newest.map { Timestamp.age($0, now: result.finished) } ?? "–"
    }
}

extension String {
    /// The first letter as at the start of a sentence.
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
