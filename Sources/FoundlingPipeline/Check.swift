internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingStore

/// Proves a manifest against the real database and store, and goes on after each thing that would stop a scan.
package struct Check {
    private let manifest: Manifest
    private let progress: @Sendable (ScanProgress) -> Void
    private static let samplesPerRule = 3

    package init(_ manifest: Manifest, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }) {
        self.manifest = manifest
        self.progress = progress
    }

    package func run() -> CheckResult {
        var result = CheckResult()
        var store: LocalStore?
        var catalog: Catalog?
        do throws(FoundlingError) { store = try LocalStore(root: manifest.store.root) } catch {
            result.refusals.append(error)
        }
        do throws(FoundlingError) {
            let opened = try Catalog(manifest)
            let unproven = try opened.prove()
            result.refusals += unproven.map(\.error)
            if unproven.isEmpty { catalog = opened }
        } catch { result.refusals.append(error) }
        guard let store, let catalog else { return result }
        do throws(FoundlingError) { try compare(store, catalog, &result) } catch { result.refusals.append(error) }
        progress(.done)
        return result
    }

    private func compare(_ store: LocalStore, _ catalog: Catalog, _ result: inout CheckResult) throws(FoundlingError) {
        let own = OwnFiles(manifest, store, catalog)
        let layout = Layout(manifest, reserved: own.reserved)
        let listing = try store.list(layout) { progress(.listing(names: $0)) }
        let reconciler = Reconciler(listing, layout, manifest, store, own)
        let readings = reconciler.readings
        var samples = Samples(manifest, limit: Self.samplesPerRule)
        _ = try catalog.read(progress: { progress(.reading(rows: $0)) }) { row in
            reconciler.add(row)
            samples.take(row)
        }
        reconciler.followLivingLinks { store.linkText($0) }
        let judgement = reconciler.judge()
        result.refusals += Guards.refusals(manifest, listing, judgement, reconciler.tallies)
        result.resources = manifest.resources.enumerated().map { r, resource in
            CheckResult.ResourceCheck(
                name: resource.name, entries: resource.entries.map(\.text), onDisk: judgement.onDisk[r],
                claimed: judgement.claimed[r],
                sources: resource.sources.enumerated().map { s, source in
                    let tally = reconciler.tallies[r][s]
                    let texts = source.claims.isEmpty ? ["path"] : source.claims.map(\.text)
                    return CheckResult.SourceCheck(
                        name: source.name, line: source.line, tally: tally,
                        rules: texts.enumerated().map { index, text in
                            CheckResult.RuleCheck(
                                text: text, claims: tally.rules[index].claims, met: tally.rules[index].met,
                                samples: samples[r, s, index].map {
                                    (Printable.escape($0), outcome($0, readings, reconciler, store))
                                })
                        })
                })
        }
        result.unknownShapes = shapes(judgement, listing)
        result.warnings = Warnings(manifest, listing, judgement, reconciler.tallies, DanglingWatch(readings), .none)
            .sentences
            .filter { !$0.hasPrefix("min_age") }
    }

    /// Where a claim leads, in words.
    private func outcome(
        _ claim: [UInt8], _ readings: ClaimReadings, _ reconciler: Reconciler, _ store: LocalStore
    ) -> String {
        var worst = ""
        if claim.contains(.star) { return reached(by: claim, readings, reconciler) }
        for reading in readings.readings(of: claim) {
            switch reading {
            case .outside(_, let isLocal):
                worst = isLocal ? "outside the store" : "not a path of a directory"
            case .inside(let components):
                let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
                var above = path
                while !above.bytes.isEmpty {
                    if let node = reconciler.node(at: above), reconciler.listing.role(of: node) == .entry {
                        return above == path ? "is the entry '\(path)'" : "lies in the entry '\(above)'"
                    }
                    above = above.parent
                }
                if let node = reconciler.node(at: path), reconciler.listing.role(of: node) == .interior {
                    return "lies above entries and keeps all of them"
                }
                if let near = reconciler.entries(near: path).first {
                    return "nearly names the entry '\(reconciler.listing.path(of: near))', which is kept for it"
                }
                if worst.isEmpty {
                    worst = store.isMissing(path) ? "nothing is there" : "is there, but in no declared place"
                }
            }
        }
        return worst
    }

    /// What a claim with a `*` in it reaches: any name may stand there.
    private func reached(by claim: [UInt8], _ readings: ClaimReadings, _ reconciler: Reconciler) -> String {
        let listing = reconciler.listing
        for case .inside(let components) in readings.readings(of: claim) {
            let globs = components.map { GlobComponent($0) }
            let entry = (1..<max(listing.count, 1)).first { node in
                guard listing.role(of: node) == .entry else { return false }
                let path = listing.path(of: node).components
                return path.count == globs.count && zip(globs, path).allSatisfy { $0.matches($1) }
            }
            if let entry { return "is the entry '\(listing.path(of: entry))'" }
        }
        return "no entry has such a name"
    }

    private func shapes(_ judgement: Judgement, _ listing: Listing) -> [CheckResult.UnknownShape] {
        var groups: [String: (count: Int, node: Listing.Node)] = [:]
        for node in judgement.unrecognised {
            let path = listing.path(of: node)
            let parent = path.parent.bytes.isEmpty ? "" : "\(path.parent)/"
            groups[parent + Self.pattern(listing.name(of: node)), default: (0, node)].count += 1
        }
        return groups.map { pattern, group in
            let reason =
                switch listing.unrecognised(group.node) {
                case .name: "no 'entries' matches it"
                case .shape: "no 'shape' matches it"
                case .kind: "it is a \(listing.kind(of: group.node).name)"
                case .special: "it is a special file"
                case .notADirectory: "it is a \(listing.kind(of: group.node).name), and entries lie deeper"
                }
            return CheckResult.UnknownShape(
                pattern: pattern, count: group.count, example: listing.path(of: group.node), reason: reason)
        }.sorted { ($1.count, $0.pattern) < ($0.count, $1.pattern) }
    }

    /// `train_00d10dde` and `train_1b4d5fff` are both `train_#`.
    static func pattern(_ name: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var run: [UInt8] = []
        func close() {
            result += run.contains { (0x30...0x39).contains($0) } ? [UInt8(ascii: "#")] : run
            run = []
        }
        for byte in name {
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: run.append(byte)
            default:
                close()
                result.append(byte)
            }
        }
        close()
        return Printable.escape(result)
    }
}

/// The first few claims of every rule.
private struct Samples {
    private var taken: [[[[[UInt8]]]]]
    private let limit: Int

    init(_ manifest: Manifest, limit: Int) {
        self.limit = limit
        taken = manifest.resources.map { $0.sources.map { Array(repeating: [], count: max(1, $0.claims.count)) } }
    }

    mutating func take(_ row: ClaimRow) {
        for (rule, range) in row.claims where taken[row.resource][row.source][rule].count < limit {
            taken[row.resource][row.source][rule].append(row.bytes[range].map { $0 == 0 ? .star : $0 })
        }
    }

    subscript(resource: Int, source: Int, rule: Int) -> [[UInt8]] { taken[resource][source][rule] }
}
