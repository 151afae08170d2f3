internal import FoundlingSeam

/// Decides what of a scan may go, and which guards a person has to answer for.
package struct Planner {
    private let manifest: Manifest

    package init(_ manifest: Manifest) { self.manifest = manifest }

    /// What there is of each resource.
    package static func wholes(_ result: ScanResult) -> [ResourceTotal] {
        result.resources.map { ResourceTotal(resource: $0.name, items: $0.onDisk, bytes: $0.bytes ?? Bytes()) }
    }

    /// The orphans of the wanted resources; all others where none is named.
    ///
    /// What is narrowed is what goes, never what was read.
    package func orphans(of result: ScanResult, only wanted: Set<String>) -> [Finding] {
        result.findings.filter { finding in
            guard finding.kind == .orphan, let resource = finding.resource else { return false }
            return wanted.isEmpty || wanted.contains(manifest.resources[resource].name)
        }
    }

    /// Every limit that taking `going` would go over.
    ///
    /// - Parameters:
    ///   - recent: what runs of the last `retention` moved and nobody gave back: small runs must not add up to what one
    ///     large run may not do.
    ///   - wholes: what there is of each resource; without bytes where they were not measured.
    ///   - before: rows by source when the last plan was made.
    package func trips(
        _ going: [ResourceTotal], of wholes: [ResourceTotal], recent: [ResourceTotal], rows: [String: Int],
        before: [String: Int]
    ) -> [GuardTrip] {
        let taking = going.flatMap { total -> [GuardTrip] in
            guard let r = manifest.index(of: total.resource) else { return [] }
            let earlier = recent.first { $0.resource == total.resource }
            let none = ResourceTotal(resource: total.resource, items: 0, bytes: Bytes())
            let whole = wholes.first { $0.resource == total.resource }
            return limits(total, of: whole ?? none, recent: earlier ?? none, manifest.resources[r].safety)
        }
        return (taking + lost(rows, before)).filter(\.isOverLimit).filter(Self.isGuarded)
    }

    private static func isGuarded(_ trip: GuardTrip) -> Bool {
        switch trip.measure {
        case .entries: Safeguard.shareOfEntries.isOn
        case .bytes: Safeguard.shareOfBytes.isOn
        case .rows: Safeguard.lostRows.isOn
        }
    }

    private func limits(
        _ total: ResourceTotal, of whole: ResourceTotal, recent: ResourceTotal, _ safety: Safety
    ) -> [GuardTrip] {
        let items = total.items + recent.items
        var trips = [
            GuardTrip(
                .entries, of: total.resource, limit: safety.maxOrphans, part: UInt64(items),
                whole: UInt64(max(whole.items + recent.items, items)))
        ]
        if whole.bytes != Bytes() {
            // Apparent sizes where nothing is allocated: sparse and inline files have a size worth guarding too.
            let size: (Bytes) -> UInt64 = whole.bytes.allocated > 0 ? \.allocated : \.apparent
            let part = size(total.bytes) + size(recent.bytes)
            trips.append(
                GuardTrip(
                    .bytes, of: total.resource, limit: safety.maxBytes, part: part,
                    whole: max(size(whole.bytes) + size(recent.bytes), part)))
        }
        return trips
    }

    private func lost(_ rows: [String: Int], _ before: [String: Int]) -> [GuardTrip] {
        before.sorted { $0.key < $1.key }.compactMap { name, count in
            guard let now = rows[name], now < count, let r = manifest.index(of: Grounds.resource(of: name)) else {
                return nil
            }
            return GuardTrip(
                .rows, of: name, limit: manifest.resources[r].safety.maxOrphans, part: UInt64(count - now),
                whole: UInt64(count))
        }
    }
}
