package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingStore

/// A plan that changes nothing, anywhere: what `clean --dry-run` shows.
///
/// It makes no quarantine and accepts nothing, so it can tell what would go, but its plan cannot be applied.
package struct Rehearsal {
    private let manifest: Manifest

    package init(_ manifest: Manifest) { self.manifest = manifest }

    package func plan(
        only: Set<String>, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) throws(FoundlingError) -> Custody.Planned {
        let store = try LocalStore(root: manifest.store.root)
        let ledger = try Custody.reader(manifest)
        let result = try Scan(manifest, sizes: .all, pins: try ledger?.pins() ?? [], progress: progress).run()
        let accepted = try ledger?.accepted()
        let grounds = Grounds(
            result.certificate,
            store: StoreIdentity(
                root: store.root, inode: store.inode, fileSystem: store.fileSystem,
                sentinel: accepted?.store.sentinel ?? ""),
            manifest: manifest, clock: "this host's clock")
        if let accepted, let refusal = Identities.refusals(grounds, accepted: accepted).first { throw refusal }
        let items = Planner(manifest).orphans(of: result, only: only).compactMap { finding -> Plan.Item? in
            guard let resource = finding.resource, let kind = finding.entry else { return nil }
            return Plan.Item(
                resource: manifest.resources[resource].name, path: finding.path, kind: kind,
                identity: InodeIdentity(inode: 0, born: 0), fingerprint: Fingerprint(""),
                bytes: finding.bytes ?? Bytes(), freed: finding.freed ?? 0, files: finding.files ?? 0,
                newest: finding.newest, changed: 0, cause: finding.cause)
        }
        var plan = Plan(
            created: HostClock.time(), manifest: manifest.file, manifestHash: try Custody.hash(of: manifest.file),
            grounds: grounds, wholes: Planner.wholes(result), trips: [], items: items)
        let recent = if let ledger { try Custody.recent(ledger, manifest) } else { [ResourceTotal]() }
        plan.trips = Planner(manifest).trips(
            plan.totals, of: plan.wholes, recent: recent, rows: grounds.rows, before: accepted?.rows ?? [:])
        progress(.done)
        return Custody.Planned(plan: plan, hash: "", text: [], result: result, notes: [])
    }
}
