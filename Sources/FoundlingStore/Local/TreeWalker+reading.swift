internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import Glibc

extension TreeWalker {
    /// The targets themselves: a leaf is done at once, a directory comes back as its own only child.
    func begin(_ range: Range<Int>) -> [Contents] {
        var parent: (path: ArraySlice<ArraySlice<UInt8>>, descriptor: Int32) = ([], store.descriptor)
        defer { if parent.descriptor >= 0, parent.descriptor != store.descriptor { _ = cl_close(parent.descriptor) } }
        return range.map { target in
            let parts = wanted[target].path.components
            if parent.path != parts.dropLast() {
                if parent.descriptor >= 0, parent.descriptor != store.descriptor { _ = cl_close(parent.descriptor) }
                let above = parts.dropLast()
                parent = (above, above.isEmpty ? store.descriptor : store.openDirectory(above.map(Array.init)))
            }
            return begin(target, parts.last ?? [.dot], in: parent.descriptor)
        }
    }

    private func begin(_ target: Int, _ name: ArraySlice<UInt8>, in parent: Int32) -> Contents {
        let path = wanted[target].path
        var contents = Contents()
        var status = cl_stat()
        let failed =
            parent < 0
            ? parent
            : (name + [0]).withUnsafeBufferPointer { name in
                name.withMemoryRebound(to: CChar.self) { cl_stat_at(parent, $0.baseAddress!, 0, &status) }
            }
        if failed != 0 {
            contents.sum.add(Self.obstacle(-failed, path))
        } else if status.is_mount_root != 0 || status.device != store.device, !path.bytes.isEmpty {
            contents.sum.add(Self.obstacle(EXDEV, path))
        } else {
            let isDirectory = EntryKind(mode: status.mode) == .directory
            Self.count(status, isDirectory, target, &contents)
            if isDirectory, !wanted[target].isShallow {
                contents.children = [Directory(parent: nil, name: path.bytes, target: target)]
            }
        }
        return contents
    }

    /// Measures the files of one directory and names the directories in it.
    func read(_ directory: Directory, _ reader: borrowing DirectoryReader) -> Contents {
        var contents = Contents()
        let descriptor = open(directory)
        guard descriptor >= 0 else {
            contents.sum.add(Self.obstacle(-descriptor, path(directory)))
            return contents
        }
        let target = directory.target
        let device = store.device
        var status = cl_stat()
        let outcome = Result { () throws(FoundlingError) -> Int32 in
            try reader.forEach(in: descriptor) { (name, type) throws(FoundlingError) in
                let start = name.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
                let failed =
                    EntryKind(directoryType: type) == .directory
                    ? cl_stat_at(descriptor, start, 0, &status) : cl_stat_file_at(descriptor, start, &status)
                if failed != 0 {
                    return contents.sum.add(Self.obstacle(-failed, path(directory).appending(name)))
                }
                if status.is_mount_root != 0 || status.device != device {
                    return contents.sum.add(Self.obstacle(EXDEV, path(directory).appending(name)))
                }
                let isDirectory = status.mode & 0o170000 == 0o040000  // S_IFMT, S_IFDIR: getters in another module
                Self.count(status, isDirectory, target, &contents)
                if status.mode & 0o170000 == 0o120000 {  // S_IFLNK
                    contents.symlinks.append(path(directory).appending(name))
                }
                if name[0] == UInt8.dot { noteSpecial(name, in: directory, &contents) }
                if isDirectory {
                    contents.children.append(Directory(parent: directory, name: Array(name), target: target))
                }
            }
        }
        let failed = (try? outcome.get()) ?? EIO
        if failed != 0 { contents.sum.add(Self.obstacle(failed, path(directory))) }
        return contents
    }

    /// Names that say something about the entry they lie in.
    private func noteSpecial(_ name: UnsafeRawBufferPointer, in directory: Directory, _ contents: inout Contents) {
        if directory.parent == nil, name.elementsEqual(".foundling-keep".utf8) {
            contents.sum.isPinned = true
        } else if name.elementsEqual(".foundling".utf8), directory.parent != nil || !directory.name.isEmpty {
            contents.sum.add(Obstacle(.foundling, path(directory).appending(name), "a quarantine lies inside"))
        }
    }

    @inline(__always)
    private static func count(_ status: cl_stat, _ isDirectory: Bool, _ target: Int, _ contents: inout Contents) {
        let changed = Safeguard.changeTime.isOn ? max(status.changed, status.born) : status.modified
        let newest = max(status.modified, changed)
        if newest > contents.sum.newest { contents.sum.newest = newest }
        if isDirectory { contents.sum.directories += 1 } else { contents.sum.files += 1 }
        guard !isDirectory, status.links > 1 else {
            contents.sum.bytes.allocated += status.allocated
            contents.sum.bytes.apparent += status.size
            contents.sum.freed += status.allocated
            contents.sum.inodesFreed += 1
            return
        }
        contents.links.append(
            HardLink(
                device: status.device, inode: status.inode, links: status.links, allocated: status.allocated,
                apparent: status.size, target: target))
    }

    private func path(_ directory: Directory) -> StorePath {
        StorePath(trusted: Array(directory.path.joined(separator: [UInt8.slash])))
    }

    private static func obstacle(_ error: Int32, _ path: StorePath) -> Obstacle {
        switch error {
        case EXDEV: Obstacle(.mount, path, "another file system is mounted here")
        case ENOENT: Obstacle(.vanished, path, "it vanished while it was being measured")
        case ELOOP: Obstacle(.vanished, path, "it became a link while it was being measured")
        default: Obstacle(.unreadable, path, Errno.text(error))
        }
    }
}

extension Measurement {
    /// Adds what was found in another directory of the same entry.
    mutating func add(_ other: Measurement) {
        files += other.files
        directories += other.directories
        bytes += other.bytes
        freed += other.freed
        inodesFreed += other.inodesFreed
        newest = max(newest, other.newest)
        isPinned = isPinned || other.isPinned
        guard other.obstacleCount > 0 else { return }
        obstacles = Array((obstacles + other.obstacles).prefix(5))
        obstacleCount += other.obstacleCount
    }
}
