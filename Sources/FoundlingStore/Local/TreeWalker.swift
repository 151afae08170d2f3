internal import CLinux
internal import FoundlingCore
internal import Glibc

/// Measures many entries at once: threads share a stack of directories, and each file costs one `statx` and no memory.
///
/// Plain threads inside one synchronous call: no allocation, no `String` and no reference count a file.
final class TreeWalker: @unchecked Sendable {
    // Shared by its threads under `mutex`; a thread sums up what it took on its own before it takes the lock again.
    let store: LocalStore
    let wanted: [LocalStore.Target]
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()
    private var stack: [Directory] = []
    /// Targets from here on are not begun yet.
    private var nextTarget = 0
    private var busy = 0
    private var sleepers = 0
    private var openDescriptors = 0
    private var targets: [Measurement]
    private var links: [HardLink] = []
    private var symlinks: [StorePath] = []
    /// Directories of each target that are not read yet.
    private var outstanding: [Int32]
    private var finished = 0
    private var files = 0
    private var threads = 1
    private let progress: @Sendable (_ files: Int, _ finished: Int) -> Void
    /// Descriptors kept open for children that wait; beyond it a directory is opened again by its path.
    private static let descriptorLimit = 256
    /// Targets begun and directories read between two visits to the lock: small ones must not queue for it.
    private static let targetsAtOnce = 256
    private static let directoriesAtOnce = 16

    /// A directory on its way, or waiting for its turn.
    final class Directory: @unchecked Sendable {
        let parent: Directory?
        let name: [UInt8]
        let target: Int
        /// Open while children may want it; set by whoever reads it, then guarded by the walker's mutex.
        fileprivate(set) var descriptor: Int32 = -1
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

    /// What lies directly in one directory, or is one target.
    struct Contents {
        var sum = Measurement()
        var links: [HardLink] = []
        var children: [Directory] = []
        /// Few, as a rule; what they lead to is needed.
        var symlinks: [StorePath] = []
    }

    private enum Work {
        case targets(Range<Int>)
        case directories(ArraySlice<Directory>)
    }

    init(_ store: LocalStore, _ wanted: [LocalStore.Target], progress: @escaping @Sendable (Int, Int) -> Void) {
        self.store = store
        self.wanted = wanted
        self.progress = progress
        targets = Array(repeating: Measurement(), count: wanted.count)
        outstanding = Array(repeating: 0, count: wanted.count)
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
    }

    deinit {
        pthread_cond_destroy(&changed)
        pthread_mutex_destroy(&mutex)
    }

    /// Measures every target on so many threads; where the system has fewer to give, it is only slower.
    func measure(threads: Int) -> Measurements {
        self.threads = max(1, threads)
        work(threads: self.threads)
        var measurements = Measurements(targets: targets, links: links, symlinks: symlinks)
        Self.attribute(&measurements)
        return measurements
    }

    private func work(threads: Int) {
        guard threads > 1, let thread = WorkerThread({ self.work(threads: threads - 1) }) else { return work() }
        work()
        thread.join()
    }

    private func work() {
        let reader = DirectoryReader()
        while let work = take() {
            switch work {
            case .targets(let range): put(begin(range), of: range)
            case .directories(let directories):
                put(directories.map { ($0, read($0, reader)) })
            }
        }
    }

    // MARK: The stack

    /// What to do next, or nil when nobody has anything left.
    private func take() -> Work? {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        while true {
            if !stack.isEmpty {
                busy += 1
                let share = min(Self.directoriesAtOnce, max(1, stack.count / (2 * threads)))
                defer { stack.removeLast(share) }
                return .directories(stack.suffix(share))
            }
            if nextTarget < wanted.count {
                busy += 1
                let range = nextTarget..<min(wanted.count, nextTarget + Self.targetsAtOnce)
                nextTarget = range.upperBound
                return .targets(range)
            }
            if busy == 0 {
                pthread_cond_broadcast(&changed)
                return nil
            }
            sleepers += 1
            pthread_cond_wait(&changed, &mutex)
            sleepers -= 1
        }
    }

    private func put(_ begun: [Contents], of range: Range<Int>) {
        pthread_mutex_lock(&mutex)
        for (target, contents) in zip(range, begun) {
            add(contents, to: target)
            outstanding[target] = Int32(contents.children.count)
            if contents.children.isEmpty { finished += 1 }
        }
        release()
    }

    /// Adds up what was found, hands on what lies below, and closes what nobody waits for any more.
    private func put(_ read: [(directory: Directory, contents: Contents)]) {
        pthread_mutex_lock(&mutex)
        for (directory, contents) in read {
            add(contents, to: directory.target)
            outstanding[directory.target] += Int32(contents.children.count) - 1
            if outstanding[directory.target] == 0 { finished += 1 }
            directory.waiting = contents.children.count
            if directory.descriptor >= 0 { openDescriptors += 1 }
            if directory.descriptor >= 0, contents.children.isEmpty || openDescriptors >= Self.descriptorLimit {
                close(directory)
            }
            if let parent = directory.parent {
                parent.waiting -= 1
                if parent.waiting == 0, parent.descriptor >= 0 { close(parent) }
            }
        }
        release()
    }

    private func add(_ contents: Contents, to target: Int) {
        targets[target].add(contents.sum)
        if !contents.links.isEmpty { links += contents.links }
        if !contents.symlinks.isEmpty { symlinks += contents.symlinks }
        files += contents.sum.files
        stack.append(contentsOf: contents.children)
    }

    /// Leaves the lock after a piece of work, and wakes whoever waits for one.
    private func release() {
        busy -= 1
        if sleepers > 0, busy == 0 || !stack.isEmpty { pthread_cond_broadcast(&changed) }
        let (files, finished) = (files, finished)
        pthread_mutex_unlock(&mutex)
        progress(files, finished)
    }

    private func close(_ directory: Directory) {
        _ = cl_close(directory.descriptor)
        directory.descriptor = -1
        openDescriptors -= 1
    }

    /// Opens a directory by its parent's descriptor, or by its path where that is closed already.
    func open(_ directory: Directory) -> Int32 {
        // A parent keeps its descriptor while children wait, and this one does.
        let parent = directory.parent?.descriptor ?? -1
        let opened =
            parent >= 0
            ? (directory.name + [0]).withUnsafeBufferPointer { name in
                name.withMemoryRebound(to: CChar.self) { cl_open_directory_beneath(parent, $0.baseAddress!) }
            }
            : store.openDirectory(directory.path)
        // Nobody else sees this directory before `put`: no lock is needed, and none is worth waiting for.
        if opened >= 0 { directory.descriptor = opened }
        return opened
    }

    // MARK: Hard links

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
