internal import CLinux
internal import FoundlingCore
internal import Glibc

/// Measures many entries at once: threads share a stack of directories, and each file costs one `statx` and no memory.
///
/// Plain threads inside one synchronous call: no allocation, no `String` and no reference count a file.
final class TreeWalker: @unchecked Sendable {
    // Shared by its threads under `mutex`; a thread sums up one directory on its own before it takes the lock.
    private let store: LocalStore
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()
    private var stack: [Directory] = []
    private var busy = 0
    private var openDescriptors = 0
    private var targets: [Measurement]
    private var links: [HardLink] = []
    /// Directories of each target that are not read yet.
    private var outstanding: [Int32]
    private var finished = 0
    private var files = 0
    private let progress: @Sendable (_ files: Int, _ finished: Int) -> Void
    /// Descriptors kept open for children that wait; beyond it a directory is opened again by its path.
    private static let descriptorLimit = 256

    /// A directory on its way, or waiting for its turn.
    final class Directory: @unchecked Sendable {
        let parent: Directory?
        let name: [UInt8]
        let target: Int
        /// Open while children may want it; guarded by the walker's mutex.
        fileprivate var descriptor: Int32 = -1
        fileprivate var waiting = 0

        init(parent: Directory?, name: [UInt8], target: Int) {
            self.parent = parent
            self.name = name
            self.target = target
        }

        /// From the root of the store.
        var path: [[UInt8]] {
            var parts: [[UInt8]] = []
            var next: Directory? = self
            while let directory = next {
                parts.append(contentsOf: directory.name.split(separator: UInt8.slash).reversed().map(Array.init))
                next = directory.parent
            }
            return parts.reversed()
        }
    }

    /// What lies directly in one directory.
    private struct Contents {
        var sum = Measurement()
        var links: [HardLink] = []
        var children: [Directory] = []
    }

    init(_ store: LocalStore, targets: Int, progress: @escaping @Sendable (Int, Int) -> Void) {
        self.store = store
        self.progress = progress
        self.targets = Array(repeating: Measurement(), count: targets)
        outstanding = Array(repeating: 0, count: targets)
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
    }

    deinit {
        pthread_cond_destroy(&changed)
        pthread_mutex_destroy(&mutex)
    }

    /// Measures each path, which leads from the root of the store.
    func measure(_ paths: [LocalStore.Target], threads: Int) -> Measurements {
        begin(paths)
        var handles: [pthread_t] = []
        for _ in 1..<max(2, min(threads, stack.count)) where threads > 1 {
            var handle = pthread_t()
            let context = Unmanaged.passRetained(self)
            let failed = pthread_create(&handle, nil, { context in
                Unmanaged<TreeWalker>.fromOpaque(context!).takeRetainedValue().work()
                return nil
            }, context.toOpaque())
            // A thread fewer measures the same, only slower.
            if failed == 0 { handles.append(handle) } else { context.release() }
        }
        work()
        for handle in handles { pthread_join(handle, nil) }
        var measurements = Measurements(targets: targets, links: links)
        Self.attribute(&measurements)
        return measurements
    }

    /// The entries themselves: a leaf is done at once, a directory waits on the stack.
    private func begin(_ paths: [LocalStore.Target]) {
        var parent: (path: ArraySlice<ArraySlice<UInt8>>, descriptor: Int32) = ([], store.descriptor)
        for (target, wanted) in paths.enumerated() {
            let parts = wanted.path.components
            if parent.path != parts.dropLast() {
                if parent.descriptor >= 0, parent.descriptor != store.descriptor { _ = cl_close(parent.descriptor) }
                let above = parts.dropLast()
                parent = (above, above.isEmpty ? store.descriptor : store.openDirectory(above.map(Array.init)))
            }
            begin(wanted, parts.last ?? [.dot], in: parent.descriptor, target)
        }
        if parent.descriptor >= 0, parent.descriptor != store.descriptor { _ = cl_close(parent.descriptor) }
    }

    private func begin(_ wanted: LocalStore.Target, _ name: ArraySlice<UInt8>, in parent: Int32, _ target: Int) {
        let path = wanted.path
        var status = cl_stat()
        let failed =
            parent < 0
            ? parent
            : (name + [0]).withUnsafeBufferPointer { name in
                name.withMemoryRebound(to: CChar.self) { cl_stat_at(parent, $0.baseAddress!, 0, &status) }
            }
        if failed != 0 {
            targets[target].add(Self.obstacle(-failed, path))
        } else if status.is_mount_root != 0 || status.device != store.device, !path.bytes.isEmpty {
            targets[target].add(Obstacle(.mount, path, "another file system is mounted here"))
        } else {
            var contents = Contents()
            let isDirectory = EntryKind(mode: status.mode) == .directory
            Self.count(status, isDirectory, target, &contents)
            targets[target].add(contents.sum)
            links += contents.links
            if isDirectory, !wanted.isShallow {
                outstanding[target] = 1
                stack.append(Directory(parent: nil, name: path.bytes, target: target))
                return
            }
        }
        finished += 1
    }

    // MARK: Threads

    private func work() {
        let reader = DirectoryReader()
        while let directory = take() {
            let contents = read(directory, reader)
            put(contents, of: directory)
        }
    }

    /// The next directory, or nil when nobody has any left.
    private func take() -> Directory? {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        while stack.isEmpty {
            if busy == 0 {
                pthread_cond_broadcast(&changed)
                return nil
            }
            pthread_cond_wait(&changed, &mutex)
        }
        busy += 1
        return stack.removeLast()
    }

    /// Adds up what was found in `directory`, hands on what lies below, and closes what nobody waits for any more.
    private func put(_ contents: Contents, of directory: Directory) {
        pthread_mutex_lock(&mutex)
        targets[directory.target].add(contents.sum)
        links += contents.links
        files += contents.sum.files
        outstanding[directory.target] += Int32(contents.children.count) - 1
        if outstanding[directory.target] == 0 { finished += 1 }
        directory.waiting = contents.children.count
        stack.append(contentsOf: contents.children)
        if directory.descriptor >= 0, contents.children.isEmpty || openDescriptors >= Self.descriptorLimit {
            close(directory)
        }
        if let parent = directory.parent {
            parent.waiting -= 1
            if parent.waiting == 0, parent.descriptor >= 0 { close(parent) }
        }
        busy -= 1
        if busy == 0 || contents.children.count > 1 { pthread_cond_broadcast(&changed) }
        let (files, finished) = (files, finished)
        pthread_mutex_unlock(&mutex)
        progress(files, finished)
    }

    private func close(_ directory: Directory) {
        _ = cl_close(directory.descriptor)
        directory.descriptor = -1
        openDescriptors -= 1
    }

    private func open(_ directory: Directory) -> Int32 {
        // A parent keeps its descriptor while children wait, and this one does.
        let parent = directory.parent?.descriptor ?? -1
        let opened =
            parent >= 0
            ? (directory.name + [0]).withUnsafeBufferPointer { name in
                name.withMemoryRebound(to: CChar.self) { cl_open_directory_beneath(parent, $0.baseAddress!) }
            }
            : store.openDirectory(directory.path)
        guard opened >= 0 else { return opened }
        pthread_mutex_lock(&mutex)
        directory.descriptor = opened
        openDescriptors += 1
        pthread_mutex_unlock(&mutex)
        return opened
    }

    /// Measures the files of one directory and names the directories in it.
    private func read(_ directory: Directory, _ reader: borrowing DirectoryReader) -> Contents {
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
            try reader.forEach(in: descriptor) { (name, _) throws(FoundlingError) in
                let failed = cl_stat_at(
                    descriptor, name.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self), 0, &status)
                if failed != 0 {
                    return contents.sum.add(Self.obstacle(-failed, path(directory).appending(name)))
                }
                if status.is_mount_root != 0 || status.device != device {
                    return contents.sum.add(Self.obstacle(EXDEV, path(directory).appending(name)))
                }
                let isDirectory = status.mode & S_IFMT == S_IFDIR
                Self.count(status, isDirectory, target, &contents)
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
        let newest = max(status.modified, max(status.changed, status.born))
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

    // MARK: Sums

    /// Gives each entry its hard-linked files: once each, and as freed only if no link lies elsewhere.
    private static func attribute(_ measurements: inout Measurements) {
        let links = measurements.links
        var i = 0
        while i < links.count {
            var end = i + 1
            while end < links.count, links[end].inode == links[i].inode, links[end].device == links[i].device,
                links[end].target == links[i].target
            { end += 1 }
            let target = links[i].target
            measurements.targets[target].bytes.allocated += links[i].allocated
            measurements.targets[target].bytes.apparent += links[i].apparent
            if end - i == Int(links[i].links) {
                measurements.targets[target].freed += links[i].allocated
                measurements.targets[target].inodesFreed += 1
            } else {
                measurements.targets[target].linkedElsewhere += 1
            }
            i = end
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
        obstacles = Array((obstacles + other.obstacles).prefix(5))
        obstacleCount += other.obstacleCount
    }
}
