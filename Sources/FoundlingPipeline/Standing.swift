internal import FoundlingCatalog
package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingStore

/// Quick looks that change nothing: whether the store and the database are there.
extension Custody {
    /// Which directory a store's root is.
    package struct Whereabouts: Sendable, Codable, Equatable {
        package var path: String
        package var device: UInt64
        package var inode: UInt64

        package init(path: String, device: UInt64, inode: UInt64) {
            self.path = path
            self.device = device
            self.inode = inode
        }
    }

    /// - Throws: `store-missing` and its like.
    package static func whereabouts(
        _ manifest: Manifest
    ) throws(FoundlingError) -> (root: Whereabouts, disk: DiskSpace) {
        let store = try LocalStore(root: manifest.store.root)
        let root = Whereabouts(path: manifest.store.root, device: store.device, inode: store.inode)
        return (root, try store.space())
    }

    /// Reads nothing of the database but that it can be read.
    package static func askDatabase(_ manifest: Manifest) throws(FoundlingError) {
        _ = try Catalog(manifest).read(only: { _, _ in false }, { _ in })
    }

    /// Which database and store were accepted; nil before the first plan.
    package static func accepted(_ manifest: Manifest) throws(FoundlingError) -> Grounds? {
        try reader(manifest)?.accepted()
    }

    /// When a scan was last recorded, in nanoseconds since 1970; nil where none was.
    package static func lastRecorded(_ manifest: Manifest) throws(FoundlingError) -> Int64? {
        try reader(manifest)?.lastObserved()
    }
}
