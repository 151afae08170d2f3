internal import CLinux
package import FoundlingCore
package import FoundlingSeam
package import FoundlingStore
internal import Glibc

/// The directory that takes in what is moved aside: one mount with the store, and nobody's but ours.
package final class Quarantine: Sendable {
    /// Absolute.
    package let path: String
    package let directory: OpenDirectory
    package let store: LocalStore
    package let root: OpenDirectory
    let seam: Seam
    /// Told, once a wait, who is in the way.
    let waiting: @Sendable (_ holder: String) -> Void
    private static let sentinelName = Array("store-id".utf8)

    /// Opens the quarantine.
    ///
    /// - Parameter creates: makes it where it is not there yet.
    /// - Returns: nil where it is not there and is not to be made.
    package static func open(
        _ manifest: Manifest, _ store: LocalStore, creates: Bool, seam: Seam,
        waiting: @escaping @Sendable (_ holder: String) -> Void = { _ in }
    ) throws(FoundlingError) -> Quarantine? {
        let root = try OpenDirectory(descriptor: duplicate(store.descriptor))
        let path = manifest.store.quarantine
        guard let way = try find(manifest, store, root, creates: creates, seam), let directory = way.last else {
            return nil
        }
        try check(directory, root, path)
        try checkOwnership(of: directory, path)
        // Until it has a sentinel: whoever made it may have died before its name was on the disk.
        if creates, try directory.status(sentinelName) == nil {
            for above in way.dropLast() {
                let synced = seam(.quarantineSync) { cl_sync(above.descriptor) }
                guard synced == 0 else {
                    throw Failure(synced, "the directory above the quarantine cannot be synced").refusal
                }
            }
        }
        return Quarantine(path: path, directory: directory, store: store, root: root, seam: seam, waiting: waiting)
    }

    /// The directory of the quarantine for reading only; nil where there is none.
    ///
    /// What somebody else put in its place is not believed either: it would show runs and pins that nobody made.
    package static func look(_ manifest: Manifest, _ store: LocalStore) throws(FoundlingError) -> OpenDirectory? {
        let root = try OpenDirectory(descriptor: duplicate(store.descriptor))
        guard let directory = try find(manifest, store, root, creates: false, Seam())?.last else { return nil }
        let owner = try root.status([.dot])?.owner
        try checkOwner(of: directory, or: owner, manifest.store.quarantine)
        return directory
    }

    private static func find(
        _ manifest: Manifest, _ store: LocalStore, _ root: OpenDirectory, creates: Bool, _ seam: Seam
    ) throws(FoundlingError) -> [OpenDirectory]? {
        let path = manifest.store.quarantine
        if let inside = relative(path, to: [manifest.store.root, store.realPath]) {
            return try descend(inside, from: root, creates: creates, seam)
        }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        guard let name = path.split(separator: "/").last.map({ Array($0.utf8) }) else { return nil }
        return try descend([name], from: OpenDirectory(path: "/" + parent), creates: creates, seam)
    }

    private init(
        path: String, directory: OpenDirectory, store: LocalStore, root: OpenDirectory, seam: Seam,
        waiting: @escaping @Sendable (_ holder: String) -> Void
    ) {
        self.path = path
        self.directory = directory
        self.store = store
        self.root = root
        self.seam = seam
        self.waiting = waiting
        cl_ignore_lease_breaks()
    }

    private static func duplicate(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 3) }

    /// Components below the first of `roots` that `path` lies in.
    private static func relative(_ path: String, to roots: [String]) -> [[UInt8]]? {
        let parts = path.utf8.split(separator: UInt8.slash).map { Array($0) }
        for root in roots {
            let above = root.utf8.split(separator: UInt8.slash).map { Array($0) }
            if parts.count > above.count, parts.starts(with: above) { return Array(parts[above.count...]) }
        }
        return nil
    }

    /// - Returns: every directory on the way, the last one last; nil where one is not there and is not to be made.
    private static func descend(
        _ names: [[UInt8]], from start: OpenDirectory, creates: Bool, _ seam: Seam
    ) throws(FoundlingError) -> [OpenDirectory]? {
        var way = [start]
        for name in names {
            let directory = way[way.count - 1]
            if try directory.status(name) == nil {
                guard creates else { return nil }
                let made = seam(.quarantineMake) {
                    CName.with(name) { cl_make_directory_at(directory.descriptor, $0, 0o700) }
                }
                guard made == 0 || made == -EEXIST else {
                    throw Failure(made, "the quarantine directory cannot be made").refusal
                }
            }
            way.append(try enter(name, in: directory))
        }
        return way
    }

    /// Syncs a directory that was made a moment ago, and those above it: without its name everything in it is gone.
    ///
    /// One that may not be opened is passed over: somebody else made it.
    package static func syncWay(to path: String, _ seam: Seam) {
        var parts = path.split(separator: "/")
        repeat {
            guard let directory = try? OpenDirectory(path: "/" + parts.joined(separator: "/")) else { continue }
            _ = seam(.quarantineSync) { cl_sync(directory.descriptor) }
        } while parts.popLast() != nil
    }

    private static func enter(_ name: [UInt8], in directory: OpenDirectory) throws(FoundlingError) -> OpenDirectory {
        let shown = Printable.escape(name)
        func unusable(_ what: String) -> FoundlingError {
            FoundlingError(
                .quarantineUnusable, "the quarantine's directory '\(shown)' \(what)",
                hint: "it must be a plain directory of yours on the store's own mount: move away what is there, or set "
                    + "store.quarantine")
        }
        guard let status = try directory.status(name) else { throw unusable("vanished") }
        guard status.kind == .directory else { throw unusable("is a \(status.kind.name)") }
        let next: OpenDirectory?
        do throws(FoundlingError) { next = try directory.open(name) } catch {
            if geteuid() != 0, status.owner != geteuid() {
                throw FoundlingError(
                    .quarantineUnusable, "the quarantine's directory '\(shown)' belongs to somebody else",
                    hint: "run as the user who owns it, or as root")
            }
            throw unusable(
                status.isMountRoot ? "lies on another mount than the store" : "cannot be opened: \(error.summary)")
        }
        guard let next else { throw unusable("vanished") }
        return next
    }

    private static func check(_ directory: OpenDirectory, _ root: OpenDirectory, _ path: String) throws(FoundlingError)
    {
        let shown = Printable.escape(path)
        guard root.mount != 0 else {
            throw FoundlingError(
                .quarantineUnusable, "this kernel does not tell mounts apart",
                hint: "Foundling needs Linux 5.8 or newer to move anything")
        }
        guard directory.device == root.device && directory.mount == root.mount || !Safeguard.quarantineMount.isOn else {
            throw FoundlingError(
                .quarantineUnusable, "the quarantine '\(shown)' lies on another mount than the store",
                hint:
                    "set store.quarantine to a directory on the store's own mount: moving must be a rename, never a copy"
            )
        }
        // Root acts for the owner of the store, and what it makes belongs to that owner.
        try checkOwner(of: directory, or: geteuid() == 0 ? root.status([.dot])?.owner : nil, path)
    }

    /// - Parameter other: who may own it beside root and whoever runs this.
    private static func checkOwner(
        of directory: OpenDirectory, or other: UInt32?, _ path: String
    ) throws(FoundlingError) {
        let shown = Printable.escape(path)
        guard let status = try directory.status([.dot]) else { return }
        let isOurs = [geteuid(), 0, other].contains(status.owner) && status.mode & 0o022 == 0
        guard isOurs || !Safeguard.quarantineOwner.isOn else {
            throw FoundlingError(
                .quarantineUnusable, "the quarantine '\(shown)' belongs to somebody else or may be written by others",
                hint: "make it yours and its mode 700: what lies in it is given back or removed on its word")
        }
    }

    /// Names that Foundling makes in a quarantine, beside those of runs.
    private static let ownNames = ["store-id", "lock", "purge.lock", "apply.lock", "reserve", "clock"]

    /// A directory that holds anything else, and was never a quarantine, is somebody's.
    private static func checkOwnership(of directory: OpenDirectory, _ path: String) throws(FoundlingError) {
        if try directory.status(sentinelName) != nil { return }
        guard let listing = try directory.open([.dot]) else { return }
        var foreign: String?
        _ = try DirectoryReader().forEach(in: listing.descriptor) { name, _ in
            let text = String(decoding: name, as: UTF8.self)
            if !RunID.isValid(text), !ownNames.contains(text), !text.hasPrefix("ledger") {
                foreign = Printable.escape(text)
            }
        }
        guard Safeguard.foreignDirectory.isOn, let foreign else { return }
        throw FoundlingError(
            .quarantineUnusable, "'\(Printable.escape(path))' holds '\(foreign)' and was never a quarantine",
            hint: "set store.quarantine to a directory of its own: an empty one, or one that does not exist yet")
    }

    /// Whether Foundling was at work here before: then there was a ledger.
    package func wasUsed() throws(FoundlingError) -> Bool {
        if try sentinel() != nil { return true }
        var found = false
        guard let listing = try directory.open([.dot]) else { return false }
        _ = try DirectoryReader().forEach(in: listing.descriptor) { name, _ in
            if RunID.isValid(String(decoding: name, as: UTF8.self)) { found = true }
        }
        return found
    }

    // MARK: Identity

    /// The store as it is now; makes the sentinel where there is none.
    package func identity() throws(FoundlingError) -> StoreIdentity {
        let known = try sentinel()
        let sentinel = if let known { known } else { try makeSentinel() }
        return StoreIdentity(
            root: store.root, inode: store.inode, fileSystem: store.fileSystem, sentinel: sentinel)
    }

    private func sentinel() throws(FoundlingError) -> String? {
        guard let bytes = try read(Self.sentinelName, limit: 256) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { $0.isHexDigit }
        return text.count == 32 ? text : nil
    }

    private func makeSentinel() throws(FoundlingError) -> String {
        let name = Digest.random(16)
        do throws(Failure) {
            let file = try create(Self.sentinelName, .quarantineSentinel, O_WRONLY | O_CREAT | O_TRUNC)
            defer { _ = cl_close(file) }
            let text = Array((name + "\n").utf8)
            try seam(.quarantineSentinel) { min(cl_write_all(file, text, text.count), cl_sync(file)) }
                .orThrow("the store's sentinel cannot be written")
            // A ledger on another disk knows of it from its first line on.
            try seam(.quarantineSync) { cl_sync(directory.descriptor) }.orThrow("the quarantine cannot be synced")
        } catch { throw error.refusal }
        return name
    }

    /// The store's clock against the host's, in nanoseconds: the time of change of a file just made.
    package func clockSkew() throws(FoundlingError) -> Int64 {
        let name = Array("clock".utf8)
        do throws(Failure) {
            let before = HostClock.untampered()
            let file = try create(name, .lockWrite, O_WRONLY | O_CREAT | O_TRUNC)
            let wrote = cl_write_all(file, [0x0A], 1)
            _ = cl_close(file)
            let after = HostClock.untampered()
            defer { _ = CName.with(name) { cl_unlink_at(directory.descriptor, $0, 0) } }
            // A disk without a block to spare has a clock all the same: making the file set it.
            guard wrote == 0 || wrote == -ENOSPC, let status = try? directory.status(name) else { return 0 }
            // File times are as coarse as the kernel's tick (4 ms); within that they agree.
            if status.changed < before { return min(0, status.changed - before + 10_000_000) }
            return max(0, status.changed - after)
        } catch { return 0 }
    }

    // MARK: Files

    func create(_ name: [UInt8], _ step: Step, _ flags: Int32) throws(Failure) -> Int32 {
        let what = "'\(Printable.escape(name))' in the quarantine"
        // Opening a device may do anything, and a pipe waits for whoever reads it.
        if let there = try? directory.status(name), there.kind != .file {
            throw Failure(-EMLINK, "\(what) is no plain file of its own")
        }
        let opened = seam(step) {
            CName.with(name) {
                cl_open_file_beneath(directory.descriptor, $0, flags & ~O_TRUNC | O_NONBLOCK, 0o600)
            }
        }
        try opened.orThrow("\(what) cannot be opened")
        guard Self.isPlain(opened) || !Safeguard.plainFile.isOn else {
            _ = cl_close(opened)
            throw Failure(-EMLINK, "\(what) is no plain file of its own")
        }
        if flags & O_TRUNC != 0 { _ = cl_truncate(opened, 0) }
        give(opened)
        return opened
    }

    /// Another name of some file of the application's must not be written through, nor given away.
    private static func isPlain(_ descriptor: Int32) -> Bool {
        var status = cl_stat()
        return cl_stat_at(descriptor, "", 0, &status) == 0 && EntryKind(mode: status.mode) == .file && status.links == 1
    }

    /// Makes something the quarantine owner's own, where root made it for somebody else.
    func give(_ descriptor: Int32) {
        guard geteuid() == 0, let owner = try? directory.status([.dot]), owner.owner != 0 else { return }
        _ = cl_change_owner(descriptor, owner.owner, owner.group)
    }

    /// The same for a file that SQLite made.
    package func give(named name: String) {
        let opened = CName.with(Array(name.utf8)) {
            cl_open_file_beneath(directory.descriptor, $0, O_RDONLY | O_NONBLOCK, 0)
        }
        guard opened >= 0 else { return }
        if Self.isPlain(opened) { give(opened) }
        _ = cl_close(opened)
    }

    /// A small file of the quarantine, or nil where it is not there.
    func read(_ name: [UInt8], limit: Int) throws(FoundlingError) -> [UInt8]? {
        let opened = CName.with(name) { cl_open_file_beneath(directory.descriptor, $0, O_RDONLY | O_NONBLOCK, 0) }
        if opened == -ENOENT { return nil }
        guard opened >= 0 else {
            throw Failure(opened, "'\(Printable.escape(name))' in the quarantine cannot be read").refusal
        }
        defer { _ = cl_close(opened) }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = buffer.withUnsafeMutableBytes { cl_read(opened, $0.baseAddress, $0.count) }
        return count < 0 ? nil : Array(buffer[..<count])
    }
}
