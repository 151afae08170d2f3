internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

/// Room that is kept for the day on which there is none.
extension Quarantine {
    /// Kept for the day on which not one block is left: enough for the ledger and receipts of some thousand items.
    private static let reserveSize: UInt64 = 8 << 20
    /// What ext4 keeps for itself and `f_bfree` counts all the same: 4,096 clusters, 2 % of a small disk.
    private static let keptByFileSystem: UInt64 = 16 << 20
    private static let reserveName = Array("reserve".utf8)
    /// Below this the reserve is given up at once: a directory, a sentinel and the ledger's first pages need some.
    private static let leastRoom: UInt64 = 1 << 20
    /// The reserve takes at most an eighth of what is available, and is not worth making below 128 KiB.
    private static let reserveShare: UInt64 = 8
    private static let leastReserve: UInt64 = 128 << 10

    /// Sets blocks aside while there are plenty; a disk that is nearly full is left alone.
    package func keepReserve() {
        guard (try? directory.status(Self.reserveName)) == nil,
            let space = try? store.space(), space.available / Self.reserveShare >= Self.leastReserve,
            let file = try? create(Self.reserveName, .reserveMake, O_WRONLY | O_CREAT | O_EXCL)
        else { return }
        defer { _ = cl_close(file) }
        if cl_allocate(file, min(Self.reserveSize, space.available / Self.reserveShare)) != 0 {
            _ = CName.with(Self.reserveName) { cl_unlink_at(directory.descriptor, $0, 0) }
        }
    }

    /// Gives the reserve up before anything begins, where not even a directory could be made.
    package func makeRoom() {
        guard let space = try? store.space(), writable(in: space) < Self.leastRoom else { return }
        _ = releaseReserve()
    }

    /// Root may use the blocks reserved for it, but not those that the file system keeps.
    private func writable(in space: DiskSpace) -> UInt64 {
        let kept = min(Self.keptByFileSystem, space.total / 50)
        return geteuid() == 0 ? max(space.available, space.free - min(space.free, kept)) : space.available
    }

    /// Gives the reserve up; false where there was none.
    package func releaseReserve() -> Bool {
        seam(.reserveRelease) { CName.with(Self.reserveName) { cl_unlink_at(directory.descriptor, $0, 0) } } == 0
    }

    /// Bytes that a run may write: what is available, and the reserve.
    package func writable() throws(FoundlingError) -> UInt64 {
        let reserve = try directory.status(Self.reserveName)?.allocated ?? 0
        return writable(in: try store.space()) + reserve
    }
}
