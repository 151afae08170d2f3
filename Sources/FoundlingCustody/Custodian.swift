internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
package import FoundlingStore
internal import Glibc

/// What records say of a path now.
package enum ClaimState: Sendable {
    case unclaimed
    case claimed
    /// By a row that is still being made.
    case making
    /// It lies inside an entry that a row being made claims, or nobody: it shares that entry's fate.
    case sheltered
    /// Some claim nearly names it.
    case near
}

/// The only thing that changes a store: moves aside, puts back, removes for good.
///
/// Everything it does is announced in the ledger first, passes the seam by name, and survives being cut short anywhere.
package final class Custodian {
    /// Asks the catalog about paths, in a snapshot opened by this very call.
    package typealias ClaimReader = ([(path: StorePath, kind: EntryKind)]) throws(FoundlingError) -> [ClaimState]
    /// Called with how many of how many are done.
    package typealias Progress = (_ done: Int, _ of: Int) -> Void

    package let quarantine: Quarantine
    package let ledger: Ledger
    let manifest: Manifest
    let context: Ledger.LedgerContext
    var seam: Seam { quarantine.seam }
    /// Items looked at and moved under one lock: the window between looking and moving stays about a second.
    static let batchItems = 16_384
    static let batchTime: Int64 = 1_000_000_000

    package init(_ manifest: Manifest, _ quarantine: Quarantine, _ ledger: Ledger, _ context: Ledger.LedgerContext) {
        self.manifest = manifest
        self.quarantine = quarantine
        self.ledger = ledger
        self.context = context
    }

    // MARK: Looking

    /// - Parameter shared: what was noted of the entry when it was planned.
    func imager(leases: Bool = false, shared: Set<UInt64>?) -> EntryImager {
        EntryImager(asksForLeases: leases, shared: shared ?? []) { Digest.running() }
    }

    /// Inodes with several links that a plan notes of one entry; beyond, it is strict with all of them.
    static let mostShared = 10_000

    /// The directory that holds a path below the root; nil where it is gone.
    func parent(of path: StorePath) throws(Failure) -> OpenDirectory? {
        let components = path.components.dropLast().map { Array($0) }
        let opened = quarantine.store.openDirectory(components)
        if opened == -ENOENT || opened == -ENOTDIR { return nil }
        try opened.orThrow("its directory '\(path.parent)' cannot be opened")
        guard let directory = try? OpenDirectory(descriptor: opened) else {
            throw Failure(-EIO, "its directory '\(path.parent)' cannot be looked at")
        }
        return directory
    }

    /// An entry as it is now, for a plan; nil where it is gone.
    package func image(of path: StorePath) throws(FoundlingError) -> EntryImage? {
        let parent: OpenDirectory?
        do throws(Failure) { parent = try self.parent(of: path) } catch { throw error.refusal }
        guard let parent else { return nil }
        let first = EntryImager(shared: nil) { Digest.running() }
        let image = try first.image(of: Self.name(of: path), in: parent)
        guard let image, image.shared.count > Self.mostShared else { return image }
        return try imager(shared: nil).image(of: Self.name(of: path), in: parent)
    }

    /// Whether somebody asked to keep a path, as things stand now: pins are read when they are needed.
    func pinned() throws(FoundlingError) -> (StorePath) -> Bool {
        let now = HostClock.time()
        let pins = try ledger.pins().filter { $0.holds(at: now) }
        return { path in pins.contains { $0.touches(path) } }
    }

    /// What a run rested on, by the ledger or by its receipt.
    package func grounds(of run: String) throws(FoundlingError) -> Grounds? {
        if let grounds = try ledger.grounds(of: run) { return grounds }
        return try ReceiptReader(quarantine, run: run)?.header.grounds
    }

    static let keepName = Array(".foundling-keep".utf8)

    static func name(of path: StorePath) -> [UInt8] { Array(path.components.last ?? []) }

    /// The directory of a run in the quarantine.
    func directory(of run: String) throws(FoundlingError) -> OpenDirectory? {
        guard RunID.isValid(run) else { return nil }
        return try quarantine.directory.open(Array(run.utf8))
    }

    // MARK: Moving

    /// Moves without ever replacing; for a target that only we know, plain rename serves where the file system has no
    /// better.
    func move(
        _ step: Step, _ name: [UInt8], from: OpenDirectory, to: OpenDirectory, as target: [UInt8], isPrivate: Bool,
        isDirectory: Bool
    ) -> Int32 {
        seam(step) {
            CName.with(name) { name in
                CName.with(target) { target in
                    guard Safeguard.noReplace.isOn else {
                        return cl_rename(from.descriptor, name, to.descriptor, target)
                    }
                    let moved = cl_rename_new(from.descriptor, name, to.descriptor, target)
                    guard moved == -EINVAL || moved == -ENOSYS else { return moved }
                    if isPrivate { return cl_rename(from.descriptor, name, to.descriptor, target) }
                    // Plain rename would replace an empty directory; a link to a file replaces nothing.
                    guard !isDirectory else { return -ENOTSUP }
                    let linked = cl_link_at(from.descriptor, name, to.descriptor, target)
                    return linked < 0 ? linked : cl_unlink_at(from.descriptor, name, 0)
                }
            }
        }
    }

    func sync(_ directory: OpenDirectory, _ what: String) throws(FoundlingError) {
        let synced = seam(.directorySync) { cl_sync(directory.descriptor) }
        guard synced == 0 else { throw Failure(synced, "\(what) cannot be synced").refusal }
    }

    // MARK: Words

    static func words(_ obstacle: Obstacle) -> String {
        obstacle.path.bytes.isEmpty ? obstacle.reason : "\(obstacle.path): \(obstacle.reason)"
    }

    func finish(_ outcome: inout RunOutcome) {
        outcome.items.sort { ($0.number, $0.path.bytes.count) < ($1.number, $1.path.bytes.count) }
        if let space = try? quarantine.store.space() { outcome.after = space }
        // Where space came back, the next full disk finds a reserve again.
        quarantine.keepReserve()
        outcome.head = (try? ledger.head()) ?? ""
    }
}
