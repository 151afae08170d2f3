internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import Glibc

/// Everything that can be seen of one entry without reading its files, in an order that does not depend on the disk.
///
/// The same walk makes the fingerprint of a plan, the lines of a receipt and the proof of a restore.
package struct EntryImage: Sendable {
    package var top: FileStatus
    package var fingerprint: Fingerprint
    /// Inodes of files that were taken without what removing another link to them changes: their time of change, the
    /// number of their links.
    package var shared: Set<UInt64> = []
    package var bytes = Bytes()
    /// Bytes and inodes that removing this alone frees.
    package var freed: UInt64 = 0
    package var inodes = 0
    /// Everything but directories.
    package var files = 0
    /// The latest of all its times, by the rule that a scan judges age by.
    package var newest = Int64.min
    /// The same without the top's own time of change, which a rename sets.
    package var newestWithin = Int64.min
    package var isPinned = false
    /// What must not be crossed or could not be read; nothing may be done with an entry that has one.
    package var obstacle: Obstacle?
    /// Somebody has one of its files open.
    package var openFile: StorePath?
    /// Files for which the question could not be asked (not ours, or a file system without leases).
    package var unasked = 0

    /// One thing in an entry; the top itself has the empty path.
    package struct Member: Sendable {
        package let path: StorePath
        package let status: FileStatus
        /// Where a link leads.
        package let target: [UInt8]?
    }
}

/// Takes the image of an entry: depth first, names in order of their bytes, links never followed, mounts never crossed.
package struct EntryImager {
    /// SHA-256 in the making: takes bytes piece by piece, and gives its hexadecimal digits in the end.
    package struct Digesting {
        let add: ([UInt8]) -> Void
        let finish: () -> String

        package init(add: @escaping ([UInt8]) -> Void, finish: @escaping () -> String) {
            self.add = add
            self.finish = finish
        }
    }

    private let digest: () -> Digesting
    /// Inodes to take as shared; nil takes every file that has several links.
    private let shared: Set<UInt64>?
    /// Whether each regular file is asked for a lease.
    private let asksForLeases: Bool
    /// Directories within directories that are looked at: each costs a descriptor (of the usual 1,024) and a frame of
    /// the stack. Deeper trees are kept: with names of eight letters no such path fits the kernel's 4,096 bytes.
    package static let deepest = 480

    ///   - shared: inodes that had several links when the entry was first looked at; nil for that first look.
    package init(
        asksForLeases: Bool = false, shared: Set<UInt64>? = [], digest: @escaping () -> Digesting
    ) {
        self.digest = digest
        self.shared = shared
        self.asksForLeases = asksForLeases
    }

    /// - Parameters:
    ///   - parent: the directory that holds the entry; `name` is its name there.
    ///   - visit: each member, the top first.
    /// - Returns: nil where nothing is there.
    package func image(
        of name: [UInt8], in parent: OpenDirectory, visit: (EntryImage.Member) throws(FoundlingError) -> Void = { _ in }
    ) throws(FoundlingError) -> EntryImage? {
        guard let top = try parent.status(name) else { return nil }
        var walk = Walk(
            image: EntryImage(top: top, fingerprint: Fingerprint("")), device: parent.device, digesting: digest(),
            shared: shared)
        if Safeguard.mountOver.isOn, top.isMountRoot || top.device != parent.device {
            walk.note(Obstacle(.mount, .root, "another file system is mounted here"))
        } else {
            try add(StorePath.root, name, top, in: parent.descriptor, &walk, visit)
        }
        walk.digesting.add(walk.bytes)
        walk.image.fingerprint = Fingerprint(walk.digesting.finish())
        walk.settleLinks()
        return walk.image
    }

    /// What one walk gathers.
    private struct Walk {
        var image: EntryImage
        let device: UInt64
        let digesting: Digesting
        let shared: Set<UInt64>?
        /// What the digest is taken of next.
        var bytes: [UInt8] = []
        private static let pieceSize = 64 << 10
        var depth = 0
        /// Links seen of inodes that have several, with their size.
        var links: [UInt64: (seen: UInt32, all: UInt32, bytes: UInt64)] = [:]

        mutating func note(_ obstacle: Obstacle) { if image.obstacle == nil { image.obstacle = obstacle } }

        /// Whether another link to it may go, and with it what is left out here.
        mutating func isShared(_ status: FileStatus) -> Bool {
            guard status.kind != .directory else { return false }
            let isShared = shared?.contains(status.identity.inode) ?? (status.links > 1)
            if isShared { image.shared.insert(status.identity.inode) }
            return isShared
        }

        mutating func count(_ status: FileStatus, isTop: Bool, isShared: Bool) {
            // Of files within, a scan does not ask the time of birth.
            let born = isTop || status.kind == .directory ? status.identity.born : 0
            image.newest = max(image.newest, status.modified, isShared ? .min : status.changed, born)
            let changed = isTop || isShared ? Int64.min : status.changed
            image.newestWithin = max(image.newestWithin, status.modified, changed, born)
            if status.kind != .directory { image.files += 1 }
            if status.kind != .directory, status.links > 1 {
                let seen = (links[status.identity.inode]?.seen ?? 0) + 1
                links[status.identity.inode] = (seen, status.links, status.allocated)
                guard seen == 1 else { return }
            } else {
                image.freed += status.allocated
                image.inodes += 1
            }
            image.bytes.allocated += status.allocated
            image.bytes.apparent += status.size
        }

        mutating func settleLinks() {
            for link in links.values where link.seen == link.all {
                image.freed += link.bytes
                image.inodes += 1
            }
        }

        /// The path and all figures of one member; a rename sets the top's time of change, and only that.
        mutating func digest(_ path: StorePath, _ status: FileStatus, _ target: [UInt8]?, isShared: Bool) {
            bytes += path.bytes
            bytes.append(0)
            func add(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
            for number in [
                UInt64(status.kind.rawValue), status.identity.inode, status.size, UInt64(bitPattern: status.modified),
                UInt64(status.mode), UInt64(status.owner), UInt64(status.group),
            ] { add(number) }
            if let target {
                bytes += target
                bytes.append(0)
            }
            if !isShared { add(UInt64(status.links)) }
            if !path.bytes.isEmpty, !isShared { add(UInt64(bitPattern: status.changed)) }
            guard bytes.count >= Self.pieceSize else { return }
            digesting.add(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }

    private func add(
        _ path: StorePath, _ name: [UInt8], _ status: FileStatus, in parent: Int32, _ walk: inout Walk,
        _ visit: (EntryImage.Member) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        let target = status.kind == .symlink ? link(name, in: parent) : nil
        let isShared = walk.isShared(status)
        walk.digest(path, status, target, isShared: isShared)
        walk.count(status, isTop: path.bytes.isEmpty, isShared: isShared)
        try visit(EntryImage.Member(path: path, status: status, target: target))
        switch status.kind {
        case .directory: try descend(path, name, in: parent, &walk, visit)
        case .file where asksForLeases: ask(path, name, in: parent, &walk)
        default: break
        }
    }

    private func descend(
        _ path: StorePath, _ name: [UInt8], in parent: Int32, _ walk: inout Walk,
        _ visit: (EntryImage.Member) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        guard walk.depth < Self.deepest else {
            return walk.note(Obstacle(.unreadable, path, "more than \(Self.deepest) directories deep: not looked at"))
        }
        walk.depth += 1
        defer { walk.depth -= 1 }
        let opened = CName.with(name) { cl_open_directory_beneath(parent, $0) }
        guard opened >= 0 else {
            return walk.note(
                Obstacle(opened == -EXDEV ? .mount : .unreadable, path, Self.words(-opened)))
        }
        defer { _ = cl_close(opened) }
        var names: [[UInt8]] = []
        let failed = try DirectoryReader().forEach(in: opened) { (name, _) throws(FoundlingError) in
            names.append(Array(name))
        }
        guard failed == 0 else { return walk.note(Obstacle(.unreadable, path, Self.words(failed))) }
        names.sort { $0.lexicographicallyPrecedes($1) }
        for name in names {
            let below = path.appending(name)
            var status = cl_stat()
            let failed = CName.with(name) { cl_stat_at(opened, $0, 0, &status) }
            guard failed == 0 else {
                walk.note(Obstacle(.vanished, below, Self.words(-failed)))
                continue
            }
            if Safeguard.mountInside.isOn, status.is_mount_root != 0 || status.device != walk.device {
                walk.note(Obstacle(.mount, below, "another file system is mounted here"))
                continue
            }
            if name.elementsEqual(".foundling".utf8) {
                walk.note(Obstacle(.foundling, below, "a quarantine lies inside"))
            }
            if path.bytes.isEmpty, name.elementsEqual(".foundling-keep".utf8) { walk.image.isPinned = true }
            try add(below, name, FileStatus(status), in: opened, &walk, visit)
        }
    }

    private func link(_ name: [UInt8], in parent: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = CName.with(name) { name in
            buffer.withUnsafeMutableBytes { cl_read_link_at(parent, name, $0.baseAddress, $0.count) }
        }
        return length < 0 ? nil : Array(buffer[..<length])
    }

    /// A write lease is refused while anybody, in any container of this host, has the file open.
    private func ask(_ path: StorePath, _ name: [UInt8], in parent: Int32, _ walk: inout Walk) {
        let opened = CName.with(name) { cl_open_file_beneath(parent, $0, O_RDONLY | O_NONBLOCK, 0) }
        guard opened >= 0 else {
            walk.image.unasked += 1
            return
        }
        defer { _ = cl_close(opened) }
        switch cl_try_lease(opened) {
        case 0: break
        case -EAGAIN, -EBUSY: if walk.image.openFile == nil { walk.image.openFile = path }
        default: walk.image.unasked += 1
        }
    }

    private static func words(_ error: Int32) -> String {
        switch error {
        case EXDEV: "another file system is mounted here"
        case ELOOP: "it became a link"
        case ENOENT: "it vanished while it was looked at"
        default: Errno.text(error)
        }
    }
}
