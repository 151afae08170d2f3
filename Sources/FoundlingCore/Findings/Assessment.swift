internal import FoundlingSeam

/// Turns a judgement and what was measured into findings: the last decision before the report, and a pure one.
package struct Assessment {
    private let manifest: Manifest
    private let layout: Layout
    private let reconciler: Reconciler
    private let judgement: Judgement
    /// Nanoseconds since 1970, taken before the listing began: what was written later is younger than any age.
    private let now: Int64
    private let sequences: [String: Int64]

    package init(_ reconciler: Reconciler, _ judgement: Judgement, now: Int64, sequences: [String: Int64]) {
        self.reconciler = reconciler
        self.judgement = judgement
        self.now = now
        self.sequences = sequences
        layout = reconciler.layout
        manifest = layout.manifest
    }

    /// What is known of an entry when its verdict is due.
    package struct Look {
        /// nil where nothing needed measuring.
        package var measurement: Measurement?
        /// Why somebody asked for it to stay, in a sentence; nil where nobody did.
        package var pin: String?

        package init(measurement: Measurement?, pin: String? = nil) {
            self.measurement = measurement
            self.pin = pin
        }
    }

    /// Every finding about entries.
    ///
    /// - Parameters:
    ///   - look: asked once for each candidate, and for the parents of nested ones.
    ///   - measured: what happens to be known of a path that no verdict needs measured.
    package func findings(
        reportsSizes: Bool, measured: (Listing.Node) -> Measurement?, _ look: (Listing.Node) -> Look
    ) -> [Finding] {
        var findings: [Finding] = []
        findings.reserveCapacity(judgement.candidates.count)
        for node in judgement.candidates { findings.append(finding(node, look(node), reportsSizes)) }
        for (node, parent) in judgement.nestedCandidates
        where isSettled(parent, look(parent)) || !Safeguard.settledParent.isOn {
            findings.append(finding(node, look(node), reportsSizes))
        }
        for (node, claim) in judgement.nearMisses {
            var finding = self.finding(node, .nearMiss)
            finding.evidence.near = claim
            if claim == nil { finding.evidence.notes = ["a claim recorded elsewhere ends like this path"] }
            if reportsSizes, let measurement = measured(node) { Self.size(&finding, measurement) }
            findings.append(finding)
        }
        for node in judgement.unrecognised {
            var finding = unrecognised(node)
            if reportsSizes, let measurement = measured(node) { Self.size(&finding, measurement) }
            findings.append(finding)
        }
        return findings
    }

    private static func size(_ finding: inout Finding, _ measurement: Measurement) {
        finding.bytes = measurement.bytes
        // Half seen, it frees nobody knows what.
        finding.freed = measurement.isPartial ? nil : measurement.freed
        finding.files = measurement.files
        finding.newest = measurement.newest == .min ? nil : measurement.newest
    }

    /// A parent that is young, pinned or half seen shelters everything inside it.
    private func isSettled(_ parent: Listing.Node, _ look: Look) -> Bool {
        verdict(look, resource: layout.places[reconciler.listing.place(of: parent)].resource, key: nil).kind == .orphan
    }

    private func finding(_ node: Listing.Node, _ kind: Finding.Kind) -> Finding {
        var finding = Finding(
            kind, resource: layout.places[reconciler.listing.place(of: node)].resource,
            path: reconciler.listing.path(of: node), entry: reconciler.listing.kind(of: node))
        finding.node = node
        return finding
    }

    private func finding(_ node: Listing.Node, _ look: Look, _ reportsSizes: Bool) -> Finding {
        var finding = self.finding(node, .orphan)
        let key = reconciler.key(of: node)
        let (kind, cause, notes) = verdict(look, resource: finding.resource!, key: key)
        finding.kind = kind
        finding.cause = cause
        finding.evidence.key = key
        finding.evidence.notes = notes
        if let measurement = look.measurement {
            finding.newest = measurement.newest == .min ? nil : measurement.newest
            if reportsSizes {
                Self.size(&finding, measurement)
                if measurement.linkedElsewhere > 0 {
                    finding.evidence.notes.append(
                        "\(Words.count(measurement.linkedElsewhere, "of its files has", "of its files have")) links elsewhere: "
                            + "removing it alone frees nothing of theirs")
                }
            }
        }
        if kind == .orphan, let tombstone = reconciler.tombstone(of: node) {
            finding.cause = .tombstone
            let table = manifest.resources[tombstone.resource].sources[tombstone.source].name
            finding.evidence.notes.append(
                "released row \(tombstone.key.map { "'\(Printable.escape($0))' " } ?? "")in '\(table)' names it")
        }
        return finding
    }

    /// Orphan, or the first of the reasons to keep an unclaimed entry.
    private func verdict(_ look: Look, resource: Int, key: [UInt8]?) -> (kind: Finding.Kind, Cause, notes: [String]) {
        if let measurement = look.measurement {
            if Safeguard.halfSeen.isOn, measurement.isPartial {
                let notes = measurement.obstacles.map { "\($0.path): \($0.reason)" }
                let more = measurement.obstacleCount - notes.count
                return (.partial, .unknown, notes + (more > 0 ? ["and \(more) more"] : []))
            }
            if Safeguard.keepFile.isOn, measurement.isPinned {
                return (.pinned, .unknown, [look.pin ?? "it holds a .foundling-keep"])
            }
        }
        if Safeguard.pin.isOn, let pin = look.pin { return (.pinned, .unknown, [pin]) }
        let origin = origin(resource, key)
        if Safeguard.newerThanCatalog.isOn, origin == .neverRecorded {
            return (.newerThanCatalog, .neverRecorded, ["its number is higher than any this database has given out"])
        }
        guard let newest = look.measurement?.newest else { return (.orphan, origin, []) }
        let minAge = manifest.resources[resource].safety.minAge
        if newest > now {
            guard Safeguard.futureTime.isOn else { return (.orphan, origin, []) }
            return (
                .young, .unknown,
                ["something in it is dated after this scan began: written just now, or a clock is wrong"]
            )
        }
        if newest <= 0 { return (.young, .unknown, ["its times say nothing"]) }
        if Safeguard.minAge.isOn, now - newest < minAge * 1_000_000_000 { return (.young, .unknown, []) }
        return (.orphan, origin, [])
    }

    /// Whether a number was ever given out, where the database counts them.
    private func origin(_ resource: Int, _ key: [UInt8]?) -> Cause {
        guard let key, let number = Int64(String(decoding: key, as: UTF8.self)),
            let source = manifest.resources[resource].sources.first, source.key != nil,
            let highest = sequences[source.name]
        else { return .unknown }
        return number > highest ? .neverRecorded : .rowGone
    }

    private func unrecognised(_ node: Listing.Node) -> Finding {
        let listing = reconciler.listing
        var finding = Finding(
            .unrecognised, resource: nil, path: listing.path(of: node), entry: listing.kind(of: node))
        let reason =
            switch listing.unrecognised(node) {
            case .name: "no rule's 'entries' matches its name"
            case .shape: "its name does not match the rule's 'shape'"
            case .kind: "it is a \(listing.kind(of: node).name), and the rule's 'kind' wants something else"
            case .special: "it is a special file"
            case .notADirectory: "it is a \(listing.kind(of: node).name) where the rule's 'entries' expects a directory"
            }
        finding.evidence.notes = [reason]
        return finding
    }

    /// Finds causes in what remains: rows that refer to what is gone, entries of the same key that are still claimed.
    package func attribute(
        _ findings: inout [Finding], childRows: [Int: [(table: String, key: [UInt8], rows: Int)]]
    ) {
        for i in findings.indices where findings[i].kind == .orphan && findings[i].cause != .tombstone {
            guard let key = findings[i].evidence.key, let resource = findings[i].resource else { continue }
            let children = (childRows[resource] ?? []).filter { $0.key == key }
            if !children.isEmpty {
                findings[i].cause = .childRowsRemain
                findings[i].evidence.notes += children.map {
                    "\(Words.count($0.rows, "row", "rows")) in '\($0.table)' still refer to '\(Printable.escape(key))'"
                }
                continue
            }
            guard let node = findings[i].node else { continue }
            let claimed = reconciler.siblings(of: node).filter(\.isClaimed)
            if !claimed.isEmpty {
                findings[i].cause = .siblingRemains
                findings[i].evidence.notes += claimed.prefix(3).map { "'\($0.path)' has the same key and is claimed" }
            }
        }
    }
}
