internal import FoundlingCore
internal import FoundlingStore

extension Reconciler {
    /// A reconciler for a listing of a real store: claims are read by its root's every name, and through its links.
    convenience init(_ listing: Listing, _ layout: Layout, _ manifest: Manifest, _ store: LocalStore, _ own: OwnFiles) {
        let readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases + [store.realPath])
        self.init(listing, layout, readings, protected: own.protected)
        let resolver = LinkResolver(store)
        resolve = { resolver.real(StorePath(trusted: Array($0))) }
        resolveOutside = { resolver.real(outside: $0) }
    }
}
