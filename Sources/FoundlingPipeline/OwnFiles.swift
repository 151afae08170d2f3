internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore

/// Files that a store may hold but no plan may ever take: the database, the manifest, the quarantine.
struct OwnFiles {
    /// Below the root: ignored wherever they lie, and whatever holds them is kept.
    let reserved: [StorePath]

    /// The same without the quarantine: an entry that holds one of these is alive.
    let protected: [StorePath]

    init(_ manifest: Manifest, _ store: LocalStore, _ catalog: Catalog) {
        func inside(_ path: String) -> [StorePath] {
            // By the same rule as claims: as the user spells the root, or with links resolved.
            let readings = ClaimReadings(root: manifest.store.root, aliases: [store.realPath])
            return [path, LocalStore.realPath(of: path)].compactMap { $0 }.flatMap { path in
                readings.readings(of: Array(path.utf8)).compactMap { reading in
                    if case .inside(let components) = reading, !components.isEmpty {
                        StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
                    } else {
                        nil
                    }
                }
            }
        }
        protected = Safeguard.ownFiles.isOn ? Array(Set((catalog.files + [manifest.file]).flatMap(inside))) : []
        let ours = [manifest.store.quarantine, manifest.serve.state] + (manifest.store.state.map { [$0] } ?? [])
        reserved = Array(Set(protected + ours.flatMap(inside)))
    }
}
