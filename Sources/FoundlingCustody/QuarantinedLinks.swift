internal import FoundlingCore
internal import FoundlingStore

/// Where the links inside an item of the quarantine lead to, read as if it lay at its place.
struct QuarantinedLinks {
    private let custodian: Custodian
    private let readings: ClaimReadings

    init(_ custodian: Custodian) {
        self.custodian = custodian
        let store = custodian.quarantine.store
        readings = ClaimReadings(root: store.root, aliases: custodian.manifest.store.aliases + [store.realPath])
    }

    /// Paths below the root, other than the item's own.
    func targets(in item: HeldItem) throws(FoundlingError) -> [StorePath] {
        guard let directory = try custodian.directory(of: item.run) else { return [] }
        var found: [StorePath] = []
        let own = item.record.path.components
        _ = try custodian.imager(shared: item.record.shared).image(of: item.target, in: directory) { member in
            guard let target = member.target, !target.isEmpty else { return }
            let inside = item.record.path.bytes + (member.path.bytes.isEmpty ? [] : [.slash] + member.path.bytes)
            let full = target.first == .slash ? target : StorePath(trusted: inside).parent.appending(target).bytes
            for case .inside(let components) in readings.readings(of: full) where !components.isEmpty {
                let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
                if !path.components.starts(with: own) { found.append(path) }
            }
        }
        return found
    }
}
